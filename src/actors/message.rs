//! What actors tell each other.
//!
//! A request carries the process that asks; the answer says when the request arrived and when it was granted,
//! so that the asker can tell the time in mailboxes from the time of waiting.

use super::ActorId;
use super::ledger::{Account, Ledger};
use super::locks::{Acquire, Activity, LockRow, Mode};
pub use super::models::message::{Burst, Computed, CoresMessage, InterpreterMessage, PostMessage};
use super::request::{Accounted, ActiveJob, Call, Reply};
use crate::job::{Job, JobId, Status};
use crate::units::{Instant, Span};

/// Any message of the system, by who receives it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Message {
    /// For the load generator.
    Load(LoadMessage),
    /// For the queue.
    Queue(QueueMessage),
    /// For a worker, a request thread or the opener.
    Process(ProcessMessage),
    /// For the dependency tracker.
    Tracker(TrackerMessage),
    /// For the lock manager.
    Locks(LocksMessage),
    /// For a disk.
    Disk(DiskMessage),
    /// For the watcher.
    Watcher(WatcherMessage),
    /// For modelled cores.
    Cores(CoresMessage),
    /// For a modelled interpreter lock.
    Interpreter(InterpreterMessage),
    /// For the modelled post.
    Post(PostMessage),
    /// For a model that asked for it: the computing is done.
    Computed(Computed),
}

/// For the load generator.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LoadMessage {
    /// The queue is open: begin.
    Begin,
    /// The next call is due.
    Due,
    /// A closed client has thought enough.
    Thought {
        /// Number of the call that it makes now.
        call: usize,
    },
    /// A request thread has an answer, and is free again.
    Replied {
        /// The thread.
        thread: ActorId,
        /// Number of the call.
        call: usize,
        /// The answer.
        reply: Reply,
    },
    /// A job of the load is final.
    JobEnded {
        /// Its id.
        id: JobId,
        /// Its place among the jobs of the load.
        submission: u32,
        /// Number of its workload class.
        class: u16,
    },
    /// End the load early: no more calls; the run is over when nothing runs any more.
    Stop,
    /// After a stop: no opcode is running any more.
    Idle,
}

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
    /// Jobs whose dependency is final.
    Wake(Vec<JobId>),
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
    /// It waits for another job; the tracker knows.
    Waits,
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

/// For a worker, a request thread or the opener.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ProcessMessage {
    /// For a request thread: answer this call.
    Call {
        /// Its number.
        number: usize,
        /// When it was due.
        due: Instant,
        /// When it was handed to this thread.
        sent: Instant,
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
    /// A watched file changed.
    FileChanged {
        /// The job whose file it is.
        job: JobId,
    },
}

/// An attempt to acquire locks is over: all are held, or the time is over and none is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LocksSettled {
    /// Which of the two.
    pub outcome: LocksOutcome,
    /// When the request arrived.
    pub arrived: Instant,
    /// When it was settled.
    pub settled: Instant,
}

/// How an attempt to acquire locks ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LocksOutcome {
    /// All are held.
    Acquired,
    /// Not within the timeout; none is held.
    TimedOut,
}

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

/// For a disk.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DiskMessage {
    /// Carry this out.
    Request {
        /// Who asks.
        process: ActorId,
        /// What.
        operation: Operation,
    },
    /// For modelled disks: the device is done with an operation.
    ServiceOver {
        /// Its number.
        ticket: u64,
    },
    /// For modelled disks: an operation has waited as long as it had to.
    TimeOver {
        /// Its number.
        ticket: u64,
    },
}

/// Why a job file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WriteCause {
    /// It is new.
    Submit,
    /// A worker's turn.
    Processor,
    /// An opcode begins to run.
    Start,
    /// An opcode logged something. Such writes are not replicated.
    Feedback,
    /// A client changed the job.
    Modify,
    /// The queue was opened after a crash.
    Restart,
}

