//! The opener: reads the queue directory at the start, and does what a start does to the jobs that it finds.

use super::message::{
    Depth, Directory, DiskDone, DiskMessage, Message, Operation, Outcome, ProcessMessage, QueueMessage, Read,
    WriteCause,
};
use super::observation::Observation;
use super::program::Program;
use super::request::ActiveJob;
use super::{ActorId, Context, Design, Roster};
use crate::job::file_format::check_order;
use crate::job::{Job, JobId, Timestamp};
use crate::units::Instant;
use std::sync::Arc;

/// The process that opens the queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Opener {
    design: Arc<Design>,
    disk: ActorId,
    directory: Directory,
    /// Jobs that are still to be read, the next one last.
    unread: Vec<JobId>,
    /// Unfinished jobs, as the queue will hold them.
    jobs: Vec<Box<ActiveJob>>,
    size: u64,
    /// The job that is being read.
    reading: Option<JobId>,
}

impl Opener {
    /// An opener that has not begun.
    #[must_use]
    pub fn new(design: Arc<Design>, roster: &Roster) -> Self {
        Self {
            design,
            disk: roster.disk_of(Roster::OPENER),
            directory: Directory { serial: 0, drained: false, jobs: Vec::new() },
            unread: Vec::new(),
            jobs: Vec::new(),
            size: 0,
            reading: None,
        }
    }

    /// Takes one message.
    pub fn receive<C>(&mut self, now: Instant, message: ProcessMessage, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        match message {
            ProcessMessage::Begin => self.ask_disk(Operation::Open, context),
            ProcessMessage::Disk(done) => self.disk_done(now, *done, context),
            _ => {}
        }
    }

    fn disk_done<C>(&mut self, now: Instant, done: DiskDone, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        match done.outcome {
            Outcome::Opened(Ok(directory)) => {
                self.unread = directory.jobs.iter().rev().copied().collect();
                self.size = directory.jobs.len() as u64;
                self.directory = directory;
            }
            Outcome::Opened(Err(what)) | Outcome::Failed(what) => {
                context.observe(Observation::Fault(what));
                return context.halt();
            }
            Outcome::Read(Read::Document { job, .. }) if !self.is_sound(&job) => return self.set_aside(context),
            Outcome::Read(Read::Document { mut job, .. }) => {
                let timestamp = self.timestamp(now);
                let changed = job.recover(timestamp);
                let programs = job.opcodes.iter().map(|opcode| Program::of_input(&opcode.input)).collect();
                let job = Box::new(ActiveJob::recovered(*job, programs, now));
                if changed {
                    return self.ask_disk(Operation::WriteJob(job, WriteCause::Restart), context);
                }
                self.keep(job);
            }
            Outcome::WroteJob(job) => self.keep(job),
            Outcome::Read(Read::Unreadable(_)) => return self.set_aside(context),
            Outcome::Read(Read::Missing) => self.size -= 1,
            Outcome::Read(Read::Status(_)) | Outcome::Done | Outcome::Archived(_) | Outcome::Listed(_) => {}
        }
        self.next(context);
    }

    /// Whether the job that was read is the one that its file is named after, with opcodes that a worker can
    /// have left behind so.
    fn is_sound(&self, job: &Job) -> bool {
        self.reading == Some(job.id) && check_order(job).is_ok()
    }

    /// The file that was read makes no sense: out of the way with it, so that the others go on.
    fn set_aside<C: Context<Message = Message>>(&mut self, context: &mut C) {
        if let Some(job) = self.reading.take() {
            self.size -= 1;
            self.ask_disk(Operation::Archive(vec![job]), context);
        }
    }

    fn next<C: Context<Message = Message>>(&mut self, context: &mut C) {
        self.reading = self.unread.pop();
        if let Some(job) = self.reading {
            return self.ask_disk(Operation::ReadJob(job, Depth::Document), context);
        }
        let Directory { serial, drained, .. } = self.directory;
        let jobs = std::mem::take(&mut self.jobs);
        let opened = QueueMessage::Opened { jobs, serial, size: self.size, drained };
        context.send(Roster::QUEUE, Message::Queue(opened));
    }

    fn keep(&mut self, job: Box<ActiveJob>) {
        if !job.document.status().is_final() {
            self.jobs.push(job);
        }
    }

    fn ask_disk<C: Context<Message = Message>>(&self, operation: Operation, context: &mut C) {
        context.send(self.disk, Message::Disk(DiskMessage::Request { process: Roster::OPENER, operation }));
    }

    fn timestamp(&self, now: Instant) -> Timestamp {
        self.design.epoch.after(now.since(Instant::ZERO))
    }
}
