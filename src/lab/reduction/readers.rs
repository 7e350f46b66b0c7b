//! How many read dependencies at the same time: a sweep over the intervals in which they read, while they come in.
//!
//! An interval comes in when it is over, so one that began earlier may come later. The sweep therefore stays behind
//! by tens of thousands of edges; an interval that reaches back further than that counts from where the sweep is.

use crate::units::{Instant, Span};

/// So many edges are held back. Readers are as many as workers, so a reading would have to last for thousands of
/// others' to reach back further.
const HELD: usize = 1 << 15;

/// Readers at once, summed up over time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReaderSums {
    /// Time in which at least one reads.
    pub any: Span,
    /// Time in which two or more do.
    pub several: Span,
    /// Readers times nanoseconds.
    pub area: u128,
    /// Most at once.
    pub peak: u32,
}

impl ReaderSums {
    /// So many read for so long.
    pub(super) fn add(&mut self, span: Span, readers: u32) {
        self.area += u128::from(span.0) * u128::from(readers);
        self.any += if readers >= 1 { span } else { Span::ZERO };
        self.several += if readers >= 2 { span } else { Span::ZERO };
        self.peak = self.peak.max(readers);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.any += other.any;
        self.several += other.several;
        self.area += other.area;
        self.peak = self.peak.max(other.peak);
    }
}

/// Where an interval begins or ends. Ends sort before beginnings at the same time: who reads on where another stopped
/// does not overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    at: Instant,
    begins: bool,
    /// Place of the reader's job in the load.
    place: u32,
}

/// A stretch of time with the same number of readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The latest place in the load of a job that has begun to read.
    pub(super) place: u32,
    pub(super) span: Span,
    pub(super) readers: u32,
}

/// The sweep.
#[derive(Debug, Clone, Default)]
pub(super) struct Sweep {
    held: Vec<Edge>,
    now: Instant,
    readers: u32,
    latest: u32,
}

impl Sweep {
    /// Takes an interval in, whose end is not part of it. True if it is time to settle what is held back.
    pub(super) fn add(&mut self, began: Instant, ended: Instant, place: u32) -> bool {
        if began < ended {
            self.held.push(Edge { at: began, begins: true, place });
            self.held.push(Edge { at: ended, begins: false, place });
        }
        self.held.len() >= 2 * HELD
    }

    /// Goes over the earlier half of what is held back, or over all of it.
    pub(super) fn settle(&mut self, all: bool) -> Vec<Stretch> {
        self.held.sort_unstable();
        let count = if all { self.held.len() } else { self.held.len() / 2 };
        let mut stretches = Vec::with_capacity(count);
        for edge in self.held.drain(..count) {
            let span = edge.at.since(self.now);
            if span > Span::ZERO && self.readers > 0 {
                stretches.push(Stretch { place: self.latest, span, readers: self.readers });
            }
            self.now = self.now.max(edge.at);
            if edge.begins {
                self.readers += 1;
                self.latest = self.latest.max(edge.place);
            } else {
                self.readers = self.readers.saturating_sub(1);
            }
        }
        stretches
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over(intervals: &[(u64, u64)]) -> ReaderSums {
        let (mut sweep, mut sums) = (Sweep::default(), ReaderSums::default());
        let mut take = |stretches: Vec<Stretch>| stretches.iter().for_each(|one| sums.add(one.span, one.readers));
        for (began, ended) in intervals {
            if sweep.add(Instant(*began), Instant(*ended), 0) {
                take(sweep.settle(false));
            }
        }
        take(sweep.settle(true));
        sums
    }

    #[test]
    fn readers_at_once_are_weighted_by_time() {
        // one reader 0-10 and 20-30, two 10-20; then one 100-110
        let expected = ReaderSums { any: Span(40), several: Span(10), area: 50, peak: 2 };
        assert_eq!(over(&[(10, 30), (0, 20), (100, 110)]), expected);
    }

    #[test]
    fn reading_one_after_the_other_is_no_overlap() {
        let expected = ReaderSums { any: Span(25), several: Span::ZERO, area: 25, peak: 1 };
        assert_eq!(over(&[(10, 20), (0, 10), (20, 25)]), expected);
    }

    #[test]
    fn intervals_without_length_read_nothing() {
        assert_eq!(over(&[(5, 5)]), ReaderSums::default());
    }

    #[test]
    fn a_sweep_in_many_steps_finds_what_one_step_finds() {
        // Three readers in turn, each for 25 of every 30, out of order at each end.
        let intervals: Vec<(u64, u64)> =
            (0..100_000).map(|number| (10 * (number ^ 1), 10 * (number ^ 1) + 25)).collect();
        let sums = over(&intervals);
        assert_eq!((sums.peak, sums.area), (3, 2_500_000));
        assert_eq!(sums.any, Span(999_990 + 25));
    }
}
