//! `[[claim]]`: sentences of a design document. Their form is checked; they are not evaluated yet.

use super::says::says;
use crate::scenario::claim::{Citation, Claim, Contrast, Expectation, Gate, Measure, NoMeasure, Side};
use crate::scenario::plan::{Variant, Workload};
use crate::written::{Problem, Problems, Table, Value, suggest};

const KEYS: [&str; 5] = ["quote", "measure", "compare", "expect", "says"];
const FORMS: &str = "\"less\", \"greater\", \"equivalent within 5%\", \"at least 10% less\", \"at most 10% greater\"";

const MEASURE: &str = "a measure, such as \"sojourn p95 of plain\", \"throughput\" or \"readers most\"";
/// Differences beyond this are mistakes.
const PER_CENT_MAX: f64 = 1e6;

/// What claims may speak of.
pub(super) struct Known<'p> {
    pub(super) variants: &'p [Variant],
    /// Names of groups of variants that a matrix made of one.
    pub(super) groups: &'p [String],
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
    let (measure, class) =
        measure(&table.need("measure", "what is measured, such as \"sojourn p95 of plain\"")?, known)?;
    let compare = table.need("compare", "the variants compared")?;
    let names = compare.list("a list of names of variants", 2)?;
    let [of, with] = names.as_slice() else {
        return Err(compare.is_not("two variants").with_help("the first is held against the second"));
    };
    let sides =
        |value| variants(value, known).map(|found| found.into_iter().map(move |variant| Side { variant, class }));
    let contrasts = sides(of)?.zip(sides(with)?).map(|(of, with)| Contrast { of, with: Some(with) }).collect();
    let expect = expectation(&table.need("expect", "what is expected")?)?;
    let source = Citation::default();
    let (quote, says) = (quote.to_owned(), says(table)?);
    Ok(Claim { quote, source, measure, contrasts, expect, gate: Gate::Open, says, of_prediction: false })
}

/// The places of the variants that a name stands for: one, or all that a matrix made of one.
fn variants(value: &Value<'_>, known: &Known<'_>) -> Result<Vec<usize>, Problem> {
    let name = value.text("the name of a variant")?;
    let found: Vec<usize> = (0..known.variants.len()).filter(|place| known.variants[*place].name == name).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    if known.groups.iter().any(|group| group == name) {
        let start = format!("{name} · ");
        return Ok((0..known.variants.len()).filter(|at| known.variants[*at].name.starts_with(&start)).collect());
    }
    let names: Vec<&str> = known.variants.iter().map(|variant| variant.name.as_str()).collect();
    Err(value.is_not("the name of a variant").with_help(suggest(name, &names)))
}

fn measure(value: &Value<'_>, known: &Known<'_>) -> Result<(Measure, Option<usize>), Problem> {
    let text = value.line(MEASURE)?;
    let (what, class) = text.rsplit_once(" of ").map_or((text, None), |(what, class)| (what, Some(class)));
    let measure = what.parse().map_err(|NoMeasure(help)| value.is_not(MEASURE).with_help(help))?;
    let classes: Vec<&str> = known.workload.classes.iter().map(|class| class.name.as_str()).collect();
    let number = class.map(|name| {
        let found = classes.iter().position(|class| *class == name);
        found.ok_or_else(|| value.is_not("the name of a class after `of`").with_help(suggest(name, &classes)))
    });
    Ok((measure, number.transpose()?))
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
