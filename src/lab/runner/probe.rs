//! Runs in virtual time that belong to no study: what would be if a variant were another.

use super::note_missing;
use super::simulated::{simulation_of, to_the_end};
use crate::actors::accounting::LockKind;
use crate::lab::reduction::{SummedRecord, Sums};
use crate::lab::{Run, RunSummary};
use crate::runtime::Streams;
use crate::runtime::virtual_time::{QueueSimulation, ScaledHolds};
use crate::scenario::claim::Measure;
use crate::scenario::{Plan, Variant, WarmUp, doses};
use crate::units::Span;
use rayon::prelude::*;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicBool, Ordering};

/// How much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Jobs of each run; none: as many as the scenario has, or as all runs together may take.
    pub jobs: Option<u32>,
    /// Runs of each setting.
    pub replications: u32,
    /// Messages of all runs together, about, where the number of jobs is left open. It bounds the time without asking a clock, so
    /// that results are the same on every machine.
    pub messages: u64,
    /// Threads; 0: as many as there are cores. Results do not depend on it.
    pub threads: usize,
}

/// Why nothing can be said of what would be.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// There are no threads for the runs.
    #[error("cannot start threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// It was stopped too early.
    #[error("stopped before the first result: there is nothing to report")]
    Stopped,
    /// The variant as it is has no such figure.
    #[error("`{variant}` has no {measure} in {jobs} jobs, {replications} times: {help}")]
    NothingMeasured {
        /// Its name.
        variant: String,
        /// What was asked for.
        measure: String,
        /// Of each run.
        jobs: u32,
        /// Runs.
        replications: u32,
        /// What to do.
        help: &'static str,
    },
    /// Its rate is a share of a saturation that nobody has found.
    #[error("the rate of `{0}` is a share of its saturation, which is not known yet")]
    RateUnknown(String),
}

/// Makes runs of variants that differ from those of a plan.
#[derive(Debug)]
pub(in crate::lab) struct Probe<'a> {
    pub(in crate::lab) seed: u64,
    /// Jobs of each run.
    pub(in crate::lab) jobs: u32,
    pub(in crate::lab) replications: u32,
    pub(in crate::lab) warmup: WarmUp,
    limit: Option<Span>,
    pool: rayon::ThreadPool,
    stop: &'a AtomicBool,
}

/// A lock that is held for so many thousandths of the time that it would be.
pub(in crate::lab) type Hold = (LockKind, u32);

/// Jobs of the run that tells how many messages a job takes.
const JOBS_OF_A_PILOT: u32 = 200;

impl Effort {
    /// For a section of a report: a few seconds.
    #[must_use]
    pub const fn of_a_section() -> Self {
        Self { jobs: None, replications: 5, messages: 20_000_000, threads: 0 }
    }

    /// For a command of its own: half a minute.
    #[must_use]
    pub const fn of_a_command() -> Self {
        Self { jobs: None, replications: 10, messages: 150_000_000, threads: 0 }
    }

    /// To see whether it works.
    #[must_use]
    pub const fn quick() -> Self {
        Self { jobs: None, replications: 3, messages: 4_000_000, threads: 0 }
    }
}

impl<'a> Probe<'a> {
    /// For `runs` runs of each replication, of variants such as this one; so many jobs each, where the effort leaves that open.
    pub(in crate::lab) fn of(
        plan: &Plan,
        variant: &Variant,
        effort: &Effort,
        (runs, jobs): (u64, RangeInclusive<u32>),
        stop: &'a AtomicBool,
    ) -> Result<Self, ProbeError> {
        let rate = variant.workload.arrivals.rate();
        if rate.is_some_and(|rate| rate.per_second().is_none()) {
            return Err(ProbeError::RateUnknown(variant.name.clone()));
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(effort.threads).build()?;
        let mut probe = Self {
            seed: plan.seed,
            jobs: variant.workload.jobs.min(JOBS_OF_A_PILOT),
            replications: effort.replications,
            warmup: WarmUp::None,
            limit: plan.run.limit,
            pool,
            stop,
        };
        let jobs = effort.jobs.unwrap_or_else(|| {
            let messages = probe.run(variant, None, 0).messages.max(1);
            let all = u128::from(effort.messages) * u128::from(probe.jobs)
                / (u128::from(messages) * u128::from(runs.max(1)) * u128::from(effort.replications.max(1)));
            u32::try_from(all).unwrap_or(u32::MAX).clamp(*jobs.start(), *jobs.end())
        });
        probe.warmup = shortened(plan.run.warmup, variant.workload.jobs, jobs);
        probe.jobs = jobs;
        Ok(probe)
    }

    /// The runs of a variant, one for each replication: with the same random numbers for every variant.
    pub(in crate::lab) fn runs(&self, variant: &Variant, hold: Option<Hold>) -> Vec<RunSummary> {
        self.each(|replication| self.run(variant, hold, replication))
    }

    /// Says that a variant has no such measure.
    pub(in crate::lab) fn nothing(&self, variant: &Variant, measure: &Measure) -> ProbeError {
        let is_quantile = matches!(measure, Measure::Sojourn(of) if of.share().is_some());
        let help = if is_quantile {
            "a quantile takes 20 jobs beyond it; ask for more with --jobs or --replications"
        } else {
            "ask for a measure that it has, with --measure"
        };
        let (jobs, replications) = (self.jobs, self.replications);
        ProbeError::NothingMeasured {
            variant: variant.name.clone(),
            measure: measure.to_string(),
            jobs,
            replications,
            help,
        }
    }

    pub(in crate::lab) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Calls `of_each` for each replication, several at once.
    pub(in crate::lab) fn each<T: Send>(&self, of_each: impl Fn(u32) -> T + Sync + Send) -> Vec<T> {
        self.pool.install(|| (0..self.replications).into_par_iter().map(of_each).collect())
    }

    /// One run of a variant.
    pub(in crate::lab) fn run(&self, variant: &Variant, hold: Option<Hold>, replication: u32) -> RunSummary {
        let mut variant = variant.clone();
        variant.workload.jobs = self.jobs;
        let classes = &variant.workload.classes;
        let setup = simulation_of(&variant, Streams::new(self.seed, replication));
        // A terminating run has no start to be cut off.
        let warmup = if variant.workload.arrivals.is_open() { self.warmup } else { WarmUp::None };
        let record = SummedRecord::new(Sums::new(warmup, classes.len()), false);
        let scaled = hold.map(|(lock, thousandths)| ScaledHolds::new(lock, thousandths));
        let mut queue = QueueSimulation::with_scaled_holds(record, setup, scaled);
        // The study's own runs are checked after each message.
        queue.trust();
        let mut record = to_the_end(queue, self.limit, &|| self.is_stopped(), &mut |_| {});
        if !self.is_stopped() {
            note_missing(&mut record, self.jobs);
        }
        RunSummary::of(Run {
            variant: 0,
            replication,
            number: 1,
            control: false,
            has_open_arrivals: variant.workload.arrivals.is_open(),
            workers: variant.design.workers,
            doses: doses(classes),
            conditions: None,
            record,
        })
    }
}

/// A warm-up counted in jobs, for fewer of them.
fn shortened(warmup: WarmUp, before: u32, jobs: u32) -> WarmUp {
    match warmup {
        WarmUp::Jobs(cut) => {
            let scaled = u64::from(cut) * u64::from(jobs) / u64::from(before.max(1));
            WarmUp::Jobs(u32::try_from(scaled).unwrap_or(u32::MAX))
        }
        other => other,
    }
}
