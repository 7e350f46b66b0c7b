//! A job in the queue's memory, with what its file does not hold.

use crate::actors::accounting::ledger::Ledger;
use crate::actors::clients::request::Program;
use crate::actors::design::Cluster;
use crate::actors::files::tally::FileTally;
use crate::actors::locks::name::WantedLocks;
use crate::job::Job;
use crate::units::Instant;
use std::sync::Arc;

/// A job in the queue's memory, with what its file does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActiveJob {
    /// As its file holds it.
    pub document: Job,
    /// What each opcode does.
    pub programs: Arc<[Program]>,
    /// Number of its workload class.
    pub class: u16,
    /// Its place among the jobs of the load.
    pub submission: Option<u32>,
    /// When it was due to arrive.
    pub due: Instant,
    /// When its first opcode began to run.
    pub started: Option<Instant>,
    /// Dependencies of the current opcode that were found to be met, from the first on.
    pub met: usize,
    /// Lock attempts of the current opcode in this round.
    pub attempt: usize,
    /// Lock attempts that failed, over its life.
    pub failed_attempts: u32,
    /// Times that its priority was raised because locks could not be had.
    pub raises: u32,
    /// Times that an opcode began to run which had run before: must be nothing.
    pub runs_again: u32,
    /// Dependency checks made.
    pub checks: u32,
    /// What was done to files for it.
    pub tally: FileTally,
}

impl ActiveJob {
    /// A job as it is found in its file.
    #[must_use]
    pub fn recovered(document: Job, programs: Arc<[Program]>, due: Instant) -> Self {
        Self {
            document,
            programs,
            class: 0,
            submission: None,
            due,
            started: None,
            met: 0,
            attempt: 0,
            failed_attempts: 0,
            raises: 0,
            runs_again: 0,
            checks: 0,
            tally: FileTally::default(),
        }
    }

    /// The locks that opcode `index` needs.
    #[must_use]
    pub fn wanted_locks(&self, index: usize, cluster: &Cluster) -> WantedLocks {
        self.programs[index].wanted_locks(cluster)
    }
}

/// A job that waits for the queue to hand it to a worker, with its time ledger.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Accounted {
    /// The job.
    pub job: Box<ActiveJob>,
    /// Its time.
    pub ledger: Ledger,
}
