//! A modelled disk: it carries out file operations on a directory of values, stage by stage.
//!
//! An operation computes (with the interpreter lock, if there is one), computes in the kernel, visits the device
//! once, and computes on what it has read. A file changes at the end of its operation. Waits for the interpreter lock, for a
//! core and for the device are told apart in its [times](crate::actors::files::FileTimes), which add up to the time that it took.

use super::course::{Course, CourseMaker};
use super::directory::ModelDirectory;
use super::message::{Burst, Computed, CoresMessage, DiskTimer, InterpreterMessage, MachineMessage};
use super::page_cache::PageCache;
use super::profile::{Discipline, Profile};
use crate::actors::accounting::observation::{Observation, Trace};
use crate::actors::actor::{ActorId, Work};
use crate::actors::context::QueueContext;
use crate::actors::design::Design;
use crate::actors::files::done::{DiskDone, FileOutcome};
use crate::actors::files::operation::Operation;
use crate::actors::files::protocol::DiskMessage;
use crate::actors::files::protocol::WatcherMessage;
use crate::actors::impossible::impossible;
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::roster::Roster;
use crate::units::{Instant, Span};
use std::collections::VecDeque;
use std::sync::Arc;

/// The modelled disk.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DiskModel {
    design: Arc<Design>,
    profile: Arc<Profile>,
    roster: Roster,
    directory: ModelDirectory,
    keeps: Keeps,
    cache: PageCache,
    /// By ticket.
    under_way: Vec<Option<Box<UnderWay>>>,
    free: Vec<usize>,
    /// Operations on the device.
    in_service: u32,
    /// Reads, then all others, that wait for the device. Where reads do not go first, all wait among the others.
    waiting: [VecDeque<usize>; 2],
    /// Whether changes are told to the watcher.
    watched: bool,
}

/// What is kept of the job files that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Keeps {
    /// All that is in them.
    Documents,
    /// Statuses and sizes: enough for dependencies, and for nobody else.
    Digests,
}

/// An operation that takes its time.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct UnderWay {
    process: ActorId,
    operation: Operation,
    began: Instant,
    course: Course,
    next: Stage,
    /// When it began to wait for the device.
    asked: Instant,
}

/// The stages of an operation, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Stage {
    Before,
    Kernel,
    Device,
    Added,
    After,
    End,
}

impl DiskModel {
    /// A disk that holds `directory`.
    #[must_use]
    pub fn new(
        design: Arc<Design>,
        profile: Arc<Profile>,
        roster: Roster,
        directory: ModelDirectory,
        keeps: Keeps,
        watched: bool,
    ) -> Self {
        let cache = PageCache::new(profile.disk.page_cache);
        let waiting = [VecDeque::new(), VecDeque::new()];
        let (under_way, free) = (Vec::new(), Vec::new());
        Self { design, profile, roster, directory, keeps, cache, under_way, free, in_service: 0, waiting, watched }
    }

    /// What is on the disk.
    #[must_use]
    pub const fn directory(&self) -> &ModelDirectory {
        &self.directory
    }

    /// Takes one message.
    pub fn receive(&mut self, now: Instant, message: DiskMessage, context: &mut impl QueueContext) {
        let DiskMessage { process, mut operation } = message;
        let (design, profile) = (&self.design, &self.profile);
        let (directory, cache) = (&self.directory, &self.cache);
        let course = CourseMaker { design, profile, directory, cache, context }.course(&mut operation);
        let course = course.stretched(context.stretch(process, Work::Files));
        let began = UnderWay { process, operation, began: now, course, next: Stage::Before, asked: now };
        self.proceed(now, Box::new(began), None, context);
    }

    /// An operation has had its time on the device, or has waited as long as it had to.
    pub fn time_over(&mut self, now: Instant, timer: DiskTimer, context: &mut impl QueueContext) {
        let ticket = match timer {
            DiskTimer::ServiceOver { ticket } => {
                self.in_service -= 1;
                self.serve_next(now, context);
                ticket
            }
            DiskTimer::TimeOver { ticket } => ticket,
        };
        match self.take(ticket) {
            Some(operation) => self.proceed(now, operation, Some(ticket), context),
            None => impossible(self, &timer),
        }
    }

