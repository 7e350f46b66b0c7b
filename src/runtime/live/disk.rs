//! A disk actor on the thread of the process that it serves: file work, encoding and decoding block that thread.

use super::book::Delivery;
use super::host::{Collect, Hand};
use crate::actors::Design;
use crate::actors::accounting::{Observation, Trace};
use crate::actors::files::{
    Depth, DiskDone, DiskMessage, FileOutcome, FileTimes, FoundQueue, JobRead, Operation, WriteCause,
};
use crate::actors::processes::ProcessMessage;
use crate::actors::queue::ActiveJob;
use crate::actors::{Context as _, Message};
use crate::job::{Fault, FaultSource, FileOperation, JobId, file_format};
use crate::queue_dir::{FoundIn, JobFiles, ReplaceSpans};
use crate::units::{Instant, Span};
use actix::{Actor, Handler};
use std::sync::Arc;

/// A disk actor.
#[derive(Debug)]
pub(super) struct Disk {
    hand: Hand,
    files: JobFiles,
    design: Arc<Design>,
    /// What was there when the directory was opened.
    found: FoundQueue,
    /// Reused by every operation.
    bytes: Vec<u8>,
}

/// What an operation came to.
struct Carried {
    outcome: FileOutcome,
    steps: FileTimes,
    bytes: u64,
}

impl From<FileOutcome> for Carried {
    fn from(outcome: FileOutcome) -> Self {
        Self { outcome, steps: FileTimes::default(), bytes: 0 }
    }
}

impl Disk {
    /// A disk actor that works on `files`.
    pub(super) const fn new(hand: Hand, files: JobFiles, design: Arc<Design>, found: FoundQueue) -> Self {
        Self { hand, files, design, found, bytes: Vec::new() }
    }

    fn now(&self) -> Instant {
        self.hand.shared.clock.now()
    }

    fn carry_out(&mut self, operation: Operation) -> Result<Carried, Fault> {
        Ok(match operation {
            Operation::Open => FileOutcome::Opened(Ok(self.found.clone())).into(),
            Operation::WriteJob(job, cause) => return self.write_job(job, cause),
            Operation::WriteSerial(serial) => {
                let spans = self.files.write_serial(JobId(serial), self.design.durability)?;
                self.trace(|| Trace::WroteSerial(serial));
                Carried { outcome: FileOutcome::Done, steps: self.delayed(steps_of(spans)), bytes: 0 }
            }
            Operation::ReadJob(job, depth) => self.read_job(job, depth)?,
            Operation::Archive(jobs) => {
                let mut moved = Vec::with_capacity(jobs.len());
                for job in jobs {
                    if self.files.archive(job, self.design.durability)? {
                        moved.push(job);
                    }
                }
                self.trace(|| Trace::Archived(moved.clone()));
                FileOutcome::Archived(moved).into()
            }
            Operation::Drain(flag) => {
                self.files.set_drained(flag, self.design.durability)?;
                FileOutcome::Done.into()
            }
            Operation::List => FileOutcome::Listed(self.files.reader().job_ids()?).into(),
            Operation::WriteForeign(path, content) => {
                let path = self.files.reader().path().join(path);
                std::fs::write(&path, content).map_err(Fault::system(FileOperation::Write, &path))?;
                FileOutcome::Done.into()
            }
        })
    }

    fn write_job(&mut self, mut job: Box<ActiveJob>, cause: WriteCause) -> Result<Carried, Fault> {
        let id = job.document.id;
        let began = self.now();
        self.bytes.clear();
        file_format::encode_into(&job.document, self.design.codec, &mut self.bytes);
        let encode = self.now().since(began);
        let spans = self.files.write(id, &self.bytes, self.design.durability)?;
        let steps = self.delayed(FileTimes { encode, ..steps_of(spans) });
        let bytes = self.bytes.len() as u64;
        let status = job.document.status();
        job.tally.count_write(cause, bytes, self.design.durability, status);
        self.trace(|| Trace::Wrote { job: Box::new(job.document.clone()), cause });
        Ok(Carried { outcome: FileOutcome::WroteJob(job), steps, bytes })
    }

