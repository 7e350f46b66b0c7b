//! Doubts about a study as a whole: where each begins.

use super::of_study::{NAMED, StudyDoubt};
use super::of_variant::is_open;
use crate::lab::findings::Stalled;
use crate::lab::histogram::is_told;
use crate::lab::statistics::{REPLICATIONS_MIN, mean};
use crate::lab::{Analysis, Machine, RunSummary, Study};
use crate::scenario::Runtime;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Above this load for each core before it began, a machine was busy.
pub(super) const LOAD_MAX: f64 = 0.5;
/// Above this share of all processors' time during the runs, what the hypervisor took matters.
pub(super) const STEAL_MAX: f64 = 0.01;

/// Where workers have a job for less than this share of their time, next to nothing waits for one.
pub(super) const IDLE_MAX: f64 = 0.20;

/// Doubts about the study as a whole.
#[must_use]
pub fn study_doubts(analysis: &Analysis) -> Vec<StudyDoubt> {
    let study = &analysis.study;
    let mut found = Vec::new();
    if study.partial {
        found.push(StudyDoubt::Partial);
    }
    found.extend(faults(analysis));
    found.extend(study.warnings.iter().cloned().map(StudyDoubt::Warning));
    if study.runtime == Runtime::Live && study.provenance.is_debug() {
        found.push(StudyDoubt::DebugBuild);
    }
    found.extend(busy(study));
    found.extend(stalled(analysis));
    found.extend(idle(analysis));
    found.extend(few_calls(analysis));
    found.extend(steal(analysis).filter(|share| *share > STEAL_MAX).map(|share| StudyDoubt::Steal { share }));
    found.extend(analysis.runs.iter().filter_map(|run| {
        let held = run.found.clone()?;
        Some(StudyDoubt::FoundJobs { run: study.run_name(run.variant, run.replication, run.control), found: held })
    }));
    let calls: u64 = analysis.runs.iter().map(RunSummary::calls_refused).sum();
    if calls > 0 {
        found.push(StudyDoubt::Refused { calls });
    }
    let of_variant = (0..study.variants.len()).map(|variant| analysis.runs_of(variant).count());
    let replications = of_variant.max().unwrap_or(0);
    if replications < REPLICATIONS_MIN {
        found.push(StudyDoubt::NoIntervals { replications });
    }
    found
}

fn name_of(analysis: &Analysis, run: &RunSummary) -> String {
    analysis.study.run_name(run.variant, run.replication, run.control)
}

fn faults(analysis: &Analysis) -> Option<StudyDoubt> {
    let told = analysis.runs.iter().filter_map(|run| Some((run, run.fault.as_ref()?)));
    let named: Vec<String> = told.map(|(run, what)| format!("{}, because {what}", name_of(analysis, run))).collect();
    (!named.is_empty())
        .then(|| StudyDoubt::Faults { runs: named.len(), named: named.into_iter().take(NAMED).collect() })
}

/// Whether the machine had other work. A study that waited for quiet knows; the load average still has the minute before.
fn busy(study: &Study) -> Option<StudyDoubt> {
    let Machine { cores, load_at_start, .. } = study.machine;
    match &study.quiet {
        Some(quiet) if quiet.is_quiet => None,
        Some(quiet) => Some(StudyDoubt::BusyMachine { load: quiet.load.or(load_at_start)?, cores }),
        None => {
            let load = load_at_start.filter(|load| *load > LOAD_MAX * cores as f64)?;
            Some(StudyDoubt::BusyMachine { load, cores })
        }
    }
}

fn stalled(analysis: &Analysis) -> Option<StudyDoubt> {
    let mut stalled: Vec<&Stalled> = analysis.findings.stalled.iter().collect();
    stalled.sort_by_key(|stalled| (Reverse(stalled.took_ns), stalled.run));
    let in_words = |stalled: &&Stalled| {
        let run = analysis.runs.get(stalled.run)?;
        let effect = stalled.effect_with_and_without.zip(stalled.claim).map(|((with, without), claim)| {
            format!(
                " (the effect of claim {} is {} with it and {} without)",
                claim + 1,
                rounded(with),
                rounded(without)
            )
        });
        let (name, took) = (name_of(analysis, run), stalled.took_ns / 1_000_000);
        Some(format!("{name}: {}, {took} ms{}", stalled.what, effect.unwrap_or_default()))
    };
    let named = stalled.iter().take(NAMED).filter_map(in_words).collect();
    let deciding = stalled.iter().filter(|stalled| stalled.decides).count();
    (!stalled.is_empty()).then_some(StudyDoubt::Stalled {
        named,
        runs: stalled.len(),
        of: analysis.runs.len(),
        deciding,
    })
}

/// To four digits: ratios, or values in the unit of a measure.
fn rounded(value: f64) -> String {
    if value.abs() >= 1000.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}

/// Variants in which jobs arrive whatever the queue does, and hardly ever meet another.
fn idle(analysis: &Analysis) -> Option<StudyDoubt> {
    let mean_over_runs = |variant: usize, figure: fn(&RunSummary) -> Option<f64>| {
        let figures: Vec<f64> = analysis.runs_of(variant).filter(|run| is_open(run)).filter_map(figure).collect();
        mean(&figures)
    };
    let open: Vec<(f64, f64)> = (0..analysis.study.variants.len())
        .filter_map(|variant| {
            let jobs_in_queue = mean_over_runs(variant, |run| run.flow.map(|flow| flow.jobs_in_queue_mean));
            Some((mean_over_runs(variant, |run| run.workers_busy)?, jobs_in_queue?))
        })
        .collect();
    let idle: Vec<(f64, f64)> = open.iter().copied().filter(|(busy, _)| *busy < IDLE_MAX).collect();
    let most = |of: fn(&(f64, f64)) -> f64| idle.iter().map(of).fold(0.0, f64::max);
    (!idle.is_empty()).then(|| StudyDoubt::Idle {
        variants: idle.len(),
        of: open.len(),
        busy: most(|(busy, _)| *busy),
        jobs_in_queue: most(|(_, jobs)| *jobs),
    })
}

/// Calls of which no quantile is told, over all runs of the variant that made them most often.
fn few_calls(analysis: &Analysis) -> Option<StudyDoubt> {
    let mut most: BTreeMap<&str, u64> = BTreeMap::new();
    for variant in 0..analysis.study.variants.len() {
        let mut of_variant: BTreeMap<&str, u64> = BTreeMap::new();
        for (name, calls) in analysis.runs_of(variant).flat_map(|run| &run.calls) {
            *of_variant.entry(name).or_insert(0) += calls.latency.n;
        }
        for (name, count) in of_variant {
            let known = most.entry(name).or_insert(0);
            *known = (*known).max(count);
        }
    }
    let few = most.into_iter().filter(|(_, count)| *count > 0 && !is_told(*count, 0.5));
    let calls: Vec<String> = few.map(|(name, count)| format!("{name} ({count})")).collect();
    (!calls.is_empty()).then_some(StudyDoubt::FewCalls { calls })
}

/// The share of all processors' time during the runs that the hypervisor gave to others.
fn steal(analysis: &Analysis) -> Option<f64> {
    let known = || analysis.runs.iter().filter_map(|run| Some((run.conditions.as_ref()?.steal_ns?, run.elapsed_ns)));
    let stolen: f64 = known().map(|(stolen, _)| stolen as f64).sum();
    let passed: f64 = known().map(|(_, passed)| passed as f64).sum();
    let processors = analysis.study.machine.cores as f64;
    (passed * processors > 0.0).then(|| stolen / (passed * processors))
}
