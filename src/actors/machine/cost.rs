//! How long one step of work takes: a typical time that grows with size, and how single times scatter around it.
//!
//! Everything is held in integers, so that models stay values that can be compared and hashed.

use crate::units::Span;
use std::sync::Arc;

/// Factors are counted in thousandths.
pub const FACTOR_ONE: u64 = 1_000;
/// Probabilities are counted in millionths.
pub const PROBABILITY_ONE: u32 = 1_000_000;

/// What a step costs: `(base + per_kib · KiB + per_entry · entries)`, times a random factor.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Cost {
    /// Of nothing.
    pub base: Span,
    /// Of 1024 bytes.
    pub per_kib: Span,
    /// Of a log or reason entry.
    pub per_entry: Span,
    /// How single times scatter.
    pub spread: Spread,
}

/// The distribution of the random factor.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Spread {
    /// Always 1.
    #[default]
    None,
    /// Exponential with mean 1.
    Exponential,
    /// By its quantiles: between two knots the factor grows linearly.
    Quantiles(Arc<[Knot]>),
}

/// A quantile of the random factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Knot {
    /// The share of factors that are not greater, in millionths.
    pub probability: u32,
    /// The factor, in thousandths.
    pub factor: u32,
}

/// Quantiles of the standard normal distribution, at these probabilities in millionths (computed with 50 digits).
const NORMAL: [(u32, f64); 17] = [
    (0, -3.719_016_485_455_709),
    (1_000, -3.090_232_306_167_814),
    (10_000, -2.326_347_874_040_841),
    (50_000, -1.644_853_626_951_472),
    (100_000, -1.281_551_565_544_601),
    (200_000, -0.841_621_233_572_914),
    (300_000, -0.524_400_512_708_041),
    (400_000, -0.253_347_103_135_800),
    (500_000, 0.0),
    (600_000, 0.253_347_103_135_800),
    (700_000, 0.524_400_512_708_041),
    (800_000, 0.841_621_233_572_914),
    (900_000, 1.281_551_565_544_601),
    (950_000, 1.644_853_626_951_472),
    (990_000, 2.326_347_874_040_841),
    (999_000, 3.090_232_306_167_814),
    (PROBABILITY_ONE, 3.719_016_485_455_709),
];
const NORMAL_P99: f64 = 2.326_347_874_040_841;

impl Cost {
    /// Always the same, whatever the size.
    #[must_use]
    pub const fn fixed(base: Span) -> Self {
        Self { base, per_kib: Span::ZERO, per_entry: Span::ZERO, spread: Spread::None }
    }

    /// The typical time (factor 1) for so many bytes and entries.
    #[must_use]
    pub const fn typical(&self, bytes: u64, entries: u64) -> Span {
        let grown = bytes.saturating_mul(self.per_kib.0) / 1024;
        Span(self.base.0.saturating_add(grown).saturating_add(entries.saturating_mul(self.per_entry.0)))
    }

    /// A single time. `draw` is asked for a uniformly random number only if times scatter; even if they are all nothing, so
    /// that the chance of what comes later does not depend on how long this takes.
    pub fn sample(&self, bytes: u64, entries: u64, draw: impl FnOnce() -> u64) -> Span {
        let typical = self.typical(bytes, entries);
        match &self.spread {
            Spread::None => typical,
            spread => spread.stretch(typical, draw()),
        }
    }

    /// The mean time for so many bytes and entries.
    #[must_use]
    pub fn mean(&self, bytes: u64, entries: u64) -> Span {
        Span::from_secs_f64(self.typical(bytes, entries).as_secs_f64() * self.spread.mean())
    }

    /// The same, times `factor`; it scatters as before.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        let [base, per_kib, per_entry] =
            [self.base, self.per_kib, self.per_entry].map(|span| Span::from_secs_f64(span.as_secs_f64() * factor));
        Self { base, per_kib, per_entry, spread: self.spread.clone() }
    }

    /// True if it costs nothing, whatever the size.
    #[must_use]
    pub const fn is_zero(&self) -> bool {
        self.base.is_zero() && self.per_kib.is_zero() && self.per_entry.is_zero()
    }
}

impl Spread {
    /// A lognormal factor with median 1, of which one in a hundred is greater than `p99` (thousandths).
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // factors of thousandths, saturating
    pub fn lognormal(p99: u32) -> Self {
        let sigma = libm::log(f64::from(p99) / 1e3) / NORMAL_P99;
        let knot = |(probability, z): (u32, f64)| {
            let factor = (libm::exp(sigma * z) * 1e3).round() as u32;
            Knot { probability, factor }
        };
        Self::Quantiles(NORMAL.map(knot).into())
    }

