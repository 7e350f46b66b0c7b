//! The worker's state machine: from taking an opcode up to acquiring its locks.

use super::state::{Current, Ending, State};
use crate::actors::accounting::ledger::Account;
use crate::actors::accounting::observation::Observation;
use crate::actors::actor::ActorId;
use crate::actors::context::QueueContext;
use crate::actors::design::Design;
use crate::actors::files::done::{DiskDone, FileOutcome};
use crate::actors::files::operation::Operation;
use crate::actors::files::tally::WriteCause;
use crate::actors::impossible::impossible;
use crate::actors::locks::attempts::jittered;
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::locks::protocol::{Acquire, LocksMessage, LocksOutcome, LocksSettled, Owner};
use crate::actors::message::Message;
use crate::actors::processes::process::Process;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::queue::protocol::{Entered, Exit, QueueMessage, Turn, TurnEnd, Want};
use crate::actors::roster::Roster;
use crate::job::{JobId, Status};
use crate::units::Instant;
use std::sync::Arc;

/// A worker of the pool.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Worker {
    pub(super) process: Process,
    pub(super) number: u32,
    pub(super) state: State,
    pub(super) current: Option<Box<Current>>,
    /// Tells the timers of this opcode from earlier ones'.
    pub(super) token: u64,
}

impl Worker {
    /// Worker `number` of the pool, idle.
    #[must_use]
    pub fn new(number: u32, design: Arc<Design>, roster: &Roster) -> Self {
        let address = roster.worker(number);
        Self { process: Process::new(address, design, roster), number, state: State::Idle, current: None, token: 0 }
    }

    /// Takes one message.
    pub fn receive(&mut self, now: Instant, message: ProcessMessage, context: &mut impl QueueContext) {
        match message {
            ProcessMessage::Begin => self.become_idle(context),
            ProcessMessage::Turn(turn) => self.take_up(now, *turn, context),
            ProcessMessage::Entered(entered) => self.entered(now, *entered, context),
            ProcessMessage::Disk(done) => self.disk_done(now, *done, context),
            ProcessMessage::TrackerEntered { arrived, granted } => {
                self.charge_wait(Account::DependencyLock, arrived, granted, now);
                self.look_up(granted.since(arrived), context);
            }
            ProcessMessage::LookedUp { status, arrived } => self.looked_up(now, status, arrived, context),
            ProcessMessage::TimeUp { token, due } if token == self.token => self.time_up(now, due, context),
            ProcessMessage::Waiters { jobs } => self.wake(jobs, context),
            ProcessMessage::TimeUp { .. }
            | ProcessMessage::Call { .. }
            | ProcessMessage::ShutdownPrepared { .. }
            | ProcessMessage::DependencyReport(_)
            | ProcessMessage::LockReport(_)
            | ProcessMessage::WatchSetUp { .. }
            | ProcessMessage::FileChanged { .. } => {}
        }
    }

    /// Step 1 and 2 of a turn: a final job needs nothing, a canceling one is canceled, any other is marked waiting.
    fn take_up(&mut self, now: Instant, turn: Turn, context: &mut impl QueueContext) {
        let Turn { job, mut ledger, queue_lock } = turn;
        ledger.charge(Account::Mailbox, now);
        let (id, index) = (job.document.id, job.document.current());
        let programs = Arc::clone(&job.programs);
        let current = |job| Current { id, index: index.unwrap_or(0), job, ledger, programs, queue_lock, check: None };
        let Some(index) = index else {
            self.current = Some(Box::new(current(Some(job))));
            return self.leave_final(context);
        };
        let opcode = &job.document.opcodes[index];
        let (status, depends) = (opcode.status, !opcode.depends.is_empty());
        let mut current = Box::new(current(Some(job)));
        if status == Status::Canceling {
            self.current = Some(current);
            return self.end_inside(now, Ending::FoundCanceled, context);
        }
        let timestamp = self.process.timestamp(now);
        let marked = match status {
            Status::Queued | Status::WaitDeps if depends => self.process.design.waiting_status.into(),
            _ => Status::Waiting,
        };
        let changed = current.job.as_mut().is_some_and(|job| job.document.take_up(index, marked, timestamp));
        self.current = Some(current);
        if changed {
            self.write(State::WritingTakeUp, WriteCause::Processor, context);
        } else {
            self.check_next(now, context);
        }
    }

