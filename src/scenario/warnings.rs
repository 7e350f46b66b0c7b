//! What speaks against running a plan, as far as it can be told beforehand.

use super::arrivals::{ArrivalProcess, Rate};
use super::plan::{LockPlan, Plan, Variant};
use super::run::WarmUp;
use crate::actors::locks::{Level, Mode};
use std::collections::BTreeMap;

/// Variants that are named before the others are counted.
const NAMED_MAX: usize = 3;

/// What speaks against running a plan, as far as it can be told beforehand; no full stops. Each is told once, with the
/// variants that it holds for.
#[must_use]
pub fn warnings(plan: &Plan) -> Vec<String> {
    // In the order in which they are first found.
    let mut found: Vec<(String, Vec<&str>)> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for variant in &plan.variants {
        for warning in of_variant(variant, plan.run.warmup) {
            let place = *places.entry(warning.clone()).or_insert(found.len());
            if place == found.len() {
                found.push((warning, Vec::new()));
            }
            found[place].1.push(&variant.name);
        }
    }
    let left_out = plan.left_out.iter().map(|what| format!("left out: {what}"));
    left_out.chain(found.into_iter().map(|(warning, names)| format!("{}: {warning}", named(&names)))).collect()
}

/// `one, two, three and 4 others`.
fn named(names: &[&str]) -> String {
    match names.len().checked_sub(NAMED_MAX) {
        Some(others @ 2..) => format!("{} and {others} others", names[..NAMED_MAX].join(", ")),
        _ => names.join(", "),
    }
}

fn of_variant(variant: &Variant, warmup: WarmUp) -> Vec<String> {
    let mut warnings = Vec::new();
    if worker_utilisation(variant).is_some_and(|share| share >= 1.0) {
        warnings.push("more work arrives than the workers can do, so the queue grows to the end".to_owned());
    }
    for (level, locks) in [(Level::Instance, "instance"), (Level::Node, "node")] {
        if lock_utilisation(variant, level).is_some_and(|share| share >= 1.0) {
            warnings.push(format!(
                "the {locks} locks are held for longer than there is time, so the queue grows to the end"
            ));
        }
    }
    let jobs = variant.workload.jobs;
    if variant.design.queue_size_limit < u64::from(jobs) {
        let limit = variant.design.queue_size_limit;
        warnings.push(format!("of {jobs} jobs, the queue takes {limit} and refuses the rest"));
    }
    warnings.extend(nothing_left(variant, warmup));
    warnings
}

/// That the warm-up is as long as the run.
fn nothing_left(variant: &Variant, warmup: WarmUp) -> Option<String> {
    let jobs = variant.workload.jobs;
    match warmup {
        WarmUp::Jobs(cut) if cut >= jobs => Some(format!("the warm-up of {cut} jobs leaves none of {jobs}")),
        WarmUp::Time(cut) if !cut.is_zero() => match (&variant.workload.arrivals, variant.workload.arrivals_last()) {
            (ArrivalProcess::AtOnce { .. }, _) => {
                Some(format!("all jobs are due at once, and the warm-up of {cut} leaves none of them"))
            }
            (_, Some(last)) if cut >= last => {
                Some(format!("the warm-up of {cut} leaves none of the arrivals, which take about {last}"))
            }
            _ => None,
        },
        WarmUp::None | WarmUp::Jobs(_) | WarmUp::Time(_) | WarmUp::Mser5 => None,
    }
}

/// Jobs per second, if arrivals are open.
fn per_second(variant: &Variant) -> Option<f64> {
    variant.workload.arrivals.rate().and_then(Rate::per_second)
}

/// Share of the workers' time that the opcodes' running takes, if arrivals are open.
pub(super) fn worker_utilisation(variant: &Variant) -> Option<f64> {
    let busy = per_second(variant)? * variant.workload.run_time_mean()?.as_secs_f64();
    Some(busy / f64::from(variant.design.workers))
}

/// Share of the time that the average lock of a level is held exclusively while opcodes run, if arrivals are open.
fn lock_utilisation(variant: &Variant, level: Level) -> Option<f64> {
    let cluster = &variant.workload.cluster;
    let there = match level {
        Level::Node => cluster.nodes().len(),
        _ => cluster.instances().len(),
    };
    let there = f64::from(u32::try_from(there).ok().filter(|there| *there > 0)?);
    let held = |lock: &LockPlan| match lock.count {
        _ if lock.level != level || lock.mode != Mode::Exclusive => 0.0,
        Some(count) => f64::from(count) / there,
        None => 1.0,
    };
    let mut secs = 0.0;
    for class in &variant.workload.classes {
        for opcode in &class.opcodes {
            let share: f64 = opcode.locks.iter().map(held).sum();
            if share > 0.0 {
                secs += class.share * share * opcode.run.mean()?.as_secs_f64();
            }
        }
    }
    Some(per_second(variant)? * secs)
}
