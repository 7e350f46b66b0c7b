//! The queue directory as values.
//!
//! A job file is held as the job that was written. Where nobody will ask for more than statuses, it is held as a
//! digest of a few bytes, so that millions of jobs fit into memory.

use crate::actors::files::done::{FoundQueue, JobRead};
use crate::actors::files::operation::Depth;
use crate::job::file_format::{self, Codec};
use crate::job::queue_files::{SerialFlaw, VERSION_CONTENT, parse_serial};
use crate::job::{Fault, FaultSource, FileOperation, Job, JobId, Status};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The two files that every queue has.
const SERIAL: &str = "serial";
const VERSION: &str = "version";

/// A file of the modelled directory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum File {
    /// A job, as the queue wrote it.
    Job(Arc<Job>),
    /// Anything else.
    Text(String),
}

/// What is left of a job file of which only the status will be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest {
    /// The job's status.
    pub status: Status,
    /// Size of the file; `u32::MAX` stands for all that is larger.
    pub bytes: u32,
    /// Entries of its log and reasons.
    pub entries: u32,
}

/// A queue directory as values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ModelDirectory {
    /// By path, relative to the directory.
    pub files: BTreeMap<String, File>,
    jobs: BTreeMap<JobId, File>,
    archive: BTreeMap<JobId, File>,
    /// By job id.
    digests: Vec<Option<Digest>>,
}

impl ModelDirectory {
    /// Lays a file down.
    pub fn put(&mut self, path: &str, file: File) {
        match job_of_path(path) {
            Some((job, true)) => drop(self.archive.insert(job, file)),
            Some((job, false)) => drop(self.jobs.insert(job, file)),
            None => drop(self.files.insert(path.to_owned(), file)),
        }
    }

