//! Groups of jobs of one run: their times, and what was done for them.

use crate::actors::accounting::Account;
use crate::lab::histogram::{Spread, StoredHistogram};
use crate::lab::reduction::{FileSums, JobSums};
use crate::units::{Instant, Span};
use serde::{Deserialize, Serialize};

/// Which jobs of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// All.
    All,
    /// Those of the class with this number.
    Class(usize),
}

impl Group {
    /// The group that a side of a claim is about.
    #[must_use]
    pub const fn of(class: Option<usize>) -> Self {
        match class {
            None => Self::All,
            Some(class) => Self::Class(class),
        }
    }

    /// Its place among the groups of a run: all jobs, then each class by number.
    #[must_use]
    pub const fn place(self) -> usize {
        match self {
            Self::All => 0,
            Self::Class(number) => number.saturating_add(1),
        }
    }
}

/// A group of jobs of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupSummary {
    /// Of the sojourn times.
    pub sojourn: Spread,
    /// Jobs that ended in error, and that were canceled.
    pub unsuccessful: u64,
    /// Jobs that ended per second. Where jobs arrive whatever the queue does: from the first end to the last. Where they
    /// come all at once, or clients wait for them: all of them over the makespan. None if that is no time.
    pub throughput_per_s: Option<f64>,
    /// Jobs that were due per second, from the first due time to the last; only where they come whatever the queue does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrivals_per_s: Option<f64>,
    /// From the first due time to the last end, in nanoseconds; none without jobs.
    #[serde(default)]
    pub makespan_ns: Option<u64>,
    /// The longest that a job waited from its due time until its first opcode ran, in nanoseconds; none if none ran.
    #[serde(default)]
    pub longest_wait_ns: Option<u64>,
    /// Mean time per job in each account, in the order of the accounts.
    pub ledger_mean_ns: Vec<f64>,
    /// Mean sojourn that no account holds: must be nothing.
    pub unaccounted_mean_ns: f64,
    /// What was done for them, means per job.
    #[serde(default)]
    pub counts: CountSummary,
    /// Dependencies of each job, if it is a class of several that differ in nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dose: Option<u32>,
}

/// What was done for jobs: means per job.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CountSummary {
    /// Writes of the job's own file.
    pub writes: f64,
    /// Bytes written to it.
    pub bytes_written: f64,
    /// Reads of files of dependencies.
    pub reads: f64,
    /// Bytes read from them.
    pub bytes_read: f64,
    /// Syncs.
    pub fsyncs: f64,
    /// Renames.
    pub renames: f64,
    /// Files of dependencies that were parsed.
    pub parses: f64,
    /// Changes of status from one write of its file to the next.
    pub transitions: f64,
    /// Lock attempts that failed.
    pub failed_attempts: f64,
    /// Rises of its priority, because locks could not be had.
    pub raises: f64,
    /// Dependency checks.
    pub checks: f64,
    /// Opcodes.
    pub opcodes: f64,
    /// Log messages.
    pub messages: f64,
}

impl GroupSummary {
    pub(super) fn of(jobs: &JobSums, has_open_arrivals: bool) -> (Self, StoredHistogram) {
        let n = (jobs.n as f64).max(1.0);
        let (sojourn, histogram) = super::spread(&jobs.sojourn, jobs.n);
        let makespan = jobs.dues.zip(jobs.ends).map(|((first, _), (_, last))| last.since(first));
        // So many after the first, over the time that these took.
        let rate_of = |range: Option<(Instant, Instant)>| {
            let span = range.map_or(Span::ZERO, |(first, last)| last.since(first)).as_secs_f64();
            (jobs.n > 1 && span > 0.0).then(|| (jobs.n - 1) as f64 / span)
        };
        let over_makespan = makespan.filter(|span| !span.is_zero()).map(|span| jobs.n as f64 / span.as_secs_f64());
        let summary = Self {
            sojourn,
            unsuccessful: jobs.unsuccessful,
            throughput_per_s: if has_open_arrivals { rate_of(jobs.ends) } else { over_makespan },
            arrivals_per_s: rate_of(jobs.dues).filter(|_| has_open_arrivals),
            makespan_ns: makespan.map(|span| span.0),
            longest_wait_ns: jobs.longest_wait.map(|span| span.0),
            ledger_mean_ns: jobs.ledger.iter().map(|total| *total as f64 / n).collect(),
            unaccounted_mean_ns: jobs.unaccounted as f64 / n,
            counts: CountSummary::of(jobs),
            dose: None,
        };
        (summary, StoredHistogram::of(&histogram))
    }

    /// Mean time per job in `account`, in nanoseconds.
    #[must_use]
    pub fn account(&self, account: Account) -> f64 {
        self.ledger_mean_ns.get(account as usize).copied().unwrap_or(0.0)
    }
}

impl CountSummary {
    fn of(jobs: &JobSums) -> Self {
        let n = (jobs.n as f64).max(1.0);
        let per_job = |sum: u64| sum as f64 / n;
        let FileSums { writes, bytes_written, reads, bytes_read, fsyncs, renames, parses, transitions } = jobs.files;
        Self {
            writes: per_job(writes),
            bytes_written: per_job(bytes_written),
            reads: per_job(reads),
            bytes_read: per_job(bytes_read),
            fsyncs: per_job(fsyncs),
            renames: per_job(renames),
            parses: per_job(parses),
            transitions: per_job(transitions),
            failed_attempts: per_job(jobs.failed_attempts),
            raises: per_job(jobs.raises),
            checks: per_job(jobs.checks),
            opcodes: per_job(jobs.opcodes),
            messages: per_job(jobs.messages),
        }
    }
}
