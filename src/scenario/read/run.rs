//! `[run]`: where, how often, and what is cut off.

use crate::scenario::limits;
use crate::scenario::run::{RandomNumbers, RunPlan, Runtime, Runtimes, Until, WarmUp};
use crate::units::Span;
use crate::written::{Problem, Problems, Table, Value};

const KEYS: [&str; 4] = ["runtime", "replications", "warmup", "limit"];

/// How the scenario is run.
pub(super) fn run_plan(file: &Table<'_>, problems: &mut Problems) -> RunPlan {
    let mut run = RunPlan {
        runtimes: Runtimes::One(Runtime::Live),
        replications: 5,
        until: Until::Fixed,
        at_most: limits::REPLICATIONS,
        time_limit: None,
        random_numbers: RandomNumbers::Common,
        warmup: WarmUp::Mser5,
        limit: None,
    };
    let Some(item) = file.get("run") else { return run };
    let Some(table) = problems.take(item.value.table("a table")) else { return run };
    for item in &table.items {
        let value = &item.value;
        match item.key {
            "runtime" => problems.store(&mut run.runtimes, value.word("a runtime", &Runtimes::WORDS)),
            "replications" => problems.store(&mut run.replications, value.count(1..=limits::REPLICATIONS)),
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

/// `"auto"`, `"none"`, `"50 jobs"` or a duration.
fn warmup(value: &Value<'_>) -> Result<WarmUp, Problem> {
    let what = "\"auto\", \"none\", a number of jobs such as \"50 jobs\", or a duration such as \"2s\"";
    let text = value.text(what)?.trim();
    match text {
        "auto" => return Ok(WarmUp::Mser5),
        "none" => return Ok(WarmUp::None),
        _ => {}
    }
    let jobs = text.strip_suffix("jobs").and_then(|number| number.trim().parse().ok());
    match jobs {
        Some(jobs) => Ok(WarmUp::Jobs(jobs)),
        None => value.duration(Span::ZERO..=Span::from_secs(86_400)).map(WarmUp::Time).map_err(|_| value.is_not(what)),
    }
}
