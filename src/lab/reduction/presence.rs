//! How many jobs are in the queue, counted edge by edge while jobs come in that have ended.
//!
//! A job comes in at its end, so its due time may lie before that of jobs already counted. The count therefore stays
//! behind by tens of thousands of edges. An edge that comes later still corrects the area exactly; only the most jobs
//! at once may then be too few.

use super::backlog::Backlog;
use crate::units::Instant;

/// So many edges are held back.
const HELD: usize = 1 << 15;

/// Jobs in the queue over time. All times in nanoseconds.
#[derive(Debug, Clone, Default)]
pub struct Presence {
    /// Due times (+1) and ends (−1) that are not counted yet.
    held: Vec<(u64, i64)>,
    now: u64,
    present: i64,
    most: i64,
    area: i128,
    jobs: u64,
    sojourns: u128,
    backlog: Backlog,
    /// The first due time and the last end.
    window: Option<(u64, u64)>,
}

impl Presence {
    /// Counts a job that was in the queue from `due` until `finished`.
    pub fn add(&mut self, due: Instant, finished: Instant) {
        self.backlog.add(due, finished);
        let (due, finished) = (due.0, finished.0);
        self.jobs += 1;
        self.sojourns += u128::from(finished.saturating_sub(due));
        let (from, to) = self.window.unwrap_or((due, finished));
        self.window = Some((from.min(due), to.max(finished)));
        self.held.extend([(due, 1), (finished, -1)]);
        if self.held.len() >= 2 * HELD {
            self.count(HELD);
        }
    }

    /// Counts all that is held back.
    pub fn settle(&mut self) {
        self.count(self.held.len());
    }

    fn count(&mut self, edges: usize) {
        // Ends before beginnings at the same time.
        self.held.sort_unstable();
        for (at, change) in self.held.drain(..edges) {
            let passed = i128::from(at) - i128::from(self.now);
            if passed > 0 {
                self.area += passed * i128::from(self.present);
                self.now = at;
            } else {
                self.area -= passed * i128::from(change);
            }
            self.present += change;
            self.most = self.most.max(self.present);
        }
    }

    /// How many jobs were counted.
    #[must_use]
    pub const fn jobs(&self) -> u64 {
        self.jobs
    }

    /// How many were in the queue when the last one was due.
    #[must_use]
    pub fn at_last_arrival(&self) -> u64 {
        self.backlog.at_last_arrival()
    }

    /// Sum of all sojourns.
    #[must_use]
    pub const fn sojourns(&self) -> u128 {
        self.sojourns
    }

    /// From the first due time to the last end.
    #[must_use]
    pub fn window(&self) -> u64 {
        self.window.map_or(0, |(from, to)| to.saturating_sub(from))
    }

    /// Jobs in the queue times nanoseconds, as far as they are settled.
    #[must_use]
    pub const fn area(&self) -> i128 {
        self.area
    }

    /// Most jobs at once.
    #[must_use]
    pub const fn most(&self) -> u64 {
        self.most.unsigned_abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_that_comes_late_corrects_the_area() {
        let mut presence = Presence::default();
        let stay = 50;
        // The first job ends last, after so many others that its due time was passed long ago.
        for due in 1..100_000 {
            presence.add(Instant(due), Instant(due + stay));
        }
        presence.add(Instant(0), Instant(200_000));
        presence.settle();
        assert_eq!(presence.area().unsigned_abs(), presence.sojourns());
        assert_eq!((presence.jobs(), presence.most(), presence.window()), (100_000, stay + 1, 200_000));
    }
}
