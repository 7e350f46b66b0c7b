//! What a worker is in the middle of.

use crate::actors::accounting::ledger::Ledger;
use crate::actors::clients::request::Program;
use crate::actors::files::tally::WriteCause;
use crate::actors::processes::submission::{Submission, TakingIn};
use crate::actors::queue::active_job::ActiveJob;
use crate::job::{Dependency, JobId, Opcode, Status};
use crate::units::{Instant, Span};
use serde_json::Value;
use std::sync::Arc;

/// What a worker is waiting for, with all that it has in hand meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum State {
    /// A job to take up.
    Idle,
    /// The disk, which has the job.
    Writing(Box<Current>, Write),
    /// The tracker's lock, to check a dependency.
    EnteringTracker(Inside, Check),
    /// The status of a dependency.
    LookingUp(Inside, Check),
    /// The locks and then the queue lock, to begin running; or only the latter, after a failed attempt.
    Acquiring(Box<Current>),
    /// The opcode, after so many of its messages.
    Running(Box<Current>, u32),
    /// The queue lock, to log that message.
    EnteringFeedback(Box<Current>, u32),
    /// The queue lock, to submit the opcode's own jobs.
    EnteringSubmission(Box<Current>, Box<Submission>),
    /// The disk, which writes their files.
    Submitting(Box<Current>, Box<TakingIn>),
    /// The queue lock, to end the opcode.
    EnteringFinish(Box<Current>, Ending),
    /// The tracker, to learn who waits for this job, which ended. If nobody does, a job to take up.
    Notifying(JobId),
    /// The queue lock, to put those into the ready queue who waited for the first.
    EnteringWake(JobId, Vec<JobId>),
}

impl State {
    /// The turn under way.
    pub(super) fn current(&self) -> Option<&Current> {
        match self {
            Self::EnteringTracker(Inside { current, .. }, _)
            | Self::LookingUp(Inside { current, .. }, _)
            | Self::Writing(current, _)
            | Self::Acquiring(current)
            | Self::Running(current, _)
            | Self::EnteringFeedback(current, _)
            | Self::EnteringSubmission(current, _)
            | Self::Submitting(current, _)
            | Self::EnteringFinish(current, _) => Some(current),
            Self::Idle | Self::Notifying(_) | Self::EnteringWake(..) => None,
        }
    }
}

/// Why the job is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Write {
    /// An opcode was taken up.
    TakeUp,
    /// Its dependencies are met, and the design has a status for that.
    Met,
    /// An attempt to acquire its locks failed.
    Retry,
    /// It begins to run.
    Start,
    /// It logged this message.
    Feedback(u32),
    /// It ended.
    Finish,
}

impl Write {
    pub(super) const fn cause(self) -> WriteCause {
        match self {
            Self::TakeUp | Self::Met | Self::Retry | Self::Finish => WriteCause::Processor,
            Self::Start => WriteCause::Start,
            Self::Feedback(_) => WriteCause::Feedback,
        }
    }
}

/// The turn under way: an opcode of a job. The job itself is with the worker only inside the queue lock.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Current {
    pub(super) id: JobId,
    /// The opcode.
    pub(super) index: usize,
    pub(super) ledger: Box<Ledger>,
    pub(super) programs: Arc<[Program]>,
    /// The wait for the queue lock that the next dependency check reports.
    pub(super) queue_lock: Span,
}

impl Current {
    /// What the opcode does.
    pub(super) fn program(&self) -> &Program {
        &self.programs[self.index]
    }
}

/// The turn under way with its job: inside the queue lock.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Inside {
    pub(super) current: Box<Current>,
    pub(super) job: Box<ActiveJob>,
}

impl Inside {
    /// The opcode.
    pub(super) fn opcode(&mut self) -> &mut Opcode {
        &mut self.job.document.opcodes[self.current.index]
    }

    /// Its first dependency that is not known to be met.
    pub(super) fn dependency(&self) -> Option<&Dependency> {
        self.job.document.opcodes[self.current.index].depends.get(self.job.met)
    }
}

/// A dependency check under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Check {
    /// What is checked.
    pub(super) dependency: Dependency,
    pub(super) began: Instant,
    /// The wait for the tracker's lock.
    pub(super) dependency_lock: Span,
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
