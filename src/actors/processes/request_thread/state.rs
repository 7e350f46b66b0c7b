//! What a request thread is in the middle of. What belongs to a task lives in it, and ends with it.

use super::fields::Field;
use super::query::Query;
use super::sweep::Sweep;
use super::watch::{Moment, Watching};
use crate::actors::locks::monitor::LockRow;
use crate::actors::processes::submission::{Submission, TakingIn};
use crate::job::{ChangeReply, Job, JobId, Priority, Timestamp};
use crate::units::{Instant, Span};

/// What the thread is in the middle of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum State {
    /// Nothing: it waits for a call.
    Idle,
    /// Answering a call.
    Busy(CallInHand, Task),
}

/// The call that is being answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CallInHand {
    /// Its number among the calls of the load.
    pub(super) number: usize,
    /// What is asked, by its name in reports.
    pub(super) name: &'static str,
    /// When it was due.
    pub(super) due: Instant,
}

/// How far a call is: what it waits for. `Entering…` waits for the queue lock; all that read, write, list and move
/// wait for the disk.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Task {
    EnteringSubmit(Box<Submission>),
    WritingSubmission(Box<TakingIn>),
    EnteringChange(JobId, Change),
    /// Of a job that is not in memory.
    ReadingChange(JobId, Change),
    /// The answer once the changed job is written.
    WritingChange(ChangeReply),
    EnteringArchive(JobId),
    ReadingArchive(JobId),
    MovingArchive(JobId),
    /// By age: jobs that ended longer ago are old; none: all that ended are.
    EnteringSweep(Option<Span>),
    ListingSweep(Option<Timestamp>),
    ReadingSweep(Box<Sweep>),
    MovingSweep(Box<Sweep>),
    EnteringDrain(bool),
    WritingDrain(bool),
    /// For a query of all jobs.
    ListingQuery(Vec<Field>),
    EnteringQuery(Box<Query>),
    ReadingQuery(Box<Query>),
    Watching(Box<Watching>, Moment),
    EnteringSize,
    /// The lock manager's report.
    ReportingLocks,
    /// The tracker's report, to go below the lock manager's rows.
    ReportingDependencies(Vec<LockRow>),
    PreparingShutdown,
    WritingForeign,
}

/// A change that a client asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Change {
    Cancel,
    Priority(Priority),
}

impl Change {
    pub(super) fn apply(self, job: &mut Job, now: Timestamp) -> ChangeReply {
        match self {
            Self::Cancel => job.cancel(now),
            Self::Priority(priority) => job.change_priority(priority),
        }
    }
}
