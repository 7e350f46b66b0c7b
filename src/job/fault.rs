//! Faults of the environment: what the operating system refused, as a plain value that messages and records carry.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// What was to be done with a file or directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileOperation {
    /// Open it.
    Open,
    /// Create it.
    Create,
    /// Ask for its kind and size.
    Inspect,
    /// Read it.
    Read,
    /// Write its content.
    Write,
    /// Wait until it is on disk.
    Sync,
    /// Give it its name.
    Rename,
    /// Move it to the archive.
    Archive,
    /// Remove it.
    Remove,
    /// List what is in it.
    List,
    /// Take its lock.
    Lock,
}

/// Why it could not be done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultSource {
    /// The operating system refused.
    System {
        /// The kind of error.
        kind: io::ErrorKind,
        /// Its number, if it has one.
        errno: Option<i32>,
        /// What the system says.
        text: String,
    },
    /// A device, folder, link or pipe is where a file belongs.
    NotAFile,
    /// A file or link is where a folder belongs.
    NotAFolder,
    /// It is larger than anything that is read.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The queue directory was removed while it was in use.
    DirectoryRemoved,
    /// The archive has a file of this job already, which nothing overwrites.
    AlreadyArchived,
    /// It does not hold what it must.
    Content(String),
}

/// A file operation that failed. It is expected to happen: a fault ends a run, or one job, and never the program.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[error("{}: cannot {operation}: {source}", path.display())]
pub struct Fault {
    /// What was to be done.
    pub operation: FileOperation,
    /// With which file or directory.
    pub path: PathBuf,
    /// Why it could not be.
    #[source]
    pub source: FaultSource,
}

impl Fault {
    /// A fault that is none of the operating system's.
    #[must_use]
    pub fn new(operation: FileOperation, path: impl Into<PathBuf>, source: FaultSource) -> Self {
        Self { operation, path: path.into(), source }
    }

    /// For `map_err`: the operating system refused `operation` on `path`.
    pub fn system<E: Into<io::Error>>(operation: FileOperation, path: &Path) -> impl FnOnce(E) -> Self {
        move |error| {
            let error = error.into();
            let source =
                FaultSource::System { kind: error.kind(), errno: error.raw_os_error(), text: error.to_string() };
            Self { operation, path: path.to_owned(), source }
        }
    }

    /// Whether the process or the system has no file descriptor left.
    #[must_use]
    pub const fn is_out_of_descriptors(&self) -> bool {
        // The standard library has no kind for these errors of Linux.
        const ENFILE: i32 = 23;
        const EMFILE: i32 = 24;
        matches!(self.source, FaultSource::System { errno: Some(ENFILE | EMFILE), .. })
    }
}

impl fmt::Display for FileOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Create => "create",
            Self::Inspect => "inspect",
            Self::Read => "read",
            Self::Write => "write",
            Self::Sync => "fsync",
            Self::Rename => "rename",
            Self::Archive => "archive",
            Self::Remove => "remove",
            Self::List => "list",
            Self::Lock => "lock",
        })
    }
}

impl fmt::Display for FaultSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System { text, .. } | Self::Content(text) => f.write_str(text),
            Self::NotAFile => f.write_str("not a regular file; move it out of the queue directory"),
            Self::NotAFolder => f.write_str("not a folder; move it out of the queue directory"),
            Self::TooLarge { limit } => write!(f, "more than {limit} bytes, the most that is read of a job file"),
            Self::DirectoryRemoved => f.write_str("the queue directory was removed while the queue was open"),
            Self::AlreadyArchived => f.write_str(
                "the archive has a file of this job, too; keep the one that is final, and move the other elsewhere",
            ),
        }
    }
}

impl std::error::Error for FaultSource {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_says_with_which_file_what_failed_and_why() {
        let fault = Fault::system(FileOperation::Write, Path::new("q/job-7"))(io::Error::from_raw_os_error(28));
        assert_eq!(fault.to_string(), "q/job-7: cannot write: No space left on device (os error 28)");
        assert!(matches!(fault.source, FaultSource::System { kind: io::ErrorKind::StorageFull, errno: Some(28), .. }));
        assert!(!fault.is_out_of_descriptors());
        let fault = Fault::system(FileOperation::Open, Path::new("q"))(io::Error::from_raw_os_error(24));
        assert!(fault.is_out_of_descriptors());
    }
}
