//! The state machine of a request thread.

use super::fields::field;
use super::watching::{WatchStep, Watching};
use crate::actors::accounting::observation::Observation;
use crate::actors::clients::call::{Call, Reply};
use crate::actors::clients::protocol::ClientsMessage;
use crate::actors::clients::request::JobRequest;
use crate::actors::context::QueueContext;
use crate::actors::design::{Design, Storage};
use crate::actors::files::done::{DiskDone, FileOutcome, JobRead};
use crate::actors::files::operation::{Depth, Operation};
use crate::actors::files::protocol::WatcherMessage;
use crate::actors::files::tally::WriteCause;
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::locks::monitor::LockRow;
use crate::actors::locks::protocol::LocksMessage;
use crate::actors::message::Message;
use crate::actors::processes::process::Process;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::processes::submission::{Submission, SubmissionStep};
use crate::actors::queue::active_job::ActiveJob;
use crate::actors::queue::protocol::{Entered, Exit, QueueMessage, Want};
use crate::actors::roster::Roster;
use crate::actors::tracker::protocol::TrackerMessage;
use crate::job::{ChangeReply, Job, JobId, Priority, Timestamp};
use crate::units::{Instant, Span};
use serde_json::Value;
use std::sync::Arc;

/// Jobs that are archived with one operation.
const ARCHIVED_AT_ONCE: usize = 10;

/// A change that a client asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Change {
    Cancel,
    Priority(Priority),
}

/// Archiving by age, under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Sweep {
    /// Jobs that are final and old, and not moved yet.
    chosen: Vec<JobId>,
    /// Old jobs since the last were moved, final or not: as modelled, both count towards those moved at once.
    old: usize,
    /// Jobs that are still to be looked at, the next one last.
    unseen: Vec<JobId>,
    moved: Vec<JobId>,
    /// Jobs that ended by this time are old; none: all that ended are.
    before: Option<Timestamp>,
}

/// Reading fields of several jobs, under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Query {
    /// Jobs that are still to be read, the next one last.
    jobs: Vec<JobId>,
    fields: Vec<String>,
    rows: Vec<Option<Vec<Value>>>,
}

/// What the thread is in the middle of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum State {
    Idle,
    Submitting(Box<Submission>),
    Changing(JobId, Change),
    /// The changed job is being written; then this is the answer.
    WritingChange(ChangeReply),
    Archiving(JobId),
    Sweeping(Sweep),
    Draining(bool),
    Querying(Query),
    Sizing,
    Watching(Box<Watching>),
    /// The lock manager's rows, until the tracker's come.
    Monitoring(Vec<LockRow>),
    ShuttingDown,
    WritingForeign,
}

/// A thread that answers calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RequestThread {
    process: Process,
    state: State,
    /// Number and name of the call, and when it was due.
    call: (usize, &'static str, Instant),
    pub(super) token: u64,
}

impl RequestThread {
    /// Thread `number` of the pool, idle.
    #[must_use]
    pub fn new(number: u32, design: Arc<Design>, roster: &Roster) -> Self {
        let process = Process::new(roster.thread(number), design, roster);
        Self { process, state: State::Idle, call: (0, "", Instant::ZERO), token: 0 }
    }

    /// Takes one message.
    pub fn receive(&mut self, now: Instant, message: ProcessMessage, context: &mut impl QueueContext) {
        match message {
            ProcessMessage::Call { number, due, sent, call } => {
                self.call = (number, call.name(), due);
                self.begin(now, sent, *call, context);
            }
            ProcessMessage::Entered(entered) => self.entered(now, *entered, context),
            ProcessMessage::Disk(done) => self.disk_done(now, *done, context),
            ProcessMessage::LockReport(rows) => {
                self.state = State::Monitoring(rows);
                let process = self.process.address;
                context.send(Roster::TRACKER, Message::Tracker(TrackerMessage::Report { process }));
            }
            ProcessMessage::DependencyReport(rows) => {
                if let State::Monitoring(mut all) = self.take_state() {
                    all.extend(rows);
                    self.answer(now, Reply::Locks(all), context);
                }
            }
            ProcessMessage::ShutdownPrepared { running } => {
                self.answer(now, Reply::ShutdownPrepared(running), context);
            }
            ProcessMessage::FileChanged { job } => self.watch(now, context, |watching| watching.file_changed(job)),
            ProcessMessage::TimeUp { token, .. } => self.watch(now, context, |watching| watching.time_up(token)),
            ProcessMessage::Begin
            | ProcessMessage::Turn(_)
            | ProcessMessage::LookedUp { .. }
            | ProcessMessage::TrackerEntered { .. }
            | ProcessMessage::Waiters { .. } => {}
        }
    }

