//! What the dependency tracker is told.

use crate::actors::actor::ActorId;
use crate::actors::locks::grant::Mode;
use crate::job::{JobId, Status};

/// For the dependency tracker.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TrackerMessage {
    /// Lock the tracker.
    Enter {
        /// Who asks.
        process: ActorId,
        /// How.
        mode: Mode,
    },
    /// Unlock the tracker.
    Leave {
        /// Who leaves.
        process: ActorId,
        /// What it found out: who is to wait.
        waits: Option<Waiting>,
    },
    /// Lock the tracker, note this, unlock it; then the process is told.
    Watch {
        /// Who asks.
        process: ActorId,
        /// What to note.
        waiting: Waiting,
    },
    /// Lock the tracker, take such a note back, unlock it.
    Forget {
        /// Who asks.
        process: ActorId,
        /// What was noted.
        waiting: Waiting,
    },
    /// A job is final: who waits for it? If nobody does, the worker has nothing more to do for the job, and the
    /// queue is told so in its stead, which spares a thread a wake-up.
    Notify {
        /// The worker that asks.
        process: ActorId,
        /// The job that ended.
        job: JobId,
    },
    /// The rows of the lock monitor.
    Report {
        /// Who asks.
        process: ActorId,
    },
}

/// A job that waits for another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Waiting {
    /// The job that waits.
    pub job: JobId,
    /// For which job.
    pub on: JobId,
    /// To end how.
    pub wanted: Vec<Status>,
}
