//! Reading job files, without the directory's lock: a reader disturbs nobody, and sees each file whole.

use super::layout::{ARCHIVE, archived_path, job_of_file_name};
use super::{QueueDirError, job_file_name};
use crate::job::file_format::{self, MAX_BYTES};
use crate::job::{Job, JobId};
use rustix::buffer::spare_capacity;
use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};
use rustix::io::Errno;
use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

/// Where a job's file was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// In the queue directory.
    Queue,
    /// In the archive.
    Archive,
}

/// Reads the job files of one queue directory.
#[derive(Debug)]
pub struct JobReader {
    directory: OwnedFd,
    path: PathBuf,
}

impl JobReader {
    /// For the queue directory `path`.
    ///
    /// # Errors
    /// If it cannot be opened.
    pub fn open(path: &Path) -> Result<Self, QueueDirError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let directory = openat(CWD, path, flags, Mode::empty()).map_err(QueueDirError::io(path, "open"))?;
        Ok(Self { directory, path: path.to_owned() })
    }

    /// The queue directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The same, open.
    pub(super) fn directory(&self) -> BorrowedFd<'_> {
        self.directory.as_fd()
    }

    /// Where the file of a job is, or would be.
    #[must_use]
    pub fn path_of(&self, id: JobId, place: Place) -> PathBuf {
        self.path.join(relative_path(id, place))
    }

    /// Replaces what is in `bytes` by the job's file from the queue, else from the archive. None if it is in
    /// neither.
    ///
    /// # Errors
    /// If the file is there and cannot be read, or is larger than any job file may be.
    pub fn read(&self, id: JobId, bytes: &mut Vec<u8>) -> Result<Option<Place>, QueueDirError> {
        // A job moves from the queue to the archive and never back, so this order misses none.
        for place in [Place::Queue, Place::Archive] {
            if self.read_file(&relative_path(id, place), bytes)? {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// Reads and decodes a job, from the queue, else from the archive.
    ///
    /// # Errors
    /// If it is in neither, or its file cannot be read or holds no job.
    pub fn job(&self, id: JobId) -> Result<(Job, Place), QueueDirError> {
        let mut bytes = Vec::new();
        let place = self.read(id, &mut bytes)?.ok_or_else(|| QueueDirError::NoJob { path: self.path.clone(), id })?;
        let job = file_format::decode(&bytes)
            .map_err(|source| QueueDirError::Format { path: self.path_of(id, place), source })?;
        Ok((job, place))
    }

    /// The jobs of the queue, ascending. Lists the directory.
    ///
    /// # Errors
    /// If it cannot be listed.
    pub fn job_ids(&self) -> Result<Vec<JobId>, QueueDirError> {
        job_ids_in(&self.path)
    }

    /// The archived jobs, ascending. Lists the whole archive.
    ///
    /// # Errors
    /// If it cannot be listed.
    pub fn archived_ids(&self) -> Result<Vec<JobId>, QueueDirError> {
        let mut ids = Vec::new();
        for folder in self.archive_folders()? {
            ids.extend(job_ids_in(&folder.1)?);
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// The highest id of all archived jobs. Lists one folder of the archive, as a rule.
    pub(super) fn highest_archived(&self) -> Result<Option<JobId>, QueueDirError> {
        for (_, folder) in self.archive_folders()?.into_iter().rev() {
            if let Some(highest) = job_ids_in(&folder)?.pop() {
                return Ok(Some(highest));
            }
        }
        Ok(None)
    }

    /// The folders of the archive, by number.
    fn archive_folders(&self) -> Result<Vec<(u64, PathBuf)>, QueueDirError> {
        let archive = self.path.join(ARCHIVE);
        let numbered = |name: String| name.parse().ok().map(|number| (number, archive.join(name)));
        let mut folders: Vec<_> = entry_names(&archive)?.into_iter().filter_map(numbered).collect();
        folders.sort();
        Ok(folders)
    }

    /// Reads the file at `relative` into `bytes`. False if there is none.
    pub(super) fn read_file(&self, relative: &str, bytes: &mut Vec<u8>) -> Result<bool, QueueDirError> {
        let fail = |doing, error: io::Error| QueueDirError::io(&self.path.join(relative), doing)(error);
        bytes.clear();
        // Without NONBLOCK, opening a pipe would wait for ever.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match openat(&self.directory, relative, flags, Mode::empty()) {
            Ok(file) => file,
            Err(Errno::NOENT | Errno::NOTDIR) => return Ok(false),
            Err(Errno::LOOP) => return Err(QueueDirError::NotAFile { path: self.path.join(relative) }),
            Err(error) => return Err(fail("open", error.into())),
        };
        let status = fstat(&file).map_err(|error| fail("inspect", error.into()))?;
        if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile {
            return Err(QueueDirError::NotAFile { path: self.path.join(relative) });
        }
        let too_large = || QueueDirError::TooLarge { path: self.path.join(relative), limit: MAX_BYTES };
        let size = usize::try_from(status.st_size).unwrap_or(usize::MAX);
        if size > MAX_BYTES {
            return Err(too_large());
        }
        bytes.reserve(size);
        // A job file is replaced, never written to: its size is known, and its end need not be looked for.
        while bytes.len() < size {
            let read = rustix::io::read(&file, spare_capacity(bytes)).map_err(|error| fail("read", error.into()))?;
            if read == 0 {
                break;
            }
        }
        if bytes.len() > MAX_BYTES { Err(too_large()) } else { Ok(true) }
    }
}

fn relative_path(id: JobId, place: Place) -> String {
    match place {
        Place::Queue => job_file_name(id),
        Place::Archive => archived_path(id),
    }
}

/// The jobs with a file in `folder`, ascending.
fn job_ids_in(folder: &Path) -> Result<Vec<JobId>, QueueDirError> {
    let mut ids: Vec<_> = entry_names(folder)?.iter().filter_map(|name| job_of_file_name(name)).collect();
    ids.sort_unstable();
    Ok(ids)
}

/// The names in `folder`, in no order; none if it does not exist. Names that are not UTF-8 are shown with
/// replacement characters: no file of a queue has such a name.
pub(super) fn entry_names(folder: &Path) -> Result<Vec<String>, QueueDirError> {
    let fail = QueueDirError::io::<io::Error>;
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(fail(folder, "list")(error)),
    };
    entries
        .map(|entry| match entry {
            Ok(entry) => Ok(entry.file_name().to_string_lossy().into_owned()),
            Err(error) => Err(fail(folder, "list")(error)),
        })
        .collect()
}
