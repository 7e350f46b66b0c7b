//! Jobs of one class, summed up.

use super::Distribution;
use crate::actors::ledger::Account;
use crate::actors::observation::JobRow;
use crate::job::Status;
use crate::units::{Instant, Span};

/// Jobs summed up. All times in nanoseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobSums {
    /// How many.
    pub n: u64,
    /// Of these, ended in error or canceled.
    pub unsuccessful: u64,
    /// Sojourn times.
    pub sojourn: Distribution,
    /// By account.
    pub ledger: [u128; Account::ALL.len()],
    /// Differences between sojourns and what the accounts hold.
    pub unaccounted: u128,
    /// The first and the last end.
    pub ends: Option<(Instant, Instant)>,
    /// Writes, bytes written, reads, bytes read, syncs and renames.
    pub files: [u64; 6],
}

impl JobSums {
    /// Adds a job.
    pub fn add(&mut self, job: &JobRow) {
        let sojourn = job.finished.since(job.due);
        self.n += 1;
        self.unsuccessful += u64::from(job.status != Status::Success);
        self.sojourn.add(sojourn);
        for (sum, span) in self.ledger.iter_mut().zip(job.ledger.totals()) {
            *sum += u128::from(span.0);
        }
        let accounted: Span = job.ledger.totals().iter().copied().sum();
        self.unaccounted += u128::from(sojourn.0.abs_diff(accounted.0));
        self.note_ends(job.finished, job.finished);
        let tally = &job.tally;
        let files = [
            u64::from(tally.writes),
            tally.bytes_written,
            u64::from(tally.reads),
            tally.bytes_read,
            u64::from(tally.fsyncs),
            u64::from(tally.renames),
        ];
        for (sum, count) in self.files.iter_mut().zip(files) {
            *sum += count;
        }
    }

    /// Adds what another one holds.
    pub fn merge(&mut self, other: &Self) {
        self.n += other.n;
        self.unsuccessful += other.unsuccessful;
        self.sojourn.merge(&other.sojourn);
        for (sum, more) in self.ledger.iter_mut().zip(other.ledger) {
            *sum += more;
        }
        self.unaccounted += other.unaccounted;
        if let Some((first, last)) = other.ends {
            self.note_ends(first, last);
        }
        for (sum, more) in self.files.iter_mut().zip(other.files) {
            *sum += more;
        }
    }

    fn note_ends(&mut self, first: Instant, last: Instant) {
        let (from, to) = self.ends.unwrap_or((first, last));
        self.ends = Some((from.min(first), to.max(last)));
    }
}
