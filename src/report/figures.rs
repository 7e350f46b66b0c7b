//! Numbers as people read them: three significant digits, a unit, and the interval where there is one.
//!
//! One unit and one number of decimals within an interval; a real minus sign; a dash for what did not happen.

use crate::lab::Estimate;
use crate::units::{Span, TIME_UNITS, decimals, suitable_unit};

/// Stands for what did not happen or is not known.
pub(super) const NOTHING: &str = "–";
/// From here on a value is written as a power of ten: no run lasts as long.
const HUGE: f64 = 1e9;
/// Times smaller than this are rounding of sums, in nanoseconds.
const NO_TIME_NS: f64 = 0.005;

/// What a figure measures, which decides how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantity {
    /// Nanoseconds.
    Time,
    /// Anything that is counted, or counted per second.
    Number,
    /// A part of one.
    Share,
    /// Bytes.
    Bytes,
    /// How many times as much.
    Ratio,
}

impl Quantity {
    /// Its units by size, with what one of each is.
    const fn units(self) -> &'static [(&'static str, f64)] {
        match self {
            Self::Time => &TIME_UNITS,
            Self::Number | Self::Ratio => &[("", 1.0)],
            Self::Share => &[("%", 0.01)],
            Self::Bytes => &[("B", 1.0), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9)],
        }
    }

    /// A value with the unit that suits it: `1.50 ms`, `−20.0 µs`, `12.3 %`, `100 KB`.
    #[must_use]
    pub(super) fn show(self, value: f64) -> String {
        match (self, value) {
            (_, value) if value.is_nan() => NOTHING.to_owned(),
            (Self::Time, value) if value.abs() < NO_TIME_NS => "0 s".to_owned(),
            (Self::Time, value) if value.abs() < 0.5 => "< 1 ns".to_owned(),
            (_, value) => {
                let unit = suitable_unit(value, self.units());
                let scaled = value / unit.1;
                with_unit(&digits(scaled, self.decimals(scaled, unit)), unit.0)
            }
        }
    }

    /// The same with its sign, also for more than nothing: `+1.50 ms`.
    #[must_use]
    pub(super) fn show_signed(self, value: f64) -> String {
        signed(&self.show(value))
    }

    /// A value and an interval around it, in one unit: `0.63 s (0.19 to 1.06)`.
    fn show_interval(self, point: f64, ends: [f64; 2], sign: fn(&str) -> String) -> String {
        let most = ends.into_iter().fold(point.abs(), |most, end| most.max(end.abs()));
        // The unit of the largest, but none in which the value itself is less than a tenth.
        let sized = if point.abs() > 0.0 { most.min(point.abs() * 10.0) } else { most };
        let (name, unit) = suitable_unit(sized, self.units());
        let decimals = self.decimals(most / unit, (name, unit));
        let [point, low, high] = [point, ends[0], ends[1]].map(|value| sign(&digits(value / unit, decimals)));
        format!("{} ({low} to {high})", with_unit(&point, name))
    }

    /// Two values in one unit: `0.19 to 1.06 s`.
    #[must_use]
    pub(super) fn show_range(self, low: f64, high: f64) -> String {
        let most = low.abs().max(high.abs());
        let (name, unit) = suitable_unit(most, self.units());
        let decimals = self.decimals(most / unit, (name, unit));
        let [low, high] = [low, high].map(|value| digits(value / unit, decimals));
        if low == high { with_unit(&high, name) } else { format!("{low} to {}", with_unit(&high, name)) }
    }

    /// The places of an axis in one unit, as that unit and what is written at each place.
    #[must_use]
    pub(super) fn axis(self, places: &[f64]) -> (&'static str, Vec<String>) {
        let most = places.iter().fold(0.0, |most: f64, place| most.max(place.abs()));
        let (name, unit) = suitable_unit(most, self.units());
        // As many decimals as the finest place needs, that all have the same.
        let needed =
            |place: &f64| [0, 1, 2].into_iter().find(|decimals| is_round(place / unit, *decimals)).unwrap_or(3);
        let decimals = places.iter().map(needed).max().unwrap_or(0);
        (name, places.iter().map(|place| digits(place / unit, decimals)).collect())
    }

    /// Decimals of a value in a unit. No clock splits a nanosecond; and a ratio is about one: 0.97 is as exact as 1.03.
    fn decimals(self, scaled: f64, unit: (&str, f64)) -> usize {
        match self {
            Self::Time if unit == TIME_UNITS[0] => 0,
            Self::Ratio => decimals(scaled).min(2),
            _ => decimals(scaled),
        }
    }
}

