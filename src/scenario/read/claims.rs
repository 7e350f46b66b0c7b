//! `[[claim]]`: sentences of a design document. Their form is checked; they are not evaluated yet.

use crate::scenario::plan::{Claim, Workload};
use crate::written::{Problem, Problems, Table, Value, list, suggest};

const KEYS: [&str; 4] = ["quote", "measure", "compare", "expect"];
const FORMS: &str = "\"less\", \"greater\", \"equivalent within 5%\", \"at least 10% less\", \"at most 10% greater\"";

/// What measures begin with. What becomes of most is for the version that evaluates claims.
#[rustfmt::skip] // a list of words
const SUBJECTS: [&str; 29] = [
    "throughput", "makespan", "speed-up", "contention", "coherence", "sojourn", "account", "check", "slope", "wait",
    "call", "longest", "readers", "overlap", "lock", "writes", "bytes", "fsyncs", "reads", "parses", "transitions",
    "notifications", "failed", "calls", "memory", "start-up", "jobs", "files", "deadlocks",
];
/// Of sojourn times.
const STATISTICS: [&str; 5] = ["mean", "p50", "p95", "p99", "max"];
const MEASURE: &str = "a measure, such as \"sojourn p95 of plain\", \"throughput\" or \"readers at once\"";
/// Differences beyond this are mistakes.
const PER_CENT_MAX: f64 = 1e6;

/// What claims may speak of.
pub(super) struct Known<'p> {
    /// Names of variants, and of groups of them that a matrix made of one.
    pub(super) variants: Vec<&'p str>,
    /// The base workload.
    pub(super) workload: &'p Workload,
}

/// All claims.
pub(super) fn claims(file: &Table<'_>, known: &Known<'_>, problems: &mut Problems) -> Vec<Claim> {
    let Some(item) = file.get("claim") else { return Vec::new() };
    let what = "one [[claim]] for each sentence";
    let tables = problems.take(item.value.list(what, 1000)).unwrap_or_default();
    let mut claims = Vec::new();
    for table in tables {
        let Some(table) = problems.take(table.table(what)) else { continue };
        table.refuse_unknown(&KEYS, "a key of a claim", problems);
        claims.extend(problems.take(claim(&table, known)));
    }
    claims
}

fn claim(table: &Table<'_>, known: &Known<'_>) -> Result<Claim, Problem> {
    let quote = table.need("quote", "the sentence of the design document")?.text("a sentence")?;
    let measure = table.need("measure", "what is measured, such as \"sojourn p95 of plain\"")?;
    let compare = table.need("compare", "the variants compared")?.list("a list of names of variants", 1000)?;
    let expect = table.need("expect", "what is expected")?;
    let names = compare.iter().map(|name| variant(name, known)).collect::<Result<Vec<_>, _>>()?;
    for (place, name) in names.iter().enumerate() {
        if names[..place].contains(name) {
            return Err(compare[place].is_not("a name that is not in the list yet"));
        }
    }
    if names.len() < 2 {
        let problem = table.need("compare", "the variants compared")?.is_not("at least two variants");
        return Err(problem.with_help("the first is held against the others"));
    }
    check_expectation(&expect)?;
    Ok(Claim {
        quote: quote.to_owned(),
        measure: check_measure(&measure, known)?.to_owned(),
        compare: names,
        expect: expect.text("an expectation")?.to_owned(),
    })
}

fn variant(value: &Value<'_>, known: &Known<'_>) -> Result<String, Problem> {
    let name = value.text("the name of a variant")?;
    if known.variants.contains(&name) {
        return Ok(name.to_owned());
    }
    Err(value.is_not("the name of a variant").with_help(suggest(name, &known.variants)))
}

/// It begins with what is measured; of sojourns, a statistic follows. What stands behind `of` is a class.
fn check_measure<'t>(value: &Value<'t>, known: &Known<'_>) -> Result<&'t str, Problem> {
    let measure = value.line(MEASURE)?;
    let (what, class) = measure.rsplit_once(" of ").map_or((measure, None), |(what, class)| (what, Some(class)));
    let words: Vec<&str> = what.split_whitespace().collect();
    match words.as_slice() {
        ["sojourn", statistic] if STATISTICS.contains(statistic) => {}
        ["sojourn", ..] => return Err(value.is_not(&format!("sojourn and one of {}", list(&STATISTICS)))),
        [subject, ..] if SUBJECTS.contains(subject) => {}
        _ => return Err(value.is_not(MEASURE).with_help(suggest(words.first().unwrap_or(&""), &SUBJECTS))),
    }
    let classes: Vec<&str> = known.workload.classes.iter().map(|class| class.name.as_str()).collect();
    match class.filter(|class| !classes.contains(class)) {
        None => Ok(measure),
        Some(class) => Err(value.is_not("the name of a class after `of`").with_help(suggest(class, &classes))),
    }
}

fn check_expectation(value: &Value<'_>) -> Result<(), Problem> {
    let words: Vec<&str> = value.line(FORMS)?.split_whitespace().collect();
    let known = match words.as_slice() {
        ["less" | "greater"] => true,
        ["equivalent", "within", share] | ["at", "least" | "most", share, "less" | "greater"] => is_per_cent(share),
        _ => false,
    };
    if known { Ok(()) } else { Err(value.is_not(&format!("one of {FORMS}"))) }
}

/// `5%` or `0.5%`: digits alone, and more than nothing.
fn is_per_cent(word: &str) -> bool {
    let Some(number) = word.strip_suffix('%') else { return false };
    let is_plain = number.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    is_plain && number.parse::<f64>().is_ok_and(|share| share > 0.0 && share <= PER_CENT_MAX)
}
