//! `[run]`: where, how often, and what is cut off.

use crate::scenario::plan::{RunPlan, RuntimeChoice, Warmup};
use crate::units::Span;
use crate::written::{Problem, Problems, Table, Value};

const KEYS: [&str; 4] = ["runtime", "replications", "warmup", "limit"];
const RUNTIMES: [(&str, RuntimeChoice); 3] =
    [("live", RuntimeChoice::Live), ("virtual", RuntimeChoice::Virtual), ("both", RuntimeChoice::Both)];

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
