//! From replications to estimates: a point, an interval, and how both were found.
//!
//! Intervals are Student's: mean ± t(0.975, n − 1) · s / √n, for n ≥ 3. Nothing here draws random numbers.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Fewer replications than this have no interval.
pub const REPLICATIONS_MIN: usize = 3;

/// How an estimate was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Mean over the replications, Student's t interval.
    TInterval,
    /// Mean of the differences of paired replications (common random numbers), Student's t interval.
    PairedDifference,
    /// Geometric mean of the ratios of paired replications, t interval of their logarithms.
    PairedLogRatio,
    /// Geometric mean of the ratios within blocks; the t interval of its logarithm has one variance for all variants, whose
    /// scatter is alike.
    PooledVariance,
    /// Ratio of the means over blocks, linearised (delta method), for figures that can be nothing.
    RatioOfMeans,
    /// A quantile of all jobs of all blocks, or a ratio of two; standard error from a bootstrap over blocks, t interval.
    Bootstrap,
    /// Ratio of the geometric means of independent runs, or of their means or quantiles; Welch's t interval.
    Welch,
    /// The same figure in every block, so that no interval is needed; or a count, run by run.
    Exact,
    /// The point alone: n is too small for an interval.
    TooFew,
}

impl Method {
    /// In words, for a report.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::TInterval => "mean over replications, 95 % t interval",
            Self::PairedDifference => "paired differences of replications, 95 % t interval",
            Self::PairedLogRatio => "paired ratios of replications, 95 % t interval on the log scale",
            Self::PooledVariance => {
                "paired ratios of blocks, 95 % t interval on the log scale, variance pooled over all variants"
            }
            Self::RatioOfMeans => "ratio of the means over blocks, linearised, 95 % t interval",
            Self::Bootstrap => "all jobs of all blocks, 95 % t interval with a bootstrap over blocks",
            Self::Welch => "ratio of independent runs, Welch's 95 % t interval",
            Self::Exact => "the same in every block",
            Self::TooFew => "n too small for an interval",
        }
    }
}

/// An estimated quantity. Its unit is in the name of the field that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The best single value.
    pub point: f64,
    /// Lower end of the 95 % interval.
    pub low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub high: Option<f64>,
    /// Replications.
    pub n: usize,
    /// How it was found.
    pub method: Method,
}

/// What values a quantity can take; intervals are clamped to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounds {
    /// Any.
    Free,
    /// Zero and above: times, counts, rates.
    NonNegative,
    /// From zero to one.
    Share,
}

impl Bounds {
    fn clamp(self, value: f64) -> f64 {
        match self {
            Self::Free => value,
            Self::NonNegative => value.max(0.0),
            Self::Share => value.clamp(0.0, 1.0),
        }
    }
}

impl Estimate {
    /// The mean of independent replications; none of none.
    #[must_use]
    pub fn of_mean(samples: &[f64], bounds: Bounds) -> Option<Self> {
        Self::around_mean(samples, Method::TInterval, |value| bounds.clamp(value))
    }

    /// The mean of `changed − base`, replication by replication; `pairs` holds (base, changed).
    #[must_use]
    pub fn of_difference(pairs: &[(f64, f64)]) -> Option<Self> {
        let differences: Vec<f64> = pairs.iter().map(|(base, changed)| changed - base).collect();
        Self::around_mean(&differences, Method::PairedDifference, |value| value)
    }

    /// How far `predicted` is off relative to `measured`; `pairs` holds (measured, predicted): the geometric mean of
    /// their ratios, less one; or, if a prediction is nothing, the mean of the ratios less one. None if a measured
    /// value is not positive. Fewer pairs than [`REPLICATIONS_MIN`] have no interval.
    #[must_use]
    pub fn of_relative_error(pairs: &[(f64, f64)]) -> Option<Self> {
        if pairs.iter().any(|(measured, _)| *measured <= 0.0) {
            return None;
        }
        let ratios = pairs.iter().map(|(measured, predicted)| predicted / measured);
        if pairs.iter().any(|(_, predicted)| *predicted <= 0.0) {
            let errors: Vec<f64> = ratios.map(|ratio| ratio - 1.0).collect();
            return Self::around_mean(&errors, Method::PairedDifference, |value| value);
        }
        let logs: Vec<f64> = ratios.map(libm::log).collect();
        Self::around_mean(&logs, Method::PairedLogRatio, libm::expm1)
    }

    fn around_mean(samples: &[f64], method: Method, scale: impl Fn(f64) -> f64) -> Option<Self> {
        let centre = mean(samples)?;
        let half = t_half_width(samples);
        Some(Self {
            point: scale(centre),
            low: half.map(|half| scale(centre - half)),
            high: half.map(|half| scale(centre + half)),
            n: samples.len(),
            method: if half.is_some() { method } else { Method::TooFew },
        })
    }
}

/// The arithmetic mean; none of nothing.
#[must_use]
pub fn mean(samples: &[f64]) -> Option<f64> {
    (!samples.is_empty()).then(|| samples.iter().sum::<f64>() / samples.len() as f64)
}

/// The median; 0 of nothing.
#[must_use]
pub fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (half, last) = (sorted.len() / 2, sorted.len().saturating_sub(1) / 2);
    match (sorted.get(last), sorted.get(half)) {
        (Some(low), Some(high)) => f64::midpoint(*low, *high),
        _ => 0.0,
    }
}

/// The standard deviation with n − 1 below the line; none of fewer than two.
#[must_use]
pub fn standard_deviation(samples: &[f64]) -> Option<f64> {
    if samples.len() < 2 {
        return None;
    }
    let centre = mean(samples)?;
    let squares: f64 = samples.iter().map(|value| (value - centre).powi(2)).sum();
    Some((squares / (samples.len() - 1) as f64).sqrt())
}

