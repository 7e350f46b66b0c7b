//! `[[claim]]`: sentences of a design document. Their form is checked; they are not evaluated yet.

use crate::scenario::plan::{Claim, Workload};
use crate::written::{Problem, Problems, Table, Value, suggest};

const KEYS: [&str; 4] = ["quote", "measure", "compare", "expect"];
const FORMS: &str =
    "\"equivalent within 5%\", \"less\", \"greater\", or \"at least\" or \"at most\" \"10% less\" or \"greater\"";

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
    let names = compare.iter().map(|name| variant(name, known)).collect::<Result<_, _>>()?;
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

/// What follows `of` must be a class.
fn check_measure<'t>(value: &Value<'t>, known: &Known<'_>) -> Result<&'t str, Problem> {
    let measure = value.text("what is measured, such as \"sojourn p95 of plain\"")?;
    let Some((_, class)) = measure.rsplit_once(" of ") else { return Ok(measure) };
    let classes: Vec<&str> = known.workload.classes.iter().map(|class| class.name.as_str()).collect();
    if classes.contains(&class) {
        return Ok(measure);
    }
    Err(value.is_not("the name of a class after `of`").with_help(suggest(class, &classes)))
}

fn check_expectation(value: &Value<'_>) -> Result<(), Problem> {
    let words: Vec<&str> = value.text(FORMS)?.split_whitespace().collect();
    let per_cent =
        |word: &str| word.strip_suffix('%').is_some_and(|number| number.parse::<f64>().is_ok_and(|n| n >= 0.0));
    let known = match words.as_slice() {
        ["less" | "greater"] => true,
        ["equivalent", "within", share] | ["at", "least" | "most", share, "less" | "greater"] => per_cent(share),
        _ => false,
    };
    if known { Ok(()) } else { Err(value.is_not(&format!("one of {FORMS}"))) }
}
