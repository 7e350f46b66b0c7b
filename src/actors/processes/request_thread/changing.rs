//! Canceling jobs and changing their priority.

use super::actor::RequestThread;
use super::state::{CallInHand, Change, State, Task};
use crate::actors::clients::call::Reply;
use crate::actors::context::QueueContext;
use crate::actors::files::done::FoundJob;
use crate::actors::files::operation::{Depth, Operation};
use crate::actors::files::tally::WriteCause;
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::queue::active_job::ActiveJob;
use crate::actors::queue::protocol::{Exit, Want};
use crate::job::{ChangeReply, JobId};
use crate::units::Instant;

impl RequestThread {
    pub(super) fn change(&mut self, call: CallInHand, job: JobId, change: Change, context: &mut impl QueueContext) {
        let activity = match change {
            Change::Cancel => Activity::Cancel,
            Change::Priority(_) => Activity::ChangePriority,
        };
        self.process.enter(Mode::Exclusive, activity, Want::Job(job), context);
        self.state = State::Busy(call, Task::EnteringChange(job, change));
    }

    pub(super) fn change_entered(
        &mut self,
        now: Instant,
        call: CallInHand,
        id: JobId,
        change: Change,
        job: Option<Box<ActiveJob>>,
        context: &mut impl QueueContext,
    ) {
        let Some(mut job) = job else {
            self.process.ask_disk(Operation::ReadJob(id, Depth::Document), context);
            self.state = State::Busy(call, Task::ReadingChange(id, change));
            return;
        };
        let reply = change.apply(&mut job.document, self.process.timestamp(now));
        if reply.changed {
            self.process.ask_disk(Operation::WriteJob(job, WriteCause::Modify), context);
            self.state = State::Busy(call, Task::WritingChange(reply));
        } else {
            self.process.leave(Exit::PutBack(job), context);
            self.answer(now, call, Reply::Changed(reply), context);
        }
    }

    /// The job is not in memory: either it is final and in the queue directory, and says what it says to every change,
    /// or it is none of the queue's.
    pub(super) fn change_read(
        &mut self,
        now: Instant,
        call: CallInHand,
        id: JobId,
        change: Change,
        found: Option<FoundJob>,
        context: &mut impl QueueContext,
    ) {
        self.process.leave(Exit::Nothing, context);
        let reply = match found {
            Some(FoundJob { mut job, archived: false }) if job.status().is_final() => {
                change.apply(&mut job, self.process.timestamp(now))
            }
            _ => ChangeReply { changed: false, text: format!("Job {id} not found") },
        };
        self.answer(now, call, Reply::Changed(reply), context);
    }
}
