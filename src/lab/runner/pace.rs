//! Whether there is time for another block.

use crate::units::Span;

/// Blocks without which a study would have no interval: they are made however long they take.
const BLOCKS_MIN: u32 = 3;

/// How the time of a live study goes by.
pub(in crate::lab) struct Pace<'a> {
    /// What the study may take; none: any time.
    pub(in crate::lab) limit: Option<Span>,
    /// Time since the study began.
    pub(in crate::lab) clock: &'a dyn Fn() -> Span,
}

impl Pace<'_> {
    /// Whether a block more would end in time, if it took as long as the mean of the `blocks` so far, of which the first
    /// began at `begun`.
    pub(super) fn has_time_for_another(&self, blocks: u32, begun: Span) -> bool {
        let Some(limit) = self.limit.filter(|_| blocks >= BLOCKS_MIN) else { return true };
        let now = (self.clock)();
        now + Span(now.saturating_sub(begun).0 / u64::from(blocks)) <= limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_block_is_begun_that_would_not_end_in_time_but_three_are_always_made() {
        let at = |now, limit: Option<u64>, blocks| {
            let clock = move || Span::from_secs(now);
            Pace { limit: limit.map(Span::from_secs), clock: &clock }.has_time_for_another(blocks, Span::from_secs(10))
        };
        // Begun at 10 s: four blocks took 5 s each, and the next ends at 35 s.
        assert!(at(30, Some(35), 4));
        assert!(!at(30, Some(34), 4));
        assert!(at(30, None, 4));
        assert!(at(1000, Some(34), 2), "too few for an interval");
    }
}
