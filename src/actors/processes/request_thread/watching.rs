//! Waiting for a job to change.
//!
//! The file is read; if it shows nothing new it is watched and read once more, so that no change in between is
//! missed; then each change is given time to settle before the file is read again, until the time is over.

use super::fields::{field, log_after};
use crate::actors::actor::ActorId;
use crate::actors::clients::call::{Reply, Watch};
use crate::actors::files::done::{FileOutcome, JobRead};
use crate::actors::files::operation::{Depth, Operation};
use crate::actors::files::protocol::WatcherMessage;
use crate::job::JobId;
use crate::units::{Instant, Span};

/// After a change, how long further ones are waited for.
const SETTLING: Span = Span::from_millis(100);

/// What is to be done next.
pub(super) enum WatchStep {
    Nothing,
    Read(Operation),
    /// Watch the file, set the timer for the end, and read.
    WatchAndRead(JobId, Operation),
    Settle(Span),
    Answer(Reply),
}

/// A job being watched for a client.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Watching {
    watch: Watch,
    until: Instant,
    watched: bool,
    reading: bool,
    /// A change came while the file was being read.
    changed_meanwhile: bool,
    end_token: u64,
    settle_token: u64,
}

impl Watching {
    pub(super) fn new(watch: Watch, now: Instant) -> (Self, Operation) {
        let until = now + watch.timeout;
        let operation = Operation::ReadJob(watch.job, Depth::Document);
        let state = Self {
            watch,
            until,
            watched: false,
            reading: true,
            changed_meanwhile: false,
            end_token: 0,
            settle_token: 0,
        };
        (state, operation)
    }

    /// The file was read.
    pub(super) fn read(&mut self, outcome: &FileOutcome) -> WatchStep {
        self.reading = false;
        let FileOutcome::Read(JobRead::Document { job, .. }) = outcome else {
            return WatchStep::Answer(Reply::JobLost);
        };
        let fields: Vec<_> = self.watch.fields.iter().map(|name| field(job, name).unwrap_or_default()).collect();
        let log = log_after(job, self.watch.log_serial);
        if !log.is_empty() || self.watch.seen.as_ref() != Some(&fields) {
            return WatchStep::Answer(Reply::WatchedChange(Some((fields, log))));
        }
        if !self.watched {
            self.watched = true;
            self.reading = true;
            let job = self.watch.job;
            return WatchStep::WatchAndRead(job, self.look());
        }
        if std::mem::take(&mut self.changed_meanwhile) { WatchStep::Settle(SETTLING) } else { WatchStep::Nothing }
    }

    /// The file was replaced.
    pub(super) fn file_changed(&mut self, job: JobId) -> WatchStep {
        if job != self.watch.job || self.settle_token != 0 {
            return WatchStep::Nothing;
        }
        if self.reading {
            self.changed_meanwhile = true;
            return WatchStep::Nothing;
        }
        WatchStep::Settle(SETTLING)
    }

    /// A timer went off.
    pub(super) fn time_up(&mut self, token: u64) -> WatchStep {
        if token == self.end_token {
            return WatchStep::Answer(Reply::WatchedChange(None));
        }
        if token == self.settle_token {
            self.settle_token = 0;
            self.reading = true;
            return WatchStep::Read(self.look());
        }
        WatchStep::Nothing
    }

    pub(super) const fn time_left(&self, now: Instant) -> Span {
        self.until.since(now)
    }

    /// Numbers the timer of the end.
    pub(super) const fn end_by(&mut self, token: u64) {
        self.end_token = token;
    }

    /// Numbers the timer of a settling.
    pub(super) const fn settle_by(&mut self, token: u64) {
        self.settle_token = token;
    }

    /// What tells the watcher that nobody watches any more.
    pub(super) fn end(&self, process: ActorId) -> Option<WatcherMessage> {
        self.watched.then_some(WatcherMessage::Unwatch { process })
    }

    const fn look(&self) -> Operation {
        Operation::ReadJob(self.watch.job, Depth::Document)
    }
}
