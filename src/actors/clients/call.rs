//! What clients ask the queue to do, and what they are answered.

use super::request::JobRequest;
use crate::actors::locks::monitor::LockRow;
use crate::job::{ChangeReply, JobId};
use crate::units::Span;
use serde_json::Value;

/// A client's call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Call {
    /// Submit one job.
    Submit(JobRequest),
    /// Submit several at once.
    SubmitMany(Vec<JobRequest>),
    /// Cancel a job.
    Cancel(JobId),
    /// Change the priority of a job's pending opcodes.
    ChangePriority(JobId, i64),
    /// Archive a job.
    Archive(JobId),
    /// Archive all jobs that ended longer ago than this; none: all that are final.
    ArchiveOlderThan(Option<Span>),
    /// Set or remove the drain flag.
    Drain(bool),
    /// Read fields of jobs.
    Query {
        /// Which; none: all that are in the queue.
        jobs: Option<Vec<JobId>>,
        /// Names of the fields.
        fields: Vec<String>,
    },
    /// Wait until fields of a job or its log change.
    WaitForChange(Box<Watch>),
    /// How many unarchived jobs are there?
    QueueSize,
    /// The lock monitor.
    Locks,
    /// Take no more jobs, start no more opcodes.
    PrepareShutdown,
    /// Not a client: somebody writes a file into the queue directory.
    WriteFile(String, String),
}

/// What a client that watches a job has seen, and how long it waits for more.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Watch {
    /// The job.
    pub job: JobId,
    /// Fields that it looks at.
    pub fields: Vec<String>,
    /// Their values as last seen; none if never.
    pub seen: Option<Vec<Value>>,
    /// Serial of the last log entry seen.
    pub log_serial: u64,
    /// How long it waits.
    pub timeout: Span,
}

/// The answer to a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reply {
    /// The job's id.
    Submitted(JobId),
    /// For each job its id, or why it was refused.
    SubmittedMany(Vec<Result<JobId, String>>),
    /// What became of a cancel or a change of priority.
    Changed(ChangeReply),
    /// Whether the job was archived.
    Archived(bool),
    /// What archiving by age did.
    ArchivedMany {
        /// Jobs archived.
        archived: u64,
        /// Jobs left to look at.
        left: u64,
    },
    /// For each job the fields asked for; none if there is no such job, or its file cannot be read.
    Rows(Vec<Option<Vec<Value>>>),
    /// A watched job, which changed or will not.
    Watched {
        /// The fields looked at.
        fields: Vec<Value>,
        /// Log entries newer than the last seen.
        log: Vec<Value>,
    },
    /// Nothing changed in time.
    NotChanged,
    /// The watched job does not exist.
    JobLost,
    /// Unarchived jobs.
    Size(u64),
    /// The lock monitor.
    Locks(Vec<LockRow>),
    /// Whether opcodes are still running.
    ShutdownPrepared(bool),
    /// Done.
    Done,
    /// The call was refused.
    Refused(String),
}

impl Call {
    /// Its name in reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Submit(_) => "submit",
            Self::SubmitMany(_) => "submit many",
            Self::Cancel(_) => "cancel",
            Self::ChangePriority(..) => "change priority",
            Self::Archive(_) | Self::ArchiveOlderThan(_) => "archive",
            Self::Drain(_) => "drain",
            Self::Query { .. } => "query",
            Self::WaitForChange(_) => "watch",
            Self::QueueSize => "queue size",
            Self::Locks => "lock monitor",
            Self::PrepareShutdown => "prepare shutdown",
            Self::WriteFile(..) => "write file",
        }
    }

    /// The jobs that it submits.
    #[must_use]
    pub fn requests(&self) -> &[JobRequest] {
        match self {
            Self::Submit(request) => std::slice::from_ref(request),
            Self::SubmitMany(requests) => requests,
            _ => &[],
        }
    }

    /// The same, to be changed.
    pub fn requests_mut(&mut self) -> &mut [JobRequest] {
        match self {
            Self::Submit(request) => std::slice::from_mut(request),
            Self::SubmitMany(requests) => requests,
            _ => &mut [],
        }
    }

    /// Whether it reads whole jobs from their files; all others are content with the status.
    #[must_use]
    pub const fn reads_documents(&self) -> bool {
        match self {
            Self::Cancel(_)
            | Self::ChangePriority(..)
            | Self::Archive(_)
            | Self::ArchiveOlderThan(_)
            | Self::Query { .. }
            | Self::WaitForChange(_) => true,
            Self::Submit(_)
            | Self::SubmitMany(_)
            | Self::Drain(_)
            | Self::QueueSize
            | Self::Locks
            | Self::PrepareShutdown
            | Self::WriteFile(..) => false,
        }
    }
}
