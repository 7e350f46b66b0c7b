//! Scales of axes: where a value is, and which places have a name.

use super::letters::width;
use crate::report::figures::{Quantity, whole};
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged};
use std::ops::Range;

/// From a value to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Linear,
    Logarithmic,
}

/// A scale that plotters can lay a coordinate system over: a range, and the places in it that have a name.
#[derive(Debug, Clone)]
pub(super) struct Scale {
    kind: Kind,
    low: f64,
    high: f64,
    places: Vec<(f64, String)>,
}

impl Ranged for Scale {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    #[allow(clippy::cast_possible_truncation)] // within the picture
    fn map(&self, value: &f64, (begin, end): (i32, i32)) -> i32 {
        let share = match self.kind {
            Kind::Linear => (value - self.low) / (self.high - self.low),
            Kind::Logarithmic => libm::log(value.max(f64::MIN_POSITIVE) / self.low) / libm::log(self.high / self.low),
        };
        let share = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) };
        begin + (share * f64::from(end - begin)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.places.iter().map(|(value, _)| *value).collect()
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl Scale {
    /// From `low` to `high`, without names.
    pub(super) fn plain(low: f64, high: f64) -> Self {
        Self { kind: Kind::Linear, low, high: if high > low { high } else { low + 1.0 }, places: Vec::new() }
    }

    /// The same, logarithmic; both are above nothing.
    pub(super) fn logarithmic(low: f64, high: f64) -> Self {
        let low = low.max(f64::MIN_POSITIVE);
        Self { kind: Kind::Logarithmic, low, high: if high > low { high } else { low * 10.0 }, places: Vec::new() }
    }

    /// With these places and their names.
    pub(super) fn with_places(self, places: Vec<(f64, String)>) -> Self {
        Self { places, ..self }
    }

    /// From nothing, or below it, to a place that people like beyond `high`, with about `count` names, all in one unit,
    /// which is returned. Both may be anything.
    pub(super) fn of_quantity(low: f64, high: f64, count: i32, quantity: Quantity) -> (Self, &'static str) {
        let (low, high) = (drawable(low).min(0.0), drawable(high).max(0.0));
        let places = round_places(low, high, count);
        let (unit, names) = named(quantity, &places);
        let (first, last) = (places.first().copied().unwrap_or(0.0), places.last().copied().unwrap_or(1.0));
        let scale = Self::plain(first.min(low), last.max(high));
        (scale.with_places(places.into_iter().zip(names).collect()), unit)
    }

    /// The same around values that are far from nothing; nothing is on it if it is near.
    pub(super) fn around(low: f64, high: f64, count: i32, quantity: Quantity) -> (Self, &'static str) {
        let (low, high) = (drawable(low), drawable(high));
        let low = if low > 0.0 && low < (high - low) * 2.0 { 0.0 } else { low };
        let places = round_places(low, high, count);
        let (unit, names) = quantity.axis(&places);
        let (first, last) = (places.first().copied().unwrap_or(0.0), places.last().copied().unwrap_or(1.0));
        (Self::plain(first.min(low), last.max(high)).with_places(places.into_iter().zip(names).collect()), unit)
    }

    /// The places that have a name.
    pub(super) fn names(&self) -> impl Iterator<Item = (f64, String)> {
        self.places.clone().into_iter()
    }

    /// Whether its places are all as far from the next.
    pub(super) fn is_even(&self) -> bool {
        let steps = || self.places.windows(2).map(|two| two[1].0 - two[0].0);
        let (least, most) = (steps().fold(f64::MAX, f64::min), steps().fold(0.0, f64::max));
        self.kind == Kind::Linear && most - least <= 1e-6 * most
    }

    /// What the widest name takes, in pixels.
    pub(super) fn room(&self) -> i32 {
        self.places.iter().map(|(_, name)| width(name)).max().unwrap_or(0)
    }

    /// The lower end.
    pub(super) const fn low(&self) -> f64 {
        self.low
    }

    /// The upper end.
    pub(super) const fn high(&self) -> f64 {
        self.high
    }
}

/// A value that has a place in a picture: no further from nothing than, as nanoseconds, 31 years.
pub(super) fn drawable(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(-1e18, 1e18) }
}

