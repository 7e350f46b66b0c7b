//! The worker's state machine: which message leads on from which state.

use super::state::{Current, Ending, Inside, State, Write};
use crate::actors::accounting::ledger::Account;
use crate::actors::accounting::observation::Observation;
use crate::actors::actor::ActorId;
use crate::actors::context::QueueContext;
use crate::actors::design::Design;
use crate::actors::files::done::{DiskDone, FileOutcome};
use crate::actors::files::operation::Operation;
use crate::actors::impossible::impossible;
use crate::actors::locks::grant::{Activity, Mode};
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
}

impl Worker {
    /// Worker `number` of the pool, idle.
    #[must_use]
    pub fn new(number: u32, design: Arc<Design>, roster: &Roster) -> Self {
        Self { process: Process::new(roster.worker(number), design, roster), number, state: State::Idle }
    }

    /// Takes one message.
    pub fn receive(&mut self, now: Instant, message: ProcessMessage, context: &mut impl QueueContext) {
        match (std::mem::replace(&mut self.state, State::Idle), message) {
            (State::Idle, ProcessMessage::Begin) => self.become_idle(context),
            (State::Idle | State::Notifying(_), ProcessMessage::Turn(turn)) => self.take_up(now, *turn, context),
            (state, ProcessMessage::Entered(entered)) => self.entered(now, state, *entered, context),
            (state, ProcessMessage::Disk(done)) => self.disk_done(now, state, *done, context),
            (State::EnteringTracker(mut inside, mut check), ProcessMessage::TrackerEntered { arrived, granted }) => {
                inside.current.ledger.charge_wait(Account::DependencyLock, arrived, granted, now);
                check.dependency_lock = granted.since(arrived);
                self.look_up(inside, check, context);
            }
            (State::LookingUp(inside, check), ProcessMessage::LookedUp { status, arrived }) => {
                self.looked_up(now, inside, check, status, arrived, context);
            }
            // Every timer of a worker is waited for, so that none is ever stale.
            (State::Running(current, logged), ProcessMessage::TimeUp { due, .. }) => {
                self.part_over(now, current, logged, due, context);
            }
            (State::Notifying(on), ProcessMessage::Waiters { jobs }) => self.wake(on, jobs, context),
            (state, message) => {
                self.state = state;
                impossible(self, &message)
            }
        }
    }

    /// Step 1 and 2 of a turn: a final job needs nothing, a canceling one is canceled, any other is marked waiting.
    fn take_up(&mut self, now: Instant, turn: Turn, context: &mut impl QueueContext) {
        let Turn { job, mut ledger, queue_lock } = turn;
        ledger.charge(Account::Mailbox, now);
        let Some(index) = job.document.current() else { return self.leave_final(job, ledger, context) };
        let programs = Arc::clone(&job.programs);
        let current = Box::new(Current { id: job.document.id, index, ledger, programs, queue_lock });
        let mut inside = Inside { current, job };
        let (status, depends) = (inside.opcode().status, inside.dependency().is_some());
        if status == Status::Canceling {
            return self.end_inside(now, inside, Ending::FoundCanceled, context);
        }
        let marked = match status {
            Status::Queued | Status::WaitDeps if depends => self.process.design.waiting_status.into(),
            _ => Status::Waiting,
        };
        if inside.job.document.take_up(index, marked, self.process.timestamp(now)) {
            self.write(inside, Write::TakeUp, context);
        } else {
            self.check_next(now, inside, context);
        }
    }

    /// The queue is locked; those who came for their job have it.
    fn entered(&mut self, now: Instant, state: State, entered: Entered, context: &mut impl QueueContext) {
        let Entered { arrived, granted, shutting_down, .. } = entered;
        match (state, entered.job, entered.locks) {
            (State::Acquiring(mut current), Some(job), Some(settled)) => {
                current.ledger.charge_wait(Account::OpcodeLocks, settled.arrived, settled.settled, settled.settled);
                current.ledger.charge_wait(Account::QueueLock, arrived, granted, now);
                self.settled(now, Inside { current, job }, settled.outcome, shutting_down, context);
            }
            (State::EnteringFeedback(mut current, number), Some(job), None) => {
                current.ledger.charge_wait(Account::QueueLock, arrived, granted, now);
                self.log(now, Inside { current, job }, number, context);
            }
            (State::EnteringFinish(mut current, ending), Some(job), None) => {
                current.ledger.charge_wait(Account::QueueLock, arrived, granted, now);
                self.end_inside(now, Inside { current, job }, ending, context);
            }
            (State::EnteringSubmission(mut current, submission), None, None) => {
                current.ledger.charge_wait(Account::QueueLock, arrived, granted, now);
                let progress = submission.entered(now, &Entered { job: None, ..entered }, &self.process, context);
                self.submission_on(current, progress, context);
            }
            (State::EnteringWake(on, jobs), None, None) => {
                self.process.leave(Exit::Wake { on, jobs }, context);
                self.become_idle(context);
            }
            (state, job, locks) => {
                self.state = state;
                impossible(self, &Entered { job, locks, ..entered })
            }
        }
    }

