//! What disks and the watcher of files are told.

use super::operation::Operation;
use crate::actors::actor::ActorId;
use crate::job::JobId;

/// For a disk: carry this out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DiskMessage {
    /// Who asks, and will be told.
    pub process: ActorId,
    /// What.
    pub operation: Operation,
}

/// For the watcher.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum WatcherMessage {
    /// Tell `process` when the file of `job` changes, and first that it will be told.
    Watch {
        /// Who wants to know.
        process: ActorId,
        /// The number that it gives its watch.
        watch: u64,
        /// Whose file.
        job: JobId,
    },
    /// Tell it no more.
    Unwatch {
        /// Who knows enough.
        process: ActorId,
        /// Of which job.
        job: JobId,
    },
    /// A job file was replaced.
    FileChanged {
        /// Whose.
        job: JobId,
    },
    /// News was lost: any file may have been replaced.
    AnyFileMayHaveChanged,
}