    /// An operation has computed what it had to.
    pub fn computed(&mut self, now: Instant, computed: Computed, context: &mut impl QueueContext) {
        let Some(mut operation) = self.take(computed.ticket) else { impossible(self, &computed) };
        operation.course.steps.core += computed.core;
        operation.course.steps.interpreter_lock += computed.interpreter_lock;
        self.proceed(now, operation, Some(computed.ticket), context);
    }

    /// The operation of this ticket, which goes on.
    fn take(&mut self, ticket: usize) -> Option<Box<UnderWay>> {
        self.under_way.get_mut(ticket)?.take()
    }

    /// Goes on to the next stage that takes time.
    fn proceed(
        &mut self,
        now: Instant,
        mut operation: Box<UnderWay>,
        ticket: Option<usize>,
        context: &mut impl QueueContext,
    ) {
        let locks = self.profile.interpreter_lock.is_some();
        let stages = &mut operation.course.stages;
        if !locks && operation.next == Stage::Before {
            // Nothing stands between them.
            stages.kernel += std::mem::take(&mut stages.before);
            if stages.device.total() + stages.added == Span::ZERO {
                stages.kernel += std::mem::take(&mut stages.after);
            }
        }
        loop {
            let stage = operation.next;
            let (span, next) = match stage {
                Stage::Before => (stages.before, Stage::Kernel),
                Stage::Kernel => (stages.kernel, Stage::Device),
                Stage::Device => (stages.device.total(), Stage::Added),
                Stage::Added => (stages.added, Stage::After),
                Stage::After => (stages.after, Stage::End),
                Stage::End => {
                    self.free.extend(ticket);
                    return self.carry_out(*operation, context);
                }
            };
            operation.next = next;
            if span.is_zero() {
                continue;
            }
            operation.asked = now;
            let is_read = matches!(operation.operation, Operation::ReadJob(..) | Operation::List | Operation::Open);
            let ticket = self.keep(operation, ticket);
            return match stage {
                Stage::Device => self.ask_device(now, ticket, is_read, context),
                Stage::Added => {
                    context.after(span, Message::Machine(MachineMessage::Disk(DiskTimer::TimeOver { ticket })));
                }
                Stage::Before | Stage::After if locks => self.ask_interpreter(ticket, span, context),
                _ => self.ask_cores(ticket, span, context),
            };
        }
    }

    /// Puts an operation where it is found by its ticket.
    fn keep(&mut self, operation: Box<UnderWay>, ticket: Option<usize>) -> usize {
        let ticket = ticket.or_else(|| self.free.pop()).unwrap_or_else(|| {
            self.under_way.push(None);
            self.under_way.len() - 1
        });
        self.under_way[ticket] = Some(operation);
        ticket
    }

    fn ask_cores(&self, ticket: usize, span: Span, context: &mut impl QueueContext) {
        if self.profile.cores == u32::MAX {
            context.after(span, Message::Machine(MachineMessage::Disk(DiskTimer::TimeOver { ticket })));
        } else {
            let burst = Burst { asker: self.roster.shared_disk(), ticket, span };
            context.send(self.roster.cores(), Message::Machine(MachineMessage::Cores(CoresMessage::Compute(burst))));
        }
    }

    fn ask_interpreter(&self, ticket: usize, span: Span, context: &mut impl QueueContext) {
        let burst = Burst { asker: self.roster.shared_disk(), ticket, span };
        context.send(
            self.roster.interpreter(),
            Message::Machine(MachineMessage::Interpreter(InterpreterMessage::Compute(burst))),
        );
    }

    fn ask_device(&mut self, now: Instant, ticket: usize, is_read: bool, context: &mut impl QueueContext) {
        if self.in_service < self.profile.disk.queue_depth {
            self.serve(now, ticket, context);
        } else {
            let goes_first = is_read && self.profile.disk.discipline == Discipline::ReadsFirst;
            self.waiting[usize::from(!goes_first)].push_back(ticket);
        }
    }

    fn serve_next(&mut self, now: Instant, context: &mut impl QueueContext) {
        let [reads, others] = &mut self.waiting;
        if let Some(ticket) = reads.pop_front().or_else(|| others.pop_front()) {
            self.serve(now, ticket, context);
        }
    }

