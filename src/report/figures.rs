//! Numbers as people read them: three significant digits, a unit, and the interval where there is one.

use crate::lab::Estimate;
use crate::units::Span;

/// A time given in nanoseconds as a float: `1.50 ms`, `-20.0 µs`.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a time of a run
pub(super) fn time(ns: f64) -> String {
    let size = Span(ns.abs().round() as u64);
    if ns < 0.0 && !size.is_zero() { format!("-{size}") } else { size.to_string() }
}

/// A number with three significant digits.
#[must_use]
pub(super) fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// A share as a percentage.
#[must_use]
pub(super) fn percent(share: f64) -> String {
    format!("{} %", number(share * 100.0))
}

/// Bytes: `1.00 KB`.
#[must_use]
pub(super) fn bytes(count: f64) -> String {
    match count {
        c if c >= 1e6 => format!("{} MB", number(c / 1e6)),
        c if c >= 1e3 => format!("{} KB", number(c / 1e3)),
        c => format!("{c:.0} B"),
    }
}

/// An estimate of a time, with its interval: `1.50 ms (1.40 to 1.60)`; a dash for none.
#[must_use]
pub(super) fn estimate(estimate: Option<Estimate>, show: impl Fn(f64) -> String) -> String {
    let Some(estimate) = estimate else { return "–".to_owned() };
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) => format!("{} ({} to {})", show(estimate.point), show(low), show(high)),
        _ => show(estimate.point),
    }
}

/// The point of an estimate alone; a dash for none.
#[must_use]
pub(super) fn point(estimate: Option<Estimate>, show: impl Fn(f64) -> String) -> String {
    estimate.map_or_else(|| "–".to_owned(), |estimate| show(estimate.point))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_and_a_unit() {
        assert_eq!(time(1_500_000.0), "1.50 ms");
        assert_eq!(time(-20_000.0), "-20.0 µs");
        assert_eq!(time(-0.2), "0 s");
        assert_eq!(percent(0.1234), "12.3 %");
        assert_eq!(bytes(12_340.0), "12.3 KB");
    }
}
