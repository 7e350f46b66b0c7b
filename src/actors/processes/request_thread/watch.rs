//! Waiting for a job to change, as modelled:
//!
//! 1. The file is read. If it shows nothing new, a watch on it is set up.
//! 2. From then on, each look comes after 100 ms in which the job may change once more: the second one, so that no
//!    change between the first and the watch is missed, and one for each change after it.
//! 3. When the time is over, one more look; then nothing has changed.
//!
//! Looks: A job that is neither in the queue nor in the archive is lost. One that will not change any more, or not by
//! itself, is answered at once, changed or not; else what counts is a changed field, or a newer log entry.

use super::fields::{Field, log_after};
use crate::actors::actor::TimerId;
use crate::actors::clients::call::{Reply, Watch};
use crate::actors::files::done::FoundJob;
use crate::actors::files::operation::{Depth, Operation};
use crate::job::{JobId, Status};
use crate::units::{Instant, Span};
use serde_json::Value;

/// Before every look but the first, how long the job may go on changing.
pub(super) const SETTLING: Span = Span::from_millis(100);

/// A job being watched for a client.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Watching {
    pub(super) job: JobId,
    fields: Vec<Field>,
    seen: Option<Vec<Value>>,
    log_serial: u64,
    /// When its time is over.
    pub(super) until: Instant,
    /// Its number among the timers and watches of the thread.
    pub(super) number: u64,
    /// Whether the file changed since the last wait for that was over: such news waits for the next wait.
    pub(super) news: bool,
}

/// What a watching waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Moment {
    /// The first look, before there is a watch.
    FirstLook,
    /// The watcher, to set the watch up.
    SettingUp,
    /// The time before a look, by the timer of this number.
    Settling(u64),
    /// A look.
    Looking,
    /// A change, or the end of the time.
    Waiting {
        /// For the end.
        timer: TimerId,
        /// Its number.
        number: u64,
    },
}

impl Watching {
    /// What `watch` asks for, from `now` on.
    ///
    /// # Errors
    /// If there is no such field.
    pub(super) fn new(watch: Watch, now: Instant, number: u64) -> Result<Self, String> {
        let Watch { job, fields, seen, log_serial, timeout } = watch;
        let fields = Field::read_all(&fields)?;
        Ok(Self { job, fields, seen, log_serial, until: now + timeout, number, news: false })
    }

    /// How to look.
    pub(super) const fn look(&self) -> Operation {
        Operation::ReadJob(self.job, Depth::Document)
    }

    /// The answer to the client, going by a look; none if there is nothing to say yet.
    pub(super) fn judge(&self, found: Option<FoundJob>) -> Option<Reply> {
        let Some(FoundJob { job, .. }) = found else { return Some(Reply::JobLost) };
        let fields = Field::values(&self.fields, &job);
        let log = log_after(&job, self.log_serial);
        let may_change = match job.status() {
            // Waiting for dependencies is a part of waiting that some designs tell apart.
            Status::Queued | Status::WaitDeps | Status::Waiting | Status::Running => true,
            Status::Canceling | Status::Success | Status::Error | Status::Canceled => false,
        };
        let changed = !log.is_empty() || self.seen.as_ref() != Some(&fields);
        (changed || !may_change).then_some(Reply::Watched { fields, log })
    }
}
