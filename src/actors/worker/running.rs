//! Step 5 of a turn: the opcode holds its locks, runs, and logs.

use super::actor::{State, Worker};
use super::ending::Ending;
use crate::actors::ledger::Account;
use crate::actors::locks::{Activity, Mode};
use crate::actors::message::{
    DiskDone, Entered, Exit, LocksMessage, Message, Outcome as DiskOutcome, ProcessMessage, TurnEnd, WriteCause,
};
use crate::actors::observation::{Observation, Trace};
use crate::actors::program::{Outcome, Program};
use crate::actors::submission::{Step, Submission};
use crate::actors::{Context, Roster};
use crate::job::Status;
use crate::units::{Instant, Span};
use serde_json::{Value, json};

impl Worker {
    /// All locks are held and the queue is locked: mark the opcode running, unless it is canceled or the
    /// queue shuts down.
    pub(super) fn start<C>(&mut self, now: Instant, shutting_down: bool, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        let timestamp = self.timestamp(now);
        let Some(current) = &mut self.current else { return };
        let Some(job) = &mut current.job else { return };
        if job.document.opcodes[current.index].status == Status::Canceling {
            self.put_back(context);
            self.release_locks(context);
            return self.enter(State::EnteringFinish(Ending::Canceled), Mode::Shared, Activity::Finish, context);
        }
        if shutting_down {
            self.release_locks(context);
            return self.give_up_turn(TurnEnd::Abandoned, context);
        }
        job.document.start_running(current.index, timestamp);
        job.started.get_or_insert(now);
        self.write(State::WritingStart, WriteCause::Start, context);
    }

    /// The opcode is marked running and the file says so: leave the queue and run.
    pub(super) fn run<C>(&mut self, now: Instant, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        if let Some(current) = &self.current
            && context.tracing()
        {
            context.observe(Observation::Trace(Box::new(Trace::OpcodeStarted(current.id, current.index))));
        }
        self.put_back(context);
        self.run_on(now, 0, context);
    }

    /// Runs until the message after `logged`, or the end. Messages are evenly spread over the time.
    pub(super) fn run_on<C>(&mut self, now: Instant, logged: u32, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        self.state = State::Running(logged);
        let Some(program) = self.program() else { return };
        let part = Span(program.run.0 / (u64::from(program.log.messages) + 1));
        self.token += 1;
        if part.is_zero() {
            return self.time_up(now, now, context);
        }
        let due = now + part;
        context.after(part, Message::Process(ProcessMessage::TimeUp { token: self.token, due }));
    }

    /// A part of the run is over. Whatever the timer was late counts as the instrument's.
    pub(super) fn time_up<C>(&mut self, now: Instant, due: Instant, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        let State::Running(logged) = self.state else { return };
        if let Some(current) = &mut self.current {
            current.ledger.charge(Account::Run, due.min(now));
            current.ledger.charge(Account::Mailbox, now);
        }
        let Some(program) = self.program() else { return };
        if logged < program.log.messages {
            return self.enter(State::EnteringFeedback(logged + 1), Mode::Shared, Activity::Feedback, context);
        }
        if !program.submits.is_empty() && matches!(program.outcome, Outcome::Success(_)) {
            let submission = Submission::new(program.submits.clone(), true, now);
            return self.enter(State::Submitting(Box::new(submission)), Mode::Exclusive, Activity::Submit, context);
        }
        let ending = match program.outcome.clone() {
            Outcome::Success(result) => Ending::Succeeded(result),
            Outcome::Failure { class, text } => Ending::Failed(Outcome::failure_result(&class, &text)),
        };
        self.end_run(ending, context);
    }

    /// Inside the queue: log message `number`.
    pub(super) fn log<C>(&mut self, now: Instant, number: u32, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        let timestamp = self.timestamp(now);
        let Some(text) = self.program().map(|program| program.log_message(number)) else { return };
        if let Some(current) = &mut self.current
            && let Some(job) = &mut current.job
        {
            job.document.log(current.index, timestamp, text);
        }
        self.write(State::WritingFeedback(number), WriteCause::Feedback, context);
    }

    /// Inside the queue, exclusively: the opcode's own jobs.
    pub(super) fn submission_entered<C>(
        &mut self,
        now: Instant,
        mut submission: Box<Submission>,
        entered: &Entered,
        context: &mut C,
    ) where
        C: Context<Message = Message, Observation = Observation>,
    {
        let step = submission.entered(now, entered);
        self.take_submission_step(submission, step, context);
    }

    /// A file of the submission is written.
    pub(super) fn submission_written<C>(
        &mut self,
        now: Instant,
        mut submission: Box<Submission>,
        done: DiskDone,
        context: &mut C,
    ) where
        C: Context<Message = Message, Observation = Observation>,
    {
        let job = match done.outcome {
            DiskOutcome::WroteJob(job) => Some(job),
            _ => None,
        };
        let step = submission.written(now, job, &self.design);
        self.take_submission_step(submission, step, context);
    }

    fn take_submission_step<C>(&mut self, submission: Box<Submission>, step: Step, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        match step {
            Step::Ask(operation) => {
                self.state = State::Submitting(submission);
                self.ask_disk(operation, context);
            }
            Step::Done(jobs) => {
                let exit = if jobs.is_empty() { Exit::Nothing } else { Exit::Submitted(jobs) };
                self.leave(exit, context);
                if let Some((class, why)) = submission.refusal() {
                    return self.end_run(Ending::Failed(Outcome::failure_result(class, why)), context);
                }
                let jobs: Vec<Value> = submission
                    .outcomes()
                    .iter()
                    .map(|result| match result {
                        Ok(id) => json!([true, id.0]),
                        Err(why) => json!([false, why]),
                    })
                    .collect();
                self.end_run(Ending::Succeeded(json!({ "jobs": jobs })), context);
            }
        }
    }

    /// The run is over: give the locks back and lock the queue.
    fn end_run<C>(&mut self, ending: Ending, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        if let Some(current) = &self.current
            && context.tracing()
        {
            let ended = Trace::OpcodeEnded(current.id, current.index, ending.status());
            context.observe(Observation::Trace(Box::new(ended)));
        }
        self.release_locks(context);
        self.enter(State::EnteringFinish(ending), Mode::Shared, Activity::Finish, context);
    }

    fn release_locks<C: Context<Message = Message>>(&self, context: &mut C) {
        context.send(Roster::LOCKS, Message::Locks(LocksMessage::Release { process: self.address }));
    }

    fn program(&self) -> Option<&Program> {
        let current = self.current.as_ref()?;
        current.programs.get(current.index)
    }
}
