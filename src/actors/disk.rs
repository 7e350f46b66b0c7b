//! A modelled disk: the queue directory as values, with fixed latencies.
//!
//! Operations take their time independently of each other. A file changes at the end of its operation.

use super::design::Design;
use super::message::{
    Depth, Directory, DiskDone, DiskMessage, Message, Operation, Outcome, ProcessMessage, Read, Steps, WatcherMessage,
};
use super::observation::{Observation, Trace};
use super::{ActorId, Context, Roster};
use crate::job::file_format::{self, Codec};
use crate::job::{Durability, Job, JobId};
use crate::units::{Instant, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long file operations and the work on what they carry take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct DiskCosts {
    /// Reading a file.
    pub read: Span,
    /// Parsing it.
    pub parse: Span,
    /// Building a job from it.
    pub build: Span,
    /// Turning a job into bytes.
    pub encode: Span,
    /// Creating, writing and closing a file.
    pub write: Span,
    /// Syncing a file, or the directory.
    pub fsync: Span,
    /// Renaming a file.
    pub rename: Span,
}

/// A file of the modelled directory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum File {
    /// A job, as the queue wrote it.
    Job(Arc<Job>),
    /// Anything else.
    Text(String),
}

/// A queue directory as values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct ModelDirectory {
    /// By path, relative to the directory.
    pub files: BTreeMap<String, File>,
    jobs: BTreeMap<JobId, File>,
    archive: BTreeMap<JobId, File>,
}

/// The modelled disk.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DiskModel {
    design: Arc<Design>,
    costs: DiskCosts,
    directory: ModelDirectory,
    /// Operations that take their time.
    under_way: BTreeMap<u64, (ActorId, Operation, Instant, Steps)>,
    next: u64,
    /// Whether changes are told to the watcher.
    watched: bool,
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

    fn open(&mut self) -> Result<Directory, String> {
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
        Ok(Directory { serial, drained: self.files.contains_key("drain"), jobs: self.jobs.keys().copied().collect() })
    }

    fn archive(&mut self, job: JobId) -> bool {
        match self.jobs.remove(&job) {
            Some(file) => self.archive.insert(job, file).is_none(),
            None => false,
        }
    }

    fn read(&self, job: JobId, depth: Depth) -> Read {
        let (file, archived) = match (self.jobs.get(&job), self.archive.get(&job)) {
            (Some(file), _) => (file, false),
            (None, Some(file)) => (file, true),
            (None, None) => return Read::Missing,
        };
        let decoded = match file {
            File::Job(job) => Ok(Arc::clone(job)),
            File::Text(text) => file_format::decode(text.as_bytes()).map(Arc::new),
        };
        match (decoded, depth) {
            (Ok(job), Depth::Document) => Read::Document { job: Box::new((*job).clone()), archived },
            (Ok(job), _) => Read::Status(job.status()),
            (Err(error), _) => Read::Unreadable(error.to_string()),
        }
    }
}

impl DiskModel {
    /// A disk that holds `directory`.
    #[must_use]
    pub const fn new(design: Arc<Design>, costs: DiskCosts, directory: ModelDirectory, watched: bool) -> Self {
        Self { design, costs, directory, under_way: BTreeMap::new(), next: 0, watched }
    }

    /// What is on the disk.
    #[must_use]
    pub const fn directory(&self) -> &ModelDirectory {
        &self.directory
    }

    /// Takes one message.
    pub fn receive<C>(&mut self, now: Instant, message: DiskMessage, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        match message {
            DiskMessage::Request { process, operation } => {
                let steps = self.steps(&operation);
                let total = steps.total();
                if total.is_zero() {
                    return self.carry_out(process, operation, now, steps, context);
                }
                self.next += 1;
                self.under_way.insert(self.next, (process, operation, now, steps));
                context.after(total, Message::Disk(DiskMessage::Finished { operation: self.next }));
            }
            DiskMessage::Finished { operation } => {
                if let Some((process, operation, began, steps)) = self.under_way.remove(&operation) {
                    self.carry_out(process, operation, began, steps, context);
                }
            }
        }
    }

