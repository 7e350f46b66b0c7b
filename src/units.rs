//! Instants, spans and sizes, as integers with their unit in the type.
//!
//! Time is counted in whole nanoseconds from the start of a run. Floats appear
//! only in statistics; nothing here reads a clock.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// A point in time: nanoseconds since the run began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(pub u64);

/// A length of time in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Span(pub u64);

impl Instant {
    /// The start of the run.
    pub const ZERO: Self = Self(0);
    /// Later than every instant of a run.
    pub const FAR_FUTURE: Self = Self(u64::MAX);

    /// The time from `earlier` to `self`; zero if `earlier` is in fact later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }

    /// Seconds since the start of the run, for people and statistics.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // 2^53 ns is 104 days
    pub const fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// A span of whole microseconds.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros.saturating_mul(1_000))
    }

    /// A span of whole milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// A span of whole seconds.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(1_000_000_000))
    }

    /// The nearest span to `secs`; negative and not-a-number become zero, too large the longest.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates, as documented
    pub fn from_secs_f64(secs: f64) -> Self {
        Self((secs * 1e9).round() as u64)
    }

    /// The length in seconds, for people and statistics.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // 2^53 ns is 104 days
    pub const fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// The part of `self` that is left after `other` is taken off; never negative.
    #[must_use]
    pub const fn saturating_sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// True for a span of no length.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// So many thousandths of it.
    #[must_use]
    pub const fn stretched(self, thousandths: u32) -> Self {
        Self(self.0.saturating_mul(thousandths as u64) / 1_000)
    }

    /// For the standard library's timers.
    #[must_use]
    pub const fn as_duration(self) -> std::time::Duration {
        std::time::Duration::from_nanos(self.0)
    }
}

impl Add<Span> for Instant {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Span {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.saturating_sub(other)
    }
}

impl std::iter::Sum for Span {
    fn sum<I: Iterator<Item = Self>>(spans: I) -> Self {
        spans.fold(Self::ZERO, Add::add)
    }
}

/// Units of time: name and length in nanoseconds.
pub(crate) const TIME_UNITS: [(&str, f64); 4] = [("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)];

/// The unit that suits `size`: the first in which it is less than a thousand once it is rounded, else the last.
/// `units` ascend; they are names and sizes.
pub(crate) fn suitable_unit(size: f64, units: &[(&'static str, f64)]) -> (&'static str, f64) {
    let suits = |(_, unit): &&(&str, f64)| size.abs() / unit < 999.5;
    units.iter().find(suits).or(units.last()).copied().unwrap_or(("", 1.0))
}

/// Decimals that give `value` three significant digits once it is rounded (9.996 is 10.0), and at most three.
pub(crate) fn decimals(value: f64) -> usize {
    match value.abs() {
        size if size < 0.9995 => 3,
        size if size < 9.995 => 2,
        size if size < 99.95 => 1,
        _ => 0,
    }
}

impl fmt::Display for Span {
    /// Three significant digits and the unit that suits the size: `1.50 ms`, `340 µs`; nanoseconds are whole.
    #[allow(clippy::cast_precision_loss)] // 2^53 ns is 104 days
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, unit) = match self.0 {
            0 => return f.pad("0 s"),
            nanos @ 1..1_000 => return f.pad(&format!("{nanos} ns")),
            nanos => suitable_unit(nanos as f64, &TIME_UNITS),
        };
        let value = self.0 as f64 / unit;
        f.pad(&format!("{value:.*} {name}", decimals(value)))
    }
}

/// A count of things: `1 variant`, `3 variants`.
pub fn counted<N: fmt::Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_print_three_significant_digits_in_the_unit_that_suits() {
        assert_eq!(Span(1_500_000).to_string(), "1.50 ms");
        assert_eq!(Span(340_000).to_string(), "340 µs");
        assert_eq!(Span(12_340_000_000).to_string(), "12.3 s");
        assert_eq!(Span::ZERO.to_string(), "0 s");
    }

    #[test]
    fn rounding_takes_no_span_over_its_digits_or_its_unit() {
        for (nanos, text) in [
            (4, "4 ns"),
            (999, "999 ns"),
            (9_994, "9.99 µs"),
            (9_996, "10.0 µs"),
            (99_960, "100 µs"),
            (999_499, "999 µs"),
            (999_500, "1.00 ms"),
            (999_999_999, "1.00 s"),
            (480_000_000_000, "480 s"),
        ] {
            assert_eq!(Span(nanos).to_string(), text);
        }
    }

    #[test]
    fn an_interval_that_would_be_negative_is_empty() {
        assert_eq!(Instant(5).since(Instant(9)), Span::ZERO);
        assert_eq!(Instant(9).since(Instant(5)), Span(4));
    }

    #[test]
    fn one_thing_is_counted_in_the_singular() {
        assert_eq!([0, 1, 2].map(|count| counted(count, "run")), ["0 runs", "1 run", "2 runs"]);
    }
}
