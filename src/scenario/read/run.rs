//! `[run]`: where, how often, and what is cut off.

use crate::actors::models::profile::{CodecCosts, DiskProfile, FileCost};
use crate::actors::models::{Cost, Profile};
use crate::scenario::machine::NOMINAL;
use crate::scenario::plan::{RunPlan, RuntimeChoice, Warmup};
use crate::units::Span;
use crate::written::{Problem, Problems, Table, Value};

const KEYS: [&str; 4] = ["runtime", "replications", "warmup", "limit"];
const RUNTIMES: [(&str, RuntimeChoice); 3] =
    [("live", RuntimeChoice::Live), ("virtual", RuntimeChoice::Virtual), ("both", RuntimeChoice::Both)];

/// A small job file on an SSD with ext4, so that virtual time is not free of cost by default.
pub(super) fn nominal() -> Profile {
    let cost = |micros| Cost::fixed(Span::from_micros(micros));
    let cpu = |micros| FileCost { cpu: cost(micros), device: Cost::default() };
    let device = |micros| FileCost { cpu: Cost::default(), device: cost(micros) };
    let disk = DiskProfile {
        write: cpu(150),
        fsync: device(220),
        fsync_directory: device(220),
        rename: cpu(120),
        read: cpu(20),
        read_uncached: device(100),
        ..DiskProfile::free()
    };
    let json = CodecCosts { encode: cost(15), parse: cost(15), build: cost(5), status_only: cost(5) };
    let title = "Fixed costs, about those of a small job file on an SSD; no waits for cores, no messages";
    let source = "round figures for a scenario that names no machine";
    Profile {
        name: NOMINAL.into(),
        title: title.into(),
        source: source.into(),
        disk,
        json_indented_sorted: json.clone(),
        json,
        ..Profile::free()
    }
}

/// How the scenario is run.
pub(super) fn run_plan(file: &Table<'_>, problems: &mut Problems) -> RunPlan {
    let mut run = RunPlan { runtime: RuntimeChoice::Live, replications: 5, warmup: Warmup::Auto, limit: None };
    let Some(item) = file.get("run") else { return run };
    let Some(table) = problems.take(item.value.table("a table")) else { return run };
    for item in &table.items {
        let value = &item.value;
        match item.key {
            "runtime" => problems.store(&mut run.runtime, value.word("a runtime", &RUNTIMES)),
            "replications" => problems.store(&mut run.replications, value.count(1..=1000)),
            "warmup" => problems.store(&mut run.warmup, warmup(value)),
            "limit" => {
                let limit = value.duration(Span::from_millis(1)..=Span::from_secs(7 * 86_400));
                problems.store(&mut run.limit, limit.map(Some));
            }
            _ => problems.push(item.unknown(KEYS, "a key of the run")),
        }
    }
    run
}

/// `"auto"`, `"50 jobs"` or a duration.
fn warmup(value: &Value<'_>) -> Result<Warmup, Problem> {
    let what = "\"auto\", a number of jobs such as \"50 jobs\", or a duration such as \"2s\"";
    let text = value.text(what)?.trim();
    if text == "auto" {
        return Ok(Warmup::Auto);
    }
    let jobs = text.strip_suffix("jobs").and_then(|number| number.trim().parse().ok());
    match jobs {
        Some(jobs) => Ok(Warmup::Jobs(jobs)),
        None => value.duration(Span::ZERO..=Span::from_secs(86_400)).map(Warmup::Time).map_err(|_| value.is_not(what)),
    }
}
