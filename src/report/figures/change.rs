//! Effects as people read them: `+1.2 % (−2.1 to +4.6)`, from twice as much on `×7.6 (7.1 to 8.1)`, or the measure itself.

use super::{NOTHING, Quantity, digits, signed};
use crate::lab::findings::{Effect, Method, Scale};
use crate::scenario::claim::{Expectation, Formula, Measure, Unit};

/// From here on, and below its inverse, a ratio is not told as a percentage.
const TIMES_MIN: f64 = 2.0;

impl Quantity {
    /// How a measure is written.
    #[must_use]
    pub(in crate::report) const fn of(measure: &Measure) -> Self {
        match measure.unit() {
            Unit::Time => Self::Time,
            Unit::Rate | Unit::Number => Self::Number,
            Unit::Bytes => Self::Bytes,
            Unit::Share => Self::Share,
        }
    }
}

/// Whether a ratio is told as so many times, not as a percentage.
fn is_told_as_times(ratio: f64) -> bool {
    ratio.is_finite() && ratio > 0.005 && !(1.0 / TIMES_MIN < ratio && ratio < TIMES_MIN)
}

/// Decimals of a percentage of about this size: two digits where there are any to tell.
fn decimals_of_percent(size: f64) -> usize {
    match size {
        size if size < 0.995 => 2,
        size if size < 9.95 => 1,
        _ => 0,
    }
}

fn decimals_of_times(size: f64) -> usize {
    match size {
        size if size < 0.995 => 2,
        size if size < 99.5 => 1,
        _ => 0,
    }
}

/// A ratio as a change: `+1.2 %`, `−50 %`, `×7.6`.
#[must_use]
pub(in crate::report) fn change(ratio: f64) -> String {
    if is_told_as_times(ratio) {
        return format!("×{}", digits(ratio, decimals_of_times(ratio)));
    }
    let percent = (ratio - 1.0) * 100.0;
    format!("{} %", percentage(percent, decimals_of_percent(percent.abs())))
}

/// A percentage with its sign; a bare 0 for nothing.
fn percentage(percent: f64, decimals: usize) -> String {
    let text = signed(&digits(percent, decimals));
    let is_nothing = text.chars().all(|letter| matches!(letter, '+' | '−' | '0' | '.'));
    if is_nothing { "0".to_owned() } else { text }
}

/// A change and the ends of its interval, in one form and as many decimals throughout: `+1.2 %` and `−2.1 to +4.6`.
#[must_use]
pub(in crate::report) fn change_within(ratio: f64, (low, high): (f64, f64)) -> (String, String) {
    if is_told_as_times(ratio) {
        let decimals = decimals_of_times(ratio);
        let [point, low, high] = [ratio, low, high].map(|value| digits(value, decimals));
        return (format!("×{point}"), format!("{low} to {high}"));
    }
    let [point, low, high] = [ratio, low, high].map(|value| (value - 1.0) * 100.0);
    // As fine as the interval is wide: an end tells no more than the point does.
    let decimals = decimals_of_percent(point.abs().max(low.abs()).max(high.abs()));
    let [point, low, high] = [point, low, high].map(|percent| percentage(percent, decimals));
    (format!("{point} %"), format!("{low} to {high}"))
}

/// An effect, and the ends of `interval` around it; no ends of what is exact.
#[must_use]
pub(in crate::report) fn effect(
    effect: &Effect,
    interval: Option<(f64, f64)>,
    measure: &Measure,
) -> (String, Option<String>) {
    let interval = interval.filter(|_| effect.method != Method::Exact);
    match (effect.scale, interval) {
        (Scale::LogRatio | Scale::Ratio, None) => (change(effect.point), None),
        (Scale::LogRatio | Scale::Ratio, Some(ends)) => {
            let (point, ends) = change_within(effect.point, ends);
            (point, Some(ends))
        }
        (Scale::Value | Scale::LogValue, None) => (exact(effect, measure), None),
        (Scale::Value | Scale::LogValue, Some((low, high))) => {
            let (point, ends) = Quantity::of(measure).show_with_ends(effect.point, [low, high], str::to_owned);
            (point, Some(ends))
        }
    }
}

/// A value without interval; one that is the same count in every run is that count.
fn exact(effect: &Effect, measure: &Measure) -> String {
    let quantity = Quantity::of(measure);
    let count = counted(effect.point, quantity).filter(|_| effect.method == Method::Exact);
    count.unwrap_or_else(|| quantity.show(effect.point))
}

/// A whole number as such; none of what is none.
fn counted(value: f64, quantity: Quantity) -> Option<String> {
    let is_whole = (value - value.round()).abs() < f64::EPSILON && value.abs() < super::HUGE;
    (quantity == Quantity::Number && is_whole).then(|| digits(value.round(), 0))
}

