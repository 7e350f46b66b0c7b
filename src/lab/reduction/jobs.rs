//! Jobs of one class, summed up.

use super::Distribution;
use crate::actors::accounting::Account;
use crate::actors::accounting::JobRow;
use crate::actors::files::FileTally;
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
    /// File operations.
    pub files: FileSums,
}

/// File operations of jobs, summed up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FileSums {
    /// Writes of the jobs' own files.
    pub writes: u64,
    /// Bytes written to them.
    pub bytes_written: u64,
    /// Reads of files of dependencies.
    pub reads: u64,
    /// Bytes read from them.
    pub bytes_read: u64,
    /// Syncs.
    pub fsyncs: u64,
    /// Renames.
    pub renames: u64,
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
        self.files.merge(&FileSums::of(&job.tally));
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
        self.files.merge(&other.files);
    }

    fn note_ends(&mut self, first: Instant, last: Instant) {
        let (from, to) = self.ends.unwrap_or((first, last));
        self.ends = Some((from.min(first), to.max(last)));
    }
}

impl FileSums {
    fn of(tally: &FileTally) -> Self {
        Self {
            writes: u64::from(tally.writes),
            bytes_written: tally.bytes_written,
            reads: u64::from(tally.reads),
            bytes_read: tally.bytes_read,
            fsyncs: u64::from(tally.fsyncs),
            renames: u64::from(tally.renames),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.writes += other.writes;
        self.bytes_written += other.bytes_written;
        self.reads += other.reads;
        self.bytes_read += other.bytes_read;
        self.fsyncs += other.fsyncs;
        self.renames += other.renames;
    }
}