    fn begin(&mut self, now: Instant, sent: Instant, call: Call, context: &mut impl QueueContext) {
        match call {
            Call::Submit(request) => self.submit(now, sent, vec![request], false, context),
            Call::SubmitMany(requests) => self.submit(now, sent, requests, true, context),
            Call::Cancel(job) => self.change(job, Change::Cancel, Activity::Cancel, context),
            Call::ChangePriority(job, asked) => match Priority::from_request(asked) {
                Some(priority) => self.change(job, Change::Priority(priority), Activity::ChangePriority, context),
                None => {
                    let why = format!("Invalid priority {asked}, allowed are 0, 10, -10");
                    self.answer(now, Reply::Refused(why), context);
                }
            },
            Call::Archive(job) => {
                self.enter(State::Archiving(job), Mode::Exclusive, Activity::Archive, Want::Copy(job), context);
            }
            Call::ArchiveOlderThan(age) => {
                let before = age.map(|age| self.process.timestamp(now).before(age));
                let sweep = Sweep { chosen: Vec::new(), old: 0, unseen: Vec::new(), moved: Vec::new(), before };
                self.enter(State::Sweeping(sweep), Mode::Exclusive, Activity::Archive, Want::Nothing, context);
            }
            Call::Drain(flag) => {
                self.enter(State::Draining(flag), Mode::Exclusive, Activity::Submit, Want::Nothing, context);
            }
            Call::Query(mut jobs, fields) => {
                jobs.reverse();
                self.query_next(now, Query { jobs, fields, rows: Vec::new() }, context);
            }
            Call::WaitForChange(watch) => {
                let (watching, operation) = Watching::new(*watch, now);
                self.state = State::Watching(Box::new(watching));
                self.process.ask_disk(operation, context);
            }
            Call::QueueSize => self.enter(State::Sizing, Mode::Shared, Activity::Query, Want::Nothing, context),
            Call::Locks => {
                let process = self.process.address;
                context.send(Roster::LOCKS, Message::Locks(LocksMessage::Report { process }));
            }
            Call::PrepareShutdown => {
                self.state = State::ShuttingDown;
                let process = Some(self.process.address);
                context.send(Roster::QUEUE, Message::Queue(QueueMessage::PrepareShutdown { process }));
            }
            Call::WriteFile(file, content) => {
                self.state = State::WritingForeign;
                self.process.ask_disk(Operation::WriteForeign(file, content), context);
            }
        }
    }

    fn submit(
        &mut self,
        now: Instant,
        sent: Instant,
        requests: Vec<JobRequest>,
        many: bool,
        context: &mut impl QueueContext,
    ) {
        let mut submission = Submission::new(requests, many, self.call.2);
        submission.called(sent, now);
        let want = Want::Ids(submission.count());
        self.enter(State::Submitting(Box::new(submission)), Mode::Exclusive, Activity::Submit, want, context);
    }

    fn change(&mut self, job: JobId, change: Change, activity: Activity, context: &mut impl QueueContext) {
        self.enter(State::Changing(job, change), Mode::Exclusive, activity, Want::Job(job), context);
    }

    fn entered(&mut self, now: Instant, entered: Entered, context: &mut impl QueueContext) {
        match self.take_state() {
            State::Submitting(mut submission) => {
                let step = submission.entered(now, &entered);
                self.submission_step(now, submission, step, context);
            }
            State::Changing(id, change) => match entered.job {
                Some(job) => self.apply_change(now, job, change, context),
                None => {
                    self.state = State::Changing(id, change);
                    self.process.ask_disk(Operation::ReadJob(id, Depth::Document), context);
                }
            },
            State::Archiving(id) => match entered.job {
                Some(job) if !job.document.status().is_final() => {
                    self.process.leave(Exit::Nothing, context);
                    self.answer(now, Reply::Archived(false), context);
                }
                _ => {
                    self.state = State::Archiving(id);
                    self.process.ask_disk(Operation::ReadJob(id, Depth::Document), context);
                }
            },
            State::Sweeping(sweep) => {
                self.state = State::Sweeping(sweep);
                self.process.ask_disk(Operation::List, context);
            }
            State::Draining(flag) => {
                self.state = State::Draining(flag);
                self.process.ask_disk(Operation::Drain(flag), context);
            }
            State::Querying(mut query) => {
                self.process.leave(Exit::Nothing, context);
                match entered.job {
                    Some(job) => {
                        query.take(Some(&job.document));
                        self.query_next(now, query, context);
                    }
                    None => self.query_file(query, context),
                }
            }
            State::Sizing => {
                self.process.leave(Exit::Nothing, context);
                self.answer(now, Reply::Size(entered.size), context);
            }
            other => self.state = other,
        }
    }

