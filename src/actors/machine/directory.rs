//! The queue directory as values.
//!
//! A job file is held as the job that was written. Where nobody will ask for more than statuses, it is held as a
//! digest of a few bytes, so that millions of jobs fit into memory.

use crate::actors::files::done::{FoundQueue, JobRead};
use crate::actors::files::operation::Depth;
use crate::job::file_format::{self, Codec};
use crate::job::{Job, JobId, Status};
use std::collections::BTreeMap;
use std::sync::Arc;

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

    pub(super) fn open(&mut self) -> Result<FoundQueue, String> {
        for (name, content) in [("serial", "0\n"), ("version", "1\n")] {
            if !self.files.contains_key(name) {
                self.put(name, File::Text(content.to_owned()));
            }
        }
        let text = |name: &str| match self.files.get(name) {
            Some(File::Text(text)) => Ok(text.as_str()),
            _ => Err(format!("File '{name}' is missing from the queue directory")),
        };
        let version = text("version")?;
        if version.trim_end() != "1" {
            return Err(format!("Found job queue version {}, expected 1", version.trim_end()));
        }
        let serial = text("serial")?;
        let serial: u64 = serial
            .trim_end()
            .parse()
            .map_err(|_| format!("Content of file 'serial' is not numeric: '{}'", serial.trim_end()))?;
        let highest = self.jobs.keys().chain(self.archive.keys()).max().map_or(0, |job| job.0);
        if serial < highest {
            return Err(format!(
                "File 'serial' says that {serial} was the last job, but job {highest} exists: a new job would overwrite it"
            ));
        }
        Ok(FoundQueue { serial, drained: self.files.contains_key("drain"), jobs: self.jobs.keys().copied().collect() })
    }

    pub(super) fn archive(&mut self, job: JobId) -> bool {
        match self.jobs.remove(&job) {
            Some(file) => self.archive.insert(job, file).is_none(),
            None => false,
        }
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
            (Err(error), _) => JobRead::Unreadable(error.to_string()),
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