/// Whether so many decimals say all of `value`.
fn is_round(value: f64, decimals: usize) -> bool {
    let scaled = value * [1.0, 10.0, 100.0][decimals.min(2)];
    (scaled - scaled.round()).abs() < 1e-6 * scaled.abs().max(1.0)
}

fn with_unit(digits: &str, unit: &str) -> String {
    if unit.is_empty() { digits.to_owned() } else { format!("{digits} {unit}") }
}

/// A number with so many decimals. Nothing is a bare 0.
fn digits(value: f64, decimals: usize) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    match value.abs() {
        size if size.is_nan() => NOTHING.to_owned(),
        size if size.is_infinite() => format!("{sign}∞"),
        size if size < f64::MIN_POSITIVE => "0".to_owned(),
        size if size >= HUGE => format!("{sign}{size:.2e}"),
        size => {
            let text = format!("{size:.decimals$}");
            let is_nothing = text.bytes().all(|letter| matches!(letter, b'0' | b'.'));
            // Elsewhere it is an end of an interval, of which the side of nothing counts.
            if is_nothing && decimals == 3 { "< 0.001".to_owned() } else { format!("{sign}{text}") }
        }
    }
}

/// Puts a plus before what is more than nothing.
fn signed(text: &str) -> String {
    let is_nothing = text == "0" || text.starts_with("0 ");
    if is_nothing || text.starts_with(['−', '<', '–']) { text.to_owned() } else { format!("+{text}") }
}

/// A time in nanoseconds: `1.50 ms`, `−20.0 µs`.
#[must_use]
pub(super) fn time(ns: f64) -> String {
    Quantity::Time.show(ns)
}

/// A number with three significant digits.
#[must_use]
pub(super) fn number(value: f64) -> String {
    Quantity::Number.show(value)
}

/// A share as a percentage.
#[must_use]
pub(super) fn percent(share: f64) -> String {
    Quantity::Share.show(share)
}

/// Bytes: `1.00 KB`, `100 KB`.
#[must_use]
pub(super) fn bytes(count: f64) -> String {
    Quantity::Bytes.show(count)
}

/// A whole number, in groups of three digits from five digits on: `9999`, `11,728`.
#[must_use]
pub(super) fn whole(count: u64) -> String {
    let digits = count.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The difference of two shares: hundredths to a tenth, with their sign and no unit: `+12.3`, `−0.5`, `0.0`.
#[must_use]
pub(super) fn points(share: f64) -> String {
    let tenths = (share * 1000.0).round() / 10.0;
    match tenths {
        less if less < 0.0 => format!("−{:.1}", -less),
        more if more > 0.0 => format!("+{more:.1}"),
        _ => "0.0".to_owned(),
    }
}

/// A count of things: `1 variant`, `3 variants`.
#[must_use]
pub(super) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// An estimate with its interval: `1.50 ms (1.40 to 1.60)`; a dash for none.
#[must_use]
pub(super) fn estimate(estimate: Option<Estimate>, quantity: Quantity) -> String {
    interval(estimate, quantity, str::to_owned)
}

/// An estimate of a difference, with its sign and interval: `+1.50 ms (−0.20 to +3.20)`; a dash for none.
#[must_use]
pub(super) fn difference(estimate: Option<Estimate>, quantity: Quantity) -> String {
    interval(estimate, quantity, signed)
}

fn interval(estimate: Option<Estimate>, quantity: Quantity, sign: fn(&str) -> String) -> String {
    let Some(estimate) = estimate else { return NOTHING.to_owned() };
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) => quantity.show_interval(estimate.point, [low, high], sign),
        _ => sign(&quantity.show(estimate.point)),
    }
}

