//! Distributions: `"2ms"`, or a table with one key, the name of the distribution.

use super::workload::known_keys;
use crate::scenario::distribution::Distribution;
use crate::units::Span;
use crate::written::{Problem, Table, Value};

const NAMES: [&str; 6] = ["fixed", "uniform", "exponential", "lognormal", "pareto", "empirical"];
const LONGEST: Span = Span::from_secs(86_400);

/// A distribution of times.
pub(super) fn distribution(value: &Value<'_>) -> Result<Distribution, Problem> {
    if !value.is_table() {
        return time(value).map(Distribution::Fixed);
    }
    let what = "one distribution: fixed, uniform, exponential, lognormal, pareto or empirical";
    let table = value.table(what)?;
    known_keys(&table, &NAMES, what)?;
    let [item] = table.items.as_slice() else { return Err(value.is_not(what)) };
    let value = &item.value;
    match item.key {
        "fixed" => time(value).map(Distribution::Fixed),
        "uniform" => {
            let table = parameters(value, ["from", "to"], "{ from = \"1ms\", to = \"3ms\" }")?;
            let (from, to) = (time_at(&table, "from")?, time_at(&table, "to")?);
            if to < from {
                return Err(table.need("to", "the longest")?.is_not(&format!("a time not below `from`, {from}")));
            }
            Ok(Distribution::Uniform { from, to })
        }
        "exponential" => {
            let table = parameters(value, ["mean", "mean"], "{ mean = \"2ms\" }")?;
            Ok(Distribution::Exponential { mean: time_at(&table, "mean")? })
        }
        "lognormal" => {
            let table = parameters(value, ["median", "p99"], "{ median = \"2ms\", p99 = \"20ms\" }")?;
            let median = table.need("median", "the median")?.duration(Span(1)..=LONGEST)?;
            let p99 = table.need("p99", "the 99th percentile")?;
            let longer = p99.duration(Span::ZERO..=LONGEST)?;
            if longer < median {
                return Err(p99.is_not(&format!("a time not below the median, {median}")));
            }
            Ok(Distribution::Lognormal { median, p99: longer })
        }
        "pareto" => {
            let table = parameters(value, ["minimum", "shape"], "{ minimum = \"1ms\", shape = 2.5 }")?;
            let minimum = table.need("minimum", "the shortest")?.duration(Span(1)..=LONGEST)?;
            Ok(Distribution::Pareto { minimum, shape: table.need("shape", "the exponent")?.number(0.1..=100.0)? })
        }
        _ => {
            let what = "a list of times such as [\"1ms\", \"5ms\"]";
            let times: Vec<Span> = value.list(what, 10_000)?.iter().map(time).collect::<Result<_, _>>()?;
            if times.is_empty() {
                return Err(value.is_not(what));
            }
            Ok(Distribution::Empirical(times))
        }
    }
}

fn time(value: &Value<'_>) -> Result<Span, Problem> {
    value.duration(Span::ZERO..=LONGEST)
}

fn time_at(table: &Table<'_>, key: &str) -> Result<Span, Problem> {
    time(&table.need(key, "a time")?)
}

fn parameters<'t>(value: &Value<'t>, keys: [&str; 2], example: &str) -> Result<Table<'t>, Problem> {
    let table = value.table(&format!("a table such as {example}"))?;
    known_keys(&table, &keys, &format!("the parameters of {example}"))?;
    Ok(table)
}
