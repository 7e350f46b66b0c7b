//! SubmissionStep 5 of a turn: the opcode holds its locks, runs, and logs.

use super::actor::Worker;
use super::state::{Ending, State};
use crate::actors::accounting::ledger::Account;
use crate::actors::accounting::observation::{Observation, Trace};
use crate::actors::clients::request::{OpcodeOutcome, Program};
use crate::actors::context::QueueContext;
use crate::actors::files::done::{DiskDone, FileOutcome};
use crate::actors::files::tally::WriteCause;
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::locks::protocol::LocksMessage;
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::processes::submission::{Submission, SubmissionStep};
use crate::actors::queue::protocol::{Entered, Exit, TurnEnd};
use crate::actors::roster::Roster;
use crate::job::Status;
use crate::units::{Instant, Span};
use serde_json::{Value, json};

impl Worker {
    /// All locks are held and the queue is locked: mark the opcode running, unless it is canceled or the
    /// queue shuts down.
    pub(super) fn start(&mut self, now: Instant, shutting_down: bool, context: &mut impl QueueContext) {
        let timestamp = self.process.timestamp(now);
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
    pub(super) fn run(&mut self, now: Instant, context: &mut impl QueueContext) {
        if let Some(current) = &self.current
            && context.tracing()
        {
            context.observe(Observation::Trace(Box::new(Trace::OpcodeStarted(current.id, current.index))));
        }
        self.put_back(context);
        self.run_on(now, 0, context);
    }

    /// Runs until the message after `logged`, or the end. Messages are evenly spread over the time.
    pub(super) fn run_on(&mut self, now: Instant, logged: u32, context: &mut impl QueueContext) {
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
    pub(super) fn time_up(&mut self, now: Instant, due: Instant, context: &mut impl QueueContext) {
        let State::Running(logged) = self.state else { return };
        if let Some(current) = &mut self.current {
            current.ledger.charge(Account::Run, due.min(now));
            current.ledger.charge(Account::Mailbox, now);
        }
        let Some(program) = self.program() else { return };
        if logged < program.log.messages {
            return self.enter(State::EnteringFeedback(logged + 1), Mode::Shared, Activity::Feedback, context);
        }
        if !program.submits.is_empty() && matches!(program.outcome, OpcodeOutcome::Success(_)) {
            let submission = Submission::new(program.submits.clone(), true, now);
            return self.enter(State::Submitting(Box::new(submission)), Mode::Exclusive, Activity::Submit, context);
        }
        let ending = match program.outcome.clone() {
            OpcodeOutcome::Success(result) => Ending::Succeeded(result),
            OpcodeOutcome::Failure { class, text } => Ending::Failed(OpcodeOutcome::failure_result(&class, &text)),
        };
        self.end_run(ending, context);
    }

    /// Inside the queue: log message `number`.
    pub(super) fn log(&mut self, now: Instant, number: u32, context: &mut impl QueueContext) {
        let timestamp = self.process.timestamp(now);
        let Some(text) = self.program().map(|program| program.log_message(number)) else { return };
        if let Some(current) = &mut self.current
            && let Some(job) = &mut current.job
        {
            job.document.log(current.index, timestamp, text);
        }
        self.write(State::WritingFeedback(number), WriteCause::Feedback, context);
    }

    /// Inside the queue, exclusively: the opcode's own jobs.
    pub(super) fn submission_entered(
        &mut self,
        now: Instant,
        mut submission: Box<Submission>,
        entered: &Entered,
        context: &mut impl QueueContext,
    ) {
        let step = submission.entered(now, entered);
        self.take_submission_step(submission, step, context);
    }

    /// A file of the submission is written.
    pub(super) fn submission_written(
        &mut self,
        now: Instant,
        mut submission: Box<Submission>,
        done: DiskDone,
        context: &mut impl QueueContext,
    ) {
        let job = match done.outcome {
            FileOutcome::WroteJob(job) => Some(job),
            _ => None,
        };
        let step = submission.written(now, job, &self.process.design);
        self.take_submission_step(submission, step, context);
    }

    fn take_submission_step(
        &mut self,
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
                if let Some((class, why)) = submission.refusal() {
                    return self.end_run(Ending::Failed(OpcodeOutcome::failure_result(class, why)), context);
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
    fn end_run(&mut self, ending: Ending, context: &mut impl QueueContext) {
        if let Some(current) = &self.current
            && context.tracing()
        {
            let ended = Trace::OpcodeEnded(current.id, current.index, ending.status());
            context.observe(Observation::Trace(Box::new(ended)));
        }
        self.release_locks(context);
        self.enter(State::EnteringFinish(ending), Mode::Shared, Activity::Finish, context);
    }

    fn release_locks(&self, context: &mut impl QueueContext) {
        context.send(Roster::LOCKS, Message::Locks(LocksMessage::Release { process: self.process.address }));
    }

    fn program(&self) -> Option<&Program> {
        let current = self.current.as_ref()?;
        current.programs.get(current.index)
    }
}
