//! What was done to files for a job.

use crate::job::{Durability, Status};

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

/// File operations made for one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FileTally {
    /// Times its file was written.
    pub writes: u32,
    /// Of these, after a log message.
    pub feedback_writes: u32,
    /// Bytes written.
    pub bytes_written: u64,
    /// Times its dependencies' files were read.
    pub reads: u32,
    /// Bytes read.
    pub bytes_read: u64,
    /// Syncs of files and directories.
    pub fsyncs: u32,
    /// Renames.
    pub renames: u32,
    /// Of the files read, those that were parsed, in whole or in part.
    pub parses: u32,
    /// Changes of the job's status from one write of its file to the next.
    pub transitions: u32,
    /// The status that its file holds; none before this queue has written it.
    pub on_disk: Option<Status>,
}

impl FileTally {
    /// Counts one write of the job's file, which has this status now.
    pub fn count_write(&mut self, cause: WriteCause, bytes: u64, durability: Durability, status: Status) {
        self.writes += 1;
        self.feedback_writes += u32::from(cause == WriteCause::Feedback);
        self.bytes_written += bytes;
        self.renames += 1;
        self.fsyncs += match durability {
            Durability::RenameOnly => 0,
            Durability::Fsync => 1,
            Durability::FsyncDirectory => 2,
        };
        let before = self.on_disk.replace(status);
        self.transitions += u32::from(before.is_some_and(|before| before != status));
    }
}
