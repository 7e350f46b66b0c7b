//! Pilots: short runs that find what a queue can do at most, before loads that are shares of it.
//!
//! A pilot has the variant's jobs, but clients that submit the next as soon as one has ended, and more of them than there are
//! workers: there is always work. Its throughput is the saturation. The median of a few pilots is taken, and their spread
//! told. Pilots draw from streams of their own, so that no block meets the chance that its load was fitted to.

use super::pace::Pace;
use super::{Controls, Options, Progress, RunError};
use crate::lab::{Notebook, Saturation, Study};
use crate::runtime::streams::fingerprint;
use crate::scenario::{ArrivalProcess, Distribution, Plan, RandomNumbers, RunPlan, Until, Variant, WarmUp, limits};
use crate::units::Span;
use std::collections::BTreeMap;

/// Pilots of each variant.
const RUNS: u32 = 3;
/// What a pilot takes, about, if its jobs do nothing but run.
const SECONDS: f64 = 2.0;
/// Jobs of a pilot for each of its workers: at its end there is no work for some of them, for as long as one job takes.
const JOBS_PER_WORKER: u32 = 40;
/// Jobs of a pilot, whatever else is said.
const JOBS: std::ops::RangeInclusive<u32> = 200..=4000;

/// What pilots found.
#[derive(Debug)]
pub struct Pilots {
    /// The plan with all rates in it.
    pub plan: Plan,
    /// By variant.
    pub saturations: Vec<Saturation>,
    /// Queue directories that were kept.
    pub kept: Vec<std::path::PathBuf>,
}

/// Finds the saturations that rates of `plan` are shares of, if there are any, in the runtime of `options`.
///
/// # Errors
/// If a pilot cannot be run, or not to its end.
pub fn find_saturations(plan: &Plan, options: &Options<'_>, progress: &mut dyn Progress) -> Result<Pilots, RunError> {
    let mut pilots = Pilots { plan: plan.clone(), saturations: Vec::new(), kept: Vec::new() };
    let places: Vec<usize> = plan.pilots().iter().map(|pilot| pilot.variant).collect();
    if places.is_empty() {
        return Ok(pilots);
    }
    let piloted = plan_of_pilots(plan, &places);
    // On the file system of the runs that follow.
    let beside = options.queue_directory.as_ref().and_then(|given| given.parent().map(std::path::Path::to_owned));
    let base = options.base.clone().or(beside.filter(|path| !path.as_os_str().is_empty()));
    let options = Options { base, queue_directory: None, rows: None, controls: Controls::None, ..options.clone() };
    let mut notebook = Notebook::new(&Study::of(&piloted, &options));
    let pace = Pace { limit: None, clock: &|| Span::ZERO };
    let made = super::run(&piloted, &options, (&[RUNS], &pace), &mut notebook, &|_| false, progress)?;
    if made.partial && options.stop.load(std::sync::atomic::Ordering::Relaxed) {
        return Err(RunError::Stopped);
    }
    let runs = notebook.into_runs();
    for (number, place) in places.into_iter().enumerate() {
        let of_variant = runs.iter().filter(|run| run.variant == number && run.fault.is_none() && !run.partial);
        let mut rates: Vec<f64> = of_variant.filter_map(|run| run.groups.first()?.throughput_per_s).collect();
        rates.sort_by(f64::total_cmp);
        let (Some(low), Some(high)) = (rates.first(), rates.last()) else {
            let variant = plan.variants[place].name.clone();
            return Err(RunError::NoSaturation { variant, why: made.faults.join("; ") });
        };
        let runs = u32::try_from(rates.len()).unwrap_or(RUNS);
        let per_second = rates[rates.len() / 2];
        pilots.saturations.push(Saturation { variant: place, per_second, low: *low, high: *high, runs });
    }
    let found: BTreeMap<usize, f64> =
        pilots.saturations.iter().map(|found| (found.variant, found.per_second)).collect();
    pilots.plan.resolve_rates(&found);
    pilots.kept = made.kept;
    Ok(pilots)
}

fn plan_of_pilots(plan: &Plan, places: &[usize]) -> Plan {
    let run = RunPlan {
        replications: RUNS,
        until: Until::Fixed,
        at_most: RUNS,
        time_limit: None,
        random_numbers: RandomNumbers::Common,
        warmup: WarmUp::None,
        ..plan.run.clone()
    };
    Plan {
        seed: fingerprint(&format!("pilots of {}", plan.seed)),
        variants: places.iter().map(|place| pilot_of(&plan.variants[*place])).collect(),
        claims: Vec::new(),
        prediction: None,
        sensitivity: None,
        capacity: None,
        run,
        ..plan.clone()
    }
}

/// The variant with clients that leave no worker idle.
fn pilot_of(variant: &Variant) -> Variant {
    let workers = variant.design.workers;
    // As many jobs wait as are run, and each request thread has one to take in.
    let clients = workers.saturating_mul(2).saturating_add(variant.design.request_threads).min(limits::CLIENTS);
    let mut pilot = variant.clone();
    pilot.name = format!("{}, at its saturation", variant.name);
    pilot.compare_with = None;
    pilot.workload.jobs = jobs_of_pilot(variant);
    pilot.workload.arrivals = ArrivalProcess::Closed { clients, think: Distribution::Fixed(Span::ZERO) };
    pilot
}

/// As many as the workers do in some seconds, but so many that beginning and end do not matter.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped
fn jobs_of_pilot(variant: &Variant) -> u32 {
    let workers = variant.design.workers;
    let mean = variant.workload.run_time_mean().map_or(0.0, Span::as_secs_f64);
    let in_time = (SECONDS * f64::from(workers) / mean.max(1e-6)).min(f64::from(*JOBS.end())) as u32;
    let enough = workers.saturating_mul(JOBS_PER_WORKER).max(400);
    // A pilot is not to take much longer than the runs that it is for.
    in_time.min(enough).min(variant.workload.jobs.saturating_mul(2)).clamp(*JOBS.start(), *JOBS.end())
}
