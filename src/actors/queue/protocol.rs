//! What the queue is told, and what it hands out.
//!
//! A request carries the process that asks; the answer says when the request arrived and when it was granted,
//! so that the asker can tell the time in mailboxes from the time of waiting.

use super::active_job::{Accounted, ActiveJob};
use crate::actors::accounting::ledger::Ledger;
use crate::actors::actor::ActorId;
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::locks::protocol::LocksSettled;
use crate::job::JobId;
use crate::units::{Instant, Span};

/// For the queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum QueueMessage {
    /// The directory was read.
    Opened {
        /// Unfinished jobs, by id.
        jobs: Vec<Box<ActiveJob>>,
        /// The last id handed out.
        serial: u64,
        /// Unarchived job files.
        size: u64,
        /// Whether the drain flag is set.
        drained: bool,
    },
    /// Lock the queue.
    Enter {
        /// Who asks.
        process: ActorId,
        /// How.
        mode: Mode,
        /// What for.
        activity: Activity,
        /// What it wants once inside.
        want: Want,
        /// If the lock manager asks on its behalf: how its attempt to acquire locks ended.
        locks: Option<LocksSettled>,
    },
    /// Unlock the queue.
    Leave {
        /// Who leaves.
        process: ActorId,
        /// What it leaves behind.
        exit: Exit,
    },
    /// A worker is free.
    Idle {
        /// The worker.
        worker: ActorId,
    },
    /// What is the status of a job, going by memory alone?
    LookUp {
        /// Who asks.
        process: ActorId,
        /// Of which job.
        job: JobId,
    },
    /// Start no more opcodes.
    PrepareShutdown {
        /// Who asks, and will be told whether opcodes are still running; none if nobody needs to know.
        process: Option<ActorId>,
    },
}

/// What a process wants once it is inside the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Want {
    /// Nothing but the lock.
    Nothing,
    /// This job, if it is in memory.
    Job(JobId),
    /// A copy of this job, if it is in memory.
    Copy(JobId),
    /// So many new ids.
    Ids(u64),
    /// For the queue itself: a worker is to take this job up.
    Turn(JobId),
}

/// What a process leaves behind when it unlocks the queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Exit {
    /// Nothing.
    Nothing,
    /// A job that it will come back for.
    PutBack(Box<ActiveJob>),
    /// A job whose turn is over.
    TurnOver(Box<ActiveJob>, Box<Ledger>, TurnEnd),
    /// A job that a client changed.
    Changed(Box<ActiveJob>),
    /// New jobs.
    Submitted(Vec<Accounted>),
    /// Jobs that were noted as waiting for a job that is final.
    Wake {
        /// That job.
        on: JobId,
        /// Those that waited.
        jobs: Vec<JobId>,
    },
    /// So many jobs were archived: these.
    Archived(Vec<JobId>),
    /// The drain flag was set or removed.
    Drained(bool),
}

/// How a worker's turn with a job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TurnEnd {
    /// More opcodes are to run, or the locks could not be had: back to the ready queue.
    Again,
    /// It waits for this other job; the tracker knows.
    Waits(JobId),
    /// It is final.
    Final,
    /// The queue is shutting down: it stays as it is.
    Abandoned,
}

/// A worker takes up a job, inside the queue lock.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Turn {
    /// The job.
    pub job: Box<ActiveJob>,
    /// Its time ledger, up to date when this was sent.
    pub ledger: Box<Ledger>,
    /// The wait for the queue lock that is in it.
    pub queue_lock: Span,
}

/// A process is inside the queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Entered {
    /// The job wanted, if it is in memory.
    pub job: Option<Box<ActiveJob>>,
    /// The first of the ids wanted.
    pub first_id: u64,
    /// Unarchived jobs.
    pub size: u64,
    /// How many more the queue takes.
    pub room: u64,
    /// Whether the drain flag is set.
    pub drained: bool,
    /// Whether the queue is shutting down.
    pub shutting_down: bool,
    /// When the request arrived.
    pub arrived: Instant,
    /// When the lock was granted.
    pub granted: Instant,
    /// How the attempt to acquire locks ended that came before.
    pub locks: Option<LocksSettled>,
}