/// The point of an estimate alone; a dash for none.
#[must_use]
pub(super) fn point(estimate: Option<Estimate>, quantity: Quantity) -> String {
    estimate.map_or_else(|| NOTHING.to_owned(), |estimate| quantity.show(estimate.point))
}

/// How finely times were measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Clock {
    /// The least time that can be told from none; nothing where times were computed, not measured.
    pub(super) resolution: Span,
}

impl Clock {
    /// A time that passed; less than the clock can tell is told to be so.
    #[must_use]
    pub(super) fn time(self, ns: f64) -> String {
        match ns >= NO_TIME_NS && ns < self.resolution.0 as f64 {
            true => format!("< {}", self.resolution),
            false => time(ns),
        }
    }

    /// The time of a part that may not have happened: a dash for none.
    #[must_use]
    pub(super) fn part(self, ns: f64) -> String {
        if ns < NO_TIME_NS { NOTHING.to_owned() } else { self.time(ns) }
    }
}

#[cfg(test)]
mod tests {
    use super::Quantity::*;
    use super::*;
    use crate::lab::statistics::Method;

    fn around(point: f64, low: f64, high: f64) -> Option<Estimate> {
        Some(Estimate { point, low: Some(low), high: Some(high), n: 5, method: Method::TInterval })
    }

    #[test]
    fn figures_have_three_digits_and_a_unit() {
        for (quantity, value, text) in [
            (Time, 1_500_000.0, "1.50 ms"),
            (Time, -20_000.0, "−20.0 µs"),
            (Time, 480e9, "480 s"),
            (Time, 4.2, "4 ns"),
            (Time, 0.3, "< 1 ns"),
            (Share, 0.1234, "12.3 %"),
            (Share, 0.0043, "0.430 %"),
            (Bytes, 12_340.0, "12.3 KB"),
            (Bytes, 972.0, "972 B"),
            (Number, 942.4, "942"),
            (Number, 29.84, "29.8"),
            (Number, 0.5, "0.500"),
            (Ratio, 0.974, "0.97"),
        ] {
            assert_eq!(quantity.show(value), text);
        }
    }

    #[test]
    fn rounding_takes_no_figure_over_its_digits_or_its_unit() {
        for (quantity, value, text) in [
            (Bytes, 99_990.0, "100 KB"),
            (Bytes, 9_999.0, "10.0 KB"),
            (Bytes, 999_900.0, "1.00 MB"),
            (Time, 9_999.9, "10.0 µs"),
            (Time, 999_999.0, "1.00 ms"),
            (Number, 99.97, "100"),
            (Share, 0.999_99, "100 %"),
        ] {
            assert_eq!(quantity.show(value), text);
        }
    }

    #[test]
    fn nothing_is_told_from_next_to_nothing() {
        assert_eq!((time(0.0).as_str(), time(-0.001).as_str()), ("0 s", "0 s"));
        assert_eq!((number(0.0).as_str(), number(0.0001).as_str()), ("0", "< 0.001"));
        assert_eq!((percent(0.0).as_str(), percent(0.000_001).as_str()), ("0 %", "< 0.001 %"));
        assert_eq!((point(None, Time).as_str(), estimate(None, Time).as_str()), ("–", "–"));
    }

