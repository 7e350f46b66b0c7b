//! Values of measures as people write them: with the unit of the measure.

use super::Unit;
use crate::units::Span;
use crate::written::{duration, exact_span, rate, size};

/// Numbers beyond this are mistakes.
const NUMBER_MAX: f64 = 1e18;

impl Unit {
    /// What a value of it looks like.
    #[must_use]
    pub const fn example(self) -> &'static str {
        match self {
            Self::Time => "50ms",
            Self::Rate => "100/s",
            Self::Bytes => "10KB",
            Self::Share => "25%",
            Self::Number => "3",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Rate => "rate",
            Self::Bytes => "size",
            Self::Share => "share",
            Self::Number => "number",
        }
    }

    /// A value such as `50ms`, in nanoseconds, events per second, bytes, a part of one, or as the number it is.
    ///
    /// # Errors
    /// How to write it.
    pub fn read(self, text: &str) -> Result<f64, String> {
        let text = text.trim();
        let value = match self {
            Self::Time => duration(text).map(|span| span.0 as f64)?,
            Self::Rate => rate(text)?,
            Self::Bytes => size(text)? as f64,
            Self::Share => percent(text).ok_or("a share is a number with `%`, such as 25%")?,
            Self::Number => plain_number(text).ok_or("a number without a unit, such as 3")?,
        };
        if value <= NUMBER_MAX { Ok(value) } else { Err("that is too large".to_owned()) }
    }

    /// A value as [`Unit::read`] reads it.
    #[must_use]
    pub fn write(self, value: f64) -> String {
        match self {
            Self::Time => exact_span(Span::from_secs_f64(value / 1e9)),
            Self::Rate => format!("{value}/s"),
            Self::Bytes => format!("{value}B"),
            Self::Share => in_percent(value),
            Self::Number => value.to_string(),
        }
    }
}

/// A number written in digits alone.
pub(in crate::scenario) fn plain_number(text: &str) -> Option<f64> {
    let is_plain = text.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    text.parse().ok().filter(|_| is_plain)
}

/// `5%` or `0.5%`, as a part of one.
pub(in crate::scenario) fn percent(text: &str) -> Option<f64> {
    // 5.11 / 100 is not 0.0511.
    plain_number(text.strip_suffix('%')?.trim_end()).map(|number| (number * 1e10).round() / 1e12)
}

/// A part of one as [`percent`] reads it.
pub(in crate::scenario) fn in_percent(share: f64) -> String {
    // Without what multiplying adds at the last digit.
    format!("{}%", (share * 1e10).round() / 1e8)
}