    /// The file at `path`.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&File> {
        match job_of_path(path) {
            Some((job, true)) => self.archive.get(&job),
            Some((job, false)) => self.jobs.get(&job),
            None => self.files.get(path),
        }
    }

    /// All paths, sorted.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        let jobs = self.jobs.keys().map(|job| format!("job-{job}"));
        let archived = self.archive.keys().map(|job| archive_path(*job));
        let mut paths: Vec<String> = self.files.keys().cloned().chain(jobs).chain(archived).collect();
        paths.sort();
        paths
    }

    /// Where the file of `job` is, and what is in it.
    #[must_use]
    pub fn job(&self, job: JobId) -> Option<(String, &File)> {
        let unarchived = self.jobs.get(&job).map(|file| (format!("job-{job}"), file));
        unarchived.or_else(|| self.archive.get(&job).map(|file| (archive_path(job), file)))
    }

    /// Writes the file of `job`: all of it, or its digest.
    pub(super) fn write_job(&mut self, job: &Job, digest: Digest, whole: bool) {
        if whole {
            self.jobs.insert(job.id, File::Job(Arc::new(job.clone())));
        } else if let Ok(index) = usize::try_from(job.id.0) {
            if index >= self.digests.len() {
                self.digests.resize(index + 1, None);
            }
            self.digests[index] = Some(digest);
        }
    }

    /// Size and entries of the file of `job`; nothing if there is none.
    pub(super) fn extent(&self, job: JobId, codec: Codec) -> (u64, u64) {
        match (self.digest(job), self.job(job)) {
            (Some(digest), _) => (u64::from(digest.bytes), u64::from(digest.entries)),
            (None, Some((_, file))) => file.extent(codec),
            (None, None) => (0, 0),
        }
    }

    /// Whether the queue has a file of `job`.
    pub(super) fn has(&self, job: JobId) -> bool {
        self.digest(job).is_some() || self.jobs.contains_key(&job)
    }

    fn digest(&self, job: JobId) -> Option<Digest> {
        let index = usize::try_from(job.0).ok()?;
        self.digests.get(index).copied().flatten()
    }

    /// Unarchived jobs, ascending.
    pub(super) fn list(&self) -> Vec<JobId> {
        let digests = (0..).zip(&self.digests).filter(|(_, digest)| digest.is_some()).map(|(id, _)| JobId(id));
        let mut jobs: Vec<JobId> = self.jobs.keys().copied().chain(digests).collect();
        jobs.sort_unstable();
        jobs
    }

    /// Writes the serial file.
    pub(super) fn write_serial(&mut self, serial: u64) {
        use std::fmt::Write as _;
        if let Some(File::Text(text)) = self.files.get_mut("serial") {
            text.clear();
            writeln!(text, "{serial}").unwrap_or_else(|_| unreachable!("text takes every number"));
        } else {
            self.put("serial", File::Text(format!("{serial}\n")));
        }
    }

    /// Sets or removes the drain flag.
    pub(super) fn drain(&mut self, flag: bool) {
        if flag {
            self.put("drain", File::Text(String::new()));
        } else {
            self.files.remove("drain");
        }
    }

    /// Whether it holds no job, archived ones included.
    #[must_use]
    pub fn is_without_jobs(&self) -> bool {
        self.jobs.is_empty() && self.archive.is_empty()
    }

    pub(super) fn open(&mut self) -> Result<FoundQueue, Fault> {
        for (name, content) in [(SERIAL, "0\n"), (VERSION, VERSION_CONTENT)] {
            if !self.files.contains_key(name) {
                self.put(name, File::Text(content.to_owned()));
            }
        }
        let text = |name: &str| match self.files.get(name) {
            Some(File::Text(text)) => Ok(text.as_str()),
            _ => Err(Fault::new(FileOperation::Open, name, FaultSource::NotAFile)),
        };
        let unfit = |name: &str, what: String| Fault::new(FileOperation::Open, name, FaultSource::Content(what));
        let version = text(VERSION)?;
        if version != VERSION_CONTENT {
            return Err(unfit(VERSION, format!("found job queue version {version:?}, expected {VERSION_CONTENT:?}")));
        }
        let serial = text(SERIAL)?;
        let serial = parse_serial(serial.as_bytes()).map_err(|flaw| match flaw {
            SerialFlaw::NoNumber => unfit(SERIAL, format!("found {serial:?}, expected a decimal number and a newline")),
            SerialFlaw::NoIdsLeft(serial) => unfit(SERIAL, format!("{serial} leaves too few ids for new jobs")),
        })?;
        let highest = self.jobs.keys().chain(self.archive.keys()).max();
        if let Some(highest) = highest.filter(|highest| **highest > serial) {
            let what = format!("{serial} was the last job, but job {highest} exists: a new job would overwrite it");
            return Err(unfit(SERIAL, what));
        }
        let drained = self.files.contains_key("drain");
        Ok(FoundQueue { serial: serial.0, drained, jobs: self.jobs.keys().copied().collect() })
    }

    /// Moves a job's file to the archive, where it overwrites nothing; false if the queue has no such file.
    pub(super) fn archive(&mut self, job: JobId) -> Result<bool, Fault> {
        if !self.jobs.contains_key(&job) {
            return Ok(false);
        }
        if self.archive.contains_key(&job) {
            let path = format!("job-{job}");
            return Err(Fault::new(FileOperation::Archive, path, FaultSource::AlreadyArchived));
        }
        if let Some(file) = self.jobs.remove(&job) {
            self.archive.insert(job, file);
        }
        Ok(true)
    }

    pub(super) fn read(&self, job: JobId, depth: Depth) -> JobRead {
        if let Some(digest) = self.digest(job) {
            return match depth {
                Depth::Full | Depth::StatusOnly => JobRead::Status(digest.status),
                Depth::Document => unreachable!("job {job} is wanted, but the setup said that statuses suffice"),
            };
        }
        let (file, archived) = match (self.jobs.get(&job), self.archive.get(&job)) {
            (Some(file), _) => (file, false),
            (None, Some(file)) => (file, true),
            (None, None) => return JobRead::Missing,
        };
        let decoded = match file {
            File::Job(job) => Ok(Arc::clone(job)),
            File::Text(text) => file_format::decode(text.as_bytes()).map(Arc::new),
        };
        match (decoded, depth) {
            (Ok(job), Depth::Document) => JobRead::Document { job: Box::new((*job).clone()), archived },
            (Ok(job), _) => JobRead::Status(job.status()),
            (Err(error), _) => {
                let path = if archived { archive_path(job) } else { format!("job-{job}") };
                JobRead::Unreadable(Fault::new(FileOperation::Read, path, FaultSource::Content(error.to_string())))
            }
        }
    }
}

impl File {
    /// Its size in bytes, and the entries of its log and reasons.
    fn extent(&self, codec: Codec) -> (u64, u64) {
        match self {
            Self::Job(job) => file_format::measure(&mut (**job).clone(), codec),
            Self::Text(text) => (text.len() as u64, 0),
        }
    }
}

fn archive_path(job: JobId) -> String {
    format!("archive/{}/job-{job}", job.0 / 10_000)
}

/// The job whose file this is, and whether in the archive.
fn job_of_path(path: &str) -> Option<(JobId, bool)> {
    let id = |name: &str| name.strip_prefix("job-")?.parse().ok().map(JobId);
    match path.rsplit_once('/') {
        None => id(path).map(|job| (job, false)),
        Some((folder, name)) if folder.starts_with("archive/") => id(name).map(|job| (job, true)),
        Some(_) => None,
    }
}