    fn entered(&mut self, now: Instant, entered: Entered, context: &mut impl QueueContext) {
        if let Some(LocksSettled { arrived, settled, .. }) = entered.locks {
            self.charge_wait(Account::OpcodeLocks, arrived, settled, settled);
        }
        self.charge_wait(Account::QueueLock, entered.arrived, entered.granted, now);
        let shutting_down = entered.shutting_down;
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Submitting(submission) => self.submission_entered(now, submission, &entered, context),
            State::EnteringWake(on, jobs) => {
                self.process.leave(Exit::Wake { on, jobs }, context);
                self.become_idle(context);
            }
            state => {
                if let Some(current) = &mut self.current {
                    current.job = entered.job;
                }
                match state {
                    State::Acquiring => match entered.locks.map(|locks| locks.outcome) {
                        Some(LocksOutcome::TimedOut) => self.retry(now, shutting_down, context),
                        Some(LocksOutcome::Canceled) => self.end_inside(now, Ending::Canceled, context),
                        Some(LocksOutcome::NotFound) => {
                            let ending = self.missing_lock();
                            self.end_inside(now, ending, context);
                        }
                        _ => self.start(now, shutting_down, context),
                    },
                    State::EnteringFeedback(number) => self.log(now, number, context),
                    State::EnteringFinish(ending) => self.end_inside(now, ending, context),
                    other => self.state = other,
                }
            }
        }
    }

    fn disk_done(&mut self, now: Instant, done: DiskDone, context: &mut impl QueueContext) {
        if let FileOutcome::Failed(fault) = done.outcome {
            context.observe(Observation::Fault(Box::new(fault)));
            return context.halt();
        }
        if let Some(current) = &mut self.current {
            done.charge(&mut current.ledger, now);
        }
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Submitting(submission) => self.submission_written(now, submission, done, context),
            State::LookingUp => {
                self.state = State::LookingUp;
                self.dependency_read(now, done, context);
            }
            state => {
                if let (FileOutcome::WroteJob(job), Some(current)) = (done.outcome, &mut self.current) {
                    current.job = Some(job);
                }
                match state {
                    State::WritingTakeUp => self.check_next(now, context),
                    State::WritingMet => self.acquire(context),
                    State::WritingRetry => self.give_up_turn(TurnEnd::Again, context),
                    State::WritingStart => self.run(now, context),
                    State::WritingFeedback(number) => {
                        self.put_back(context);
                        self.run_on(now, number, context);
                    }
                    State::WritingFinish => self.ended(now, context),
                    other => self.state = other,
                }
            }
        }
    }

    /// Step 4: dependencies are met, so leave the queue and ask for the locks.
    pub(super) fn acquire(&mut self, context: &mut impl QueueContext) {
        let Some(current) = &mut self.current else { return };
        let (id, index) = (current.id, current.index);
        let Some(job) = &mut current.job else { return };
        let opcode = &mut job.document.opcodes[index];
        if opcode.status == Status::WaitDeps {
            opcode.status = Status::Waiting;
            return self.write(State::WritingMet, WriteCause::Processor, context);
        }
        let owner = Owner { worker: self.number, job: id, opcode: short_name(opcode.op_id()) };
        let priority = opcode.priority;
        let timeout = self.process.design.lock_attempts.get(job.attempt).copied();
        let wanted = job.wanted_locks(index, &self.process.design.cluster);
        self.put_back(context);
        let timeout = timeout.map(|timeout| match self.process.design.lock_jitter {
            true => jittered(timeout, context.draw()),
            false => timeout,
        });
        let acquire = Acquire { process: self.process.address, owner, priority, wanted, timeout };
        self.state = State::Acquiring;
        context.send(Roster::LOCKS, Message::Locks(LocksMessage::Acquire(Box::new(acquire))));
    }

    /// The end of an opcode that needs a lock that does not exist.
    fn missing_lock(&self) -> Ending {
        let Some(Current { job: Some(job), index, .. }) = self.current.as_deref() else { impossible(self, &"") };
        let missing = job.wanted_locks(*index, &self.process.design.cluster).missing;
        let Some(missing) = missing else { impossible(self, &"") };
        Ending::Failed(serde_json::json!(["LockError", [missing.to_string()]]))
    }

    /// The locks could not be had in time: stay waiting, and perhaps become more urgent.
    fn retry(&mut self, now: Instant, shutting_down: bool, context: &mut impl QueueContext) {
        let attempts = self.process.design.lock_attempts.len();
        let retry_status = self.process.design.lock_retry_status.into();
        let Some(current) = &mut self.current else { return };
        let Some(job) = &mut current.job else { return };
        job.failed_attempts += 1;
        job.attempt += 1;
        let opcode = &mut job.document.opcodes[current.index];
        if opcode.status == Status::Canceling {
            return self.end_inside(now, Ending::Canceled, context);
        }
        if shutting_down {
            return self.give_up_turn(TurnEnd::Abandoned, context);
        }
        let mut changed = retry_status != opcode.status;
        opcode.status = retry_status;
        if job.attempt >= attempts
            && let Some(priority) = opcode.priority.raised()
        {
            opcode.priority = priority;
            job.attempt = 0;
            changed = true;
        }
        if changed {
            self.write(State::WritingRetry, WriteCause::Processor, context);
        } else {
            self.give_up_turn(TurnEnd::Again, context);
        }
    }

    /// Leaves the queue and the job, which is not final.
    pub(super) fn give_up_turn(&mut self, end: TurnEnd, context: &mut impl QueueContext) {
        if let Some(current) = self.current.take()
            && let Current { job: Some(job), ledger, .. } = *current
        {
            self.process.leave(Exit::TurnOver(job, ledger, end), context);
        }
        self.become_idle(context);
    }

    pub(super) fn become_idle(&mut self, context: &mut impl QueueContext) {
        self.state = State::Idle;
        self.current = None;
        context.send(Roster::QUEUE, Message::Queue(QueueMessage::Idle { worker: self.process.address }));
    }

    /// Asks for the queue lock and the job in hand.
    pub(super) fn enter(&mut self, state: State, mode: Mode, activity: Activity, context: &mut impl QueueContext) {
        let want = match (&state, &self.current) {
            (State::EnteringWake(..), _) | (_, None) => Want::Nothing,
            (State::Submitting(submission), _) => Want::Ids(submission.count()),
            (_, Some(current)) => Want::Job(current.id),
        };
        self.state = state;
        self.process.enter(mode, activity, want, context);
    }

    /// Leaves the queue; the turn goes on.
    pub(super) fn put_back(&mut self, context: &mut impl QueueContext) {
        if let Some(job) = self.current.as_mut().and_then(|current| current.job.take()) {
            self.process.leave(Exit::PutBack(job), context);
        }
    }

    pub(super) fn write(&mut self, state: State, cause: WriteCause, context: &mut impl QueueContext) {
        self.state = state;
        if let Some(job) = self.current.as_mut().and_then(|current| current.job.take()) {
            self.process.ask_disk(Operation::WriteJob(job, cause), context);
        }
    }

    /// Charges a round trip: on its way, waiting, on its way back.
    pub(super) fn charge_wait(&mut self, account: Account, arrived: Instant, granted: Instant, now: Instant) {
        if let Some(current) = &mut self.current {
            current.ledger.charge(Account::Mailbox, arrived);
            current.ledger.charge(account, granted);
            current.ledger.charge(Account::Mailbox, now);
        }
    }

    /// Its address.
    #[must_use]
    pub const fn address(&self) -> ActorId {
        self.process.address
    }

    /// The job in hand, if there is one.
    #[must_use]
    pub fn job(&self) -> Option<JobId> {
        self.current.as_ref().map(|current| current.id)
    }
}

/// `TEST_DELAY` for `OP_TEST_DELAY`.
fn short_name(op_id: &str) -> Arc<str> {
    op_id.strip_prefix("OP_").unwrap_or(op_id).into()
}
