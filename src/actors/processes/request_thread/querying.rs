//! Answering a query. Files are read without the queue lock; only what a design keeps in memory needs it.

use super::actor::RequestThread;
use super::fields::Field;
use super::query::Query;
use super::state::{CallInHand, State, Task};
use crate::actors::clients::call::Reply;
use crate::actors::context::QueueContext;
use crate::actors::design::Storage;
use crate::actors::files::done::FoundJob;
use crate::actors::files::operation::{Depth, Operation};
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::queue::active_job::ActiveJob;
use crate::actors::queue::protocol::{Exit, Want};
use crate::job::JobId;
use crate::units::Instant;

impl RequestThread {
    pub(super) fn query(
        &mut self,
        now: Instant,
        call: CallInHand,
        jobs: Option<Vec<JobId>>,
        fields: &[String],
        context: &mut impl QueueContext,
    ) {
        match (Field::read_all(fields), jobs) {
            (Err(why), _) => self.answer(now, call, Reply::Refused(why), context),
            (Ok(fields), Some(jobs)) => self.query_on(now, call, Box::new(Query::of(jobs, fields)), context),
            (Ok(fields), None) => {
                self.process.ask_disk(Operation::List, context);
                self.state = State::Busy(call, Task::ListingQuery(fields));
            }
        }
    }

    pub(super) fn query_listed(
        &mut self,
        now: Instant,
        call: CallInHand,
        fields: Vec<Field>,
        jobs: Vec<JobId>,
        context: &mut impl QueueContext,
    ) {
        self.query_on(now, call, Box::new(Query::of(jobs, fields)), context);
    }

    pub(super) fn query_entered(
        &mut self,
        now: Instant,
        call: CallInHand,
        mut query: Box<Query>,
        job: Option<Box<ActiveJob>>,
        context: &mut impl QueueContext,
    ) {
        self.process.leave(Exit::Nothing, context);
        match (job, query.next()) {
            (None, Some(job)) => self.read_for_query(call, query, job, context),
            (job, _) => {
                query.take(job.as_ref().map(|job| &job.document));
                self.query_on(now, call, query, context);
            }
        }
    }

    pub(super) fn query_read(
        &mut self,
        now: Instant,
        call: CallInHand,
        mut query: Box<Query>,
        found: Option<FoundJob>,
        context: &mut impl QueueContext,
    ) {
        query.take(found.as_ref().map(|found| &*found.job));
        self.query_on(now, call, query, context);
    }

    fn query_on(&mut self, now: Instant, call: CallInHand, query: Box<Query>, context: &mut impl QueueContext) {
        match (query.next(), self.process.design.storage) {
            (None, _) => self.answer(now, call, Reply::Rows(query.into_rows()), context),
            (Some(job), Storage::Files) => self.read_for_query(call, query, job, context),
            (Some(job), Storage::SharedObjects) => {
                self.process.enter(Mode::Shared, Activity::Query, Want::Copy(job), context);
                self.state = State::Busy(call, Task::EnteringQuery(query));
            }
        }
    }

    fn read_for_query(&mut self, call: CallInHand, query: Box<Query>, job: JobId, context: &mut impl QueueContext) {
        self.process.ask_disk(Operation::ReadJob(job, Depth::Document), context);
        self.state = State::Busy(call, Task::ReadingQuery(query));
    }
}
