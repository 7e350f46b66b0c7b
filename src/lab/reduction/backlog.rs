//! How many jobs were in the queue when the last one arrived: far more than on average, if arrivals outran completions.

use crate::units::Instant;
use std::collections::VecDeque;

/// Counts the jobs that were due by the latest due time so far, and ended later.
///
/// It remembers the ends after that time: few in a queue that keeps up, at most as many as there are jobs in one that
/// does not.
#[derive(Debug, Clone, Default)]
pub(super) struct Backlog {
    latest_due: Option<Instant>,
    /// In no order, but mostly that of time.
    ends_after: VecDeque<Instant>,
}

impl Backlog {
    /// Takes a job in that has ended.
    pub(super) fn add(&mut self, due: Instant, finished: Instant) {
        if self.latest_due.is_none_or(|latest| due > latest) {
            self.latest_due = Some(due);
            while self.ends_after.front().is_some_and(|end| *end <= due) {
                self.ends_after.pop_front();
            }
        }
        self.ends_after.push_back(finished);
    }

    /// Jobs that were in the queue when the last one was due, that one included.
    pub(super) fn at_last_arrival(&self) -> u64 {
        let is_after = |end: &&Instant| self.latest_due.is_some_and(|due| **end > due);
        self.ends_after.iter().filter(is_after).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(jobs: impl IntoIterator<Item = (u64, u64)>) -> u64 {
        let mut backlog = Backlog::default();
        jobs.into_iter().for_each(|(due, finished)| backlog.add(Instant(due), Instant(finished)));
        backlog.at_last_arrival()
    }

    #[test]
    fn a_queue_that_keeps_up_has_the_last_job_alone() {
        assert_eq!(of((0..1000).map(|n| (10 * n, 10 * n + 7))), 1);
        assert_eq!(of([]), 0);
    }

    #[test]
    fn a_queue_at_twice_its_capacity_has_half_of_the_jobs_when_the_last_one_arrives() {
        assert_eq!(of((0..1000).map(|n| (10 * n, 20 * (n + 1)))), 501);
    }

    #[test]
    fn the_order_of_ends_is_of_no_matter() {
        // Last in, first out: the last of 1000 ends first, and the first last.
        let mut jobs: Vec<(u64, u64)> = (0..1000).map(|n| (10 * n, 20_000 - 10 * n)).collect();
        jobs.reverse();
        assert_eq!(of(jobs.clone()), 1000);
        jobs.reverse();
        assert_eq!(of(jobs), 1000);
    }
}