    fn read_job(&mut self, id: JobId, depth: Depth) -> Result<Carried, Fault> {
        let began = self.now();
        let found = self.files.read(id, &mut self.bytes);
        self.delay();
        let read = self.now();
        let mut steps = FileTimes { read: read.since(began), ..FileTimes::default() };
        let place = match found {
            Ok(Some(place)) => place,
            Ok(None) => return Ok(Carried { outcome: FileOutcome::Read(JobRead::Missing), steps, bytes: 0 }),
            // Without its directory there is no queue any more. Anything else is the matter of this job.
            Err(fault) if fault.source == FaultSource::DirectoryRemoved => return Err(fault),
            Err(fault) => {
                return Ok(Carried { outcome: FileOutcome::Read(JobRead::Unreadable(fault)), steps, bytes: 0 });
            }
        };
        let bytes = self.bytes.len() as u64;
        let unreadable = |error: file_format::FormatError| {
            let path = self.files.reader().path_of(id, place);
            JobRead::Unreadable(Fault::new(FileOperation::Read, path, FaultSource::Content(error.to_string())))
        };
        let outcome = if depth == Depth::StatusOnly {
            let status = file_format::status_only(&self.bytes);
            steps.parse = self.now().since(read);
            status.map_or_else(unreadable, JobRead::Status)
        } else {
            let document = file_format::parse(&self.bytes);
            let parsed = self.now();
            steps.parse = parsed.since(read);
            let job = document.and_then(file_format::build);
            let outcome = match (job, depth) {
                (Ok(job), Depth::Document) => {
                    JobRead::Document { job: Box::new(job), archived: place == FoundIn::Archive }
                }
                (Ok(job), _) => JobRead::Status(job.status()),
                (Err(error), _) => unreadable(error),
            };
            steps.build = self.now().since(parsed);
            outcome
        };
        Ok(Carried { outcome: FileOutcome::Read(outcome), steps, bytes })
    }

    /// Adds the design's latency to every part of a write that took place, by taking that time. It is taken after the
    /// rename: others may see the file a little before the write counts as done.
    fn delayed(&self, mut steps: FileTimes) -> FileTimes {
        if !self.design.disk_latency.is_zero() {
            for part in [&mut steps.write, &mut steps.fsync, &mut steps.rename] {
                if !part.is_zero() {
                    *part += self.delay();
                }
            }
        }
        steps
    }

    /// Takes the design's latency; what it took in fact.
    fn delay(&self) -> Span {
        if self.design.disk_latency.is_zero() {
            return Span::ZERO;
        }
        let began = self.now();
        std::thread::sleep(self.design.disk_latency.as_duration());
        self.now().since(began)
    }

    fn trace(&mut self, trace: impl FnOnce() -> Trace) {
        if self.hand.shared.tracing {
            self.hand.now = self.now();
            self.hand.observe(Observation::Trace(Box::new(trace())));
        }
    }
}

fn steps_of(spans: ReplaceSpans) -> FileTimes {
    let ReplaceSpans { write, fsync, rename, directory_fsync } = spans;
    FileTimes { write, fsync: fsync + directory_fsync, rename, ..FileTimes::default() }
}

/// What a disk works on, as long as it is not known whether anybody will want to know.
#[derive(Debug, Clone, Copy)]
enum Work {
    Writing(JobId),
    Reading(JobId),
    Other,
}

impl Work {
    fn of(operation: &Operation) -> Self {
        match operation {
            Operation::WriteJob(job, _) => Self::Writing(job.document.id),
            Operation::ReadJob(job, _) => Self::Reading(*job),
            _ => Self::Other,
        }
    }

    /// What it was, and which part of it took longest.
    fn in_words(self, steps: &FileTimes) -> String {
        let FileTimes { encode, write, fsync, rename, read, parse, build, .. } = *steps;
        let longest =
            |parts: &[(Span, &'static str)]| parts.iter().max_by_key(|(span, _)| *span).map_or("", |(_, name)| *name);
        match self {
            Self::Writing(job) => {
                let part = longest(&[(encode, "encode"), (write, "write"), (fsync, "fsync"), (rename, "rename")]);
                format!("writing job {job}, most of it in {part}")
            }
            Self::Reading(job) => {
                let part = longest(&[(read, "read"), (parse, "parse"), (build, "build")]);
                format!("reading job {job}, most of it in {part}")
            }
            Self::Other => "opening, archiving or writing the serial".to_owned(),
        }
    }
}

impl Actor for Disk {
    type Context = actix::Context<Self>;
}

impl Handler<Delivery> for Disk {
    type Result = ();

    fn handle(&mut self, delivery: Delivery, _: &mut Self::Context) {
        let Message::Disk(DiskMessage { process, operation }) = delivery.0 else { return };
        let began = self.now();
        self.hand.record.messages += 1;
        let what = Work::of(&operation);
        let carried = self.carry_out(operation).unwrap_or_else(|error| FileOutcome::Failed(error).into());
        let Carried { outcome, steps, bytes } = carried;
        let took = self.now().since(began);
        // The design's latency is no stall; a write has three parts.
        let asked_for = Span(3 * self.design.disk_latency.0);
        self.hand.record.stalls.note(took.saturating_sub(asked_for), || what.in_words(&steps));
        let done = Box::new(DiskDone { outcome, began, steps, bytes });
        self.hand.send(process, Message::Process(ProcessMessage::Disk(done)));
    }
}

impl Handler<Collect> for Disk {
    type Result = ();

    fn handle(&mut self, collect: Collect, _: &mut Self::Context) {
        self.hand.collect(&collect);
    }
}
