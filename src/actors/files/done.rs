//! What came of a file operation, and what it was made of.

use crate::actors::accounting::ledger::{Account, Ledger};
use crate::actors::impossible::impossible;
use crate::actors::queue::active_job::ActiveJob;
use crate::job::{Fault, Job, JobId, Status};
use crate::units::{Instant, Span};

/// A file operation is done.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DiskDone {
    /// What came of it.
    pub outcome: FileOutcome,
    /// When work on it began.
    pub began: Instant,
    /// What it was made of. The rest of the time went into waiting for the disk or for a core.
    pub steps: FileTimes,
    /// Bytes read or written.
    pub bytes: u64,
}

impl DiskDone {
    /// Charges the operation, whose answer arrived at `now`, part by part.
    pub fn charge(&self, ledger: &mut Ledger, now: Instant) {
        let FileTimes { disk, core, interpreter_lock, encode, write, fsync, rename, read, parse, build } = self.steps;
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
pub struct FileTimes {
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

impl FileTimes {
    /// Each of them so many thousandths of it.
    #[must_use]
    pub(in crate::actors) fn stretched(self, thousandths: u32) -> Self {
        let Self { disk, core, interpreter_lock, encode, write, fsync, rename, read, parse, build } = self;
        let all = [disk, core, interpreter_lock, encode, write, fsync, rename, read, parse, build];
        let [disk, core, interpreter_lock, encode, write, fsync, rename, read, parse, build] =
            all.map(|span| span.stretched(thousandths));
        Self { disk, core, interpreter_lock, encode, write, fsync, rename, read, parse, build }
    }
}

/// What came of a file operation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FileOutcome {
    /// The directory, or why it cannot be opened.
    Opened(Result<FoundQueue, Fault>),
    /// The job was written.
    WroteJob(Box<ActiveJob>),
    /// Done.
    Done,
    /// A job was read.
    Read(JobRead),
    /// Jobs that were moved.
    Archived(Vec<JobId>),
    /// Unarchived jobs, ascending.
    Listed(Vec<JobId>),
    /// It failed: a fault of the environment, which ends the run.
    Failed(Fault),
}

/// A queue directory as it is found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FoundQueue {
    /// The last id handed out.
    pub serial: u64,
    /// Whether the drain flag is set.
    pub drained: bool,
    /// Unarchived jobs, ascending.
    pub jobs: Vec<JobId>,
}

/// A job that was found, whole.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::actors) struct FoundJob {
    /// The job.
    pub(in crate::actors) job: Box<Job>,
    /// Whether it was in the archive.
    pub(in crate::actors) archived: bool,
}

impl FoundJob {
    /// What was read when a whole job was wanted; none if it is missing or cannot be read.
    pub(in crate::actors) fn of(read: JobRead) -> Option<Self> {
        match read {
            JobRead::Document { job, archived } => Some(Self { job, archived }),
            JobRead::Missing | JobRead::Unreadable(_) => None,
            JobRead::Status(_) => impossible(&"a process that wants the job itself", &read),
        }
    }
}

/// A job as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum JobRead {
    /// There is no such file.
    Missing,
    /// There is, but it cannot be read, or holds no job ([`FaultSource::Content`](crate::job::FaultSource::Content)).
    Unreadable(Fault),
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
