//! Steps 6 and 7 of a turn: the opcode ends; if the job does, those that wait for it are told.

use super::actor::Worker;
use super::state::{Ending, Inside, State, Write};
use crate::actors::accounting::ledger::Ledger;
use crate::actors::accounting::observation::{JobRow, Observation};
use crate::actors::context::QueueContext;
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::message::Message;
use crate::actors::queue::active_job::ActiveJob;
use crate::actors::queue::protocol::{Exit, TurnEnd, Want};
use crate::actors::roster::Roster;
use crate::actors::tracker::protocol::TrackerMessage;
use crate::job::JobId;
use crate::units::Instant;

impl Worker {
    /// Inside the queue: end the opcode, and the job with it unless it succeeded and more are to run.
    pub(super) fn end_inside(
        &mut self,
        now: Instant,
        mut inside: Inside,
        ending: Ending,
        context: &mut impl QueueContext,
    ) {
        let timestamp = self.process.timestamp(now);
        let (index, job) = (inside.current.index, &mut inside.job);
        (job.met, job.attempt) = (0, 0);
        match ending {
            Ending::Succeeded(result) => job.document.succeed(index, result, timestamp),
            Ending::Failed(result) => job.document.fail(index, result, timestamp),
            Ending::Canceled => job.document.cancel_opcode(index, timestamp),
            Ending::FoundCanceled => job.document.cancel_unprocessed(timestamp),
        }
        self.write(inside, Write::Finish, context);
    }

    /// The opcode's last write is done.
    pub(super) fn ended(&mut self, now: Instant, inside: Inside, context: &mut impl QueueContext) {
        if !inside.job.document.status().is_final() {
            return self.give_up_turn(inside, TurnEnd::Again, context);
        }
        let Inside { current, job } = inside;
        context.observe(Observation::JobFinished(Box::new(JobRow::of(&job, &current.ledger, now))));
        self.leave_final(job, current.ledger, context);
    }

    /// Leaves the queue and a job that is final, and asks who waits for it.
    pub(super) fn leave_final(&mut self, job: Box<ActiveJob>, ledger: Box<Ledger>, context: &mut impl QueueContext) {
        let id = job.document.id;
        self.process.leave(Exit::TurnOver(job, ledger, TurnEnd::Final), context);
        self.state = State::Notifying(id);
        let process = self.process.address;
        context.send(Roster::TRACKER, Message::Tracker(TrackerMessage::Notify { process, job: id }));
    }

    /// Puts those who waited for `on` into the ready queue, now that the tracker's lock is free again.
    pub(super) fn wake(&mut self, on: JobId, jobs: Vec<JobId>, context: &mut impl QueueContext) {
        self.state = State::EnteringWake(on, jobs);
        self.process.enter(Mode::Exclusive, Activity::Notify, Want::Nothing, context);
    }
}
