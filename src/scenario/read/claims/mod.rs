//! `[[claim]]`: sentences of a design document, what is measured, what is compared, and what is expected.

mod citation;
mod contrasts;
mod says;
mod sense;

pub(super) use citation::citation;
pub(super) use contrasts::named;

use crate::scenario::claim::{Claim, Expectation, Gate, Measure, NoExpectation, NoMeasure, Unit};
use crate::scenario::plan::{Plan, Variant};
use crate::written::{Problem, Problems, Table, Value};
use contrasts::contrasts;
use says::says;

const KEYS: [&str; 10] =
    ["quote", "source", "measure", "compare", "classes", "variant", "expect", "gate", "prediction", "says"];
const MEASURE: &str = "a measure, such as \"sojourn p95 of plain\", \"throughput\" or \"readers most\"";

/// A claim in the making: what is known of it before its variants are.
struct Draft<'c> {
    measure: Measure,
    /// The class after `of`.
    class: Option<usize>,
    expect: Expectation,
    /// Those that it may name.
    variants: &'c [Variant],
    classes: &'c [&'c str],
}

/// All claims on `plan`, which has all but them.
pub(super) fn claims(file: &Table<'_>, plan: &Plan, classes: &[&str], problems: &mut Problems) -> Vec<Claim> {
    let Some(item) = file.get("claim") else { return Vec::new() };
    let what = "one [[claim]] for each sentence";
    let tables = problems.take(item.value.list(what, 1000)).unwrap_or_default();
    // What only a sound workload can show is not held against one that could not be read.
    let is_sound = problems.0.is_empty();
    let mut claims = Vec::new();
    for table in tables {
        let Some(table) = problems.take(table.table(what)) else { continue };
        table.refuse_unknown(&KEYS, "a key of a claim", problems);
        claims.extend(problems.take(claim(&table, plan, classes, is_sound)));
    }
    claims
}

fn claim(table: &Table<'_>, plan: &Plan, classes: &[&str], is_sound: bool) -> Result<Claim, Problem> {
    let quote = table.need("quote", "the sentence of the design document")?.text("a sentence")?.to_owned();
    let (measure, class) =
        measure(&table.need("measure", "what is measured, such as \"sojourn p95 of plain\"")?, classes)?;
    let expect = expectation(&table.need("expect", "what is expected")?, measure.unit())?;
    let of_prediction = table.get("prediction").map_or(Ok(false), |item| item.value.truth())?;
    let variants = match (of_prediction, &plan.prediction) {
        (false, _) => &plan.variants,
        (true, Some(prediction)) => &prediction.variants,
        (true, None) => {
            let place = table.get("prediction").map_or_else(|| table.head(), |item| item.value.span());
            let found = "the scenario has no [prediction] that this claim could be about";
            return Err(Problem::new(place, found, "expected a [prediction]").with_help("add one, or leave this out"));
        }
    };
    let draft = Draft { measure, class, expect, variants, classes };
    let contrasts = contrasts(table, &draft)?;
    sense::check(table, &draft, &contrasts)?;
    if is_sound {
        sense::check_workloads(table, &draft, &contrasts)?;
    }
    let source = match table.get("source") {
        Some(item) => citation(&item.value)?,
        None => plan.source.clone().unwrap_or_default(),
    };
    let gate = table.get("gate").map_or(Ok(Gate::Open), |item| gate(&item.value))?;
    let says = says(table, contrasts.len())?;
    let Draft { measure, expect, .. } = draft;
    Ok(Claim { quote, source, measure, contrasts, expect, gate, says, of_prediction })
}

/// A measure, and the number of its class.
pub(super) fn measure(value: &Value<'_>, classes: &[&str]) -> Result<(Measure, Option<usize>), Problem> {
    Measure::read(value.line(MEASURE)?, classes).map_err(|NoMeasure(help)| value.is_not(MEASURE).with_help(help))
}

fn expectation(value: &Value<'_>, unit: Unit) -> Result<Expectation, Problem> {
    let text = value.line("what is expected of the measure")?;
    Expectation::read(text, unit).map_err(|NoExpectation { at, found, expected, help }| {
        let place = value.place_of(at);
        let problem = match found {
            Some(found) => Problem::new(place, format!("found {found}"), format!("expected {expected}")),
            None => Problem { span: place, ..value.is_not(&expected) },
        };
        match help {
            Some(help) => problem.with_help(help),
            None => problem,
        }
    })
}

/// `true`, `false` or `"undecided"`.
fn gate(value: &Value<'_>) -> Result<Gate, Problem> {
    match (value.truth(), value.as_text()) {
        (Ok(true), _) => Ok(Gate::Refuted),
        (Ok(false), _) => Ok(Gate::Open),
        (Err(_), Some("undecided")) => Ok(Gate::Undecided),
        (Err(_), _) => Err(value.is_not("true, which fails a run that refutes the claim, false, or \"undecided\", which also fails one that leaves it undecided")),
    }
}