    fn disk_done(&mut self, now: Instant, mut done: DiskDone, context: &mut impl QueueContext) {
        if let FileOutcome::Failed(fault) = done.outcome {
            context.observe(Observation::Fault(Box::new(fault)));
            return context.halt();
        }
        match self.take_state() {
            State::Submitting(mut submission) => {
                submission.charge(&done, now);
                let job = match std::mem::replace(&mut done.outcome, FileOutcome::Done) {
                    FileOutcome::WroteJob(job) => Some(job),
                    _ => None,
                };
                let step = submission.written(now, job, &self.process.design);
                self.submission_step(now, submission, step, context);
            }
            State::Changing(id, change) => {
                self.process.leave(Exit::Nothing, context);
                let (changed, text) = match done.outcome {
                    // Not in memory, so it is final, and says what it says to every change.
                    FileOutcome::Read(JobRead::Document { mut job, .. }) => {
                        change.apply(&mut job, self.process.timestamp(now))
                    }
                    _ => (false, format!("Job {id} not found")),
                };
                self.answer(now, Reply::Changed(changed, text), context);
            }
            State::WritingChange((changed, text)) => {
                if let FileOutcome::WroteJob(job) = done.outcome {
                    self.process.leave(Exit::Changed(job), context);
                }
                self.answer(now, Reply::Changed(changed, text), context);
            }
            State::Archiving(id) => self.archive_step(now, id, done.outcome, context),
            State::Sweeping(sweep) => self.sweep_step(now, sweep, done.outcome, context),
            State::Draining(flag) => {
                self.process.leave(Exit::Drained(flag), context);
                self.answer(now, Reply::Done, context);
            }
            State::Querying(mut query) => {
                match &done.outcome {
                    FileOutcome::Read(JobRead::Document { job, .. }) => query.take(Some(job)),
                    _ => query.take(None),
                }
                self.query_next(now, query, context);
            }
            State::Watching(watching) => {
                self.state = State::Watching(watching);
                self.watch(now, context, |watching| watching.read(&done.outcome));
            }
            State::WritingForeign => self.answer(now, Reply::Done, context),
            other => self.state = other,
        }
    }

    fn submission_step(
        &mut self,
        now: Instant,
        submission: Box<Submission>,
        step: SubmissionStep,
        context: &mut impl QueueContext,
    ) {
        match step {
            SubmissionStep::Ask(operation) => {
                self.state = State::Submitting(submission);
                self.process.ask_disk(operation, context);
            }
            SubmissionStep::Done(jobs) => {
                let exit = if jobs.is_empty() { Exit::Nothing } else { Exit::Submitted(jobs) };
                self.process.leave(exit, context);
                self.answer(now, submission.into_reply(), context);
            }
        }
    }

    fn apply_change(&mut self, now: Instant, mut job: Box<ActiveJob>, change: Change, context: &mut impl QueueContext) {
        let (changed, text) = change.apply(&mut job.document, self.process.timestamp(now));
        if changed {
            self.state = State::WritingChange((changed, text));
            self.process.ask_disk(Operation::WriteJob(job, WriteCause::Modify), context);
        } else {
            self.process.leave(Exit::PutBack(job), context);
            self.answer(now, Reply::Changed(changed, text), context);
        }
    }

    fn archive_step(&mut self, now: Instant, id: JobId, outcome: FileOutcome, context: &mut impl QueueContext) {
        let moved = match outcome {
            FileOutcome::Read(JobRead::Document { job, archived: false }) if job.status().is_final() => {
                self.state = State::Archiving(id);
                return self.process.ask_disk(Operation::Archive(vec![id]), context);
            }
            FileOutcome::Archived(moved) => moved,
            _ => Vec::new(),
        };
        let archived = !moved.is_empty();
        self.process.leave(Exit::Archived(moved), context);
        self.answer(now, Reply::Archived(archived), context);
    }

