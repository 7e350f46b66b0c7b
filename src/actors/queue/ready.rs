//! The ready queue: jobs that a worker may take up, by priority, then by order of coming.

use crate::job::{JobId, Priority};
use std::collections::BTreeMap;

/// A job's place in the ready queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ReadyPlace {
    priority: Priority,
    sequence: u64,
}

/// Jobs that a worker may take up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct ReadyQueue {
    jobs: BTreeMap<ReadyPlace, JobId>,
    next: u64,
}

impl ReadyQueue {
    /// Puts `job` behind all of equal or more urgent priority.
    pub(super) fn push(&mut self, job: JobId, priority: Priority) -> ReadyPlace {
        let place = ReadyPlace { priority, sequence: self.next };
        self.next += 1;
        self.jobs.insert(place, job);
        place
    }

    /// Takes the first job out.
    pub(super) fn pop(&mut self) -> Option<JobId> {
        self.jobs.pop_first().map(|(_, job)| job)
    }

    /// Moves the job at `place` among those of another priority, as if it had had that from the start.
    pub(super) fn change_priority(&mut self, place: ReadyPlace, priority: Priority) -> ReadyPlace {
        let moved = ReadyPlace { priority, ..place };
        if let Some(job) = self.jobs.remove(&place) {
            self.jobs.insert(moved, job);
        }
        moved
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.jobs.len()
    }

    /// All of them, first to last.
    pub(super) fn iter(&self) -> impl Iterator<Item = JobId> {
        self.jobs.values().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_leave_by_priority_then_in_order() {
        let mut ready = ReadyQueue::default();
        for (id, priority) in [(1, Priority::NORMAL), (2, Priority::LOW), (3, Priority::NORMAL), (4, Priority::HIGH)] {
            ready.push(JobId(id), priority);
        }
        let order: Vec<u64> = std::iter::from_fn(|| ready.pop()).map(|id| id.0).collect();
        assert_eq!(order, [4, 1, 3, 2]);
    }

    #[test]
    fn a_changed_priority_keeps_the_order_of_coming() {
        let mut ready = ReadyQueue::default();
        let first = ready.push(JobId(1), Priority::LOW);
        ready.push(JobId(2), Priority::NORMAL);
        ready.change_priority(first, Priority::NORMAL);
        assert_eq!(ready.pop(), Some(JobId(1)));
    }
}
