//! Replacing a file as a whole: a temporary is written, made durable and renamed over the target.
//!
//! A reader sees the old content or the new, never a part; after a crash there may be a temporary left over,
//! whose name ends with `.new`. This is the one place of the queue directory that reads a clock, because what
//! each part takes is what the live runtime measures.

use super::layout::TEMPORARY_SUFFIX;
use super::reader::{is_removed, open_directory};
use crate::job::{Durability, Fault, FaultSource, FileOperation};
use crate::units::Span;
use rustix::fs::{AtFlags, Mode, OFlags, fchmod, fstat, fsync, openat, renameat, unlinkat};
use rustix::io::retry_on_intr;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

/// How long the parts of one replacement took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReplaceSpans {
    /// Creating the temporary and handing it the bytes.
    pub write: Span,
    /// Waiting for the content to be on disk.
    pub fsync: Span,
    /// Renaming it over the target, and closing it.
    pub rename: Span,
    /// Waiting for the name to be on disk.
    pub directory_fsync: Span,
}

/// Replaces files of one directory, for one thread. It holds the directory open, so that no path is walked.
#[derive(Debug)]
pub struct Replacer {
    directory: OwnedFd,
    path: PathBuf,
    /// Tells its temporaries from those of other replacers.
    number: u32,
    /// Name of the temporary, kept so that no replacement allocates.
    temporary: String,
    /// Whether the process's umask takes bits from [`MODE`]; unknown before the first file.
    masked: Option<bool>,
}

/// Owner writes, group reads.
const MODE: u32 = 0o640;

impl Replacer {
    /// For the files of directory `path`, which must exist.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let directory = open_directory(path)?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Ok(Self { directory, path: path.to_owned(), number, temporary: String::new(), masked: None })
    }

    /// Makes `content` the content of the file `name` of the directory, whether it exists or not.
    ///
    /// # Errors
    /// If the operating system refuses a step. The file then still has its old content, and the temporary
    /// is gone if it could be removed; but if it is the directory that could not be made durable, the new
    /// content is there already.
    pub fn replace(&mut self, name: &str, content: &[u8], durability: Durability) -> Result<ReplaceSpans, Fault> {
        let [began, written, synced, renamed, named] = self.replace_timed(name, content, durability, Instant::now)?;
        Ok(ReplaceSpans {
            write: between(began, written),
            fsync: between(written, synced),
            rename: between(synced, renamed),
            directory_fsync: between(renamed, named),
        })
    }

    /// The same, timed by a clock of the caller's: its readings at the start, and when the file is written, synced,
    /// renamed, and its name synced. A step that is left out takes the reading of the one before.
    ///
    /// # Errors
    /// As [`Self::replace`].
    pub fn replace_timed<M: Copy>(
        &mut self,
        name: &str,
        content: &[u8],
        durability: Durability,
        read_clock: impl Fn() -> M,
    ) -> Result<[M; 5], Fault> {
        self.temporary.clear();
        // Writing to a String cannot fail.
        let _ = write!(self.temporary, "{name}-{}{TEMPORARY_SUFFIX}", self.number);
        let began = read_clock();
        let file = self.create(content).map_err(|error| self.give_up(error))?;
        let written = read_clock();
        let synced = if durability == Durability::RenameOnly {
            written
        } else {
            retry_on_intr(|| fsync(&file)).map_err(|error| self.give_up(self.fault(FileOperation::Sync, error)))?;
            read_clock()
        };
        renameat(&self.directory, &self.temporary, &self.directory, name)
            .map_err(|error| self.give_up(self.fault(FileOperation::Rename, error)))?;
        drop(file);
        let renamed = read_clock();
        let mut named = renamed;
        if durability == Durability::FsyncDirectory {
            retry_on_intr(|| fsync(&self.directory)).map_err(Fault::system(FileOperation::Sync, &self.path))?;
            named = read_clock();
        }
        Ok([began, written, synced, renamed, named])
    }

    /// Creates the temporary with its content. One that a crash left under the same name is overwritten: the
    /// directory's lock says that nobody else is at it.
    fn create(&mut self, content: &[u8]) -> Result<File, Fault> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(&self.directory, &self.temporary, flags, Mode::from_raw_mode(MODE))
            .map_err(|error| self.fault(FileOperation::Create, error))?;
        if self.masked.is_none() {
            let status = fstat(&file).map_err(|error| self.fault(FileOperation::Inspect, error))?;
            self.masked = Some(status.st_mode & 0o777 != MODE);
        }
        if self.masked == Some(true) {
            fchmod(&file, Mode::from_raw_mode(MODE)).map_err(|error| self.fault(FileOperation::Create, error))?;
        }
        let mut file = File::from(file);
        file.write_all(content).map_err(|error| self.fault(FileOperation::Write, error))?;
        Ok(file)
    }

    fn fault(&self, operation: FileOperation, error: impl Into<io::Error>) -> Fault {
        let path = self.path.join(&self.temporary);
        match error.into() {
            error if error.kind() == io::ErrorKind::NotFound && is_removed(&self.directory) => {
                Fault::new(operation, path, FaultSource::DirectoryRemoved)
            }
            error => Fault::system(operation, &path)(error),
        }
    }

    /// Removes the temporary after a failed step. That this may fail too adds nothing to `error`.
    fn give_up(&self, error: Fault) -> Fault {
        let _ = unlinkat(&self.directory, &self.temporary, AtFlags::empty());
        error
    }
}

fn between(start: Instant, end: Instant) -> Span {
    Span(u64::try_from(end.duration_since(start).as_nanos()).unwrap_or(u64::MAX))
}
