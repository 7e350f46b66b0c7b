//! What processes are told: workers, request threads and the opener.

use crate::actors::clients::call::Call;
use crate::actors::files::done::DiskDone;
use crate::actors::locks::monitor::LockRow;
use crate::actors::queue::protocol::{Entered, Turn};
use crate::job::{JobId, Status};
use crate::units::Instant;

/// When a call went from one to the next, on its way to a thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Handover {
    /// When the clients heard that it was due: live, their timer comes late.
    pub heard: Instant,
    /// When they handed it to this thread.
    pub sent: Instant,
}

/// For a worker, a request thread or the opener.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ProcessMessage {
    /// For a request thread: answer this call.
    Call {
        /// Its number.
        number: usize,
        /// When it was due.
        due: Instant,
        /// How it came from the clients to this thread.
        handover: Handover,
        /// What is asked.
        call: Box<Call>,
    },
    /// For a worker: begin; for the opener: open the queue.
    Begin,
    /// For a worker: take this job up.
    Turn(Box<Turn>),
    /// The queue is locked.
    Entered(Box<Entered>),
    /// The answer to a look-up in memory.
    LookedUp {
        /// The status, if the job is in memory.
        status: Option<Status>,
        /// When the question arrived.
        arrived: Instant,
    },
    /// Whether opcodes are still running.
    ShutdownPrepared {
        /// Whether they are.
        running: bool,
    },
    /// The tracker is locked.
    TrackerEntered {
        /// When the request arrived.
        arrived: Instant,
        /// When the lock was granted.
        granted: Instant,
    },
    /// Who waited for the job that ended.
    Waiters {
        /// Ascending.
        jobs: Vec<JobId>,
    },
    /// A row for each job that others wait for.
    DependencyReport(Vec<LockRow>),
    /// A row for each opcode lock in use.
    LockReport(Vec<LockRow>),
    /// A file operation is done.
    Disk(Box<DiskDone>),
    /// A timer of the process went off.
    TimeUp {
        /// What it was set for; stale ones are told apart by it.
        token: u64,
        /// When it was due.
        due: Instant,
    },
    /// A watch is set up: all changes from here on will be told.
    WatchSetUp {
        /// Its number.
        watch: u64,
    },
    /// A watched file changed.
    FileChanged {
        /// Number of the watch.
        watch: u64,
    },
}
