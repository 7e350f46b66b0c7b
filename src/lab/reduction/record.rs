//! A record in which jobs and dependency checks are summed up.

use super::Sums;
use crate::actors::accounting::Observation;
use crate::lab::summary::Seen;
use crate::runtime::Record;
use crate::runtime::record::Recorder;
use crate::units::Instant;

/// A record, with sums in the place of dependency checks and, unless their rows are wanted, of jobs.
/// Jobs that the load did not submit are in no figure: they were found in the queue.
#[derive(Debug, Clone)]
pub struct SummedRecord {
    /// What jobs and checks were summed up to.
    pub sums: Sums,
    /// All else. It has no checks, and jobs only if they are kept.
    pub record: Record,
    /// What whoever made the run saw of it from outside.
    pub seen: Seen,
    keeps_jobs: bool,
}

impl SummedRecord {
    /// An empty record. The rows of jobs are kept only if asked for.
    #[must_use]
    pub fn new(sums: Sums, keeps_jobs: bool) -> Self {
        Self { sums, record: Record::default(), seen: Seen::default(), keeps_jobs }
    }

    /// What a run left behind, its jobs and checks summed up into `sums`.
    #[must_use]
    pub fn of(mut record: Record, mut sums: Sums) -> Self {
        record.jobs.retain(|job| job.submission.is_some());
        record.jobs.iter().for_each(|job| sums.add_job(job));
        let checks = std::mem::take(&mut record.checks);
        checks.iter().filter(|check| check.submission.is_some()).for_each(|check| sums.add_check(check));
        Self { sums, record, seen: Seen::default(), keeps_jobs: true }
    }

    /// Jobs that ended.
    #[must_use]
    pub fn ended(&self) -> u64 {
        self.sums.ended()
    }
}

impl Recorder<Observation> for SummedRecord {
    fn observe(&mut self, now: Instant, observation: Observation) {
        match observation {
            Observation::JobFinished(job) if job.submission.is_none() => self.record.note_time(now),
            Observation::DependencyChecked(check) if check.submission.is_none() => self.record.note_time(now),
            Observation::JobFinished(job) => {
                self.sums.add_job(&job);
                self.record.note_time(now);
                if self.keeps_jobs {
                    self.record.jobs.push(*job);
                }
            }
            Observation::DependencyChecked(check) => {
                self.sums.add_check(&check);
                self.record.note_time(now);
            }
            other => self.record.observe(now, other),
        }
    }
}
