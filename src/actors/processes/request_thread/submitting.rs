//! Submitting jobs.

use super::actor::RequestThread;
use super::state::{CallInHand, State, Task};
use crate::actors::clients::request::JobRequest;
use crate::actors::context::QueueContext;
use crate::actors::files::done::{DiskDone, FileOutcome};
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::processes::submission::{Submission, SubmissionStep};
use crate::actors::queue::protocol::{Entered, Exit, Want};
use crate::units::Instant;

impl RequestThread {
    pub(super) fn submit(
        &mut self,
        now: Instant,
        call: CallInHand,
        sent: Instant,
        requests: Vec<JobRequest>,
        many: bool,
        context: &mut impl QueueContext,
    ) {
        let mut submission = Submission::new(requests, many, call.due);
        submission.called(sent, now);
        self.process.enter(Mode::Exclusive, Activity::Submit, Want::Ids(submission.count()), context);
        self.state = State::Busy(call, Task::EnteringSubmit(Box::new(submission)));
    }

    pub(super) fn submission_entered(
        &mut self,
        now: Instant,
        call: CallInHand,
        mut submission: Box<Submission>,
        entered: &Entered,
        context: &mut impl QueueContext,
    ) {
        let step = submission.entered(now, entered);
        self.submission_step(now, call, submission, step, context);
    }

    pub(super) fn submission_written(
        &mut self,
        now: Instant,
        call: CallInHand,
        mut submission: Box<Submission>,
        mut done: DiskDone,
        context: &mut impl QueueContext,
    ) {
        submission.charge(&done, now);
        let job = match std::mem::replace(&mut done.outcome, FileOutcome::Done) {
            FileOutcome::WroteJob(job) => Some(job),
            _ => None,
        };
        let step = submission.written(now, job, &self.process.design);
        self.submission_step(now, call, submission, step, context);
    }

    fn submission_step(
        &mut self,
        now: Instant,
        call: CallInHand,
        submission: Box<Submission>,
        step: SubmissionStep,
        context: &mut impl QueueContext,
    ) {
        match step {
            SubmissionStep::Ask(operation) => {
                self.process.ask_disk(operation, context);
                self.state = State::Busy(call, Task::WritingSubmission(submission));
            }
            SubmissionStep::Done(jobs) => {
                let exit = if jobs.is_empty() { Exit::Nothing } else { Exit::Submitted(jobs) };
                self.process.leave(exit, context);
                self.answer(now, call, submission.into_reply(), context);
            }
        }
    }
}
