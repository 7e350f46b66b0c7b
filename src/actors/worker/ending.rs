//! Steps 6 and 7 of a turn: the opcode ends; if the job does, those that wait for it are told.

use super::actor::{Current, State, Worker};
use crate::actors::locks::{Activity, Mode};
use crate::actors::message::{Exit, Message, TrackerMessage, TurnEnd, WriteCause};
use crate::actors::observation::{JobRow, Observation};
use crate::actors::{Context, Roster};
use crate::job::{JobId, Status};
use crate::units::Instant;
use serde_json::Value;

/// How an opcode ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Ending {
    /// With a return value.
    Succeeded(Value),
    /// With an error, as its result will say.
    Failed(Value),
    /// Canceled while it was being processed.
    Canceled,
    /// Found to be canceled before it was processed.
    FoundCanceled,
}

impl Ending {
    pub(super) const fn status(&self) -> Status {
        match self {
            Self::Succeeded(_) => Status::Success,
            Self::Failed(_) => Status::Error,
            Self::Canceled | Self::FoundCanceled => Status::Canceled,
        }
    }
}

impl Worker {
    /// Inside the queue: end the opcode, and the job with it unless it succeeded and more are to run.
    pub(super) fn end_inside<C>(&mut self, now: Instant, ending: Ending, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        let timestamp = self.timestamp(now);
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
    pub(super) fn ended<C>(&mut self, now: Instant, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        let Some(current) = &self.current else { return };
        let Some(job) = &current.job else { return };
        if !job.document.status().is_final() {
            return self.give_up_turn(TurnEnd::Again, context);
        }
        context.observe(Observation::JobFinished(Box::new(JobRow::of(job, &current.ledger, now))));
        self.leave_final(context);
    }

    /// Leaves the queue and a job that is final, and asks who waits for it.
    pub(super) fn leave_final<C>(&mut self, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        let Some(current) = self.current.take() else { return };
        let Current { id, job: Some(job), ledger, .. } = *current else { return };
        self.leave(Exit::TurnOver(job, ledger, TurnEnd::Final), context);
        self.state = State::Notifying;
        let process = self.address;
        context.send(Roster::TRACKER, Message::Tracker(TrackerMessage::Notify { process, job: id }));
    }

    /// Puts those who waited into the ready queue, now that the tracker's lock is free again.
    pub(super) fn wake<C>(&mut self, jobs: Vec<JobId>, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        if jobs.is_empty() {
            self.become_idle(context);
        } else {
            self.enter(State::EnteringWake(jobs), Mode::Exclusive, Activity::Notify, context);
        }
    }
}
