//! Steps 6 and 7 of a turn: the opcode ends; if the job does, those that wait for it are told.

use super::actor::Worker;
use super::state::{Current, Ending, State};
use crate::actors::accounting::observation::{JobRow, Observation};
use crate::actors::context::QueueContext;
use crate::actors::files::tally::WriteCause;
use crate::actors::impossible::impossible;
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::message::Message;
use crate::actors::queue::protocol::{Exit, TurnEnd};
use crate::actors::roster::Roster;
use crate::actors::tracker::protocol::TrackerMessage;
use crate::job::JobId;
use crate::units::Instant;

impl Worker {
    /// Inside the queue: end the opcode, and the job with it unless it succeeded and more are to run.
    pub(super) fn end_inside(&mut self, now: Instant, ending: Ending, context: &mut impl QueueContext) {
        let timestamp = self.process.timestamp(now);
        if let Some(current) = &mut self.current
            && let Some(job) = &mut current.job
        {
            (job.met, job.attempt) = (0, 0);
            match ending {
                Ending::Succeeded(result) => job.document.succeed(current.index, result, timestamp),
                Ending::Failed(result) => job.document.fail(current.index, result, timestamp),
                Ending::Canceled => job.document.cancel_opcode(current.index, timestamp),
                Ending::FoundCanceled => job.document.cancel_unprocessed(timestamp),
            }
        }
        self.write(State::WritingFinish, WriteCause::Processor, context);
    }

    /// The opcode's last write is done.
    pub(super) fn ended(&mut self, now: Instant, context: &mut impl QueueContext) {
        let Some(current) = &self.current else { return };
        let Some(job) = &current.job else { return };
        if !job.document.status().is_final() {
            return self.give_up_turn(TurnEnd::Again, context);
        }
        context.observe(Observation::JobFinished(Box::new(JobRow::of(job, &current.ledger, now))));
        self.leave_final(context);
    }

    /// Leaves the queue and a job that is final, and asks who waits for it.
    pub(super) fn leave_final(&mut self, context: &mut impl QueueContext) {
        let Some(current) = self.current.take() else { return };
        let Current { id, job: Some(job), ledger, .. } = *current else { return };
        self.process.leave(Exit::TurnOver(job, ledger, TurnEnd::Final), context);
        self.state = State::Notifying(id);
        let process = self.process.address;
        context.send(Roster::TRACKER, Message::Tracker(TrackerMessage::Notify { process, job: id }));
    }

    /// Puts those who waited into the ready queue, now that the tracker's lock is free again.
    pub(super) fn wake(&mut self, jobs: Vec<JobId>, context: &mut impl QueueContext) {
        let State::Notifying(on) = self.state else { impossible(self, &jobs) };
        if jobs.is_empty() {
            self.become_idle(context);
        } else {
            self.enter(State::EnteringWake(on, jobs), Mode::Exclusive, Activity::Notify, context);
        }
    }
}
