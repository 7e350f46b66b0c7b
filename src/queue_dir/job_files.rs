//! One thread's hands on the files of an open queue directory.

use super::layout::{ARCHIVE, DRAIN, SERIAL, archived_path};
use super::{
    Durability, JobReader, Place, QueueDirError, QueueDirectory, ReplaceSpans, Replacer, archive_folder, job_file_name,
};
use crate::job::JobId;
use rustix::fs::{AtFlags, CWD, Mode, mkdirat, renameat, unlinkat};
use rustix::io::Errno;
use std::fs::File;

/// Reads, writes and archives job files. Each operation takes the same time however many jobs there are.
#[derive(Debug)]
pub struct JobFiles {
    reader: JobReader,
    replacer: Replacer,
}

impl JobFiles {
    /// For one thread. `directory` must outlive the use of it: it holds the lock.
    pub(super) fn new(directory: &QueueDirectory) -> Result<Self, QueueDirError> {
        let path = directory.path();
        Ok(Self { reader: JobReader::open(path)?, replacer: Replacer::open(path)? })
    }

    /// Everything that only reads.
    #[must_use]
    pub const fn reader(&self) -> &JobReader {
        &self.reader
    }

    /// See [`JobReader::read`].
    ///
    /// # Errors
    /// As there.
    pub fn read(&self, id: JobId, bytes: &mut Vec<u8>) -> Result<Option<Place>, QueueDirError> {
        self.reader.read(id, bytes)
    }

    /// Replaces the job's file in the queue.
    ///
    /// # Errors
    /// If the operating system refuses; the old file is then still there.
    pub fn write(&mut self, id: JobId, bytes: &[u8], durability: Durability) -> Result<ReplaceSpans, QueueDirError> {
        self.replacer.replace(&job_file_name(id), bytes, durability)
    }

    /// Writes down the last id handed out.
    ///
    /// # Errors
    /// If the operating system refuses; the old serial is then still there.
    pub fn write_serial(&mut self, last: JobId, durability: Durability) -> Result<ReplaceSpans, QueueDirError> {
        self.replacer.replace(SERIAL, format!("{last}\n").as_bytes(), durability)
    }

    /// Moves a job's file from the queue to the archive: a final job, or one whose file cannot be read and is
    /// set aside. False if the queue has no such file.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn archive(&self, id: JobId) -> Result<bool, QueueDirError> {
        let (name, archived) = (job_file_name(id), archived_path(id));
        let directory = self.reader.directory();
        let moved = match renameat(directory, &name, directory, &archived) {
            // The folder of the archive or the job is missing.
            Err(Errno::NOENT) => {
                self.create_archive_folder(id)?;
                renameat(directory, &name, directory, &archived)
            }
            other => other,
        };
        match moved {
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(error) => Err(QueueDirError::io(&self.reader.path_of(id, Place::Queue), "archive")(error)),
        }
    }

    /// Sets or clears the mark that new jobs are to be refused.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn set_drained(&self, drained: bool) -> Result<(), QueueDirError> {
        let path = self.reader.path().join(DRAIN);
        if drained {
            return File::create(&path).map(drop).map_err(QueueDirError::io(&path, "create"));
        }
        match unlinkat(CWD, &path, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(error) => Err(QueueDirError::io(&path, "remove")(error)),
        }
    }

    fn create_archive_folder(&self, id: JobId) -> Result<(), QueueDirError> {
        for relative in [ARCHIVE.to_owned(), format!("{ARCHIVE}/{}", archive_folder(id))] {
            match mkdirat(self.reader.directory(), &relative, Mode::from_raw_mode(0o750)) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(QueueDirError::io(&self.reader.path().join(relative), "create")(error)),
            }
        }
        Ok(())
    }
}
