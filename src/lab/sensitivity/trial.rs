//! Scales one thing after the other, and ranks them.

use super::knob::{Factor, Knob};
use super::{EFFECT_MIN, Scaled, Sensitivity, Setting};
use crate::lab::compare::Reading;
use crate::lab::runner::{Effort, Probe};
use crate::lab::{ProbeError, RunSummary};
use crate::scenario::claim::Measure;
use crate::scenario::{Plan, SensitivityPlan, Variant};
use std::sync::atomic::AtomicBool;

/// Of the intervals.
const LEVEL: f64 = 0.95;
/// What is scaled, about, and by how many factors: for what all runs together take.
const SETTINGS: u64 = 60;
/// Fewer jobs than this tell nothing.
const JOBS_MIN: u32 = 200;
/// More than the scenario has, if there is time.
const JOBS_MAX: u32 = 2_000;
/// Jobs beyond a quantile, of all runs together, some of which the warm-up cuts off.
const JOBS_BEYOND: f64 = 40.0;

/// What the measure of `asked` would be if a cost were another: everything that a variant of `plan` pays for is scaled, alone,
/// in virtual time and with the same random numbers. `progress` is told what is scaled next, and how many of how many are done.
/// Set `stop` to get what there is.
///
/// # Errors
/// If there are no threads, it is stopped before anything was scaled, or the variant as it is has no such measure.
pub fn sensitivity(
    plan: &Plan,
    asked: &SensitivityPlan,
    effort: &Effort,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<Sensitivity, ProbeError> {
    let variant = &plan.variants[asked.variant];
    progress("the queue as it is", 0, 0);
    let probe = Probe::of(plan, variant, effort, (SETTINGS, jobs_of(variant, asked, effort)), stop)?;
    let base = probe.runs(variant, None);
    let reading = Reading { measure: &asked.measure, class: asked.class, seed: plan.seed, level: LEVEL };
    let trial = Trial { probe, reading, base };
    let as_it_is = trial.reading.value(&sound(&trial.base)).map(|value| value.estimate());
    if trial.probe.is_stopped() {
        return Err(ProbeError::Stopped);
    }
    let as_it_is = as_it_is.ok_or_else(|| trial.probe.nothing(variant, &asked.measure))?;
    let (mut knobs, mut without_effect) = (Vec::new(), Vec::new());
    let all = Knob::all(variant, &trial.base);
    for (done, knob) in all.iter().enumerate() {
        progress(&knob.name(), done, all.len());
        let settings = trial.settings(*knob, &knob.factors(&asked.factors, variant), variant);
        if trial.probe.is_stopped() {
            break;
        }
        if settings.iter().any(|setting| size(setting) >= EFFECT_MIN) {
            let (name, about, now) = (knob.name(), knob.about().to_owned(), knob.now(variant));
            knobs.push(Scaled { name, about, now, settings });
        } else {
            without_effect.push(knob.name());
        }
    }
    let largest = |knob: &Scaled| knob.settings.iter().map(size).fold(0.0, f64::max);
    knobs.sort_by(|one, other| largest(other).total_cmp(&largest(one)));
    Ok(Sensitivity {
        measure: asked.measure.clone(),
        class: asked.class,
        variant: asked.variant,
        profile: variant.machine.profile.name.clone(),
        jobs: trial.probe.jobs,
        replications: trial.probe.replications,
        base: as_it_is,
        knobs,
        without_effect,
        partial: trial.probe.is_stopped(),
    })
}

/// How many jobs a run has. A terminating run has those of the scenario, since its measures depend on their number; one to which
/// jobs come whatever the queue does has enough for a quantile, and may be as long as there is time.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
fn jobs_of(variant: &Variant, asked: &SensitivityPlan, effort: &Effort) -> std::ops::RangeInclusive<u32> {
    let jobs = variant.workload.jobs;
    if !variant.workload.arrivals.is_open() {
        return jobs..=jobs;
    }
    let beyond = match &asked.measure {
        Measure::Sojourn(statistic) => statistic.share().map_or(1.0, |share| 1.0 - share),
        _ => 1.0,
    };
    let class = asked.class.and_then(|class| variant.workload.classes.get(class)).map_or(1.0, |class| class.share);
    let needed = JOBS_BEYOND / (beyond * class * f64::from(effort.replications.max(1)));
    let least = (needed.ceil() as u32).max(jobs.min(JOBS_MIN));
    least..=least.max(jobs).max(JOBS_MAX)
}

/// Runs of a variant as it is, and what others are held against.
struct Trial<'a> {
    probe: Probe<'a>,
    reading: Reading<'a>,
    base: Vec<RunSummary>,
}

impl Trial<'_> {
    /// What came of each factor; nothing if the first changed no run at all, since then it is paid for nowhere.
    fn settings(&self, knob: Knob, factors: &[Factor], variant: &Variant) -> Vec<Setting> {
        let mut settings = Vec::new();
        for factor in factors {
            let (scaled, hold) = knob.scale(variant, *factor);
            let runs = self.probe.runs(&scaled, hold);
            if settings.is_empty() && runs == self.base {
                return settings;
            }
            let (runs, base) = (sound(&runs), sound(&self.base));
            let value = self.reading.value(&runs).map(|value| value.estimate());
            settings.push(Setting { factor: *factor, value, effect: self.reading.paired(&runs, &base) });
            if self.probe.is_stopped() {
                break;
            }
        }
        settings
    }
}

/// Runs that were neither damaged nor cut short.
fn sound(runs: &[RunSummary]) -> Vec<&RunSummary> {
    runs.iter().filter(|run| run.fault.is_none() && !run.partial).collect()
}

/// How large an effect is: half as much is as large as twice as much.
fn size(setting: &Setting) -> f64 {
    match &setting.effect {
        Some(effect) if effect.point > 0.0 => libm::expm1(libm::log(effect.point).abs()),
        Some(_) => f64::INFINITY,
        // The measure was nothing, and is not any more.
        None if setting.value.is_some_and(|value| value.point > 0.0) => f64::INFINITY,
        None => 0.0,
    }
}
