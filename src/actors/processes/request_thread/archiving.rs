//! Archiving one job, or all that ended long enough ago.

use super::actor::RequestThread;
use super::state::{CallInHand, State, Task};
use super::sweep::{Sweep, SweepStep};
use crate::actors::clients::call::Reply;
use crate::actors::context::QueueContext;
use crate::actors::files::done::FoundJob;
use crate::actors::files::operation::{Depth, Operation};
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::queue::active_job::ActiveJob;
use crate::actors::queue::protocol::{Exit, Want};
use crate::job::{JobId, Timestamp};
use crate::units::{Instant, Span};

impl RequestThread {
    pub(super) fn archive(&mut self, call: CallInHand, job: JobId, context: &mut impl QueueContext) {
        self.process.enter(Mode::Exclusive, Activity::Archive, Want::Copy(job), context);
        self.state = State::Busy(call, Task::EnteringArchive(job));
    }

    pub(super) fn archive_entered(
        &mut self,
        now: Instant,
        call: CallInHand,
        id: JobId,
        job: Option<Box<ActiveJob>>,
        context: &mut impl QueueContext,
    ) {
        if job.is_some_and(|job| !job.document.status().is_final()) {
            return self.archive_moved(now, call, Vec::new(), context);
        }
        self.process.ask_disk(Operation::ReadJob(id, Depth::Document), context);
        self.state = State::Busy(call, Task::ReadingArchive(id));
    }

    pub(super) fn archive_read(
        &mut self,
        now: Instant,
        call: CallInHand,
        id: JobId,
        found: Option<FoundJob>,
        context: &mut impl QueueContext,
    ) {
        if !found.is_some_and(|found| !found.archived && found.job.status().is_final()) {
            return self.archive_moved(now, call, Vec::new(), context);
        }
        self.process.ask_disk(Operation::Archive(vec![id]), context);
        self.state = State::Busy(call, Task::MovingArchive(id));
    }

    pub(super) fn archive_moved(
        &mut self,
        now: Instant,
        call: CallInHand,
        moved: Vec<JobId>,
        context: &mut impl QueueContext,
    ) {
        let archived = !moved.is_empty();
        self.process.leave(if archived { Exit::Archived(moved) } else { Exit::Nothing }, context);
        self.answer(now, call, Reply::Archived(archived), context);
    }

    pub(super) fn archive_by_age(&mut self, call: CallInHand, age: Option<Span>, context: &mut impl QueueContext) {
        self.process.enter(Mode::Exclusive, Activity::Archive, Want::Nothing, context);
        self.state = State::Busy(call, Task::EnteringSweep(age));
    }

    pub(super) fn sweep_entered(
        &mut self,
        now: Instant,
        call: CallInHand,
        age: Option<Span>,
        context: &mut impl QueueContext,
    ) {
        let before = age.map(|age| self.process.timestamp(now).before(age));
        self.process.ask_disk(Operation::List, context);
        self.state = State::Busy(call, Task::ListingSweep(before));
    }

    pub(super) fn sweep_listed(
        &mut self,
        now: Instant,
        call: CallInHand,
        before: Option<Timestamp>,
        jobs: Vec<JobId>,
        context: &mut impl QueueContext,
    ) {
        self.sweep_on(now, call, Box::new(Sweep::over(jobs, before)), context);
    }

    pub(super) fn sweep_read(
        &mut self,
        now: Instant,
        call: CallInHand,
        mut sweep: Box<Sweep>,
        found: Option<FoundJob>,
        context: &mut impl QueueContext,
    ) {
        if let Some(found) = found {
            sweep.look_at(&found.job);
        }
        self.sweep_on(now, call, sweep, context);
    }

    pub(super) fn sweep_moved(
        &mut self,
        now: Instant,
        call: CallInHand,
        mut sweep: Box<Sweep>,
        moved: Vec<JobId>,
        context: &mut impl QueueContext,
    ) {
        sweep.moved(moved);
        self.sweep_on(now, call, sweep, context);
    }

    fn sweep_on(&mut self, now: Instant, call: CallInHand, mut sweep: Box<Sweep>, context: &mut impl QueueContext) {
        let (operation, task) = match sweep.next() {
            SweepStep::Read(operation) => (operation, Task::ReadingSweep(sweep)),
            SweepStep::Move(operation) => (operation, Task::MovingSweep(sweep)),
            SweepStep::Over(moved) => {
                let archived = moved.len() as u64;
                self.process.leave(Exit::Archived(moved), context);
                // It does not stop before it has looked at all.
                return self.answer(now, call, Reply::ArchivedMany { archived, left: 0 }, context);
            }
        };
        self.process.ask_disk(operation, context);
        self.state = State::Busy(call, task);
    }
}