    #[test]
    fn an_interval_has_one_unit_and_as_many_decimals_throughout() {
        for (estimated, text) in [
            (around(632e6, 189e6, 1.06e9), "0.63 s (0.19 to 1.06)"),
            (around(1.06e6, 995e3, 1.13e6), "1.06 ms (0.99 to 1.13)"),
            (around(30.9e6, 0.0, 78.7e6), "30.9 ms (0 to 78.7)"),
            (around(5e6, -1e9, 1.01e9), "5 ms (−1000 to 1010)"),
            (around(0.0, -2e3, 2e3), "0 µs (−2.00 to 2.00)"),
            (around(99.99e3, 99.97e3, 100.2e3), "100 µs (100 to 100)"),
        ] {
            assert_eq!(estimate(estimated, Time), text);
        }
        assert_eq!(difference(around(-590e3, -1.2e6, 20e3), Time), "−0.59 ms (−1.20 to +0.02)");
        assert_eq!(difference(around(830e3, -590e3, 2.25e6), Time), "+0.83 ms (−0.59 to +2.25)");
        // Whether an interval reaches over nothing shows even where its end is rounded to it.
        assert_eq!(difference(around(530e3, -2e3, 1.07e6), Time), "+0.53 ms (−0.00 to +1.07)");
        assert_eq!(difference(around(530e3, 2e3, 1.07e6), Time), "+0.53 ms (+0.00 to +1.07)");
        assert_eq!(estimate(around(0.9743, 0.921, 1.0312), Ratio), "0.97 (0.92 to 1.03)");
        assert_eq!(Time.show_range(189e6, 1.06e9), "0.19 to 1.06 s");
        assert_eq!(Time.show_range(5e3, 5e3), "5.00 µs");
    }

    #[test]
    fn an_estimate_without_interval_is_its_point() {
        let alone = Some(Estimate { point: 2e6, low: None, high: None, n: 2, method: Method::TooFew });
        assert_eq!(estimate(alone, Time), "2.00 ms");
        assert_eq!(difference(alone, Time), "+2.00 ms");
    }

    #[test]
    fn signs_stand_before_what_has_one() {
        let shown = [1e3, -1e3, 0.0].map(|ns| Time.show_signed(ns));
        assert_eq!(shown, ["+1.00 µs", "−1.00 µs", "0 s"]);
        assert_eq!(Number.show_signed(0.5), "+0.500");
        assert_eq!([0.1234, -0.1234, 0.0004, -0.0004].map(points), ["+12.3", "−12.3", "0.0", "0.0"]);
    }

    #[test]
    fn the_places_of_an_axis_have_one_unit() {
        assert_eq!(Time.axis(&[0.0, 5e5, 1e6]), ("ms", vec!["0".to_owned(), "0.5".into(), "1.0".into()]));
        assert_eq!(Number.axis(&[0.0, 2.0]), ("", vec!["0".to_owned(), "2".into()]));
    }

    #[test]
    fn what_no_run_could_take_still_has_a_text() {
        assert_eq!(time(f64::NAN), "–");
        assert_eq!(time(f64::INFINITY), "∞ s");
        assert_eq!(time(-1e308), "−1.00e299 s");
        assert_eq!(bytes(f64::MAX), "1.80e299 GB");
        assert_eq!(estimate(around(1e308, f64::NEG_INFINITY, f64::INFINITY), Time), "1.00e299 s (−∞ to ∞)");
    }

    #[test]
    fn a_time_is_not_told_finer_than_the_clock_that_measured_it() {
        let clock = Clock { resolution: Span(24) };
        assert_eq!([4.0, 24.0, 0.0].map(|ns| clock.time(ns)), ["< 24 ns", "24 ns", "0 s"]);
        assert_eq!([4.0, 0.0].map(|ns| clock.part(ns)), ["< 24 ns", "–"]);
        assert_eq!(Clock { resolution: Span::ZERO }.time(4.0), "4 ns");
    }

    #[test]
    fn one_thing_is_counted_in_the_singular() {
        assert_eq!([0, 1, 2].map(|count| counted(count, "run")), ["0 runs", "1 run", "2 runs"]);
    }

    #[test]
    fn long_counts_are_written_in_groups() {
        assert_eq!([7, 9_999, 11_728, 123_456_789].map(whole), ["7", "9999", "11,728", "123,456,789"]);
    }
}
