//! What can be wrong with a queue directory. Each message names the file, and says how to mend it where
//! that is not plain.

use super::Printable;
use crate::job::file_format::FormatError;
use crate::job::queue_files::SERIAL_MAX;
use crate::job::{Fault, JobId};
use std::path::PathBuf;

/// Why a queue directory, or a file in it, cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum QueueDirError {
    /// A file or the directory itself cannot be used.
    #[error(transparent)]
    File(#[from] Fault),
    /// Another process, or another part of this one, holds the directory's lock.
    #[error("{}: the queue is in use; end the process that holds this lock, or take another directory", path.display())]
    Held {
        /// The lock file.
        path: PathBuf,
    },
    /// Opening would put a queue among files that are none of its own.
    #[error(
        "{}: neither empty nor a queue (it holds `{}` and no `version`); name an empty or new directory",
        path.display(), Printable(entry)
    )]
    NotAQueue {
        /// The directory.
        path: PathBuf,
        /// Something in it.
        entry: String,
    },
    /// There is nothing that makes this directory a queue.
    #[error("{}: no queue: it has no file `version`; name a queue directory", path.display())]
    NoVersion {
        /// The directory.
        path: PathBuf,
    },
    /// The version file does not say 1.
    #[error("{}: expected `1` and a newline, found {found}; only queues of version 1 can be opened", path.display())]
    Version {
        /// The version file.
        path: PathBuf,
        /// Its content, shortened.
        found: String,
    },
    /// There is no serial file.
    #[error("{}: missing; write the highest job id there, in decimal digits, and a newline", path.display())]
    NoSerial {
        /// Where it belongs.
        path: PathBuf,
    },
    /// The serial file holds no number.
    #[error(
        "{}: expected the id of the last job in decimal digits and a newline, found {found}; write the highest job id there",
        path.display()
    )]
    Serial {
        /// The serial file.
        path: PathBuf,
        /// Its content, shortened.
        found: String,
    },
    /// New jobs would soon need ids that there are none of.
    #[error(
        "{}: the serial is {serial}, which leaves too few ids for new jobs: the highest that opens is {SERIAL_MAX}; move the queue's jobs into a new queue",
        path.display()
    )]
    NoIdsLeft {
        /// The serial file.
        path: PathBuf,
        /// What it says.
        serial: JobId,
    },
    /// New jobs would overwrite old ones.
    #[error(
        "{}: the serial is {serial}, but there is a job {highest}; write {highest} there, or new jobs would overwrite old ones",
        path.display()
    )]
    SerialBehind {
        /// The serial file.
        path: PathBuf,
        /// What it says.
        serial: JobId,
        /// The highest job id in the queue or its archive.
        highest: JobId,
    },
    /// The file holds no job.
    #[error("{}: {source}", path.display())]
    Format {
        /// The job file.
        path: PathBuf,
        /// What is wrong with it.
        source: FormatError,
    },
    /// No job of this number is in the queue or the archive.
    #[error("{}: no job {id} in the queue or its archive", path.display())]
    NoJob {
        /// The queue directory.
        path: PathBuf,
        /// The number asked for.
        id: JobId,
    },
}

/// Content of a small file, in an error: quoted, and cut if it is long.
pub(super) fn shown(content: &[u8]) -> String {
    match content {
        [] => "nothing".to_owned(),
        _ => {
            let text: String = String::from_utf8_lossy(content).chars().take(40).collect();
            format!("{text:?}")
        }
    }
}
