//! What the lock manager is told, and what comes of it.

use super::name::WantedLocks;
use crate::actors::actor::ActorId;
use crate::job::{JobId, Priority};
use crate::units::{Instant, Span};
use std::sync::Arc;

/// An attempt to acquire locks is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LocksSettled {
    /// What came of it.
    pub outcome: LocksOutcome,
    /// When the request arrived.
    pub arrived: Instant,
    /// When it was settled.
    pub settled: Instant,
}

/// How an attempt to acquire locks ended. But for the first, none is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LocksOutcome {
    /// All are held.
    Acquired,
    /// Not within the timeout.
    TimedOut,
    /// The job was found to be canceled before all were held.
    Canceled,
    /// One does not exist.
    NotFound,
}

/// For the lock manager.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LocksMessage {
    /// Acquire locks.
    Acquire(Box<Acquire>),
    /// Give back all that a process holds.
    Release {
        /// The process.
        process: ActorId,
    },
    /// The job that a process is acquiring locks for is being canceled: it stops before the next level.
    JobCanceled {
        /// The process.
        process: ActorId,
    },
    /// An attempt's time is over.
    Expired {
        /// Whose.
        process: ActorId,
        /// Which one.
        attempt: u64,
    },
    /// The rows of the lock monitor.
    Report {
        /// Who asks.
        process: ActorId,
    },
}

/// On whose behalf a process holds locks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Owner {
    /// Number of the worker.
    pub worker: u32,
    /// The job.
    pub job: JobId,
    /// The opcode, without its `OP_`.
    pub opcode: Arc<str>,
}

impl std::fmt::Display for Owner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Jq{}/Job{}/{}", self.worker, self.job, self.opcode)
    }
}

/// Acquire `wanted` for `process`, in order, all or none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Acquire {
    /// Who asks, and will be told.
    pub process: ActorId,
    /// For the lock monitor.
    pub owner: Owner,
    /// Its place in the queues.
    pub priority: Priority,
    /// Which.
    pub wanted: WantedLocks,
    /// For all of them together; none waits for ever.
    pub timeout: Option<Span>,
}
