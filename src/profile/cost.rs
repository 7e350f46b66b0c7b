//! One cost as text: a duration, or a table of what it grows with and how it scatters.

use crate::actors::machine::cost::{Cost, Spread};
use crate::actors::machine::cost::{Knot, PROBABILITY_ONE};
use crate::actors::machine::profile::FileCost;
use crate::units::Span;
use crate::written::{Problem, Problems, Value, exact_span};
use toml_edit::{Array, InlineTable};

const LONGEST: Span = Span::from_secs(3600);
const COST: &str = "a duration such as \"120us\", or a table such as { base = \"50us\", per_kib = \"1us\", per_entry = \"0.2us\", spread = { p99 = 3.0 } }";
const FILE_COST: &str = "a table such as { cpu = \"5us\", device = { base = \"1.2ms\", per_kib = \"1us\" } }";
const SPREAD: &str =
    "\"none\", \"exponential\", { p99 = 2.5 }, or quantiles such as [[0.0, 0.8], [0.5, 1.0], [0.99, 3.0], [1.0, 12.0]]";
/// Factors beyond this are mistakes of the unit.
const FACTOR_MAX: f64 = 100_000.0;

/// The cost that `value` describes.
pub(super) fn cost(value: &Value<'_>, problems: &mut Problems) -> Cost {
    let mut cost = Cost::default();
    if value.as_text().is_some() {
        problems.store(&mut cost.base, value.duration(Span::ZERO..=LONGEST));
        return cost;
    }
    let Some(table) = problems.take(value.table(COST)) else { return cost };
    for item in &table.items {
        let value = &item.value;
        match item.key {
            "base" => problems.store(&mut cost.base, value.duration(Span::ZERO..=LONGEST)),
            "per_kib" => problems.store(&mut cost.per_kib, value.duration(Span::ZERO..=LONGEST)),
            "per_entry" => problems.store(&mut cost.per_entry, value.duration(Span::ZERO..=LONGEST)),
            "spread" => problems.store(&mut cost.spread, spread(value)),
            _ => problems.push(item.unknown(["base", "per_kib", "per_entry", "spread"], "a part of a cost")),
        }
    }
    cost
}

/// The cost of a file operation that `value` describes.
pub(super) fn file_cost(value: &Value<'_>, problems: &mut Problems) -> FileCost {
    let mut costs = FileCost::default();
    let Some(table) = problems.take(value.table(FILE_COST)) else { return costs };
    for item in &table.items {
        match item.key {
            "cpu" => costs.cpu = cost(&item.value, problems),
            "device" => costs.device = cost(&item.value, problems),
            _ => problems.push(item.unknown(["cpu", "device"], "where the time goes: cpu or device")),
        }
    }
    costs
}

fn spread(value: &Value<'_>) -> Result<Spread, Problem> {
    if value.as_text().is_some() {
        return value.word("a spread", &[("none", false), ("exponential", true)]).map(|scatters| match scatters {
            true => Spread::Exponential,
            false => Spread::None,
        });
    }
    if value.is_table() {
        let table = value.table(SPREAD)?;
        if let Some(item) = table.items.iter().find(|item| item.key != "p99") {
            return Err(item.unknown(["p99"], "p99, what one factor in a hundred exceeds"));
        }
        let p99 = table.need("p99", "what one factor in a hundred exceeds")?.number(1.0..=1000.0)?;
        return Ok(Spread::lognormal(thousandths(p99)));
    }
    let knots = value.list(SPREAD, 1000)?.iter().map(knot).collect::<Result<Vec<_>, _>>()?;
    check_knots(value, &knots)?;
    Ok(Spread::Quantiles(knots.into()))
}

fn knot(value: &Value<'_>) -> Result<Knot, Problem> {
    let what = "a pair of a probability and a factor, such as [0.5, 1.0]";
    match value.list(what, 2)?.as_slice() {
        [probability, factor] => Ok(Knot {
            probability: millionths(probability.number(0.0..=1.0)?),
            factor: thousandths(factor.number(0.0..=FACTOR_MAX)?),
        }),
        _ => Err(value.is_not(what)),
    }
}

/// Quantiles must be those of a distribution.
fn check_knots(value: &Value<'_>, knots: &[Knot]) -> Result<(), Problem> {
    let ends = (knots.first().map(|knot| knot.probability), knots.last().map(|knot| knot.probability));
    if knots.len() < 2 || ends != (Some(0), Some(PROBABILITY_ONE)) {
        return Err(value.is_not("quantiles from probability 0.0 to 1.0"));
    }
    if !knots.windows(2).all(|pair| pair[0].probability < pair[1].probability && pair[0].factor <= pair[1].factor) {
        return Err(value.is_not("quantiles whose probabilities and factors ascend"));
    }
    Ok(())
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the range that the caller checked
fn millionths(probability: f64) -> u32 {
    (probability * 1e6).round() as u32
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the range that the caller checked
pub(super) fn thousandths(factor: f64) -> u32 {
    (factor * 1e3).round() as u32
}

/// What [`cost`] reads.
pub(super) fn written(cost: &Cost) -> toml_edit::Value {
    if cost.spread == Spread::None && cost.per_kib.is_zero() && cost.per_entry.is_zero() {
        return exact_span(cost.base).into();
    }
    let mut table = InlineTable::new();
    for (key, span) in [("base", cost.base), ("per_kib", cost.per_kib), ("per_entry", cost.per_entry)] {
        if !span.is_zero() {
            table.insert(key, exact_span(span).into());
        }
    }
    match &cost.spread {
        Spread::None => {}
        Spread::Exponential => drop(table.insert("spread", "exponential".into())),
        Spread::Quantiles(knots) => drop(table.insert("spread", written_knots(knots))),
    }
    table.into()
}

/// What [`file_cost`] reads.
pub(super) fn written_file_cost(costs: &FileCost) -> toml_edit::Value {
    let parts = [("cpu", &costs.cpu), ("device", &costs.device)];
    let parts = parts.into_iter().filter(|(_, cost)| **cost != Cost::default());
    parts.map(|(key, cost)| (key, written(cost))).collect::<InlineTable>().into()
}

fn written_knots(knots: &[Knot]) -> toml_edit::Value {
    if let Some(p99) = knots.iter().find(|knot| knot.probability == 990_000)
        && matches!(Spread::lognormal(p99.factor), Spread::Quantiles(lognormal) if *lognormal == *knots)
    {
        return InlineTable::from_iter([("p99", thousandth(p99.factor))]).into();
    }
    let pair = |knot: &Knot| Array::from_iter([f64::from(knot.probability) / 1e6, thousandth(knot.factor)]);
    Array::from_iter(knots.iter().map(pair)).into()
}

/// So many thousandths.
pub(super) fn thousandth(number: u32) -> f64 {
    f64::from(number) / 1e3
}
