//! `[sensitivity]` and `[capacity]`: what would change, and how much can it bear.

use super::claims::{measure, named};
use crate::scenario::capacity::{CapacityPlan, Condition};
use crate::scenario::plan::Variant;
use crate::scenario::sensitivity::{FACTORS, SensitivityPlan};
use crate::written::{Problem, Problems, Table, Value};

const SENSITIVITY: [&str; 3] = ["measure", "variant", "factors"];
const CAPACITY: [&str; 1] = ["while"];
/// The largest factor, and how many there may be.
const FACTOR_MAX: f64 = 1000.0;
const FACTORS_MAX: usize = 20;

/// `[sensitivity]`, if there is one.
pub(super) fn sensitivity(
    file: &Table<'_>,
    variants: &[Variant],
    classes: &[&str],
    problems: &mut Problems,
) -> Option<SensitivityPlan> {
    let table = problems.take(file.get("sensitivity")?.value.table("a table with the measure"))?;
    table.refuse_unknown(&SENSITIVITY, "a key of the sensitivity", problems);
    problems.take(of_table(&table, variants, classes))
}

fn of_table(table: &Table<'_>, variants: &[Variant], classes: &[&str]) -> Result<SensitivityPlan, Problem> {
    let written = table.need("measure", "what is measured, such as \"sojourn p95\"")?;
    let (measure, class) = measure(&written, classes)?;
    if measure.is_of_a_sweep() {
        return Err(written.is_not("a measure of one variant: this one takes all values of a swept knob"));
    }
    let variant = match table.get("variant") {
        Some(item) => named(&item.value, variants)?[0],
        None => variants.iter().position(|variant| variant.compare_with.is_none()).unwrap_or_default(),
    };
    let factors = table.get("factors").map_or_else(|| Ok(FACTORS.to_vec()), |item| factors(&item.value))?;
    Ok(SensitivityPlan { measure, class, variant, factors })
}

/// Different numbers, none of them 1, in ascending order.
fn factors(value: &Value<'_>) -> Result<Vec<f64>, Problem> {
    let what = "a list of numbers that costs are scaled by, such as [0, 0.5, 2]";
    let list = value.list(what, FACTORS_MAX)?;
    let mut factors = list.iter().map(|one| one.number(0.0..=FACTOR_MAX)).collect::<Result<Vec<_>, _>>()?;
    factors.sort_by(f64::total_cmp);
    let is_twice = factors.windows(2).any(|pair| pair[0].total_cmp(&pair[1]).is_eq());
    if factors.is_empty() || is_twice || factors.iter().any(|factor| factor.total_cmp(&1.0).is_eq()) {
        return Err(value
            .is_not(what)
            .with_help("at least one, each once, and not 1, which is what all are held against"));
    }
    Ok(factors)
}

/// `[capacity]`, if there is one.
pub(super) fn capacity(file: &Table<'_>, classes: &[&str], problems: &mut Problems) -> Option<CapacityPlan> {
    let table = problems.take(file.get("capacity")?.value.table("a table with the condition"))?;
    table.refuse_unknown(&CAPACITY, "a key of the capacity", problems);
    let what = "a condition such as \"sojourn p95 < 50ms\"";
    let read = table.need("while", "what is to hold, such as \"sojourn p95 < 50ms\"").and_then(|value| {
        let condition = Condition::read(value.line(what)?, classes);
        condition.map_err(|help| value.is_not(what).with_help(help))
    });
    problems.take(read).map(|condition| CapacityPlan { condition })
}