/// Values from at or below `low` to at or above `high` whose distance people like: 1, 2 or 5 times a power of ten.
pub(super) fn round_places(low: f64, high: f64, count: i32) -> Vec<f64> {
    let span = high - low;
    if span.is_nan() || span <= 0.0 {
        return vec![low];
    }
    let rough = (span / f64::from(count.max(1))).max(f64::MIN_POSITIVE);
    let power = libm::pow(10.0, libm::log10(rough).floor());
    let step = [1.0, 2.0, 5.0].into_iter().map(|factor| factor * power).find(|step| *step >= rough * 0.999);
    let step = step.unwrap_or(10.0 * power);
    let (first, last) = ((low / step).floor(), (high / step - 1e-9).ceil());
    #[allow(clippy::cast_possible_truncation)] // a few steps
    let steps = (last - first).min(64.0) as i32;
    (0..=steps).map(|number| (first + f64::from(number)) * step).collect()
}

/// Values between `low` and `high`, both above nothing, at most so many, that people like on a logarithmic axis.
pub(super) fn logarithmic_places(low: f64, high: f64, most: usize) -> Vec<f64> {
    let of = |factors: &[f64]| -> Vec<f64> {
        #[allow(clippy::cast_possible_truncation)] // powers of ten of what can be drawn
        let powers = libm::log10(low).floor() as i32..=libm::log10(high).ceil() as i32;
        let all = powers.flat_map(|power| factors.iter().map(move |factor| factor * 10_f64.powi(power)));
        all.filter(|value| *value >= low * 0.9999 && *value <= high * 1.0001).collect()
    };
    [&[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0][..], &[1.0, 2.0, 5.0], &[1.0, 3.0], &[1.0]]
        .into_iter()
        .map(of)
        .find(|places| places.len() <= most)
        .unwrap_or_else(|| {
            let powers = of(&[1.0]);
            let every = powers.len().div_ceil(most.max(1));
            powers.into_iter().step_by(every).collect()
        })
}

/// The unit and names of places, thousands of what is counted apart.
fn named(quantity: Quantity, places: &[f64]) -> (&'static str, Vec<String>) {
    let (unit, names) = quantity.axis(places);
    let grouped = |name: String| name.parse().ok().filter(|_| unit.is_empty()).map_or(name, whole);
    (unit, names.into_iter().map(grouped).collect())
}

/// A value of an axis, with its unit and no more digits than it needs: `5 ms`.
pub(super) fn tick(quantity: Quantity, value: f64) -> String {
    let (unit, digits) = quantity.axis(&[value]);
    format!("{} {unit}", digits.concat()).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_have_a_few_places_whatever_their_range() {
        assert_eq!(round_places(0.0, 7.3, 5), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(round_places(-3.0, 4.0, 4), [-4.0, -2.0, 0.0, 2.0, 4.0]);
        assert_eq!(logarithmic_places(0.9, 2.2, 7), [1.0, 1.5, 2.0]);
        assert_eq!(logarithmic_places(0.9, 120.0, 7), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
        for huge in [f64::MIN_POSITIVE, 1e-300, 1e300, f64::MAX, f64::INFINITY, f64::NAN, -1.0, 0.0] {
            let (scale, _) = Scale::of_quantity(0.0, huge, 5, Quantity::Time);
            assert!((1..=8).contains(&scale.names().count()), "{huge}");
            let value = drawable(huge).max(1.0);
            assert!(logarithmic_places(value, value * 10.0, 7).len() <= 7, "{huge}");
        }
    }

    #[test]
    fn every_value_has_a_place_within_its_picture() {
        let (linear, _) = Scale::of_quantity(0.0, 9.0, 5, Quantity::Number);
        for odd in [f64::NAN, f64::INFINITY, -1e300, 0.0, 5.0, 1e300] {
            for scale in [linear.clone(), Scale::logarithmic(1.0, 8.0), Scale::plain(3.0, 3.0)] {
                assert!((0..=100).contains(&scale.map(&odd, (0, 100))), "{odd}");
            }
        }
        assert_eq!(Scale::logarithmic(1.0, 16.0).map(&4.0, (0, 100)), 50);
    }

    #[test]
    fn values_of_an_axis_have_a_unit_and_no_needless_digits() {
        assert_eq!(tick(Quantity::Time, 5e6), "5 ms");
        assert_eq!(tick(Quantity::Time, 1.5e3), "1.5 µs");
        assert_eq!(tick(Quantity::Number, 20.0), "20");
    }
}
