//! The state machine of a request thread: calls come in, and what was asked for on their behalf.

use super::state::{CallInHand, Change, State, Task};
use crate::actors::accounting::observation::Observation;
use crate::actors::clients::call::{Call, Reply};
use crate::actors::clients::protocol::ClientsMessage;
use crate::actors::context::QueueContext;
use crate::actors::design::Design;
use crate::actors::files::done::{DiskDone, FileOutcome, FoundJob};
use crate::actors::files::operation::Operation;
use crate::actors::impossible::impossible;
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::locks::protocol::LocksMessage;
use crate::actors::message::Message;
use crate::actors::processes::process::Process;
use crate::actors::processes::protocol::{Handover, ProcessMessage};
use crate::actors::queue::protocol::{Entered, Exit, QueueMessage, Want};
use crate::actors::roster::Roster;
use crate::actors::tracker::protocol::TrackerMessage;
use crate::job::Priority;
use crate::units::Instant;
use std::fmt::Debug;
use std::sync::Arc;

/// A thread that answers calls, one at a time. It takes no call before all that it asked for on behalf of the last
/// one has come; only news of a watch that is over, and of a timer that was canceled, may still be on their way, and are
/// told by their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestThread {
    pub(super) process: Process,
    pub(super) state: State,
    /// The last number that a timer or a watch of this thread was given.
    pub(super) last_number: u64,
}

impl RequestThread {
    /// Thread `number` of the pool, idle.
    #[must_use]
    pub fn new(number: u32, design: Arc<Design>, roster: &Roster) -> Self {
        Self { process: Process::new(roster.thread(number), design, roster), state: State::Idle, last_number: 0 }
    }

    /// Takes one message.
    ///
    /// # Panics
    /// If nobody can have sent it in this state.
    pub fn receive(&mut self, now: Instant, message: ProcessMessage, context: &mut impl QueueContext) {
        match (std::mem::replace(&mut self.state, State::Idle), message) {
            (State::Idle, ProcessMessage::Call { number, due, handover, call }) => {
                let in_hand = CallInHand { number, name: call.name(), due };
                self.begin(now, in_hand, handover, *call, context);
            }
            (State::Busy(call, task), ProcessMessage::Entered(entered)) => {
                self.entered(now, call, task, *entered, context);
            }
            (State::Busy(call, task), ProcessMessage::Disk(done)) => self.disk_done(now, call, task, *done, context),
            (State::Busy(call, Task::Watching(watching, moment)), ProcessMessage::WatchSetUp { watch }) => {
                self.watch_set_up(now, call, watching, moment, watch, context);
            }
            (State::Busy(call, Task::Watching(watching, moment)), ProcessMessage::FileChanged { watch }) => {
                self.file_changed(now, call, watching, moment, watch, context);
            }
            (State::Busy(call, Task::Watching(watching, moment)), ProcessMessage::TimeUp { token, .. }) => {
                self.time_up(now, call, watching, moment, token, context);
            }
            // Stale: of a watch that was over, or a timer that was canceled, while it was on its way.
            (state, ProcessMessage::FileChanged { watch: number } | ProcessMessage::TimeUp { token: number, .. })
                if number <= self.last_number =>
            {
                self.state = state;
            }
            (State::Busy(call, Task::ReportingLocks), ProcessMessage::LockReport(rows)) => {
                let process = self.process.address;
                context.send(Roster::TRACKER, Message::Tracker(TrackerMessage::Report { process }));
                self.state = State::Busy(call, Task::ReportingDependencies(rows));
            }
            (
                State::Busy(call, Task::ReportingDependencies(mut rows)),
                ProcessMessage::DependencyReport(dependencies),
            ) => {
                rows.extend(dependencies);
                self.answer(now, call, Reply::Locks(rows), context);
            }
            (State::Busy(call, Task::PreparingShutdown), ProcessMessage::ShutdownPrepared { running }) => {
                self.answer(now, call, Reply::ShutdownPrepared(running), context);
            }
            (state, message) => {
                self.state = state;
                impossible(self, &message);
            }
        }
    }

    fn begin(
        &mut self,
        now: Instant,
        call: CallInHand,
        handover: Handover,
        asked: Call,
        context: &mut impl QueueContext,
    ) {
        match asked {
            Call::Submit(request) => self.submit(now, call, handover, vec![request], false, context),
            Call::SubmitMany(requests) => self.submit(now, call, handover, requests, true, context),
            Call::Cancel(job) => self.change(call, job, Change::Cancel, context),
            Call::ChangePriority(job, asked) => match Priority::from_request(asked) {
                Some(priority) => self.change(call, job, Change::Priority(priority), context),
                None => {
                    let why = format!("Invalid priority {asked}, allowed are 0, 10, -10");
                    self.answer(now, call, Reply::Refused(why), context);
                }
            },
            Call::Archive(job) => self.archive(call, job, context),
            Call::ArchiveOlderThan(age) => self.archive_by_age(call, age, context),
            Call::Query { jobs, fields } => self.query(now, call, jobs, &fields, context),
            Call::WaitForChange(watch) => self.watch(now, call, *watch, context),
            Call::Drain(flag) => {
                self.process.enter(Mode::Exclusive, Activity::Submit, Want::Nothing, context);
                self.state = State::Busy(call, Task::EnteringDrain(flag));
            }
            Call::QueueSize => {
                self.process.enter(Mode::Shared, Activity::Query, Want::Nothing, context);
                self.state = State::Busy(call, Task::EnteringSize);
            }
            Call::Locks => {
                let process = self.process.address;
                context.send(Roster::LOCKS, Message::Locks(LocksMessage::Report { process }));
                self.state = State::Busy(call, Task::ReportingLocks);
            }
            Call::PrepareShutdown => {
                let process = Some(self.process.address);
                context.send(Roster::QUEUE, Message::Queue(QueueMessage::PrepareShutdown { process }));
                self.state = State::Busy(call, Task::PreparingShutdown);
            }
            Call::WriteFile(file, content) => {
                self.process.ask_disk(Operation::WriteForeign(file, content), context);
                self.state = State::Busy(call, Task::WritingForeign);
            }
        }
    }