/// How much of a job file is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Depth {
    /// Everything; the job is built, and its status computed.
    Full,
    /// The statuses alone.
    StatusOnly,
    /// Everything, and the job itself is wanted.
    Document,
}

/// A file operation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Look at the directory: versions, serial, drain flag, job ids.
    Open,
    /// Write a job's file.
    WriteJob(Box<ActiveJob>, WriteCause),
    /// Write the serial file.
    WriteSerial(u64),
    /// Read a job's file, from the queue or else the archive.
    ReadJob(JobId, Depth),
    /// Move job files to the archive.
    Archive(Vec<JobId>),
    /// Set or remove the drain flag.
    Drain(bool),
    /// List the unarchived jobs.
    List,
    /// Somebody else writes a file.
    WriteForeign(String, String),
}

/// A file operation is done.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DiskDone {
    /// What came of it.
    pub outcome: Outcome,
    /// When work on it began.
    pub began: Instant,
    /// What it was made of. The rest of the time went into waiting for the disk or for a core.
    pub steps: Steps,
    /// Bytes read or written.
    pub bytes: u64,
}

impl DiskDone {
    /// Charges the operation, whose answer arrived at `now`, part by part.
    pub fn charge(&self, ledger: &mut Ledger, now: Instant) {
        let Steps { disk, core, interpreter_lock, encode, write, fsync, rename, read, parse, build } = self.steps;
        ledger.charge(Account::Mailbox, self.began.min(now));
        for (account, span) in [
            (Account::Core, core),
            (Account::InterpreterLock, interpreter_lock),
            (Account::Disk, disk),
            (Account::Read, read),
            (Account::Parse, parse),
            (Account::Build, build),
            (Account::Encode, encode),
            (Account::Write, write),
            (Account::Fsync, fsync),
            (Account::Rename, rename),
        ] {
            ledger.charge_span(account, span, now);
        }
        ledger.charge(Account::Mailbox, now);
    }
}

/// What a file operation was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Steps {
    /// Waiting for the disk (modelled disks only).
    pub disk: Span,
    /// Waiting for a core (modelled cores only).
    pub core: Span,
    /// Waiting for the interpreter lock (modelled only).
    pub interpreter_lock: Span,
    /// Turning the job into bytes.
    pub encode: Span,
    /// Creating, writing and closing.
    pub write: Span,
    /// Syncing.
    pub fsync: Span,
    /// Renaming.
    pub rename: Span,
    /// Reading.
    pub read: Span,
    /// Parsing.
    pub parse: Span,
    /// Building.
    pub build: Span,
}

/// What came of a file operation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The directory, or why it cannot be opened.
    Opened(Result<Directory, String>),
    /// The job was written.
    WroteJob(Box<ActiveJob>),
    /// Done.
    Done,
    /// A job was read.
    Read(Read),
    /// Jobs that were moved.
    Archived(Vec<JobId>),
    /// Unarchived jobs, ascending.
    Listed(Vec<JobId>),
    /// It failed: a fault of the environment, which ends the run.
    Failed(String),
}

/// A queue directory as it is found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Directory {
    /// The last id handed out.
    pub serial: u64,
    /// Whether the drain flag is set.
    pub drained: bool,
    /// Unarchived jobs, ascending.
    pub jobs: Vec<JobId>,
}

/// A job as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Read {
    /// There is no such file.
    Missing,
    /// There is, but it cannot be understood.
    Unreadable(String),
    /// Its status.
    Status(Status),
    /// All of it; `archived` tells where it was.
    Document {
        /// The job.
        job: Box<Job>,
        /// Whether it was in the archive.
        archived: bool,
    },
}

/// For the watcher.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum WatcherMessage {
    /// Tell `process` when the file of `job` changes.
    Watch {
        /// Who wants to know.
        process: ActorId,
        /// Whose file.
        job: JobId,
    },
    /// Tell it no more.
    Unwatch {
        /// Who knows enough.
        process: ActorId,
    },
    /// A job file was replaced.
    FileChanged {
        /// Whose.
        job: JobId,
    },
}
