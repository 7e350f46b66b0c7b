//! Numbers as people read them: three significant digits, a unit, and the interval where there is one.
//!
//! One unit and one number of decimals within an interval; a real minus sign; a dash for what did not happen.

mod change;
mod column;

pub(super) use change::{bound, change, change_in_words, effect};

use crate::lab::Estimate;
use crate::units::{TIME_UNITS, decimals, suitable_unit};

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
}

impl Quantity {
    /// Its units by size, with what one of each is.
    const fn units(self) -> &'static [(&'static str, f64)] {
        match self {
            Self::Time => &TIME_UNITS,
            Self::Number => &[("", 1.0)],
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
        let (point, ends) = self.show_with_ends(point, ends, sign);
        format!("{point} ({ends})")
    }

    /// The same in two parts: `0.63 s`, and `0.19 to 1.06`.
    fn show_with_ends(self, point: f64, ends: [f64; 2], sign: fn(&str) -> String) -> (String, String) {
        let most = ends.into_iter().fold(point.abs(), |most, end| most.max(end.abs()));
        // The unit of the largest, but none in which the value itself is less than a tenth.
        let sized = if point.abs() > 0.0 { most.min(point.abs() * 10.0) } else { most };
        let (name, unit) = suitable_unit(sized, self.units());
        let decimals = self.decimals(most / unit, (name, unit));
        let [point, low, high] = [point, ends[0], ends[1]].map(|value| sign(&digits(value / unit, decimals)));
        (with_unit(&point, name), format!("{low} to {high}"))
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

    /// Decimals of a value in a unit. No clock splits a nanosecond.
    fn decimals(self, scaled: f64, unit: (&str, f64)) -> usize {
        match self {
            Self::Time if unit == TIME_UNITS[0] => 0,
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

/// A share as a percentage without needless digits: `95 %`, `1.9 %`, `98.3 %`.
#[must_use]
pub(super) fn percent_in_short(share: f64) -> String {
    let percent = share * 100.0;
    let text = digits(percent, if percent.abs() < 0.95 { 2 } else { 1 });
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
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

/// An estimate with its interval: `1.50 ms (1.40 to 1.60)`; a dash for none.
#[must_use]
pub(super) fn estimate(estimate: Option<Estimate>, quantity: Quantity) -> String {
    interval(estimate, quantity, str::to_owned)
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

#[cfg(test)]
mod tests;
