//! From text to plan: one pass over the values as written, each with its place, then the checks of the whole.
//!
//! What always holds: no input makes it panic, and what it lets through can be run.

mod baselines;
mod claims;
mod class;
mod design;
mod distribution;
mod draft;
mod machine;
mod matrix;
mod prediction;
mod questions;
mod run;
mod variants;
mod workload;

use super::plan::Plan;
use super::run::Runtime;
use crate::written::{self, Problem, Problems, Table, TextErrors};
use draft::Draft;
use sha2::{Digest, Sha256};
use std::path::Path;
use variants::{Lists, variants};

const KEYS: [&str; 14] = [
    "title",
    "question",
    "source",
    "seed",
    "workload",
    "design",
    "machine",
    "variant",
    "matrix",
    "claim",
    "run",
    "prediction",
    "sensitivity",
    "capacity",
];

/// The plan that `text` describes; `name` is the file's name, for messages and for [`Plan::name`].
///
/// # Errors
/// All that is wrong with it, as far as it can be told at once.
pub fn read(name: &str, text: &str) -> Result<Plan, TextErrors> {
    written::read(name, text, "a scenario", |file, problems| plan(name, text, file, problems))
}

/// The plan in these bytes, which must be UTF-8.
///
/// # Errors
/// As [`read`], or that they are no text.
pub fn read_bytes(name: &str, bytes: &[u8]) -> Result<Plan, TextErrors> {
    read(name, written::as_text(name, bytes)?)
}

fn plan(name: &str, text: &str, file: &Table<'_>, problems: &mut Problems) -> Plan {
    file.refuse_unknown(&KEYS, "a key of a scenario", problems);
    let stem = Path::new(name).file_stem().map_or_else(|| name.to_owned(), |stem| stem.to_string_lossy().into_owned());
    if stem.chars().all(|letter| letter == '.') {
        let found = format!("the file is called `{name}`, and its report would have no name");
        problems.push(Problem::new(0..0, found, "expected a name before `.toml`").with_help("rename the file"));
    }
    let title = problems.take(file.need("title", "what it is called").and_then(|value| value.line("a title")));
    let question = file.get("question").and_then(|item| problems.take(item.value.text("a text")).map(str::to_owned));
    let source = file.get("source").and_then(|item| problems.take(claims::citation(&item.value)));
    let seed = file.get("seed").map_or(Ok(1), |item| item.value.integer(0..=i64::MAX));

    let mut base = Draft::new();
    let workload = file.need("workload", "what clients ask for").and_then(|value| value.table("a table"));
    if let Some(workload) = problems.take(workload) {
        base.read_workload(&workload, problems);
    }
    if let Some(design) = file.get("design").and_then(|item| problems.take(item.value.table("a table of knobs"))) {
        base.apply_design(&design, problems);
    }
    if let Some(machine) = file.get("machine").and_then(|item| problems.take(item.value.table("a table"))) {
        base.apply_machine(&machine, problems);
    }
    let lists = Lists { variant: file.get("variant"), matrix: file.get("matrix") };
    let mut plan = Plan {
        title: title.unwrap_or_default().to_owned(),
        name: stem,
        question,
        source,
        seed: problems.take(seed).map_or(1, i64::unsigned_abs),
        hash: Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect(),
        variants: variants(lists, &base, problems),
        claims: Vec::new(),
        run: run::run_plan(file, problems),
        prediction: None,
        sensitivity: None,
        capacity: None,
        left_out: Vec::new(),
        text: text.to_owned(),
    };
    plan.prediction = prediction::prediction(file, &base, &plan, problems).map(Box::new);
    if plan.variants.is_empty() || plan.prediction.as_ref().is_some_and(|plan| plan.variants.is_empty()) {
        // Why is among the problems; what else there is to say is about variants.
        return plan;
    }
    let classes: Vec<&str> = base.workload.classes.iter().map(|class| class.name.as_str()).collect();
    plan.sensitivity = questions::sensitivity(file, &plan.variants, &classes, problems);
    plan.capacity = questions::capacity(file, &classes, problems);
    plan.claims = claims::claims(file, &plan, &classes, problems);
    run::check_rule(file, &plan, problems);
    check_runtime(&plan, file, problems);
    plan
}

/// What is to be run live must be able to.
fn check_runtime(plan: &Plan, file: &Table<'_>, problems: &mut Problems) {
    if plan.run.runtimes.include(Runtime::Live)
        && let Some(why) = plan.why_not_live()
    {
        let run = file.get("run");
        let runtime =
            run.and_then(|item| item.value.table("a table").ok()?.get("runtime").map(|item| item.value.span()));
        let place = runtime.or_else(|| run.map(|item| item.key_span.clone())).unwrap_or_else(|| file.head());
        let problem = Problem::new(place, why, "expected `runtime = \"virtual\"` in [run]");
        problems.push(problem.with_help("live is the default; or let all variants have the same machine"));
    }
}