/// Standard deviation over mean; none of fewer than three, or around a mean of zero.
#[must_use]
pub fn coefficient_of_variation(samples: &[f64]) -> Option<f64> {
    let centre = mean(samples).filter(|centre| *centre > 0.0)?;
    (samples.len() >= REPLICATIONS_MIN).then(|| standard_deviation(samples))?.map(|deviation| deviation / centre)
}

fn t_half_width(samples: &[f64]) -> Option<f64> {
    if samples.len() < REPLICATIONS_MIN {
        return None;
    }
    let n = samples.len() as f64;
    let quantile = StudentsT::new(0.0, 1.0, n - 1.0).ok()?.inverse_cdf(0.975);
    Some(quantile * standard_deviation(samples)? / n.sqrt())
}

/// The `share` quantile by nearest rank: the smallest value with at least that share at or below it.
/// `sorted` must be; zero of nothing.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a rank between 1 and the length
pub fn quantile(sorted: &[u64], share: f64) -> u64 {
    // A hair less, so that 0.95 of 100 is 95 and not 96 when the product comes out as 95.00000000000001.
    let rank = (share * sorted.len() as f64 - 1e-9).ceil().max(1.0) as usize;
    sorted.get(rank.min(sorted.len()).wrapping_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-3 * expected.abs().max(1.0), "{found} is not {expected}");
    }

    #[test]
    fn the_interval_of_five_known_values_is_the_one_computed_by_hand() {
        // mean 3, s = √2.5 = 1.5811, t(0.975, 4) = 2.7764, half width 2.7764 · 1.5811 / √5 = 1.9632
        let estimate = Estimate::of_mean(&[1.0, 2.0, 3.0, 4.0, 5.0], Bounds::Free).unwrap();
        close(estimate.point, 3.0);
        close(estimate.low.unwrap(), 1.0368);
        close(estimate.high.unwrap(), 4.9632);
        assert_eq!((estimate.n, estimate.method), (5, Method::TInterval));
    }

    #[test]
    fn three_replications_use_two_degrees_of_freedom() {
        // s = 1, t(0.975, 2) = 4.3027, half width 4.3027 / √3 = 2.4842
        let estimate = Estimate::of_mean(&[9.0, 10.0, 11.0], Bounds::Free).unwrap();
        close(estimate.low.unwrap(), 7.5158);
        close(estimate.high.unwrap(), 12.4842);
    }

    #[test]
    fn two_replications_have_no_interval_and_say_so() {
        let estimate = Estimate::of_mean(&[1.0, 3.0], Bounds::NonNegative).unwrap();
        assert_eq!((estimate.low, estimate.high, estimate.method), (None, None, Method::TooFew));
        close(estimate.point, 2.0);
        assert_eq!(Estimate::of_mean(&[], Bounds::Free), None);
    }

    #[test]
    fn an_interval_does_not_leave_the_values_that_are_possible() {
        let times = Estimate::of_mean(&[0.0, 0.0, 9.0], Bounds::NonNegative).unwrap();
        close(times.low.unwrap(), 0.0);
        let shares = Estimate::of_mean(&[1.0, 0.9, 1.0], Bounds::Share).unwrap();
        close(shares.high.unwrap(), 1.0);
    }

    #[test]
    fn paired_differences_cancel_what_the_replications_have_in_common() {
        let pairs = [(10.0, 12.0), (100.0, 102.0), (1000.0, 1002.0)];
        let difference = Estimate::of_difference(&pairs).unwrap();
        close(difference.low.unwrap(), 2.0);
        close(difference.high.unwrap(), 2.0);
    }

    #[test]
    fn a_relative_error_is_a_ratio_less_one_and_has_a_point_for_a_single_pair() {
        // log ratios ln 1.1, ln 1.1, ln 1.331: mean ln(1.1^(5/3)), s = 2 ln 1.1 / √3, half width 4.3027 · s / √3
        let error = Estimate::of_relative_error(&[(10.0, 11.0), (20.0, 22.0), (1000.0, 1331.0)]).unwrap();
        close(error.point, 0.172_16);
        close(error.low.unwrap(), libm::exp(5.0 / 3.0 * libm::log(1.1) - 4.3027 * 2.0 / 3.0 * libm::log(1.1)) - 1.0);
        close(error.high.unwrap(), libm::exp(5.0 / 3.0 * libm::log(1.1) + 4.3027 * 2.0 / 3.0 * libm::log(1.1)) - 1.0);
        let single = Estimate::of_relative_error(&[(4.0, 3.0)]).unwrap();
        close(single.point, -0.25);
        assert_eq!((single.low, single.method), (None, Method::TooFew));
        close(Estimate::of_relative_error(&[(4.0, 0.0), (4.0, 4.0), (4.0, 8.0)]).unwrap().point, 0.0);
        assert_eq!(Estimate::of_relative_error(&[(0.0, 3.0)]), None);
    }

    #[test]
    fn quantiles_are_nearest_ranks() {
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!(quantile(&hundred, 0.50), 50);
        assert_eq!(quantile(&hundred, 0.95), 95);
        assert_eq!(quantile(&hundred, 0.99), 99);
        assert_eq!(quantile(&hundred, 1.0), 100);
        assert_eq!(quantile(&[7], 0.01), 7);
        assert_eq!(quantile(&[], 0.5), 0);
    }

    #[test]
    fn variation_is_relative_to_the_mean() {
        close(coefficient_of_variation(&[9.0, 10.0, 11.0]).unwrap(), 0.1);
        assert_eq!(coefficient_of_variation(&[0.0, 0.0, 0.0]), None);
    }
}
