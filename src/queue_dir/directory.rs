//! Opening a queue directory for writing.

use super::error::shown;
use super::layout::{DRAIN, LOCK, SERIAL, TEMPORARY_SUFFIX, VERSION};
use super::lock::QueueLock;
use super::reader::entry_names;
use super::{Durability, JobFiles, JobReader, QueueDirError, Replacer};
use crate::job::queue_files::{SerialFlaw, VERSION_CONTENT, parse_serial};
use crate::job::{Fault, FileOperation, JobId};
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// An open queue directory. Its lock is held until this is dropped.
#[derive(Debug)]
pub struct QueueDirectory {
    path: PathBuf,
    _lock: QueueLock,
}

/// What there was when the directory was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The last id handed out; 0 in a new queue.
    pub serial: JobId,
    /// The unarchived jobs, ascending.
    pub jobs: Vec<JobId>,
    /// Whether new jobs are to be refused.
    pub drained: bool,
}

impl QueueDirectory {
    /// Opens the queue in directory `path` and holds its lock. If there is no such directory, or it is empty,
    /// a new queue is made there.
    ///
    /// # Errors
    /// If another process holds the lock; if the directory is neither empty nor a queue; if the version is not
    /// 1, or the serial no number, too high, or lower than a job's; if the operating system refuses.
    pub fn open(path: &Path) -> Result<(Self, Found), QueueDirError> {
        match DirBuilder::new().mode(0o750).create(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(Fault::system(FileOperation::Create, path)(error).into());
            }
            _ => {}
        }
        refuse_foreign(path)?;
        let reader = JobReader::open(path)?;
        // Everything from here on happens under the lock, so that of two processes that make a queue, one does.
        let lock = QueueLock::take(reader.directory(), path)?;
        create_missing(&reader)?;
        check_version(&reader)?;
        let found = Found { serial: serial(&reader)?, jobs: reader.job_ids()?, drained: path.join(DRAIN).exists() };
        // With this, every folder of the archive is known to be one.
        let highest = found.jobs.last().copied().max(reader.highest_archived()?);
        match highest {
            Some(highest) if highest > found.serial => {
                Err(QueueDirError::SerialBehind { path: path.join(SERIAL), serial: found.serial, highest })
            }
            _ => Ok((Self { path: path.to_owned(), _lock: lock }, found)),
        }
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What a thread needs to read and write job files here; cheap to use, one for each thread. The directory
    /// must stay open while it is used.
    ///
    /// # Errors
    /// If the directory cannot be opened once more.
    pub fn job_files(&self) -> Result<JobFiles, Fault> {
        JobFiles::new(self)
    }
}

/// Refuses a directory that is no queue and holds something that a half-made queue would not.
fn refuse_foreign(path: &Path) -> Result<(), QueueDirError> {
    let mut names = entry_names(path)?;
    if names.iter().any(|name| name == VERSION) {
        return Ok(());
    }
    names.sort();
    let ours = |name: &str| matches!(name, LOCK | SERIAL | DRAIN) || name.ends_with(TEMPORARY_SUFFIX);
    match names.into_iter().find(|name| !ours(name)) {
        None => Ok(()),
        Some(entry) => Err(QueueDirError::NotAQueue { path: path.to_owned(), entry }),
    }
}

/// Makes a queue where there is none. The version comes last: it is what makes a directory a queue.
fn create_missing(reader: &JobReader) -> Result<(), QueueDirError> {
    let mut bytes = Vec::new();
    let mut replacer = None;
    for (name, content) in [(SERIAL, b"0\n".as_slice()), (VERSION, VERSION_CONTENT.as_bytes())] {
        if !reader.read_file(name, &mut bytes)? {
            let replacer = match &mut replacer {
                Some(replacer) => replacer,
                none => none.insert(Replacer::open(reader.path())?),
            };
            replacer.replace(name, content, Durability::FsyncDirectory)?;
        }
    }
    Ok(())
}

/// Refuses what is no queue, and a queue of another version.
pub(super) fn check_version(reader: &JobReader) -> Result<(), QueueDirError> {
    let mut bytes = Vec::new();
    if !reader.read_file(VERSION, &mut bytes)? {
        return Err(QueueDirError::NoVersion { path: reader.path().to_owned() });
    }
    if bytes == VERSION_CONTENT.as_bytes() {
        return Ok(());
    }
    Err(QueueDirError::Version { path: reader.path().join(VERSION), found: shown(&bytes) })
}

/// The last id handed out.
pub(super) fn serial(reader: &JobReader) -> Result<JobId, QueueDirError> {
    let mut bytes = Vec::new();
    let path = || reader.path().join(SERIAL);
    if !reader.read_file(SERIAL, &mut bytes)? {
        return Err(QueueDirError::NoSerial { path: path() });
    }
    parse_serial(&bytes).map_err(|flaw| match flaw {
        SerialFlaw::NoNumber => QueueDirError::Serial { path: path(), found: shown(&bytes) },
        SerialFlaw::NoIdsLeft(serial) => QueueDirError::NoIdsLeft { path: path(), serial },
    })
}
