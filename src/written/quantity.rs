//! Quantities with their units: durations, sizes and rates.

use crate::units::Span;

const DURATIONS: [(&str, f64); 7] =
    [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("min", 60e9), ("h", 3600e9)];
const SIZES: [(&str, f64); 7] = [
    ("B", 1.0),
    ("KB", 1e3),
    ("KiB", 1024.0),
    ("MB", 1e6),
    ("MiB", 1_048_576.0),
    ("GB", 1e9),
    ("GiB", 1_073_741_824.0),
];
const RATES: [(&str, f64); 3] = [("/s", 1.0), ("/min", 60.0), ("/h", 3600.0)];

/// A duration as scenarios write it, such as `250ms`: for command lines too.
///
/// # Errors
/// How to write it.
pub fn parse_span(text: &str) -> Result<Span, String> {
    duration(text).map_err(|help| format!("`{text}` is no duration such as 250ms: {help}"))
}

/// A duration such as `250ms`.
///
/// # Errors
/// How to write it.
pub(crate) fn duration(text: &str) -> Result<Span, String> {
    let (number, unit) = split(text, &DURATIONS)?;
    Ok(Span(whole(number * unit)))
}

/// A duration as people write it, to the nanosecond: [`duration`] gives the same back.
pub(crate) fn exact_span(span: Span) -> String {
    let (unit, digits) = match span.0 {
        0..1_000 => ("ns", 0),
        1_000..1_000_000 => ("us", 3),
        1_000_000..1_000_000_000 => ("ms", 6),
        _ => ("s", 9),
    };
    let one = 10_u64.pow(digits);
    let (whole, rest) = (span.0 / one, span.0 % one);
    if rest == 0 {
        return format!("{whole}{unit}");
    }
    let width = digits as usize;
    format!("{whole}.{}{unit}", format!("{rest:0width$}").trim_end_matches('0'))
}

/// A size such as `10KiB`, in bytes.
///
/// # Errors
/// How to write it.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let (number, unit) = split(text, &SIZES)?;
    Ok(whole(number * unit))
}

/// A rate such as `400/s`, in events per second.
///
/// # Errors
/// How to write it.
pub(crate) fn rate(text: &str) -> Result<f64, String> {
    let (number, unit) = split(text, &RATES)?;
    Ok(number / unit)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates; the caller checks the range
fn whole(number: f64) -> u64 {
    number.round() as u64
}

/// The number and the factor of its unit.
fn split(text: &str, units: &[(&str, f64)]) -> Result<(f64, f64), String> {
    let text = text.trim();
    let names = || units.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim();
    let number: f64 = match number.parse::<f64>() {
        Ok(number) if !number.is_sign_negative() => number,
        _ => return Err(format!("it starts with a number and ends with one of the units {}", names())),
    };
    if unit.is_empty() {
        return Err(format!("add one of the units {}", names()));
    }
    let known = units.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor);
    let factor = known.ok_or_else(|| format!("`{unit}` is not one of the units {}", names()))?;
    Ok((number, factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_read_with_their_units() {
        assert_eq!(duration("250ms"), Ok(Span::from_millis(250)));
        assert_eq!(duration("1.5 us"), Ok(Span(1_500)));
        assert_eq!(duration("2min"), Ok(Span::from_secs(120)));
        assert_eq!(size("10KiB"), Ok(10_240));
        assert_eq!(size("10KB"), Ok(10_000));
        assert_eq!(rate("400/s"), Ok(400.0));
        assert_eq!(rate("60/min"), Ok(1.0));
    }

    #[test]
    fn exact_durations_are_read_as_they_were_written() {
        for (nanoseconds, text) in [(0, "0ns"), (999, "999ns"), (1_500, "1.5us"), (12_000_001, "12.000001ms")] {
            assert_eq!(exact_span(Span(nanoseconds)), text);
        }
        for nanoseconds in [7, 1_001, 999_999, 1_000_000, 123_456_789, 3_600_000_000_001] {
            assert_eq!(duration(&exact_span(Span(nanoseconds))), Ok(Span(nanoseconds)));
        }
    }

    #[test]
    fn a_quantity_without_a_known_unit_is_refused() {
        for wrong in ["", "5", "ms", "-5ms", "1..2ms", "5 parsecs", "5ms 3us", "infs", "nans"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
