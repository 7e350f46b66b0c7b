//! What `[capacity]` asks: how much a queue can bear while a condition holds.

use super::claim::{Measure, NoMeasure};
use serde::{Deserialize, Serialize};

/// What `[capacity]` asks of each variant.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacityPlan {
    /// What is to hold. The capacity is the highest rate at which it does.
    pub condition: Condition,
}

/// A bound on a measure, such as `sojourn p95 of plain < 50ms`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// What is measured.
    pub measure: Measure,
    /// Number of the class that it is read of; none: all jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<usize>,
    /// Whether it is to stay below the bound, or else above it.
    pub is_below: bool,
    /// The bound, in the unit of the measure.
    pub bound: f64,
}

impl Condition {
    /// A condition as it is written; `classes` are the names of the workload's classes.
    ///
    /// # Errors
    /// What is wrong with it, and how to write it.
    pub fn read(text: &str, classes: &[&str]) -> Result<Self, String> {
        let at = text.find(['<', '>']).ok_or("write a measure, `<` or `>`, and a bound: `sojourn p95 < 50ms`")?;
        let is_below = text.as_bytes()[at] == b'<';
        let (measure, class) = Measure::read(&text[..at], classes).map_err(|NoMeasure(help)| help)?;
        if measure.is_of_a_sweep() {
            return Err(format!("`{measure}` takes all values of a swept knob, and a condition is about one variant"));
        }
        let bound = text[at + 1..].trim_start_matches('=').trim();
        let unit = measure.unit();
        let bound = unit.read(bound).map_err(|help| {
            format!("the bound of `{measure}` is a {}, such as {}: {help}", unit.name(), unit.example())
        })?;
        Ok(Self { measure, class, is_below, bound })
    }

    /// Whether it holds of a value.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        if self.is_below { value < self.bound } else { value > self.bound }
    }

    /// As it is written; `classes` are the names of the workload's classes.
    #[must_use]
    pub fn in_words(&self, classes: &[String]) -> String {
        let sign = if self.is_below { '<' } else { '>' };
        let bound = self.measure.unit().write(self.bound);
        format!("{} {sign} {bound}", self.measure.in_words(self.class, classes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::claim::Statistic;

    #[test]
    fn a_condition_is_read_back_as_it_was_written() {
        let classes = ["plain".to_owned(), "file of plain".to_owned()];
        let names: Vec<&str> = classes.iter().map(String::as_str).collect();
        for text in
            ["sojourn p95 < 50ms", "sojourn mean of file of plain < 1.5us", "throughput > 100/s", "overlap > 25%"]
        {
            assert_eq!(Condition::read(text, &names).map(|read| read.in_words(&classes)), Ok(text.to_owned()));
        }
        let read = Condition::read("sojourn  p95 of plain<=50 ms", &names);
        let measure = Measure::Sojourn(Statistic::P95);
        assert_eq!(read, Ok(Condition { measure, class: Some(0), is_below: true, bound: 50e6 }));
    }

    #[test]
    fn a_condition_that_cannot_be_read_is_told_how_to_write_it() {
        for (text, hint) in [
            ("sojourn p95", "`<` or `>`"),
            ("sojurn p95 < 1s", "sojourn p95"),
            ("sojourn p95 of plane < 1s", "plain"),
            ("sojourn p95 < 50", "50ms"),
            ("sojourn p95 < 50/s", "50ms"),
            ("contention < 3", "swept"),
            ("check read of plain < 1s", "class"),
        ] {
            let help = Condition::read(text, &["plain"]).unwrap_err();
            assert!(help.contains(hint), "{text}: {help}");
        }
    }
}
