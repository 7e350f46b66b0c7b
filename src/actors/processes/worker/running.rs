//! Step 5 of a turn: the opcode holds its locks, runs, and logs.

use super::actor::Worker;
use super::state::{Current, Ending, Inside, State, Write};
use crate::actors::accounting::ledger::Account;
use crate::actors::accounting::observation::{Observation, Trace};
use crate::actors::actor::Work;
use crate::actors::clients::request::OpcodeOutcome;
use crate::actors::context::QueueContext;
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::locks::protocol::LocksMessage;
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::processes::submission::{Submission, SubmissionProgress, Submitted};
use crate::actors::queue::protocol::{TurnEnd, Want};
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
        inside.job.runs_again += u32::from(inside.opcode().exec.is_some());
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
        let part = part.stretched(context.stretch(self.process.address, Work::Run));
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

    /// How far the submission of the opcode's own jobs is.
    pub(super) fn submission_on(
        &mut self,
        current: Box<Current>,
        progress: SubmissionProgress,
        context: &mut impl QueueContext,
    ) {
        match progress {
            SubmissionProgress::Writing(submission) => self.state = State::Submitting(current, submission),
            SubmissionProgress::Over(submitted) => self.end_run(current, ending_of(submitted), context),
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
fn ending_of(submitted: Submitted) -> Ending {
    let outcomes = match submitted {
        Submitted::Refused { class, why } => return Ending::Failed(OpcodeOutcome::failure_result(class, why)),
        Submitted::One(outcome) => vec![outcome],
        Submitted::Many(outcomes) => outcomes,
    };
    let jobs = outcomes.into_iter().map(|outcome| match outcome {
        Ok(id) => json!([true, id.0]),
        Err(why) => json!([false, why]),
    });
    Ending::Succeeded(json!({ "jobs": jobs.collect::<Vec<Value>>() }))
}
