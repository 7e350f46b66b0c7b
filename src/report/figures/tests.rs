//! Figures as they are written, with the edges at which they are rounded.

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
    assert_eq!(Time.show_range(189e6, 1.06e9), "0.19 to 1.06 s");
    assert_eq!(Time.show_range(5e3, 5e3), "5.00 µs");
}

#[test]
fn an_estimate_without_interval_is_its_point() {
    let alone = Some(Estimate { point: 2e6, low: None, high: None, n: 2, method: Method::TooFew });
    assert_eq!(estimate(alone, Time), "2.00 ms");
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
    assert_eq!(estimate(around(1e308, f64::NEG_INFINITY, f64::INFINITY), Time), "1.00e299 s (−∞ to ∞)");
}

#[test]
fn long_counts_are_written_in_groups() {
    assert_eq!([7, 9_999, 11_728, 123_456_789].map(whole), ["7", "9999", "11,728", "123,456,789"]);
}

#[test]
fn percentages_in_short_have_no_needless_digits() {
    assert_eq!([0.95, 0.019, 0.983, 0.0019, 0.05].map(percent_in_short), ["95 %", "1.9 %", "98.3 %", "0.19 %", "5 %"]);
}
