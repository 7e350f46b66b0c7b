//! What actors report to whoever measures.

use super::ledger::Ledger;
use crate::actors::clients::call::Reply;
use crate::actors::files::tally::FileTally;
use crate::actors::files::tally::WriteCause;
use crate::actors::locks::grant::{Grant, Release};
use crate::actors::queue::active_job::ActiveJob;
use crate::job::{Fault, Job, JobId, Status};
use crate::units::{Instant, Span};

/// The locks that are told apart in a profile; opcode locks are summed up by level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LockKind {
    /// Around all queue state.
    Queue,
    /// The dependency tracker's own.
    Dependency,
    /// The big cluster lock.
    Cluster,
    /// All instance locks.
    Instance,
    /// All node locks.
    Node,
}

impl LockKind {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 5] = [Self::Queue, Self::Dependency, Self::Cluster, Self::Instance, Self::Node];

    /// The name in reports and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queue => "queue lock",
            Self::Dependency => "dependency lock",
            Self::Cluster => "cluster lock",
            Self::Instance => "instance locks",
            Self::Node => "node locks",
        }
    }
}

/// A job at its end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JobRow {
    /// Its number.
    pub id: JobId,
    /// Its place among the jobs of the load, if the load submitted it.
    pub submission: Option<u32>,
    /// Number of its workload class.
    pub class: u16,
    /// When it was due to arrive.
    pub due: Instant,
    /// When its first opcode began to run, if one did.
    pub started: Option<Instant>,
    /// When its last write was done: its end.
    pub finished: Instant,
    /// How it ended.
    pub status: Status,
    /// Where the time from `due` to `finished` went.
    pub ledger: Ledger,
    /// What was done to files for it.
    pub tally: FileTally,
    /// Lock attempts that failed.
    pub failed_attempts: u32,
    /// Times that its priority was raised because locks could not be had.
    pub raises: u32,
    /// Times that an opcode began to run which had run before: must be nothing.
    pub runs_again: u32,
    /// Dependency checks made.
    pub checks: u32,
    /// Its opcodes.
    pub opcodes: u32,
    /// Messages that they logged.
    pub messages: u32,
}

impl JobRow {
    /// The row of `job`, which is final since `now`.
    #[must_use]
    pub fn of(job: &ActiveJob, ledger: &Ledger, now: Instant) -> Self {
        Self {
            id: job.document.id,
            submission: job.submission,
            class: job.class,
            due: job.due,
            started: job.started,
            finished: now,
            status: job.document.status(),
            ledger: ledger.clone(),
            tally: job.tally,
            failed_attempts: job.failed_attempts,
            raises: job.raises,
            runs_again: job.runs_again,
            checks: job.checks,
            opcodes: counted(job.document.opcodes.len()),
            messages: counted(job.document.opcodes.iter().map(|opcode| opcode.log.len()).sum()),
        }
    }
}

/// Of what a job has; a file holds no more.
fn counted(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// What a dependency check led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Go on with the next dependency.
    Continue,
    /// Wait until it is final.
    Wait,
    /// It was canceled, and so is this job.
    Cancel,
    /// It ended otherwise than wanted.
    WrongStatus,
    /// It cannot be looked up, or is the job itself.
    Error,
}

/// One check of one dependency, and what it cost.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DependencyCheck {
    /// The job that depends.
    pub job: JobId,
    /// Its place among the jobs of the load, if the load submitted it.
    pub submission: Option<u32>,
    /// Number of its workload class.
    pub class: u16,
    /// The job depended on.
    pub on: JobId,
    /// When the check began.
    pub began: Instant,
    /// When its outcome was known.
    pub ended: Instant,
    /// The wait for the queue lock before this turn of the worker; zero for all but the turn's first check.
    pub queue_lock: Span,
    /// The wait for the tracker's lock.
    pub dependency_lock: Span,
    /// Reading its file; nothing if memory knew its status.
    pub read: Span,
    /// Parsing it.
    pub parse: Span,
    /// Building the job.
    pub build: Span,
    /// When the reading, parsing and building began and ended; none if nothing was read.
    pub reading: Option<(Instant, Instant)>,
    /// Size of the file.
    pub bytes: u64,
    /// What it led to.
    pub verdict: Verdict,
    /// The same in words; only when tracing.
    pub message: String,
    /// The statuses wanted, `success, error`; only when tracing.
    pub wanted: String,
}

/// A detail that only traces have.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Trace {
    /// A job file was written.
    Wrote {
        /// The job as written.
        job: Box<Job>,
        /// Why.
        cause: WriteCause,
    },
    /// The serial file was written with this number.
    WroteSerial(u64),
    /// Files were archived, in one go.
    Archived(Vec<JobId>),
    /// An opcode began to run.
    OpcodeStarted(JobId, usize),
    /// An opcode that ran has ended.
    OpcodeEnded(JobId, usize, Status),
    /// A call of the load was answered.
    Replied {
        /// Number of the call.
        call: usize,
        /// The answer.
        reply: Reply,
    },
}

/// Jobs that a queue held when it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FoundJobs {
    /// Unarchived jobs that could be read.
    pub readable: u64,
    /// Of these, not final: they go on beside the load.
    pub unfinished: u64,
    /// Jobs whose files hold none, moved to the archive.
    pub set_aside: Vec<JobId>,
}

/// What actors report.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Observation {
    /// The queue directory held jobs when the queue was opened.
    JobsFound(Box<FoundJobs>),
    /// The queue is open and the load begins: from here on the record counts.
    LoadBegan,
    /// A job is final.
    JobFinished(Box<JobRow>),
    /// A dependency was checked.
    DependencyChecked(Box<DependencyCheck>),
    /// A lock was granted.
    LockGranted {
        /// Which.
        lock: LockKind,
        /// To whom, and after what wait.
        grant: Grant,
    },
    /// A lock was given back.
    LockReleased {
        /// Which.
        lock: LockKind,
        /// By whom, and after how long.
        release: Release,
    },
    /// A client's call was answered.
    CallAnswered {
        /// What was asked.
        call: &'static str,
        /// From the due time of the call to its answer.
        took: Span,
        /// True if the queue refused it.
        refused: bool,
    },
    /// A detail, reported only when traces are wanted.
    Trace(Box<Trace>),
    /// The queue directory cannot be opened, or a file operation failed: the run is over.
    Fault(Box<Fault>),
}