    /// Mean of the factor.
    #[must_use]
    pub fn mean(&self) -> f64 {
        match self {
            Self::None | Self::Exponential => 1.0,
            Self::Quantiles(knots) => knots
                .windows(2)
                .map(|pair| {
                    let weight = f64::from(pair[1].probability - pair[0].probability) / f64::from(PROBABILITY_ONE);
                    weight * f64::midpoint(f64::from(pair[0].factor), f64::from(pair[1].factor)) / 1e3
                })
                .sum(),
        }
    }

    /// `typical`, times the factor that the uniformly random `random` stands for.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 53 bits; saturates
    fn stretch(&self, typical: Span, random: u64) -> Span {
        match self {
            Self::None => typical,
            Self::Exponential => {
                let uniform = (random >> 11) as f64 / (1_u64 << 53) as f64;
                Span((typical.0 as f64 * -libm::log(1.0 - uniform)).round() as u64)
            }
            Self::Quantiles(knots) => {
                // The upper 32 bits, as a share of 2³², in millionths with a fraction.
                let place = (random >> 32) * u64::from(PROBABILITY_ONE);
                let above = knots.iter().position(|knot| place <= u64::from(knot.probability) << 32);
                let factor = match above {
                    Some(0) => u64::from(knots[0].factor) << 16,
                    Some(above) => between(knots[above - 1], knots[above], place),
                    None => knots.last().map_or(FACTOR_ONE, |knot| u64::from(knot.factor)) << 16,
                };
                // Divided by thousandths · 2¹⁶ = 2¹⁹ · 125, in two steps: the second mostly is a cheap one.
                let product = (u128::from(typical.0) * u128::from(factor)) >> 19;
                Span(u64::try_from(product).map_or(u64::MAX, |product| product / 125))
            }
        }
    }
}

/// The factor at `place` (millionths · 2³²) between two knots, in thousandths · 2¹⁶.
fn between(below: Knot, above: Knot, place: u64) -> u64 {
    let from = u64::from(below.probability) << 32;
    let width = u64::from(above.probability - below.probability).max(1);
    // In 2⁻¹⁶ of the way from one to the other.
    let way = ((place - from) >> 16) / width;
    let (low, high) = (u64::from(below.factor), u64::from(above.factor));
    (low << 16) + (high.saturating_sub(low)) * way
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers spread evenly over all 64-bit numbers.
    fn even(count: u64) -> impl Iterator<Item = u64> {
        (0..count).map(move |number| (u64::MAX / count) * number + u64::MAX / count / 2)
    }

    #[test]
    fn a_cost_grows_with_bytes_and_entries() {
        let cost = Cost { base: Span(100), per_kib: Span(10), per_entry: Span(7), spread: Spread::None };
        assert_eq!(cost.typical(2048, 3), Span(141));
        assert_eq!(cost.sample(2048, 3, || unreachable!("nothing is random here")), Span(141));
    }

    #[test]
    fn single_times_have_the_quantiles_and_the_mean_of_their_spread() {
        let spread = Spread::Quantiles(
            [(0, 500), (500_000, 1_000), (900_000, 2_000), (PROBABILITY_ONE, 10_000)]
                .map(|(probability, factor)| Knot { probability, factor })
                .into(),
        );
        let cost = Cost { spread, ..Cost::fixed(Span(1_000_000)) };
        let times: Vec<u64> = even(10_000).map(|random| cost.sample(0, 0, || random).0).collect();
        assert!(times.is_sorted());
        for (index, expected) in [(0, 500_000.0), (5_000, 1_000_000.0), (7_000, 1_500_000.0), (9_500, 6_000_000.0)] {
            assert!((times[index] as f64 / expected - 1.0).abs() < 0.002, "{index}: {}", times[index]);
        }
        let mean = times.iter().sum::<u64>() as f64 / 1e4;
        assert!((mean / cost.mean(0, 0).0 as f64 - 1.0).abs() < 1e-4, "{mean}");
    }

    #[test]
    fn a_lognormal_spread_has_its_median_and_its_99th_percentile() {
        let cost = Cost { spread: Spread::lognormal(3_000), ..Cost::fixed(Span(1_000_000)) };
        let times: Vec<u64> = even(10_000).map(|random| cost.sample(0, 0, || random).0).collect();
        assert!((times[5_000] as f64 / 1e6 - 1.0).abs() < 0.01, "{}", times[5_000]);
        assert!((times[9_900] as f64 / 3e6 - 1.0).abs() < 0.01, "{}", times[9_900]);
    }

    #[test]
    fn an_exponential_spread_has_mean_one() {
        let cost = Cost { spread: Spread::Exponential, ..Cost::fixed(Span(1_000_000)) };
        let mean = even(100_000).map(|random| cost.sample(0, 0, || random).0 as f64).sum::<f64>() / 1e5;
        assert!((mean / 1e6 - 1.0).abs() < 0.001, "{mean}");
    }
}
