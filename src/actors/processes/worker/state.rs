//! What a worker is in the middle of.

use crate::actors::accounting::ledger::Ledger;
use crate::actors::clients::request::Program;
use crate::actors::files::done::FileTimes;
use crate::actors::processes::submission::Submission;
use crate::actors::queue::active_job::ActiveJob;
use crate::job::{Dependency, JobId, Status};
use crate::units::{Instant, Span};
use serde_json::Value;
use std::sync::Arc;

/// What a worker is waiting for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum State {
    /// A job to take up.
    Idle,
    /// The write of an opcode taken up.
    WritingTakeUp,
    /// The tracker's lock, to check a dependency.
    EnteringTracker,
    /// The status of a dependency.
    LookingUp,
    /// The write of an opcode whose dependencies are met, where the design has a status for that.
    WritingMet,
    /// The locks and then the queue lock, to begin running; or only the latter, after a failed attempt.
    Acquiring,
    /// The write after a failed attempt.
    WritingRetry,
    /// The write of an opcode that begins to run.
    WritingStart,
    /// The opcode, after so many of its messages.
    Running(u32),
    /// The queue lock, to log that message.
    EnteringFeedback(u32),
    /// The write of that message.
    WritingFeedback(u32),
    /// The submission of the opcode's own jobs.
    Submitting(Box<Submission>),
    /// The queue lock, to end the opcode.
    EnteringFinish(Ending),
    /// The write of an opcode that ended.
    WritingFinish,
    /// The tracker, to learn who waits for this job, which ended. If nobody does, a job to take up.
    Notifying(JobId),
    /// The queue lock, to put those into the ready queue who waited for the first.
    EnteringWake(JobId, Vec<JobId>),
}

/// The job in hand.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Current {
    pub(super) id: JobId,
    /// The opcode.
    pub(super) index: usize,
    /// The job itself, while inside the queue lock and not being written.
    pub(super) job: Option<Box<ActiveJob>>,
    pub(super) ledger: Box<Ledger>,
    pub(super) programs: Arc<[Program]>,
    /// The wait for the queue lock that the next dependency check reports.
    pub(super) queue_lock: Span,
    /// The check under way.
    pub(super) check: Option<Check>,
}

/// How an opcode ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Ending {
    /// With a return value.
    Succeeded(Value),
    /// With an error, as its result will say.
    Failed(Value),
    /// Canceled while it was being processed.
    Canceled,
    /// Found to be canceled before it was processed.
    FoundCanceled,
}

impl Ending {
    pub(super) const fn status(&self) -> Status {
        match self {
            Self::Succeeded(_) => Status::Success,
            Self::Failed(_) => Status::Error,
            Self::Canceled | Self::FoundCanceled => Status::Canceled,
        }
    }
}

/// A check under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Check {
    pub(super) dependency: Dependency,
    pub(super) began: Instant,
    pub(super) dependency_lock: Span,
    pub(super) steps: FileTimes,
    pub(super) reading: Option<(Instant, Instant)>,
    pub(super) bytes: u64,
}
