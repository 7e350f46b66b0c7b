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
use crate::actors::impossible::impossible;
use crate::actors::message::Message;
use crate::actors::queue::active_job::ActiveJob;
use crate::actors::queue::protocol::QueueMessage;
use crate::actors::roster::Roster;
use crate::job::file_format::check_order;
use crate::job::{Fault, FaultSource, Job, JobId};
use crate::units::Instant;
use std::collections::VecDeque;
use std::sync::Arc;

/// The process that opens the queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Opener {
    process: Process,
    state: State,
}

/// What the opener is in the middle of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum State {
    NotBegun,
    /// The directory is being opened.
    Opening,
    /// The file of this job is being read.
    Reading(JobId, Found),
    /// The file of a job is being written, which the start has changed.
    Writing(Found),
    /// A file that holds no job is being moved to the archive.
    SettingAside(Found),
    /// The queue is open, or cannot be opened.
    Over,
}

/// What was found so far.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Found {
    serial: u64,
    drained: bool,
    /// Jobs that are still to be read, in this order.
    unread: VecDeque<JobId>,
    /// Unfinished jobs, as the queue will hold them.
    jobs: Vec<Box<ActiveJob>>,
    /// Job files that hold a job, those included that are still to be read.
    readable: u64,
    /// Jobs whose files hold none.
    set_aside: Vec<JobId>,
}

impl Opener {
    /// An opener that has not begun.
    #[must_use]
    pub fn new(design: Arc<Design>, roster: &Roster) -> Self {
        Self { process: Process::new(Roster::OPENER, design, roster), state: State::NotBegun }
    }

    /// Takes one message.
    ///
    /// # Panics
    /// If nobody can have sent it in this state.
    pub fn receive(&mut self, now: Instant, message: ProcessMessage, context: &mut impl QueueContext) {
        match (std::mem::replace(&mut self.state, State::Over), message) {
            (State::NotBegun, ProcessMessage::Begin) => {
                self.process.ask_disk(Operation::Open, context);
                self.state = State::Opening;
            }
            (state, ProcessMessage::Disk(done)) => self.disk_done(now, state, *done, context),
            (state, message) => {
                self.state = state;
                impossible(self, &message)
            }
        }
    }

    fn disk_done(&mut self, now: Instant, state: State, done: DiskDone, context: &mut impl QueueContext) {
        match (state, done.outcome) {
            (State::Opening, FileOutcome::Opened(Ok(directory))) => self.next(Found::new(directory), context),
            (State::Opening, FileOutcome::Opened(Err(fault))) => give_up(fault, context),
            (State::Reading(id, found), FileOutcome::Read(read)) => self.read(now, id, found, read, context),
            (State::Writing(mut found), FileOutcome::WroteJob(job)) => {
                found.keep(job);
                self.next(found, context);
            }
            (State::SettingAside(found), FileOutcome::Archived(_)) => self.next(found, context),
            (
                State::Opening | State::Reading(..) | State::Writing(_) | State::SettingAside(_),
                FileOutcome::Failed(fault),
            ) => {
                give_up(fault, context);
            }
            (state, outcome) => {
                self.state = state;
                impossible(self, &outcome)
            }
        }
    }

    /// The file of job `id` was read.
    fn read(&mut self, now: Instant, id: JobId, mut found: Found, read: JobRead, context: &mut impl QueueContext) {
        match read {
            // It is in the archive, if anywhere: it was moved after the directory was listed.
            JobRead::Missing | JobRead::Document { archived: true, .. } => {
                found.readable -= 1;
                self.next(found, context);
            }
            JobRead::Document { job, .. } if is_sound(&job, id) => self.recover(now, *job, found, context),
            JobRead::Document { .. } => self.set_aside(id, found, context),
            JobRead::Unreadable(fault) => match fault.source {
                FaultSource::Content(_) => self.set_aside(id, found, context),
                // It may be a sound job that cannot be read now: nothing is moved, and no job is left out.
                _ => give_up(fault, context),
            },
            JobRead::Status(_) => {
                self.state = State::Reading(id, found);
                impossible(self, &read)
            }
        }
    }

