//! What a plan would run, in words: what `jqlab check` prints.

mod claims;

use super::plan::{Plan, Variant};
use super::run::{Runtime, Runtimes, Until, WarmUp};
use super::warnings::{warnings, worker_utilisation};
use crate::printable::Printable;
use crate::units::{Span, counted};
use std::fmt::Write;

/// What the plan of the file `name` would run, for people; ends with a newline.
#[must_use]
pub fn summary(name: &str, plan: &Plan) -> String {
    let mut text = format!("{}: valid\n  {}\n", Printable(name), plan.title);
    for line in lines(plan) {
        let _ = writeln!(text, "  {line}");
    }
    text
}

fn lines(plan: &Plan) -> Vec<String> {
    let mut lines = vec![runs(plan)];
    lines.extend(plan.variants.iter().map(|variant| format!("- {}", described(variant))));
    lines.push(warm_up(plan));
    lines.extend(pilots(plan));
    lines.extend(stop(plan));
    lines.extend(duration(plan));
    if let Some(prediction) = &plan.prediction {
        lines.push(format!("predicted beside them: {}", runs(prediction)));
        lines.extend(prediction.variants.iter().map(|variant| format!("- {}", described(variant))));
        lines.extend(pilots(prediction));
    }
    lines.extend(claims::claims(plan));
    lines.extend(questions(plan));
    lines.extend(warnings(plan).into_iter().map(|warning| format!("warning: {warning}")));
    lines
}

/// `3 variants × 5 replications = 15 runs, live, seed 1`.
fn runs(plan: &Plan) -> String {
    let runtimes = match plan.run.runtimes {
        Runtimes::One(Runtime::Live) => "live",
        Runtimes::One(Runtime::Virtual) => "in virtual time",
        Runtimes::Both => "live and in virtual time",
    };
    let (variants, each) = (counted(plan.variants.len(), "variant"), counted(plan.run.replications, "replication"));
    format!("{variants} × {each} = {}, {runtimes}, seed {}", counted(plan.runs(), "run"), plan.seed)
}

fn described(variant: &Variant) -> String {
    let workload = &variant.workload;
    let role = variant.role.map(|role| format!(" ({})", role.name())).unwrap_or_default();
    let jobs = counted(workload.jobs, "job");
    let workers = counted(variant.design.workers, "worker");
    let busy =
        worker_utilisation(variant).map(|share| format!(", {:.0} % busy running", share * 100.0)).unwrap_or_default();
    format!("{}{role}: {jobs}, {}, {workers}{busy}", variant.name, workload.arrivals.describe())
}

fn warm_up(plan: &Plan) -> String {
    let warmup = match plan.run.warmup {
        WarmUp::None => "none".to_owned(),
        WarmUp::Mser5 => "found by MSER-5".to_owned(),
        WarmUp::Jobs(jobs) => format!("the first {}", counted(jobs, "job")),
        WarmUp::Time(span) => format!("the first {span}"),
    };
    let limit = plan.run.limit.map(|limit| format!("; a run ends after {limit} at the latest")).unwrap_or_default();
    format!("warm-up: {warmup}{limit}")
}

/// Whose saturation is found before the first block.
fn pilots(plan: &Plan) -> Vec<String> {
    let pilots = plan.pilots();
    let line = |pilot: &super::Pilot| {
        let (name, serves) = (&plan.variants[pilot.variant].name, counted(pilot.serves.len(), "variant"));
        format!("pilot: the saturation of `{name}` is found first, for the rates of {serves}")
    };
    pilots.iter().map(line).collect()
}

/// The rule to stop by.
fn stop(plan: &Plan) -> Option<String> {
    let run = &plan.run;
    let (each, most) = (run.replications, counted(run.at_most, "block"));
    let rule = match run.until {
        Until::Fixed => return None,
        Until::Decided => "every claim is decided".to_owned(),
        Until::Precision(share) => {
            format!("each claim's effect is known to ±{} %", super::claim::in_percent(share).trim_end_matches('%'))
        }
    };
    Some(format!("after every {}, it ends if {rule}, and after {most} at the latest", counted(each, "block")))
}

/// How long a live study takes.
fn duration(plan: &Plan) -> Option<String> {
    if !plan.run.runtimes.include(Runtime::Live) {
        return None;
    }
    let limit = plan.run.time_limit.map(|limit| format!("; no block begins that would not end within {limit}"));
    let limit = limit.unwrap_or_default();
    let Some(block) = plan.block_lasts() else {
        let why =
            if plan.needs_saturation() { "the saturation" } else { "the queue: jobs come as fast as it takes them" };
        return Some(format!("how long it takes live depends on {why}{limit}"));
    };
    let of = |blocks: u32| Span(block.0.saturating_mul(u64::from(blocks)));
    let (least, most) = (of(plan.run.replications), of(plan.run.at_most));
    let takes = if plan.run.until == Until::Fixed { least.to_string() } else { format!("{least} to {most}") };
    Some(format!("live, it takes about {takes}, with the baseline twice, plus the setting up of each run{limit}"))
}

fn questions(plan: &Plan) -> Vec<String> {
    let classes: Vec<String> = plan.variants[0].workload.classes.iter().map(|class| class.name.clone()).collect();
    let sensitivity = plan.sensitivity.as_ref().map(|asked| {
        let factors: Vec<String> = asked.factors.iter().map(ToString::to_string).collect();
        let (measure, factors) = (asked.measure.in_words(asked.class, &classes), factors.join(", "));
        let variant = &plan.variants[asked.variant].name;
        format!("sensitivity: {measure} of `{variant}` with each cost times {factors}")
    });
    let capacity = plan.capacity.as_ref().map(|asked| {
        format!("capacity: the highest rate of each variant at which {}", asked.condition.in_words(&classes))
    });
    sensitivity.into_iter().chain(capacity).collect()
}
