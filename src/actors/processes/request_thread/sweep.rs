//! Archiving by age: which jobs are moved, and how many at once.

use crate::actors::files::operation::{Depth, Operation};
use crate::job::{Job, JobId, Timestamp};

/// Jobs that are archived with one operation.
const ARCHIVED_AT_ONCE: usize = 10;

/// Archiving by age, under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Sweep {
    /// Jobs whose last second is before this are old; none: all are.
    before: Option<Timestamp>,
    /// Jobs that are still to be looked at, the next one last.
    unseen: Vec<JobId>,
    /// Jobs that are final and old, and not moved yet.
    chosen: Vec<JobId>,
    /// Old jobs since the last were moved, final or not: as modelled, both count towards those moved at once.
    old: usize,
    moved: Vec<JobId>,
}

/// What a sweep does next.
pub(super) enum SweepStep {
    Read(Operation),
    Move(Operation),
    /// It is over: these were moved.
    Over(Vec<JobId>),
}

impl Sweep {
    /// A sweep over `jobs`, in this order.
    pub(super) fn over(mut jobs: Vec<JobId>, before: Option<Timestamp>) -> Self {
        jobs.reverse();
        Self { before, unseen: jobs, chosen: Vec::new(), old: 0, moved: Vec::new() }
    }

    /// A job was read.
    pub(super) fn look_at(&mut self, job: &Job) {
        if self.is_old(job) {
            self.old += 1;
            self.chosen.extend(job.status().is_final().then_some(job.id));
        }
    }

    /// Jobs were moved.
    pub(super) fn moved(&mut self, jobs: Vec<JobId>) {
        self.moved.extend(jobs);
    }

    pub(super) fn next(&mut self) -> SweepStep {
        let batch_is_full = self.old == ARCHIVED_AT_ONCE;
        if batch_is_full {
            self.old = 0;
        }
        let archive = |chosen: &mut Vec<JobId>| SweepStep::Move(Operation::Archive(std::mem::take(chosen)));
        if batch_is_full && !self.chosen.is_empty() {
            archive(&mut self.chosen)
        } else if let Some(job) = self.unseen.pop() {
            SweepStep::Read(Operation::ReadJob(job, Depth::Document))
        } else if !self.chosen.is_empty() {
            archive(&mut self.chosen)
        } else {
            SweepStep::Over(std::mem::take(&mut self.moved))
        }
    }

    /// Whether the job is old enough, by its end, or as long as it has none by the last that happened to it; in whole
    /// seconds, as modelled.
    fn is_old(&self, job: &Job) -> bool {
        let last = job.end.or(job.start).or(job.received);
        let second = last.map(|last| Timestamp { microseconds: 0, ..last });
        self.before.is_none_or(|before| second.is_some_and(|second| second < before))
    }
}