/// What an expectation comes to, in the form of [`effect`]: `within ±10 %`, `> 0 %`, `≤ 2.00 ms`.
#[must_use]
pub(in crate::report) fn bound(expect: &Expectation, measure: &Measure) -> String {
    let share = |share: f64| change(1.0 + share).replace(".0 %", " %");
    let value = |value: f64| counted(value, Quantity::of(measure)).unwrap_or_else(|| Quantity::of(measure).show(value));
    match expect {
        Expectation::Less => "< 0 %".to_owned(),
        Expectation::Greater => "> 0 %".to_owned(),
        Expectation::Equivalent(margin) => format!("within ±{}", share(*margin).trim_start_matches('+')),
        Expectation::AtLeastLess(least) => format!("≤ {}", share(-least)),
        Expectation::AtMostLess(most) => format!("≥ {}", share(-most)),
        Expectation::AtLeastGreater(least) => format!("≥ {}", share(*least)),
        Expectation::AtMostGreater(most) => format!("≤ {}", share(*most)),
        Expectation::AtLeast(least) => format!("≥ {}", value(*least)),
        Expectation::AtMost(most) => format!("≤ {}", value(*most)),
        Expectation::Exactly(formula) => format!("= {}", Formula::as_str(formula)),
        Expectation::Never => "never".to_owned(),
        Expectation::Always => "always".to_owned(),
    }
}

/// How much more or less a ratio is, as fine as its interval tells, in words that a sentence can go on from: `1.2 % higher`, `7.6 times as high`; a dash
/// for what is no number.
#[must_use]
pub(in crate::report) fn change_in_words(ratio: f64, interval: Option<(f64, f64)>) -> String {
    let text = interval.map_or_else(|| change(ratio), |ends| change_within(ratio, ends).0);
    match (text.strip_prefix('×'), text.strip_prefix('+'), text.strip_prefix('−')) {
        _ if ratio.is_nan() => NOTHING.to_owned(),
        (Some(times), ..) => format!("{times} times as high"),
        (_, Some(more), _) => format!("{more} higher"),
        (.., Some(less)) => format!("{less} lower"),
        _ => "the same".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_near_one_is_told_as_a_percentage_and_one_from_two_on_as_times() {
        for (ratio, text) in [
            (1.012, "+1.2 %"),
            (0.979, "−2.1 %"),
            (1.16, "+16 %"),
            (1.004, "+0.40 %"),
            (1.0, "0 %"),
            (1.000_01, "0 %"),
            (0.51, "−49 %"),
            (2.0, "×2.0"),
            (7.62, "×7.6"),
            (0.13, "×0.13"),
            (0.0, "−100 %"),
            (123.4, "×123"),
        ] {
            assert_eq!(change(ratio), text);
        }
    }

    #[test]
    fn an_interval_has_the_decimals_of_its_widest_part() {
        let shown = |point, ends| {
            let (point, ends) = change_within(point, ends);
            format!("{point} ({ends})")
        };
        assert_eq!(shown(1.012, (0.979, 1.046)), "+1.2 % (−2.1 to +4.6)");
        assert_eq!(shown(1.06, (0.97, 1.16)), "+6 % (−3 to +16)");
        assert_eq!(shown(7.6, (7.1, 8.1)), "×7.6 (7.1 to 8.1)");
    }

    #[test]
    fn an_exact_effect_has_no_interval() {
        let exact = Effect {
            point: 1.0,
            low: None,
            high: None,
            scale: Scale::Value,
            standard_error: Some(0.0),
            df: 11.0,
            blocks: 12,
            method: Method::Exact,
        };
        let readers = "readers most".parse().unwrap();
        assert_eq!(effect(&exact, Some((1.0, 1.0)), &readers), ("1".to_owned(), None));
    }

    #[test]
    fn what_is_expected_is_written_as_what_is_measured() {
        let sojourn: Measure = "sojourn p95".parse().unwrap();
        for (expect, text) in [
            (Expectation::Equivalent(0.1), "within ±10 %"),
            (Expectation::Greater, "> 0 %"),
            (Expectation::AtLeastLess(0.1), "≤ −10 %"),
            (Expectation::AtLeastGreater(1.0), "≥ ×2.0"),
            (Expectation::AtMost(2e6), "≤ 2.00 ms"),
            (Expectation::Never, "never"),
        ] {
            assert_eq!(bound(&expect, &sojourn), text);
        }
    }

    #[test]
    fn a_change_can_be_said_in_words() {
        let said = [1.012, 0.9, 7.6, 1.0].map(|ratio| change_in_words(ratio, None));
        assert_eq!(said, ["1.2 % higher", "10 % lower", "7.6 times as high", "the same"]);
    }
}
