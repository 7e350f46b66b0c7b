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
    /// The first and the last due time.
    pub dues: Option<(Instant, Instant)>,
    /// The first and the last end.
    pub ends: Option<(Instant, Instant)>,
    /// The longest from a due time until the first opcode ran, of those of which one ran.
    pub longest_wait: Option<Span>,
    /// File operations.
    pub files: FileSums,
    /// Lock attempts that failed.
    pub failed_attempts: u64,
    /// Rises of priorities.
    pub raises: u64,
    /// Dependency checks.
    pub checks: u64,
    /// Opcodes.
    pub opcodes: u64,
    /// Messages that they logged.
    pub messages: u64,
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
    /// Files of dependencies that were parsed.
    pub parses: u64,
    /// Changes of status from one write of a job's file to the next.
    pub transitions: u64,
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
        widen(&mut self.dues, (job.due, job.due));
        widen(&mut self.ends, (job.finished, job.finished));
        self.longest_wait = self.longest_wait.max(job.started.map(|started| started.since(job.due)));
        self.files.merge(&FileSums::of(&job.tally));
        self.failed_attempts += u64::from(job.failed_attempts);
        self.raises += u64::from(job.raises);
        self.checks += u64::from(job.checks);
        self.opcodes += u64::from(job.opcodes);
        self.messages += u64::from(job.messages);
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
        other.dues.into_iter().for_each(|more| widen(&mut self.dues, more));
        other.ends.into_iter().for_each(|more| widen(&mut self.ends, more));
        self.longest_wait = self.longest_wait.max(other.longest_wait);
        self.files.merge(&other.files);
        self.failed_attempts += other.failed_attempts;
        self.raises += other.raises;
        self.checks += other.checks;
        self.opcodes += other.opcodes;
        self.messages += other.messages;
    }
}

/// Makes a range of times reach over `more`, too.
fn widen(range: &mut Option<(Instant, Instant)>, more: (Instant, Instant)) {
    let (from, to) = range.unwrap_or(more);
    *range = Some((from.min(more.0), to.max(more.1)));
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
            parses: u64::from(tally.parses),
            transitions: u64::from(tally.transitions),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.writes += other.writes;
        self.bytes_written += other.bytes_written;
        self.reads += other.reads;
        self.bytes_read += other.bytes_read;
        self.fsyncs += other.fsyncs;
        self.renames += other.renames;
        self.parses += other.parses;
        self.transitions += other.transitions;
    }
}