    fn disk_done(&mut self, now: Instant, mut state: State, done: DiskDone, context: &mut impl QueueContext) {
        match &mut state {
            State::Writing(current, _)
            | State::LookingUp(Inside { current, .. }, _)
            | State::Submitting(current, _) => done.charge(&mut current.ledger, now),
            // In these the worker asks for no file: they end below.
            _ => {}
        }
        let DiskDone { began, steps, bytes, .. } = done;
        match (state, done.outcome) {
            (State::Writing(current, write), FileOutcome::WroteJob(job)) => {
                self.written(now, Inside { current, job }, write, context);
            }
            (State::LookingUp(inside, check), FileOutcome::Read(read)) => {
                self.dependency_read(now, inside, check, (began, steps, bytes), read, context);
            }
            (state, FileOutcome::Failed(fault)) => {
                self.state = state;
                context.observe(Observation::Fault(Box::new(fault)));
                context.halt();
            }
            (State::Submitting(current, submission), outcome) => {
                let done = DiskDone { outcome, began, steps, bytes };
                let progress = submission.written(now, done, &self.process, context);
                self.submission_on(current, progress, context);
            }
            (state, outcome) => {
                self.state = state;
                impossible(self, &outcome)
            }
        }
    }

    /// The job's file says what the job says.
    fn written(&mut self, now: Instant, inside: Inside, write: Write, context: &mut impl QueueContext) {
        match write {
            Write::TakeUp => self.check_next(now, inside, context),
            Write::Met => self.acquire(inside, context),
            Write::Retry => self.give_up_turn(inside, TurnEnd::Again, context),
            Write::Start => self.run(now, inside, context),
            Write::Feedback(number) => {
                let current = self.put_back(inside, context);
                self.run_on(now, current, number, context);
            }
            Write::Finish => self.ended(now, inside, context),
        }
    }

    /// Leaves the queue and the job, which is not final.
    pub(super) fn give_up_turn(&mut self, inside: Inside, end: TurnEnd, context: &mut impl QueueContext) {
        let Inside { current, job } = inside;
        self.process.leave(Exit::TurnOver(job, current.ledger, end), context);
        self.become_idle(context);
    }

    /// Ready for another job.
    pub(super) fn become_idle(&self, context: &mut impl QueueContext) {
        context.send(Roster::QUEUE, Message::Queue(QueueMessage::Idle { worker: self.process.address }));
    }

    /// Asks for the queue lock, shared, and the job, to go on from `state` once inside.
    pub(super) fn enter(&mut self, state: State, job: JobId, activity: Activity, context: &mut impl QueueContext) {
        self.state = state;
        self.process.enter(Mode::Shared, activity, Want::Job(job), context);
    }

    /// Leaves the queue and the job there; the turn goes on.
    pub(super) fn put_back(&self, inside: Inside, context: &mut impl QueueContext) -> Box<Current> {
        let Inside { current, job } = inside;
        self.process.leave(Exit::PutBack(job), context);
        current
    }

    /// Hands the job to the disk.
    pub(super) fn write(&mut self, inside: Inside, write: Write, context: &mut impl QueueContext) {
        let Inside { current, job } = inside;
        self.state = State::Writing(current, write);
        self.process.ask_disk(Operation::WriteJob(job, write.cause()), context);
    }

    /// Its number in the pool.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// Its address.
    #[must_use]
    pub const fn address(&self) -> ActorId {
        self.process.address
    }

    /// The job of the turn under way, if there is one.
    #[must_use]
    pub fn job(&self) -> Option<JobId> {
        self.state.current().map(|current| current.id)
    }
}
