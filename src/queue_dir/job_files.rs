//! One thread's hands on the files of an open queue directory.

use super::layout::{ARCHIVE, DRAIN, SERIAL, archive_folder_path, archived_path};
use super::reader::open_directory;
use super::{Durability, FoundIn, JobReader, QueueDirectory, ReplaceSpans, Replacer, job_file_name};
use crate::job::{Fault, FaultSource, FileOperation, JobId};
use rustix::fs::{AtFlags, Mode, OFlags, RenameFlags, fsync, linkat, mkdirat, openat, renameat_with, unlinkat};
use rustix::io::{Errno, retry_on_intr};
use std::os::fd::AsFd;
use std::path::Path;

/// Reads, writes and archives job files. Each operation takes the same time however many jobs there are.
#[derive(Debug)]
pub struct JobFiles {
    reader: JobReader,
    replacer: Replacer,
}

impl JobFiles {
    /// For one thread. `directory` must outlive the use of it: it holds the lock.
    pub(super) fn new(directory: &QueueDirectory) -> Result<Self, Fault> {
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
    pub fn read(&self, id: JobId, bytes: &mut Vec<u8>) -> Result<Option<FoundIn>, Fault> {
        self.reader.read(id, bytes)
    }

    /// Replaces the job's file in the queue.
    ///
    /// # Errors
    /// If the operating system refuses; the old file is then still there.
    pub fn write(&mut self, id: JobId, bytes: &[u8], durability: Durability) -> Result<ReplaceSpans, Fault> {
        self.replacer.replace(&job_file_name(id), bytes, durability)
    }

    /// Writes down the last id handed out.
    ///
    /// # Errors
    /// If the operating system refuses; the old serial is then still there.
    pub fn write_serial(&mut self, last: JobId, durability: Durability) -> Result<ReplaceSpans, Fault> {
        self.replacer.replace(SERIAL, format!("{last}\n").as_bytes(), durability)
    }

    /// Moves a job's file from the queue to the archive: a final job, or one whose file cannot be read and is
    /// set aside. False if the queue has no such file. With [`Durability::FsyncDirectory`] the move is on disk afterwards.
    ///
    /// # Errors
    /// If the archive has a file of this job already: it stays as it is, and so does the queue's. If the operating
    /// system refuses.
    pub fn archive(&self, id: JobId, durability: Durability) -> Result<bool, Fault> {
        let moved = match self.move_to_archive(id) {
            // The folder of the archive or the job is missing.
            Err(Errno::NOENT) => {
                self.create_archive_folder(id)?;
                self.move_to_archive(id)
            }
            other => other,
        };
        let path = || self.reader.path_of(id, FoundIn::Queue);
        match moved {
            Ok(()) if durability == Durability::FsyncDirectory => self.sync_archiving(id).map(|()| true),
            Ok(()) => Ok(true),
            Err(Errno::NOENT) => Ok(false),
            Err(Errno::EXIST) => Err(Fault::new(FileOperation::Archive, path(), FaultSource::AlreadyArchived)),
            Err(error) => Err(Fault::system(FileOperation::Archive, &path())(error)),
        }
    }

    /// Sets or clears the mark that new jobs are to be refused. With [`Durability::FsyncDirectory`] it is on disk
    /// afterwards.
    ///
    /// # Errors
    /// If the operating system refuses.
    pub fn set_drained(&self, drained: bool, durability: Durability) -> Result<(), Fault> {
        let directory = self.reader.directory();
        let path = || self.reader.path().join(DRAIN);
        if drained {
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            openat(directory, DRAIN, flags, Mode::from_raw_mode(0o640))
                .map_err(|error| Fault::system(FileOperation::Create, &path())(error))?;
        } else {
            match unlinkat(directory, DRAIN, AtFlags::empty()) {
                Ok(()) | Err(Errno::NOENT) => {}
                Err(error) => return Err(Fault::system(FileOperation::Remove, &path())(error)),
            }
        }
        if durability == Durability::FsyncDirectory { sync(directory, self.reader.path()) } else { Ok(()) }
    }

    /// Gives the job's file its name in the archive, unless that is taken.
    fn move_to_archive(&self, id: JobId) -> Result<(), Errno> {
        let (name, archived) = (job_file_name(id), archived_path(id));
        let directory = self.reader.directory();
        match renameat_with(directory, &name, directory, &archived, RenameFlags::NOREPLACE) {
            // File systems that cannot do it in one step, some of them over a network. Linking overwrites nothing either.
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
                linkat(directory, &name, directory, &archived, AtFlags::empty())?;
                unlinkat(directory, &name, AtFlags::empty())
            }
            other => other,
        }
    }

    /// Waits until the new name, and that the old one is gone, are on disk; in this order, so that a crash loses no job.
    fn sync_archiving(&self, id: JobId) -> Result<(), Fault> {
        for relative in [archive_folder_path(id), ARCHIVE.to_owned()] {
            let path = self.reader.path().join(relative);
            sync(&open_directory(&path)?, &path)?;
        }
        sync(self.reader.directory(), self.reader.path())
    }

    fn create_archive_folder(&self, id: JobId) -> Result<(), Fault> {
        for relative in [ARCHIVE.to_owned(), archive_folder_path(id)] {
            match mkdirat(self.reader.directory(), &relative, Mode::from_raw_mode(0o750)) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => {
                    let path = self.reader.path().join(relative);
                    return Err(match error {
                        Errno::NOENT if self.reader.is_removed() => {
                            Fault::new(FileOperation::Create, path, FaultSource::DirectoryRemoved)
                        }
                        error => Fault::system(FileOperation::Create, &path)(error),
                    });
                }
            }
        }
        Ok(())
    }
}

fn sync(directory: impl AsFd, path: &Path) -> Result<(), Fault> {
    retry_on_intr(|| fsync(&directory)).map_err(Fault::system(FileOperation::Sync, path))
}
