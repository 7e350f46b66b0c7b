//! What can be wrong with a queue directory. Each message names the file, and says how to mend it where
//! that is not plain.

use crate::job::JobId;
use crate::job::file_format::FormatError;
use std::io;
use std::path::{Path, PathBuf};

/// Why a queue directory, or a file in it, cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum QueueDirError {
    /// The operating system refused.
    #[error("{}: cannot {doing}: {source}", path.display())]
    Io {
        /// What was touched.
        path: PathBuf,
        /// What was meant to be done, as a verb: `write`.
        doing: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// Another process, or another part of this one, holds the directory's lock.
    #[error("{}: the queue is in use; end the process that holds this lock, or take another directory", path.display())]
    Held {
        /// The lock file.
        path: PathBuf,
    },
    /// Opening would put a queue among files that are none of its own.
    #[error(
        "{}: neither empty nor a queue (it holds `{entry}` and no `version`); name an empty or new directory",
        path.display()
    )]
    NotAQueue {
        /// The directory.
        path: PathBuf,
        /// Something in it.
        entry: String,
    },
    /// The version file does not say 1.
    #[error("{}: expected `1` and a newline, found {found}; only queues of version 1 can be opened", path.display())]
    Version {
        /// The version file.
        path: PathBuf,
        /// Its content, shortened.
        found: String,
    },
    /// The serial file holds no number.
    #[error(
        "{}: expected the id of the last job in decimal digits, found {found}; write the highest job id there",
        path.display()
    )]
    Serial {
        /// The serial file.
        path: PathBuf,
        /// Its content, shortened.
        found: String,
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
    /// A device, folder, link or pipe where a file belongs.
    #[error("{}: not a regular file; move it out of the queue directory", path.display())]
    NotAFile {
        /// What was to be read.
        path: PathBuf,
    },
    /// More bytes than are ever read.
    #[error("{}: more than {limit} bytes, the most that is read of a job file", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit.
        limit: usize,
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

impl QueueDirError {
    /// For `map_err`: the operating system refused to do `doing` with `path`.
    pub(super) fn io<E: Into<io::Error>>(path: &Path, doing: &'static str) -> impl FnOnce(E) -> Self {
        move |source| Self::Io { path: path.to_owned(), doing, source: source.into() }
    }
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