    fn entered(
        &mut self,
        now: Instant,
        call: CallInHand,
        task: Task,
        entered: Entered,
        context: &mut impl QueueContext,
    ) {
        match task {
            Task::EnteringSubmit(submission) => self.submission_entered(now, call, *submission, &entered, context),
            Task::EnteringChange(id, change) => self.change_entered(now, call, id, change, entered.job, context),
            Task::EnteringArchive(id) => self.archive_entered(now, call, id, entered.job, context),
            Task::EnteringSweep(age) => self.sweep_entered(now, call, age, context),
            Task::EnteringQuery(query) => self.query_entered(now, call, query, entered.job, context),
            Task::EnteringDrain(flag) => {
                self.process.ask_disk(Operation::Drain(flag), context);
                self.state = State::Busy(call, Task::WritingDrain(flag));
            }
            Task::EnteringSize => {
                self.process.leave(Exit::Nothing, context);
                self.answer(now, call, Reply::Size(entered.size), context);
            }
            task => self.impossible_in(&task, &entered),
        }
    }

    fn disk_done(
        &mut self,
        now: Instant,
        call: CallInHand,
        task: Task,
        done: DiskDone,
        context: &mut impl QueueContext,
    ) {
        if let FileOutcome::Failed(fault) = done.outcome {
            // The run is over, so the call is never answered.
            self.state = State::Busy(call, task);
            context.observe(Observation::Fault(Box::new(fault)));
            return context.halt();
        }
        match (task, done.outcome) {
            (Task::WritingSubmission(submission), outcome) => {
                self.submission_written(now, call, submission, DiskDone { outcome, ..done }, context);
            }
            (Task::ReadingChange(id, change), FileOutcome::Read(read)) => {
                let found = FoundJob::of(read);
                self.change_read(now, call, id, change, found, context);
            }
            (Task::WritingChange(reply), FileOutcome::WroteJob(job)) => {
                self.process.leave(Exit::Changed(job), context);
                self.answer(now, call, Reply::Changed(reply), context);
            }
            (Task::ReadingArchive(id), FileOutcome::Read(read)) => {
                self.archive_read(now, call, id, FoundJob::of(read), context);
            }
            (Task::MovingArchive(_), FileOutcome::Archived(moved)) => self.archive_moved(now, call, moved, context),
            (Task::ListingSweep(before), FileOutcome::Listed(jobs)) => {
                self.sweep_listed(now, call, before, jobs, context);
            }
            (Task::ReadingSweep(sweep), FileOutcome::Read(read)) => {
                self.sweep_read(now, call, sweep, FoundJob::of(read), context);
            }
            (Task::MovingSweep(sweep), FileOutcome::Archived(moved)) => {
                self.sweep_moved(now, call, sweep, moved, context);
            }
            (Task::WritingDrain(flag), FileOutcome::Done) => {
                self.process.leave(Exit::Drained(flag), context);
                self.answer(now, call, Reply::Done, context);
            }
            (Task::ListingQuery(fields), FileOutcome::Listed(jobs)) => {
                self.query_listed(now, call, fields, jobs, context);
            }
            (Task::ReadingQuery(query), FileOutcome::Read(read)) => {
                self.query_read(now, call, query, FoundJob::of(read), context);
            }
            (Task::Watching(watching, moment), FileOutcome::Read(read)) => {
                self.watch_looked(now, call, watching, moment, FoundJob::of(read), context);
            }
            (Task::WritingForeign, FileOutcome::Done) => self.answer(now, call, Reply::Done, context),
            (task, outcome) => self.impossible_in(&task, &outcome),
        }
    }

    /// Answers the call: the thread is free.
    pub(super) fn answer(&mut self, now: Instant, call: CallInHand, reply: Reply, context: &mut impl QueueContext) {
        let CallInHand { number, name, due } = call;
        let refused = matches!(reply, Reply::Refused(_));
        context.observe(Observation::CallAnswered { call: name, took: now.since(due), refused });
        let message = ClientsMessage::Replied { thread: self.process.address, call: number, reply };
        context.send(Roster::CLIENTS, Message::Clients(message));
        self.state = State::Idle;
    }

    /// A number that no timer or watch of this thread has had.
    pub(super) const fn new_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// Ends the run: while the thread was at `task`, nobody can have told it `message`.
    pub(super) fn impossible_in(&self, task: &dyn Debug, message: &dyn Debug) -> ! {
        impossible(&(self.process.address, task), message)
    }
}
