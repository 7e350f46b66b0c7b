//! `[run]`: where, how often, when it is enough, and what is cut off.

use crate::scenario::claim::percent;
use crate::scenario::limits;
use crate::scenario::plan::Plan;
use crate::scenario::run::{RandomNumbers, RunPlan, Runtime, Runtimes, Until, WarmUp};
use crate::units::Span;
use crate::written::{Problem, Problems, Table, Value};

const KEYS: [&str; 8] =
    ["runtime", "replications", "until", "at_most", "time_limit", "random_numbers", "warmup", "limit"];
/// Blocks at most, where a rule ends a study and the scenario does not say: so many times those between two looks.
const LOOKS: u32 = 3;
/// The longest that a run or a study may be told to take.
const LONGEST: Span = Span::from_secs(7 * 86_400);

/// How the scenario is run.
pub(super) fn run_plan(file: &Table<'_>, problems: &mut Problems) -> RunPlan {
    let mut run = RunPlan {
        runtimes: Runtimes::One(Runtime::Live),
        replications: 5,
        until: Until::Fixed,
        at_most: 5,
        time_limit: None,
        random_numbers: RandomNumbers::Common,
        warmup: WarmUp::Mser5,
        limit: None,
    };
    let Some(item) = file.get("run") else { return run };
    let Some(table) = problems.take(item.value.table("a table")) else { return run };
    let span = |value: &Value<'_>| value.duration(Span::from_millis(1)..=LONGEST).map(Some);
    for item in &table.items {
        let value = &item.value;
        match item.key {
            "runtime" => problems.store(&mut run.runtimes, value.word("a runtime", &Runtimes::WORDS)),
            "replications" => problems.store(&mut run.replications, value.count(1..=limits::REPLICATIONS)),
            "until" => problems.store(&mut run.until, until(value)),
            "time_limit" => problems.store(&mut run.time_limit, span(value)),
            "random_numbers" => {
                problems.store(&mut run.random_numbers, value.word("what variants draw from", &RandomNumbers::WORDS));
            }
            "warmup" => problems.store(&mut run.warmup, warmup(value)),
            "limit" => problems.store(&mut run.limit, span(value)),
            "at_most" => {}
            _ => problems.push(item.unknown(KEYS, "a key of the run")),
        }
    }
    let at_most = table.get("at_most").map(|item| item.value);
    run.at_most = problems.take(blocks_at_most(at_most, &run)).unwrap_or(run.replications);
    run
}

/// Blocks at most, which only a rule needs to be told.
fn blocks_at_most(written: Option<Value<'_>>, run: &RunPlan) -> Result<u32, Problem> {
    match (run.until, written) {
        (Until::Fixed, None) => Ok(run.replications),
        (Until::Fixed, Some(value)) => {
            Err(value.is_not("no `at_most`: without `until`, there are as many as `replications` says"))
        }
        (_, None) => Ok(run.replications.saturating_mul(LOOKS).min(limits::REPLICATIONS)),
        (_, Some(value)) => value.count(run.replications..=limits::REPLICATIONS),
    }
}

/// A rule to stop by needs claims that it is about.
pub(super) fn check_rule(file: &Table<'_>, plan: &Plan, problems: &mut Problems) {
    if plan.run.until == Until::Fixed || plan.claims.iter().any(|claim| !claim.of_prediction) {
        return;
    }
    let run = file.get("run").and_then(|item| item.value.table("a table").ok());
    let Some(until) = run.and_then(|run| run.get("until").map(|item| item.value.span())) else { return };
    let found = "there is no [[claim]] that this rule could be about";
    let problem = Problem::new(until, found, "expected a claim about these runs");
    problems.push(problem.with_help("add one, or leave out `until` and say how many `replications` there are"));
}

/// `"decided"` or `{ precision = "2%" }`.
fn until(value: &Value<'_>) -> Result<Until, Problem> {
    let what = "\"decided\" or { precision = \"2%\" }";
    if !value.is_table() {
        return value.word("when there are enough", &[("decided", Until::Decided)]).map_err(|_| value.is_not(what));
    }
    let table = value.table(what)?;
    super::workload::known_keys(&table, &["precision"], "precision")?;
    let precision = table.need("precision", "a share of each effect, such as \"2%\"")?;
    let share = precision.as_text().and_then(percent).filter(|share| (0.001..1.0).contains(share));
    share.map(Until::Precision).ok_or_else(|| precision.is_not("a share from \"0.1%\" to below \"100%\""))
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
