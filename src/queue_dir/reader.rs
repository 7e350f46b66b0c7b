//! Reading job files, without the directory's lock: a reader disturbs nobody, and sees each file whole.

use super::layout::{ARCHIVE, archived_path, job_of_file_name};
use super::{QueueDirError, job_file_name};
use crate::job::file_format::{self, MAX_BYTES};
use crate::job::{Fault, FaultSource, FileOperation, Job, JobId};
use rustix::buffer::spare_capacity;
use rustix::fs::{CWD, FileType, Mode, OFlags, fstat, openat};
use rustix::io::Errno;
use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

/// Where a job's file was found: a job moves from the queue to the archive, and never back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FoundIn {
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
    pub fn open(path: &Path) -> Result<Self, Fault> {
        Ok(Self { directory: open_directory(path)?, path: path.to_owned() })
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

    /// Whether the directory was removed since it was opened.
    pub(super) fn is_removed(&self) -> bool {
        is_removed(&self.directory)
    }

    /// Where the file of a job is, or would be.
    #[must_use]
    pub fn path_of(&self, id: JobId, place: FoundIn) -> PathBuf {
        self.path.join(relative_path(id, place))
    }

    /// Replaces what is in `bytes` by the job's file from the queue, else from the archive. None if it is in
    /// neither.
    ///
    /// # Errors
    /// If the file is there and cannot be read, or is larger than any job file may be; if it is not there because the
    /// whole directory was removed.
    pub fn read(&self, id: JobId, bytes: &mut Vec<u8>) -> Result<Option<FoundIn>, Fault> {
        // A job moves from the queue to the archive and never back, so this order misses none.
        for place in [FoundIn::Queue, FoundIn::Archive] {
            if self.read_file(&relative_path(id, place), bytes)? {
                return Ok(Some(place));
            }
        }
        if is_removed(&self.directory) {
            return Err(Fault::new(
                FileOperation::Read,
                self.path_of(id, FoundIn::Queue),
                FaultSource::DirectoryRemoved,
            ));
        }
        Ok(None)
    }

    /// Reads and decodes a job, from the queue, else from the archive.
    ///
    /// # Errors
    /// If it is in neither, or its file cannot be read or holds no job.
    pub fn job(&self, id: JobId) -> Result<(Job, FoundIn), QueueDirError> {
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
    pub fn job_ids(&self) -> Result<Vec<JobId>, Fault> {
        if is_removed(&self.directory) {
            return Err(Fault::new(FileOperation::List, &self.path, FaultSource::DirectoryRemoved));
        }
        job_ids_in(&self.path)
    }

    /// The archived jobs, ascending. Lists the whole archive.
    ///
    /// # Errors
    /// If it cannot be listed.
    pub fn archived_ids(&self) -> Result<Vec<JobId>, Fault> {
        let mut ids = Vec::new();
        for folder in self.archive_folders()? {
            ids.extend(job_ids_in(&folder.1)?);
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// The highest id of all archived jobs. Lists one folder of the archive, as a rule.
    pub(super) fn highest_archived(&self) -> Result<Option<JobId>, Fault> {
        for (_, folder) in self.archive_folders()?.into_iter().rev() {
            if let Some(highest) = job_ids_in(&folder)?.pop() {
                return Ok(Some(highest));
            }
        }
        Ok(None)
    }

    /// Refuses an archive that is no folder: a link would lead out of the queue.
    pub(super) fn check_archive(&self) -> Result<(), Fault> {
        must_be_folder(&self.path.join(ARCHIVE))
    }

    /// The folders of the archive, by number.
    fn archive_folders(&self) -> Result<Vec<(u64, PathBuf)>, Fault> {
        self.check_archive()?;
        let archive = self.path.join(ARCHIVE);
        let mut folders = Vec::new();
        for name in entry_names(&archive)? {
            if let Some(number) = folder_number(&name) {
                let folder = archive.join(name);
                must_be_folder(&folder)?;
                folders.push((number, folder));
            }
        }
        folders.sort();
        Ok(folders)
    }

    /// Reads the file at `relative` into `bytes`. False if there is none.
    pub(super) fn read_file(&self, relative: &str, bytes: &mut Vec<u8>) -> Result<bool, Fault> {
        let refused = |operation, error: Errno| Fault::system(operation, &self.path.join(relative))(error);
        let unfit = |source| Fault::new(FileOperation::Read, self.path.join(relative), source);
        bytes.clear();
        // Without NONBLOCK, opening a pipe would wait for ever.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match openat(&self.directory, relative, flags, Mode::empty()) {
            Ok(file) => file,
            Err(Errno::NOENT | Errno::NOTDIR) => return Ok(false),
            Err(Errno::LOOP) => return Err(unfit(FaultSource::NotAFile)),
            Err(error) => return Err(refused(FileOperation::Open, error)),
        };
        let status = fstat(&file).map_err(|error| refused(FileOperation::Inspect, error))?;
        if FileType::from_raw_mode(status.st_mode) != FileType::RegularFile {
            return Err(unfit(FaultSource::NotAFile));
        }
        let too_large = || unfit(FaultSource::TooLarge { limit: MAX_BYTES });
        let size = usize::try_from(status.st_size).unwrap_or(usize::MAX);
        if size > MAX_BYTES {
            return Err(too_large());
        }
        bytes.reserve(size);
        // A job file is replaced, never written to: its size is known, and its end need not be looked for.
        while bytes.len() < size {
            let read = rustix::io::read(&file, spare_capacity(bytes));
            if read.map_err(|error| refused(FileOperation::Read, error))? == 0 {
                break;
            }
        }
        if bytes.len() > MAX_BYTES { Err(too_large()) } else { Ok(true) }
    }
}

/// The directory `path`, open.
pub(super) fn open_directory(path: &Path) -> Result<OwnedFd, Fault> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    openat(CWD, path, flags, Mode::empty()).map_err(Fault::system(FileOperation::Open, path))
}

/// Whether an open directory is no longer anywhere: its last name is gone.
pub(super) fn is_removed(directory: &OwnedFd) -> bool {
    fstat(directory).is_ok_and(|status| status.st_nlink == 0)
}

/// Refuses what is there and no folder, a link to one too.
pub(super) fn must_be_folder(path: &Path) -> Result<(), Fault> {
    match fs::symlink_metadata(path) {
        Ok(status) if status.is_dir() => Ok(()),
        Ok(_) => Err(Fault::new(FileOperation::Open, path, FaultSource::NotAFolder)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Fault::system(FileOperation::Inspect, path)(error)),
    }
}

/// The number of the folder of the archive with this name; none if it is the name of no such folder.
pub(super) fn folder_number(name: &str) -> Option<u64> {
    name.parse::<u64>().ok().filter(|number| number.to_string() == name)
}

fn relative_path(id: JobId, place: FoundIn) -> String {
    match place {
        FoundIn::Queue => job_file_name(id),
        FoundIn::Archive => archived_path(id),
    }
}

/// The jobs with a file in `folder`, ascending.
fn job_ids_in(folder: &Path) -> Result<Vec<JobId>, Fault> {
    let mut ids: Vec<_> = entry_names(folder)?.iter().filter_map(|name| job_of_file_name(name)).collect();
    ids.sort_unstable();
    Ok(ids)
}

/// The names in `folder`, in no order; none if it does not exist. Names that are not UTF-8 are shown with
/// replacement characters: no file of a queue has such a name.
pub(super) fn entry_names(folder: &Path) -> Result<Vec<String>, Fault> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Fault::system(FileOperation::List, folder)(error)),
    };
    entries
        .map(|entry| match entry {
            Ok(entry) => Ok(entry.file_name().to_string_lossy().into_owned()),
            Err(error) => Err(Fault::system(FileOperation::List, folder)(error)),
        })
        .collect()
}
