//! From text to plan: one pass over the values as written, each with its place, then the checks of the whole.
//!
//! What always holds: no input makes it panic, and what it lets through can be run.

mod claims;
mod class;
mod design;
mod distribution;
mod draft;
mod run;
mod variants;
mod workload;

use super::error::{Problem, ScenarioErrors};
use super::plan::Plan;
use super::written::{Problems, Table};
use draft::Draft;
use sha2::{Digest, Sha256};
use std::path::Path;
use toml::de::DeTable;

const KEYS: [&str; 10] =
    ["title", "question", "source", "seed", "workload", "design", "variant", "matrix", "claim", "run"];
/// The longest file that is read, in bytes.
const BYTES_MAX: usize = 4 << 20;

/// The plan that `text` describes; `name` is the file's name, for messages and for [`Plan::name`].
///
/// # Errors
/// All that is wrong with it, as far as it can be told at once.
pub fn read(name: &str, text: &str) -> Result<Plan, ScenarioErrors> {
    if text.len() > BYTES_MAX {
        let found = format!("the file has {} bytes", text.len());
        return Err(ScenarioErrors::unreadable(name, found, "a scenario has at most 4 MiB", "give another file"));
    }
    let (parsed, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let mut problems: Vec<Problem> = errors.iter().map(|error| syntax(error, text)).collect();
        // What comes after the first on a line mostly follows from it.
        let line = |problem: &Problem| text.bytes().take(problem.span.start).filter(|byte| *byte == b'\n').count();
        problems.dedup_by_key(|problem| line(problem));
        return Err(ScenarioErrors::new(name, text, problems));
    }
    let file = Table::of_file(&parsed, text);
    let mut problems = Problems::default();
    let plan = plan(name, text, &file, &mut problems);
    match problems.0.is_empty() {
        true => Ok(plan),
        false => Err(ScenarioErrors::new(name, text, problems.0)),
    }
}

/// The plan in these bytes, which must be UTF-8.
///
/// # Errors
/// As [`read`], or that they are no text.
pub fn read_bytes(name: &str, bytes: &[u8]) -> Result<Plan, ScenarioErrors> {
    match std::str::from_utf8(bytes) {
        Ok(text) => read(name, text),
        Err(error) => {
            // What can be shown: the text up to the broken byte, and a mark in its place.
            let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
            let at = good.len();
            let byte = bytes.get(at).copied().unwrap_or_default();
            let problem = Problem::new(at..at + 3, format!("byte 0x{byte:02x} is no UTF-8"), "expected text in UTF-8");
            let problem = problem.with_help("save the file in UTF-8");
            Err(ScenarioErrors::new(name, &format!("{good}\u{fffd}"), vec![problem]))
        }
    }
}

fn plan(name: &str, text: &str, file: &Table<'_>, problems: &mut Problems) -> Plan {
    file.refuse_unknown(&KEYS, "a key of a scenario", problems);
    let stem = Path::new(name).file_stem().map_or_else(|| name.to_owned(), |stem| stem.to_string_lossy().into_owned());
    let title = problems.take(file.need("title", "what it is called").and_then(|value| value.text("a title")));
    let mut optional = |key| {
        let item = file.get(key)?;
        problems.take(item.value.text("a text")).map(str::to_owned)
    };
    let (question, source) = (optional("question"), optional("source"));
    let seed = file.get("seed").map_or(Ok(1), |item| item.value.integer(0..=i64::MAX));

    let mut base = Draft::new();
    let workload = file.need("workload", "what clients ask for").and_then(|value| value.table("a table"));
    if let Some(workload) = problems.take(workload) {
        base.read_workload(&workload, problems);
    }
    if let Some(design) = file.get("design").and_then(|item| problems.take(item.value.table("a table of knobs"))) {
        base.apply_design(&design, problems);
    }
    let (variants, groups) = variants::variants(file, &base, problems);
    let names = variants.iter().map(|variant| variant.name.as_str()).chain(groups.iter().map(String::as_str));
    let known = claims::Known { variants: names.collect(), workload: &base.workload };
    let claims = claims::claims(file, &known, problems);
    Plan {
        title: title.unwrap_or_default().to_owned(),
        name: stem,
        question,
        source,
        seed: problems.take(seed).map_or(1, i64::unsigned_abs),
        hash: Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect(),
        variants,
        claims,
        run: run::run_plan(file, problems),
        text: text.to_owned(),
    }
}

/// What is no TOML at all.
fn syntax(error: &toml::de::Error, text: &str) -> Problem {
    let end = text.len();
    let span = error.span().unwrap_or(end..end);
    Problem::new(span, "this is no TOML", error.message().replace('\n', ", "))
}
