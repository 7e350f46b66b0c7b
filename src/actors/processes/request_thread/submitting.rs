//! Submitting jobs.

use super::actor::RequestThread;
use super::state::{CallInHand, State, Task};
use crate::actors::clients::request::JobRequest;
use crate::actors::context::QueueContext;
use crate::actors::files::done::DiskDone;
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::processes::protocol::Handover;
use crate::actors::processes::submission::{Submission, SubmissionProgress, TakingIn};
use crate::actors::queue::protocol::{Entered, Want};
use crate::units::Instant;

impl RequestThread {
    pub(super) fn submit(
        &mut self,
        now: Instant,
        call: CallInHand,
        handover: Handover,
        requests: Vec<JobRequest>,
        many: bool,
        context: &mut impl QueueContext,
    ) {
        let mut submission = Submission::new(requests, many, call.due);
        submission.called(handover, now);
        self.process.enter(Mode::Exclusive, Activity::Submit, Want::Ids(submission.count()), context);
        self.state = State::Busy(call, Task::EnteringSubmit(Box::new(submission)));
    }

    pub(super) fn submission_entered(
        &mut self,
        now: Instant,
        call: CallInHand,
        submission: Submission,
        entered: &Entered,
        context: &mut impl QueueContext,
    ) {
        let progress = submission.entered(now, entered, &self.process, context);
        self.submission_on(now, call, progress, context);
    }

    pub(super) fn submission_written(
        &mut self,
        now: Instant,
        call: CallInHand,
        submission: Box<TakingIn>,
        done: DiskDone,
        context: &mut impl QueueContext,
    ) {
        let progress = submission.written(now, done, &self.process, context);
        self.submission_on(now, call, progress, context);
    }

    fn submission_on(
        &mut self,
        now: Instant,
        call: CallInHand,
        progress: SubmissionProgress,
        context: &mut impl QueueContext,
    ) {
        match progress {
            SubmissionProgress::Writing(submission) => {
                self.state = State::Busy(call, Task::WritingSubmission(submission));
            }
            SubmissionProgress::Over(submitted) => self.answer(now, call, submitted.into_reply(), context),
        }
    }
}
