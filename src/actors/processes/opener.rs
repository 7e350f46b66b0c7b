//! The opener: reads the queue directory at the start, and does what a start does to the jobs that it finds.

use super::process::Process;
use super::protocol::ProcessMessage;
use crate::actors::accounting::observation::{FoundJobs, Observation};
use crate::actors::clients::request::Program;
use crate::actors::context::QueueContext;
use crate::actors::design::Design;
use crate::actors::files::done::{DiskDone, FileOutcome, FoundQueue, JobRead};
use crate::actors::files::operation::{Depth, Operation};
use crate::actors::files::tally::WriteCause;
use crate::actors::message::Message;
use crate::actors::queue::active_job::ActiveJob;
use crate::actors::queue::protocol::QueueMessage;
use crate::actors::roster::Roster;
use crate::job::file_format::check_order;
use crate::job::{Fault, FaultSource, Job, JobId};
use crate::units::Instant;
use std::sync::Arc;

/// The process that opens the queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Opener {
    process: Process,
    directory: FoundQueue,
    /// Jobs that are still to be read, the next one last.
    unread: Vec<JobId>,
    /// Unfinished jobs, as the queue will hold them.
    jobs: Vec<Box<ActiveJob>>,
    size: u64,
    /// Jobs whose files hold none.
    set_aside: Vec<JobId>,
    /// The job that is being read.
    reading: Option<JobId>,
}

impl Opener {
    /// An opener that has not begun.
    #[must_use]
    pub fn new(design: Arc<Design>, roster: &Roster) -> Self {
        Self {
            process: Process::new(Roster::OPENER, design, roster),
            directory: FoundQueue { serial: 0, drained: false, jobs: Vec::new() },
            unread: Vec::new(),
            jobs: Vec::new(),
            size: 0,
            set_aside: Vec::new(),
            reading: None,
        }
    }

    /// Takes one message.
    pub fn receive(&mut self, now: Instant, message: ProcessMessage, context: &mut impl QueueContext) {
        match message {
            ProcessMessage::Begin => self.process.ask_disk(Operation::Open, context),
            ProcessMessage::Disk(done) => self.disk_done(now, *done, context),
            _ => {}
        }
    }

    fn disk_done(&mut self, now: Instant, done: DiskDone, context: &mut impl QueueContext) {
        match done.outcome {
            FileOutcome::Opened(Ok(directory)) => {
                self.unread = directory.jobs.iter().rev().copied().collect();
                self.size = directory.jobs.len() as u64;
                self.directory = directory;
            }
            FileOutcome::Opened(Err(fault)) | FileOutcome::Failed(fault) => return give_up(fault, context),
            FileOutcome::Read(JobRead::Document { job, .. }) if !self.is_sound(&job) => return self.set_aside(context),
            FileOutcome::Read(JobRead::Document { mut job, .. }) => {
                let timestamp = self.process.timestamp(now);
                let changed = job.recover(timestamp);
                let programs = job.opcodes.iter().map(|opcode| Program::of_input(&opcode.input)).collect();
                let job = Box::new(ActiveJob::recovered(*job, programs, now));
                if changed {
                    return self.process.ask_disk(Operation::WriteJob(job, WriteCause::Restart), context);
                }
                self.keep(job);
            }
            FileOutcome::WroteJob(job) => self.keep(job),
            FileOutcome::Read(JobRead::Unreadable(fault)) => {
                return match fault.source {
                    FaultSource::Content(_) => self.set_aside(context),
                    // It may be a sound job that cannot be read now: nothing is moved, and no job is left out.
                    _ => give_up(fault, context),
                };
            }
            FileOutcome::Read(JobRead::Missing) => self.size -= 1,
            FileOutcome::Read(JobRead::Status(_))
            | FileOutcome::Done
            | FileOutcome::Archived(_)
            | FileOutcome::Listed(_) => {}
        }
        self.next(context);
    }

    /// Whether the job that was read is the one that its file is named after, with opcodes that a worker can
    /// have left behind so.
    fn is_sound(&self, job: &Job) -> bool {
        self.reading == Some(job.id) && check_order(job).is_ok()
    }

    /// The file that was read makes no sense: out of the way with it, so that the others go on.
    fn set_aside(&mut self, context: &mut impl QueueContext) {
        if let Some(job) = self.reading.take() {
            self.size -= 1;
            self.set_aside.push(job);
            self.process.ask_disk(Operation::Archive(vec![job]), context);
        }
    }

    fn next(&mut self, context: &mut impl QueueContext) {
        self.reading = self.unread.pop();
        if let Some(job) = self.reading {
            return self.process.ask_disk(Operation::ReadJob(job, Depth::Document), context);
        }
        let FoundQueue { serial, drained, .. } = self.directory;
        let jobs = std::mem::take(&mut self.jobs);
        let set_aside = std::mem::take(&mut self.set_aside);
        if self.size > 0 || !set_aside.is_empty() {
            let found = FoundJobs { readable: self.size, unfinished: jobs.len() as u64, set_aside };
            context.observe(Observation::JobsFound(Box::new(found)));
        }
        let opened = QueueMessage::Opened { jobs, serial, size: self.size, drained };
        context.send(Roster::QUEUE, Message::Queue(opened));
    }

    fn keep(&mut self, job: Box<ActiveJob>) {
        if !job.document.status().is_final() {
            self.jobs.push(job);
        }
    }
}

/// The queue cannot be opened.
fn give_up(fault: Fault, context: &mut impl QueueContext) {
    context.observe(Observation::Fault(Box::new(fault)));
    context.halt();
}
