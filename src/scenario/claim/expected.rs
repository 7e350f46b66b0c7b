//! Expectations as people write them: `at most 10% greater`, `at least 100/s`, `exactly 2 + 2 * opcodes`.

use super::value::{in_percent, percent};
use super::{Expectation, Formula, Unit};
use crate::written::list;
use std::ops::Range;

/// Differences beyond this share are mistakes.
const SHARE_MAX: f64 = 1e4;

/// Why a text is no expectation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct NoExpectation {
    /// The bytes of the text that are wrong.
    pub at: Range<usize>,
    /// What stands there, if it is a part of a formula.
    pub found: Option<String>,
    /// What is expected there.
    pub expected: String,
    /// How to mend it.
    pub help: Option<String>,
}

impl Expectation {
    /// The expectation in `text` of a measure that is counted in `unit`.
    ///
    /// # Errors
    /// The place of the mistake, and what is expected there.
    pub fn read(text: &str, unit: Unit) -> Result<Self, NoExpectation> {
        let trimmed = text.trim();
        let words: Vec<&str> = trimmed.split_whitespace().collect();
        if let Some(formula) = trimmed.strip_prefix("exactly ") {
            return exactly(formula, text.len() - text.trim_start().len() + "exactly ".len(), unit);
        }
        let whole = |expected: String, help| Err(NoExpectation { at: 0..text.len(), found: None, expected, help });
        let (expectation, share) = match *words.as_slice() {
            ["less"] => return Ok(Self::Less),
            ["greater"] => return Ok(Self::Greater),
            ["never"] => return Ok(Self::Never),
            ["always"] => return Ok(Self::Always),
            ["equivalent", "within", share] => (Self::Equivalent as fn(f64) -> Self, share),
            ["at", "least", share, "less"] => (Self::AtLeastLess as _, share),
            ["at", "most", share, "less"] => (Self::AtMostLess as _, share),
            ["at", "least", share, "greater"] => (Self::AtLeastGreater as _, share),
            ["at", "most", share, "greater"] => (Self::AtMostGreater as _, share),
            ["at", bound @ ("least" | "most"), .., last] if !["less", "greater"].contains(&last) => {
                let value = words[2..].join(" ");
                return match unit.read(&value) {
                    Ok(value) if bound == "least" => Ok(Self::AtLeast(value)),
                    Ok(value) => Ok(Self::AtMost(value)),
                    Err(help) => {
                        whole(format!("a {} after `at {bound}`, such as {}", unit.name(), unit.example()), Some(help))
                    }
                };
            }
            _ => return whole(format!("one of {}", forms(unit)), None),
        };
        let Some(share) = percent(share).filter(|share| *share > 0.0 && *share <= SHARE_MAX) else {
            return whole("a share above nothing, such as 5%".to_owned(), None);
        };
        let expectation = expectation(share);
        if share >= 1.0 && !expectation.goes_beyond_twice() {
            let help = "nothing is less by all of itself".to_owned();
            return whole("a share below 100%".to_owned(), Some(help));
        }
        Ok(expectation)
    }

    /// Whether its share may be 100 % or more.
    const fn goes_beyond_twice(&self) -> bool {
        matches!(self, Self::AtLeastGreater(_) | Self::AtMostGreater(_))
    }

    /// As it is written, of a measure that is counted in `unit`.
    #[must_use]
    pub fn in_words(&self, unit: Unit) -> String {
        match self {
            Self::Less => "less".to_owned(),
            Self::Greater => "greater".to_owned(),
            Self::Equivalent(share) => format!("equivalent within {}", in_percent(*share)),
            Self::AtLeastLess(share) => format!("at least {} less", in_percent(*share)),
            Self::AtMostLess(share) => format!("at most {} less", in_percent(*share)),
            Self::AtLeastGreater(share) => format!("at least {} greater", in_percent(*share)),
            Self::AtMostGreater(share) => format!("at most {} greater", in_percent(*share)),
            Self::AtLeast(value) => format!("at least {}", unit.write(*value)),
            Self::AtMost(value) => format!("at most {}", unit.write(*value)),
            Self::Exactly(formula) => format!("exactly {formula}"),
            Self::Never => "never".to_owned(),
            Self::Always => "always".to_owned(),
        }
    }
}

/// What may be expected of a measure that is counted in `unit`.
fn forms(unit: Unit) -> String {
    let value = unit.example();
    list(&[
        "\"less\"".to_owned(),
        "\"greater\"".to_owned(),
        "\"equivalent within 5%\"".to_owned(),
        "\"at least 10% less\"".to_owned(),
        "\"at most 10% greater\"".to_owned(),
        format!("\"at least {value}\""),
        format!("\"at most {value}\""),
        format!("\"exactly {value}\""),
        "\"never\"".to_owned(),
        "\"always\"".to_owned(),
    ])
}

/// The formula in `text`, which begins at byte `start`, of what is counted in `unit`.
fn exactly(text: &str, start: usize, unit: Unit) -> Result<Expectation, NoExpectation> {
    let formula = Formula::read(text).map_err(|wrong| NoExpectation {
        at: start + wrong.at.start..start + wrong.at.end,
        found: Some(wrong.found),
        expected: wrong.expected,
        help: None,
    })?;
    // A share is a number.
    let counted = if unit == Unit::Share { Unit::Number } else { unit };
    if formula.unit() == counted {
        return Ok(Expectation::Exactly(formula));
    }
    let expected = format!("a formula that comes to a {}, such as {}", unit.name(), unit.example());
    let help = format!("this one comes to a {}", formula.unit().name());
    Err(NoExpectation { at: start..start + text.len(), found: None, expected, help: Some(help) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expectation_is_read_back_as_it_was_written() {
        for (text, unit) in [
            ("less", Unit::Time),
            ("greater", Unit::Rate),
            ("equivalent within 0.5%", Unit::Time),
            ("at least 29% less", Unit::Time),
            ("at most 10% less", Unit::Time),
            ("at least 300% greater", Unit::Time),
            ("at most 10% greater", Unit::Time),
            ("at least 50ms", Unit::Time),
            ("at most 1.5us", Unit::Time),
            ("at least 100/s", Unit::Rate),
            ("at most 25%", Unit::Share),
            ("at most 10240B", Unit::Bytes),
            ("at least 3", Unit::Number),
            ("exactly 2 + 2 * opcodes", Unit::Number),
            ("exactly 2ms", Unit::Time),
            ("exactly 25%", Unit::Share),
            ("never", Unit::Number),
            ("always", Unit::Share),
        ] {
            assert_eq!(Expectation::read(text, unit).map(|read| read.in_words(unit)), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_makes_no_sense_is_told_what_to_write() {
        for (text, unit, hint) in [
            ("about the same", Unit::Time, "\"at most 50ms\""),
            ("equivalent within 100%", Unit::Time, "below 100%"),
            ("at least 150% less", Unit::Time, "below 100%"),
            ("equivalent within 0%", Unit::Time, "above nothing"),
            ("at most 50", Unit::Time, "such as 50ms"),
            ("at most 50ms", Unit::Rate, "such as 100/s"),
            ("at most 50 ms less", Unit::Time, "one of"),
            ("exactly 3", Unit::Time, "comes to a time"),
            ("exactly 3 +", Unit::Number, "a number, a name"),
            ("exactly", Unit::Number, "one of"),
        ] {
            let wrong = Expectation::read(text, unit).unwrap_err();
            assert!(wrong.expected.contains(hint), "{text}: {wrong}");
            assert!(text.get(wrong.at).is_some(), "{text}");
        }
    }
}
