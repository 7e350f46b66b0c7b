//! Formulas in named quantities, such as `2 + 2 * opcodes + messages`.
//!
//! Numbers may have a unit: `2ms * checks`. What is added up has the same unit, and at most one factor of a product has one.

mod parse;

use super::Unit;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// A formula. What it comes to depends on a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Formula {
    text: String,
    root: Term,
    unit: Unit,
}

/// A quantity that formulas may name; a mean per job, over the jobs that the measure is read of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Opcodes.
    Opcodes,
    /// Log messages.
    Messages,
    /// Lock attempts that failed.
    Attempts,
    /// Rises of the priority.
    Raises,
    /// Dependency checks.
    Checks,
    /// Jobs depended on.
    Dependencies,
}

/// Why a text is no formula.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found}; expected {expected}")]
pub struct NoFormula {
    /// The bytes of the text that are wrong.
    pub at: Range<usize>,
    /// What stands there.
    pub found: String,
    /// What is expected there.
    pub expected: String,
}

/// A formula or a part of one.
#[derive(Debug, Clone, PartialEq)]
enum Term {
    /// In nanoseconds, bytes, per second or a part of one, where it has a unit.
    Number(f64),
    Named(Named),
    Both(Box<Self>, Operator, Box<Self>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Plus,
    Minus,
    Times,
    Over,
}

impl Named {
    /// Each, by its name in formulas.
    pub const ALL: [(&str, Self); 6] = [
        ("opcodes", Self::Opcodes),
        ("messages", Self::Messages),
        ("attempts", Self::Attempts),
        ("raises", Self::Raises),
        ("checks", Self::Checks),
        ("dependencies", Self::Dependencies),
    ];
}

impl Formula {
    /// The formula in `text`.
    ///
    /// # Errors
    /// The place of the first mistake.
    pub fn read(text: &str) -> Result<Self, NoFormula> {
        let (root, unit) = parse::formula(text)?;
        Ok(Self { text: text.split_whitespace().collect::<Vec<_>>().join(" "), root, unit })
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it comes to is counted in this.
    #[must_use]
    pub const fn unit(&self) -> Unit {
        self.unit
    }

    /// What it comes to; none where a quantity is not known, or nothing is divided by.
    #[must_use]
    pub fn value(&self, named: &impl Fn(Named) -> Option<f64>) -> Option<f64> {
        self.root.value(named).filter(|value| value.is_finite())
    }
}

impl Term {
    fn value(&self, named: &impl Fn(Named) -> Option<f64>) -> Option<f64> {
        Some(match self {
            Self::Number(number) => *number,
            Self::Named(name) => named(*name)?,
            Self::Both(one, operator, other) => {
                let (one, other) = (one.value(named)?, other.value(named)?);
                match operator {
                    Operator::Plus => one + other,
                    Operator::Minus => one - other,
                    Operator::Times => one * other,
                    Operator::Over => one / other,
                }
            }
        })
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for Formula {
    type Error = NoFormula;

    fn try_from(text: String) -> Result<Self, NoFormula> {
        Self::read(&text)
    }
}

impl From<Formula> for String {
    fn from(formula: Formula) -> Self {
        formula.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::unnecessary_wraps)] // as formulas ask
    const fn known(name: Named) -> Option<f64> {
        Some(match name {
            Named::Opcodes => 3.0,
            Named::Messages => 5.0,
            Named::Attempts | Named::Raises => 0.0,
            Named::Checks => 2.0,
            Named::Dependencies => 10.0,
        })
    }

    #[test]
    fn a_formula_comes_to_what_arithmetic_says() {
        for (text, value) in [
            ("2 + 2 * opcodes + messages", 13.0),
            ("(2 + 2) * opcodes", 12.0),
            ("10 - 3 - 2", 5.0),
            ("dependencies / checks / 5", 1.0),
            ("2*(opcodes-(1+attempts))", 4.0),
            ("1.5ms * checks + 1us", 3_001_000.0),
            ("10KB", 10_000.0),
            ("100/s / opcodes * 3", 100.0),
            ("100/messages", 20.0),
            ("50% * checks", 1.0),
        ] {
            let formula = Formula::read(text).unwrap();
            let found = formula.value(&known).unwrap();
            assert!((found - value).abs() < 1e-9, "{text}: {found}");
            assert_eq!(Formula::read(formula.as_str()), Ok(formula));
        }
    }

    #[test]
    fn what_is_not_known_or_divided_by_nothing_has_no_value() {
        assert_eq!(Formula::read("1 + checks").unwrap().value(&|_| None), None);
        assert_eq!(Formula::read("1 / raises").unwrap().value(&known), None);
    }

    #[test]
    fn a_mistake_is_shown_where_it_stands() {
        for (text, place, expected) in [
            ("2 + opcods", "opcods", "did you mean `opcodes`?"),
            ("2 +", "", "a number, a name or `(`"),
            ("2 + * 3", "*", "a number, a name or `(`"),
            ("2 opcodes", "opcodes", "`+`, `-`, `*`, `/`"),
            ("(2 + 3", "", "`)`"),
            ("2 + 3)", ")", "`+`, `-`, `*`, `/`"),
            ("2 $ 3", "$", "`+`, `-`, `*`, `/`"),
            ("2msec", "2msec", "units"),
            ("2ms + 3", "+", "the same unit"),
            ("2ms * 3KB", "*", "one factor"),
            ("2 / 3ms", "/", "without a unit"),
            ("1..2", "1..2", "a number"),
        ] {
            let wrong = Formula::read(text).unwrap_err();
            assert_eq!(&text[wrong.at.clone()], place, "{text}: {wrong}");
            assert!(wrong.expected.contains(expected), "{text}: {wrong}");
        }
        assert!(Formula::read(&"(".repeat(5000)).is_err());
    }
}
