//! Step 5 of a turn: the opcode holds its locks, runs, and logs.

use super::actor::Worker;
use super::state::{Current, Ending, Inside, State, Write};
use crate::actors::accounting::ledger::Account;
use crate::actors::accounting::observation::{Observation, Trace};
use crate::actors::clients::request::OpcodeOutcome;
use crate::actors::context::QueueContext;
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::locks::protocol::LocksMessage;
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::processes::submission::{Submission, SubmissionStep};
use crate::actors::queue::active_job::ActiveJob;
use crate::actors::queue::protocol::{Exit, TurnEnd, Want};
use crate::actors::roster::Roster;
use crate::job::Status;
use crate::units::{Instant, Span};
use serde_json::{Value, json};

impl Worker {
    /// All locks are held and the queue is locked: mark the opcode running, unless it is canceled or the
    /// queue shuts down.
    pub(super) fn start(
        &mut self,
        now: Instant,
        mut inside: Inside,
        shutting_down: bool,
        context: &mut impl QueueContext,
    ) {
        if inside.opcode().status == Status::Canceling {
            let current = self.put_back(inside, context);
            return self.finish(current, Ending::Canceled, context);
        }
        if shutting_down {
            self.release_locks(context);
            return self.give_up_turn(inside, TurnEnd::Abandoned, context);
        }
        inside.job.document.start_running(inside.current.index, self.process.timestamp(now));
        inside.job.started.get_or_insert(now);
        self.write(inside, Write::Start, context);
    }

    /// The opcode is marked running and the file says so: leave the queue and run.
    pub(super) fn run(&mut self, now: Instant, inside: Inside, context: &mut impl QueueContext) {
        if context.tracing() {
            let started = Trace::OpcodeStarted(inside.current.id, inside.current.index);
            context.observe(Observation::Trace(Box::new(started)));
        }
        let current = self.put_back(inside, context);
        self.run_on(now, current, 0, context);
    }

    /// Runs until the message after `logged`, or the end. Messages are evenly spread over the time.
    pub(super) fn run_on(&mut self, now: Instant, current: Box<Current>, logged: u32, context: &mut impl QueueContext) {
        let program = current.program();
        let part = Span(program.run.0 / (u64::from(program.log.messages) + 1));
        if part.is_zero() {
            return self.part_over(now, current, logged, now, context);
        }
        self.state = State::Running(current, logged);
        context.after(part, Message::Process(ProcessMessage::TimeUp { token: 0, due: now + part }));
    }

    /// A part of the run is over. Whatever the timer was late counts as the instrument's.
    pub(super) fn part_over(
        &mut self,
        now: Instant,
        mut current: Box<Current>,
        logged: u32,
        due: Instant,
        context: &mut impl QueueContext,
    ) {
        current.ledger.charge(Account::Run, due.min(now));
        current.ledger.charge(Account::Mailbox, now);
        let (id, program) = (current.id, current.program());
        if logged < program.log.messages {
            return self.enter(State::EnteringFeedback(current, logged + 1), id, Activity::Feedback, context);
        }
        let ending = match &program.outcome {
            OpcodeOutcome::Success(_) if !program.submits.is_empty() => {
                let submission = Submission::new(program.submits.clone(), true, now);
                let want = Want::Ids(submission.count());
                self.state = State::EnteringSubmission(current, Box::new(submission));
                return self.process.enter(Mode::Exclusive, Activity::Submit, want, context);
            }
            OpcodeOutcome::Success(result) => Ending::Succeeded(result.clone()),
            OpcodeOutcome::Failure { class, text } => Ending::Failed(OpcodeOutcome::failure_result(class, text)),
        };
        self.end_run(current, ending, context);
    }

    /// Inside the queue: log message `number`.
    pub(super) fn log(&mut self, now: Instant, mut inside: Inside, number: u32, context: &mut impl QueueContext) {
        let text = inside.current.program().log_message(number);
        inside.job.document.log(inside.current.index, self.process.timestamp(now), text);
        self.write(inside, Write::Feedback(number), context);
    }

    /// A file of the opcode's own submission is written: the serial file, or that of `job`.
    pub(super) fn submission_written(
        &mut self,
        now: Instant,
        current: Box<Current>,
        mut submission: Box<Submission>,
        job: Option<Box<ActiveJob>>,
        context: &mut impl QueueContext,
    ) {
        let step = submission.written(now, job, &self.process.design);
        self.take_submission_step(current, submission, step, context);
    }

    /// Inside the queue, exclusively: the opcode's own jobs.
    pub(super) fn take_submission_step(
        &mut self,
        current: Box<Current>,
        submission: Box<Submission>,
        step: SubmissionStep,
        context: &mut impl QueueContext,
    ) {
        match step {
            SubmissionStep::Ask(operation) => {
                self.state = State::Submitting(current, submission);
                self.process.ask_disk(operation, context);
            }
            SubmissionStep::Done(jobs) => {
                let exit = if jobs.is_empty() { Exit::Nothing } else { Exit::Submitted(jobs) };
                self.process.leave(exit, context);
                self.end_run(current, submitted(&submission), context);
            }
        }
    }

    /// The run is over.
    fn end_run(&mut self, current: Box<Current>, ending: Ending, context: &mut impl QueueContext) {
        if context.tracing() {
            let ended = Trace::OpcodeEnded(current.id, current.index, ending.status());
            context.observe(Observation::Trace(Box::new(ended)));
        }
        self.finish(current, ending, context);
    }

    /// Gives the locks back and locks the queue.
    fn finish(&mut self, current: Box<Current>, ending: Ending, context: &mut impl QueueContext) {
        self.release_locks(context);
        let id = current.id;
        self.enter(State::EnteringFinish(current, ending), id, Activity::Finish, context);
    }

    fn release_locks(&self, context: &mut impl QueueContext) {
        context.send(Roster::LOCKS, Message::Locks(LocksMessage::Release { process: self.process.address }));
    }
}

/// How an opcode ends that submitted jobs: as the real one, it succeeds even if some of them were refused.
fn submitted(submission: &Submission) -> Ending {
    if let Some((class, why)) = submission.refusal() {
        return Ending::Failed(OpcodeOutcome::failure_result(class, why));
    }
    let jobs = submission.outcomes().iter().map(|result| match result {
        Ok(id) => json!([true, id.0]),
        Err(why) => json!([false, why]),
    });
    Ending::Succeeded(json!({ "jobs": jobs.collect::<Vec<Value>>() }))
}