    /// Does to a job what a start does.
    fn recover(&mut self, now: Instant, mut job: Job, mut found: Found, context: &mut impl QueueContext) {
        let changed = job.recover(self.process.timestamp(now));
        let programs = job.opcodes.iter().map(|opcode| Program::of_input(&opcode.input)).collect();
        let job = Box::new(ActiveJob::recovered(job, programs, now));
        if changed {
            self.process.ask_disk(Operation::WriteJob(job, WriteCause::Restart), context);
            self.state = State::Writing(found);
        } else {
            found.keep(job);
            self.next(found, context);
        }
    }

    /// The file of job `id` makes no sense: out of the way with it, so that the others go on.
    fn set_aside(&mut self, id: JobId, mut found: Found, context: &mut impl QueueContext) {
        found.readable -= 1;
        found.set_aside.push(id);
        self.process.ask_disk(Operation::Archive(vec![id]), context);
        self.state = State::SettingAside(found);
    }

    /// Reads the next job, or hands those found to the queue.
    fn next(&mut self, mut found: Found, context: &mut impl QueueContext) {
        if let Some(id) = found.unread.pop_front() {
            self.process.ask_disk(Operation::ReadJob(id, Depth::Document), context);
            self.state = State::Reading(id, found);
            return;
        }
        let Found { serial, drained, jobs, readable, set_aside, .. } = found;
        if readable > 0 || !set_aside.is_empty() {
            let found = FoundJobs { readable, unfinished: jobs.len() as u64, set_aside };
            context.observe(Observation::JobsFound(Box::new(found)));
        }
        let opened = QueueMessage::Opened { jobs, serial, size: readable, drained };
        context.send(Roster::QUEUE, Message::Queue(opened));
        self.state = State::Over;
    }
}

impl Found {
    fn new(directory: FoundQueue) -> Self {
        let FoundQueue { serial, drained, jobs } = directory;
        let readable = jobs.len() as u64;
        Self { serial, drained, unread: jobs.into(), jobs: Vec::new(), readable, set_aside: Vec::new() }
    }

    fn keep(&mut self, job: Box<ActiveJob>) {
        if !job.document.status().is_final() {
            self.jobs.push(job);
        }
    }
}

/// Whether a job is the one that its file is named after, with opcodes that a worker can have left behind so.
fn is_sound(job: &Job, id: JobId) -> bool {
    job.id == id && check_order(job).is_ok()
}

/// The queue cannot be opened.
fn give_up(fault: Fault, context: &mut impl QueueContext) {
    context.observe(Observation::Fault(Box::new(fault)));
    context.halt();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::files::done::FileTimes;
    use crate::actors::recording::Recording;
    use crate::actors::roster::Disks;

    fn opener() -> Opener {
        Opener::new(Arc::new(Design::default()), &Roster::new(1, 1, Disks::Shared))
    }

    fn done(outcome: FileOutcome) -> ProcessMessage {
        ProcessMessage::Disk(Box::new(DiskDone {
            outcome,
            began: Instant::ZERO,
            steps: FileTimes::default(),
            bytes: 0,
        }))
    }

    #[test]
    fn a_job_that_was_archived_after_the_list_was_made_is_not_of_the_queue() {
        let (mut opener, mut context) = (opener(), Recording::default());
        let directory = FoundQueue { serial: 3, drained: false, jobs: vec![JobId(3)] };
        let job = Box::new(Job { id: JobId(3), opcodes: Vec::new(), received: None, start: None, end: None });
        for message in [
            ProcessMessage::Begin,
            done(FileOutcome::Opened(Ok(directory))),
            done(FileOutcome::Read(JobRead::Document { job, archived: true })),
        ] {
            opener.receive(Instant::ZERO, message, &mut context);
        }
        let opened = QueueMessage::Opened { jobs: Vec::new(), serial: 3, size: 0, drained: false };
        assert_eq!(context.take_sent().pop(), Some((Roster::QUEUE, Message::Queue(opened))));
    }

    #[test]
    #[should_panic(expected = "state: Opening")]
    fn nothing_is_written_before_the_directory_is_open() {
        let (mut opener, mut context) = (opener(), Recording::default());
        opener.receive(Instant::ZERO, ProcessMessage::Begin, &mut context);
        opener.receive(Instant::ZERO, done(FileOutcome::Done), &mut context);
    }
}
