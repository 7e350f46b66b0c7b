//! `[[claim]]`: sentences of a design document. Their form is checked; they are not evaluated yet.

use super::says::says;
use crate::scenario::claim::{Citation, Claim, Contrast, Expectation, Gate, Measure, NoMeasure, Side};
use crate::scenario::plan::{Plan, Variant};
use crate::written::{Problem, Problems, Table, Value, suggest};

const KEYS: [&str; 5] = ["quote", "measure", "compare", "expect", "says"];
const FORMS: &str = "\"less\", \"greater\", \"equivalent within 5%\", \"at least 10% less\", \"at most 10% greater\"";

const MEASURE: &str = "a measure, such as \"sojourn p95 of plain\", \"throughput\" or \"readers most\"";
/// Differences beyond this are mistakes.
const PER_CENT_MAX: f64 = 1e6;

/// All claims.
pub(super) fn claims(file: &Table<'_>, plan: &Plan, classes: &[&str], problems: &mut Problems) -> Vec<Claim> {
    let Some(item) = file.get("claim") else { return Vec::new() };
    let what = "one [[claim]] for each sentence";
    let tables = problems.take(item.value.list(what, 1000)).unwrap_or_default();
    let mut claims = Vec::new();
    for table in tables {
        let Some(table) = problems.take(table.table(what)) else { continue };
        table.refuse_unknown(&KEYS, "a key of a claim", problems);
        claims.extend(problems.take(claim(&table, plan, classes)));
    }
    claims
}

fn claim(table: &Table<'_>, plan: &Plan, classes: &[&str]) -> Result<Claim, Problem> {
    let quote = table.need("quote", "the sentence of the design document")?.text("a sentence")?;
    let (measure, class) =
        measure(&table.need("measure", "what is measured, such as \"sojourn p95 of plain\"")?, classes)?;
    let compare = table.need("compare", "the variants compared")?;
    let names = compare.list("a list of names of variants", 2)?;
    let [of, with] = names.as_slice() else {
        return Err(compare.is_not("two variants").with_help("the first is held against the second"));
    };
    let sides =
        |value| named(value, &plan.variants).map(|found| found.into_iter().map(move |variant| Side { variant, class }));
    let contrasts = sides(of)?.zip(sides(with)?).map(|(of, with)| Contrast { of, with: Some(with) }).collect();
    let expect = expectation(&table.need("expect", "what is expected")?)?;
    let source = Citation::default();
    let (quote, says) = (quote.to_owned(), says(table)?);
    Ok(Claim { quote, source, measure, contrasts, expect, gate: Gate::Open, says, of_prediction: false })
}

/// The places of the variants that a name stands for: one, or all that a matrix made of one; at least one.
pub(super) fn named(value: &Value<'_>, variants: &[Variant]) -> Result<Vec<usize>, Problem> {
    let name = value.text("the name of a variant")?;
    let all = |is_meant: &dyn Fn(&Variant) -> bool| -> Vec<usize> {
        (0..variants.len()).filter(|place| is_meant(&variants[*place])).collect()
    };
    let found = Some(all(&|variant| variant.name == name)).filter(|found| !found.is_empty());
    let found = found.unwrap_or_else(|| all(&|variant| variant.family == name));
    if !found.is_empty() {
        return Ok(found);
    }
    let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
    Err(value.is_not("the name of a variant").with_help(suggest(name, &names)))
}

/// A measure, and the number of its class.
pub(super) fn measure(value: &Value<'_>, classes: &[&str]) -> Result<(Measure, Option<usize>), Problem> {
    Measure::read(value.line(MEASURE)?, classes).map_err(|NoMeasure(help)| value.is_not(MEASURE).with_help(help))
}

fn expectation(value: &Value<'_>) -> Result<Expectation, Problem> {
    let words: Vec<&str> = value.line(FORMS)?.split_whitespace().collect();
    let found = match words.as_slice() {
        ["less"] => Some(Expectation::Less),
        ["greater"] => Some(Expectation::Greater),
        ["equivalent", "within", share] => per_cent(share).map(Expectation::Equivalent),
        ["at", "least", share, "less"] => per_cent(share).map(Expectation::AtLeastLess),
        ["at", "most", share, "less"] => per_cent(share).map(Expectation::AtMostLess),
        ["at", "least", share, "greater"] => per_cent(share).map(Expectation::AtLeastGreater),
        ["at", "most", share, "greater"] => per_cent(share).map(Expectation::AtMostGreater),
        _ => None,
    };
    found.ok_or_else(|| value.is_not(&format!("one of {FORMS}")))
}

/// `5%` or `0.5%`, as a share: digits alone, and more than nothing.
fn per_cent(word: &str) -> Option<f64> {
    let number = word.strip_suffix('%')?;
    let is_plain = number.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    let share: f64 = number.parse().ok().filter(|_| is_plain)?;
    (share > 0.0 && share <= PER_CENT_MAX).then_some(share / 100.0)
}