    fn sweep_step(&mut self, now: Instant, mut sweep: Sweep, outcome: FileOutcome, context: &mut impl QueueContext) {
        match outcome {
            FileOutcome::Listed(jobs) => sweep.unseen = jobs.into_iter().rev().collect(),
            FileOutcome::Read(JobRead::Document { job, .. }) if sweep.is_old(&job) => {
                sweep.old += 1;
                sweep.chosen.extend(job.status().is_final().then_some(job.id));
            }
            FileOutcome::Archived(moved) => sweep.moved.extend(moved),
            _ => {}
        }
        let batch_is_full = sweep.old == ARCHIVED_AT_ONCE;
        if batch_is_full {
            sweep.old = 0;
        }
        let operation = if batch_is_full && !sweep.chosen.is_empty() {
            Operation::Archive(std::mem::take(&mut sweep.chosen))
        } else if let Some(job) = sweep.unseen.pop() {
            Operation::ReadJob(job, Depth::Document)
        } else if !sweep.chosen.is_empty() {
            Operation::Archive(std::mem::take(&mut sweep.chosen))
        } else {
            let count = sweep.moved.len() as u64;
            self.process.leave(Exit::Archived(sweep.moved), context);
            return self.answer(now, Reply::ArchivedMany(count, 0), context);
        };
        self.state = State::Sweeping(sweep);
        self.process.ask_disk(operation, context);
    }

    fn query_next(&mut self, now: Instant, query: Query, context: &mut impl QueueContext) {
        match (query.jobs.last(), self.process.design.storage) {
            (None, _) => self.answer(now, Reply::Rows(query.rows), context),
            (Some(_), Storage::Files) => self.query_file(query, context),
            (Some(&job), Storage::SharedObjects) => {
                self.enter(State::Querying(query), Mode::Shared, Activity::Query, Want::Copy(job), context);
            }
        }
    }

    fn query_file(&mut self, query: Query, context: &mut impl QueueContext) {
        if let Some(job) = query.jobs.last() {
            self.process.ask_disk(Operation::ReadJob(*job, Depth::Document), context);
        }
        self.state = State::Querying(query);
    }

    /// Lets the watching take a step, and does what it wants done.
    fn watch(&mut self, now: Instant, context: &mut impl QueueContext, step: impl FnOnce(&mut Watching) -> WatchStep) {
        let State::Watching(mut watching) = self.take_state() else { return };
        match step(&mut watching) {
            WatchStep::Nothing => {}
            WatchStep::Read(operation) => self.process.ask_disk(operation, context),
            WatchStep::WatchAndRead(job, operation) => {
                let process = self.process.address;
                context.send(Roster::WATCHER, Message::Watcher(WatcherMessage::Watch { process, job }));
                watching.end_by(self.set_timer(now, watching.time_left(now), context));
                self.process.ask_disk(operation, context);
            }
            WatchStep::Settle(span) => watching.settle_by(self.set_timer(now, span, context)),
            WatchStep::Answer(reply) => {
                if let Some(message) = watching.end(self.process.address) {
                    context.send(Roster::WATCHER, Message::Watcher(message));
                }
                return self.answer(now, reply, context);
            }
        }
        self.state = State::Watching(watching);
    }

    fn answer(&mut self, now: Instant, reply: Reply, context: &mut impl QueueContext) {
        self.state = State::Idle;
        let (number, call, due) = self.call;
        let refused = matches!(reply, Reply::Refused(_));
        context.observe(Observation::CallAnswered { call, took: now.since(due), refused });
        let message = ClientsMessage::Replied { thread: self.process.address, call: number, reply };
        context.send(Roster::CLIENTS, Message::Clients(message));
    }

    /// Sets a timer; returns the number that it will come with.
    fn set_timer(&mut self, now: Instant, span: Span, context: &mut impl QueueContext) -> u64 {
        self.token += 1;
        let (token, due) = (self.token, now + span);
        context.after(span, Message::Process(ProcessMessage::TimeUp { token, due }));
        token
    }

    fn take_state(&mut self) -> State {
        std::mem::replace(&mut self.state, State::Idle)
    }

    fn enter(&mut self, state: State, mode: Mode, activity: Activity, want: Want, context: &mut impl QueueContext) {
        self.state = state;
        self.process.enter(mode, activity, want, context);
    }
}

impl Change {
    fn apply(self, job: &mut Job, now: Timestamp) -> ChangeReply {
        match self {
            Self::Cancel => job.cancel(now),
            Self::Priority(priority) => job.change_priority(priority),
        }
    }
}

impl Sweep {
    /// Whether the job is old enough, by its end, or as long as it has none by the last that happened to it.
    fn is_old(&self, job: &Job) -> bool {
        let last = job.end.or(job.start).or(job.received);
        self.before.is_none_or(|before| last.is_some_and(|last| last <= before))
    }
}

impl Query {
    /// The next job was read, or is not there.
    fn take(&mut self, job: Option<&Job>) {
        self.jobs.pop();
        let row = job.map(|job| self.fields.iter().map(|name| field(job, name).unwrap_or_default()).collect());
        self.rows.push(row);
    }
}