    /// What an operation is made of.
    fn steps(&self, operation: &Operation) -> Steps {
        let costs = &self.costs;
        let added = self.design.disk_latency;
        let write = |encode| Steps {
            encode,
            write: costs.write + added,
            fsync: match self.design.durability {
                Durability::RenameOnly => Span::ZERO,
                Durability::Fsync => costs.fsync + added,
                Durability::FsyncDirectory => costs.fsync + added + costs.fsync + added,
            },
            rename: costs.rename + added,
            ..Steps::default()
        };
        match operation {
            Operation::WriteJob(..) => write(costs.encode),
            Operation::WriteSerial(_) => write(Span::ZERO),
            Operation::ReadJob(_, depth) => Steps {
                read: costs.read + added,
                parse: costs.parse,
                build: if *depth == Depth::StatusOnly { Span::ZERO } else { costs.build },
                ..Steps::default()
            },
            Operation::Archive(_) | Operation::Drain(_) => Steps { rename: costs.rename + added, ..Steps::default() },
            Operation::Open | Operation::List | Operation::WriteForeign(..) => Steps::default(),
        }
    }

    fn carry_out<C>(&mut self, process: ActorId, operation: Operation, began: Instant, steps: Steps, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        let mut bytes = 0;
        let outcome = match operation {
            Operation::Open => Outcome::Opened(self.directory.open()),
            Operation::WriteJob(mut job, cause) => {
                bytes = written_size(&job.document, self.design.codec);
                job.tally.count_write(cause, bytes, self.design.durability);
                let id = job.document.id;
                let document = Arc::new(job.document.clone());
                if context.tracing() {
                    let job = Box::new((*document).clone());
                    context.observe(Observation::Trace(Box::new(Trace::Wrote { job, cause })));
                }
                self.directory.jobs.insert(id, File::Job(document));
                if self.watched {
                    let changed = WatcherMessage::FileChanged { job: id };
                    context.send(Roster::WATCHER, Message::Watcher(changed));
                }
                Outcome::WroteJob(job)
            }
            Operation::WriteSerial(serial) => {
                if context.tracing() {
                    context.observe(Observation::Trace(Box::new(Trace::WroteSerial(serial))));
                }
                self.directory.put("serial", File::Text(format!("{serial}\n")));
                Outcome::Done
            }
            Operation::ReadJob(job, depth) => {
                if let Some((_, file)) = self.directory.job(job) {
                    bytes = file.size(self.design.codec);
                }
                Outcome::Read(self.directory.read(job, depth))
            }
            Operation::Archive(jobs) => {
                let moved: Vec<JobId> = jobs.into_iter().filter(|job| self.directory.archive(*job)).collect();
                if context.tracing() {
                    context.observe(Observation::Trace(Box::new(Trace::Archived(moved.clone()))));
                }
                Outcome::Archived(moved)
            }
            Operation::Drain(true) => {
                self.directory.put("drain", File::Text(String::new()));
                Outcome::Done
            }
            Operation::Drain(false) => {
                self.directory.files.remove("drain");
                Outcome::Done
            }
            Operation::List => Outcome::Listed(self.directory.jobs.keys().copied().collect()),
            Operation::WriteForeign(path, content) => {
                self.directory.put(&path, File::Text(content));
                Outcome::Done
            }
        };
        let done = DiskDone { outcome, began, steps, bytes };
        context.send(process, Message::Process(ProcessMessage::Disk(Box::new(done))));
    }
}

impl Steps {
    fn total(&self) -> Span {
        let Self { disk, encode, write, fsync, rename, read, parse, build } = *self;
        [disk, encode, write, fsync, rename, read, parse, build].into_iter().sum()
    }
}

impl File {
    /// Its size in bytes.
    #[must_use]
    pub fn size(&self, codec: Codec) -> u64 {
        match self {
            Self::Job(job) => written_size(job, codec),
            Self::Text(text) => text.len() as u64,
        }
    }
}

fn written_size(job: &Job, codec: Codec) -> u64 {
    file_format::encode(job, codec).len() as u64
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