    fn serve(&mut self, now: Instant, ticket: usize, context: &mut impl QueueContext) {
        self.in_service += 1;
        let crowding = self.profile.disk.crowding_at(self.in_service);
        let Some(Some(operation)) = self.under_way.get_mut(ticket) else { impossible(self, &ticket) };
        let device = operation.course.stages.device.stretched(crowding);
        let steps = &mut operation.course.steps;
        steps.disk += now.since(operation.asked);
        steps.write += device.write;
        steps.fsync += device.fsync;
        steps.rename += device.rename;
        steps.read += device.read;
        context.after(device.total(), Message::Machine(MachineMessage::Disk(DiskTimer::ServiceOver { ticket })));
    }

    fn carry_out(&mut self, operation: UnderWay, context: &mut impl QueueContext) {
        let UnderWay { process, operation, began, course, .. } = operation;
        let outcome = match operation {
            Operation::Open => FileOutcome::Opened(self.directory.open()),
            Operation::WriteJob(job, cause) => {
                let mut job = job;
                let status = job.document.status();
                job.tally.count_write(cause, course.bytes, self.design.durability, status);
                self.written(&job.document, &course, context);
                if context.tracing() {
                    let job = Box::new(job.document.clone());
                    context.observe(Observation::Trace(Box::new(Trace::Wrote { job, cause })));
                }
                FileOutcome::WroteJob(job)
            }
            Operation::WriteSerial(serial) => {
                trace(context, || Trace::WroteSerial(serial));
                self.directory.write_serial(serial);
                FileOutcome::Done
            }
            Operation::ReadJob(job, depth) => {
                self.cache.touch(job, course.bytes);
                FileOutcome::Read(self.directory.read(job, depth))
            }
            Operation::Archive(jobs) => {
                let mut moved = Vec::with_capacity(jobs.len());
                let archived = jobs.into_iter().try_for_each(|job| {
                    self.directory.archive(job).map(|was_there| moved.extend(was_there.then_some(job)))
                });
                trace(context, || Trace::Archived(moved.clone()));
                archived.map_or_else(FileOutcome::Failed, |()| FileOutcome::Archived(moved))
            }
            Operation::Drain(flag) => {
                self.directory.drain(flag);
                FileOutcome::Done
            }
            Operation::List => FileOutcome::Listed(self.directory.list()),
            Operation::WriteForeign(path, content) => {
                self.directory.put(&path, super::directory::File::Text(content));
                FileOutcome::Done
            }
        };
        let done = DiskDone { outcome, began, steps: course.steps, bytes: course.bytes };
        context.send(process, Message::Process(ProcessMessage::Disk(Box::new(done))));
    }

    /// The file of a job has its new content.
    fn written(&mut self, job: &crate::job::Job, course: &Course, context: &mut impl QueueContext) {
        self.cache.touch(job.id, course.bytes);
        let digest =
            course.digest.unwrap_or_else(|| unreachable!("the write of job {} was taken for no write", job.id));
        self.directory.write_job(job, digest, self.keeps == Keeps::Documents);
        if self.watched {
            let changed = WatcherMessage::FileChanged { job: job.id };
            context.send(Roster::WATCHER, Message::Watcher(changed));
        }
    }

    /// What is wrong with its state, if anything is.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        let waiting = self.waiting.iter().map(VecDeque::len).sum::<usize>();
        let idle = self.in_service < self.profile.disk.queue_depth && waiting > 0;
        idle.then(|| format!("{waiting} operations wait for a device that has room")).into_iter().collect()
    }
}

fn trace(context: &mut impl QueueContext, trace: impl FnOnce() -> Trace) {
    if context.tracing() {
        context.observe(Observation::Trace(Box::new(trace())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::recording::Recording;
    use crate::actors::roster::Disks;

    #[test]
    #[should_panic(expected = "message: TimeOver { ticket: 3 }")]
    fn no_time_is_over_of_an_operation_that_never_began() {
        let (roster, profile) = (Roster::new(1, 1, Disks::Shared), Arc::new(Profile::free()));
        let directory = ModelDirectory::default();
        let mut disk = DiskModel::new(Arc::new(Design::default()), profile, roster, directory, Keeps::Documents, false);
        disk.time_over(Instant::ZERO, DiskTimer::TimeOver { ticket: 3 }, &mut Recording::default());
    }
}
