//! Reading fields of jobs: which are still to be read, and what was read.

use super::fields::Field;
use crate::job::{Job, JobId};
use serde_json::Value;

/// Reading fields of several jobs, under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Query {
    /// Jobs that are still to be read, the next one last.
    unread: Vec<JobId>,
    fields: Vec<Field>,
    rows: Vec<Option<Vec<Value>>>,
}

impl Query {
    /// A query of `jobs`, in this order.
    pub(super) fn of(mut jobs: Vec<JobId>, fields: Vec<Field>) -> Self {
        jobs.reverse();
        Self { rows: Vec::with_capacity(jobs.len()), unread: jobs, fields }
    }

    /// The job to be read next; none if all are read.
    pub(super) fn next(&self) -> Option<JobId> {
        self.unread.last().copied()
    }

    /// The next job was read; none if it is missing or cannot be read.
    pub(super) fn take(&mut self, job: Option<&Job>) {
        self.unread.pop();
        self.rows.push(job.map(|job| Field::values(&self.fields, job)));
    }

    /// A row for each job.
    pub(super) fn into_rows(self) -> Vec<Option<Vec<Value>>> {
        self.rows
    }
}
