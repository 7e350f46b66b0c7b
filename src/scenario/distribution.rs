//! Distributions of times. The same draws give the same bits on every machine: the logarithms and powers are
//! libm's, not the platform's.

use crate::runtime::streams::Draws;
use crate::units::Span;
use std::fmt;

/// The 99th percentile of the standard normal distribution.
const NORMAL_P99: f64 = 2.326_347_874_040_841;
/// No drawn time is longer: a day. Pareto's tail would reach past any run.
const LONGEST: Span = Span::from_secs(86_400);

/// How a time is distributed.
#[derive(Debug, Clone, PartialEq)]
pub enum Distribution {
    /// Always the same.
    Fixed(Span),
    /// Uniform between two times.
    Uniform {
        /// The shortest.
        from: Span,
        /// The longest.
        to: Span,
    },
    /// Exponential with this mean.
    Exponential {
        /// The mean.
        mean: Span,
    },
    /// The logarithm is normal.
    Lognormal {
        /// Half of the times are shorter.
        median: Span,
        /// One in a hundred is longer; not below the median.
        p99: Span,
    },
    /// A power law: the share of times longer than t is `(minimum / t)^shape`.
    Pareto {
        /// The shortest.
        minimum: Span,
        /// The exponent; the mean is finite above 1.
        shape: f64,
    },
    /// One of these, each as likely as the others.
    Empirical(Vec<Span>),
}

impl Distribution {
    /// One time. Every distribution but the normal-based one takes one draw.
    pub(super) fn sample(&self, draws: &mut Draws) -> Span {
        let span = match self {
            Self::Fixed(span) => *span,
            Self::Uniform { from, to } => {
                *from + Span::from_secs_f64(draws.unit() * to.saturating_sub(*from).as_secs_f64())
            }
            Self::Exponential { mean } => Span::from_secs_f64(draws.exponential() * mean.as_secs_f64()),
            Self::Lognormal { median, p99 } => {
                let sigma = sigma(*median, *p99);
                Span::from_secs_f64(median.as_secs_f64() * libm::exp(sigma * draws.normal()))
            }
            Self::Pareto { minimum, shape } => {
                Span::from_secs_f64(minimum.as_secs_f64() * libm::exp(draws.exponential() / shape))
            }
            Self::Empirical(times) => {
                let index = draws.below(u32::try_from(times.len()).unwrap_or(u32::MAX));
                times.get(index as usize).copied().unwrap_or_default()
            }
        };
        span.min(LONGEST)
    }

    /// The same times, each multiplied by `factor`.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        if factor <= 0.0 {
            return Self::Fixed(Span::ZERO);
        }
        let times = |span: &Span| Span::from_secs_f64(span.as_secs_f64() * factor);
        match self {
            Self::Fixed(span) => Self::Fixed(times(span)),
            Self::Uniform { from, to } => Self::Uniform { from: times(from), to: times(to) },
            Self::Exponential { mean } => Self::Exponential { mean: times(mean) },
            Self::Lognormal { median, p99 } => Self::Lognormal { median: times(median), p99: times(p99) },
            Self::Pareto { minimum, shape } => Self::Pareto { minimum: times(minimum), shape: *shape },
            Self::Empirical(spans) => Self::Empirical(spans.iter().map(times).collect()),
        }
    }

    /// The mean; none if it is infinite.
    #[must_use]
    pub fn mean(&self) -> Option<Span> {
        let secs = match self {
            Self::Fixed(span) => return Some(*span),
            Self::Uniform { from, to } => f64::midpoint(from.as_secs_f64(), to.as_secs_f64()),
            Self::Exponential { mean } => return Some(*mean),
            Self::Lognormal { median, p99 } => {
                let sigma = sigma(*median, *p99);
                median.as_secs_f64() * libm::exp(sigma * sigma / 2.0)
            }
            Self::Pareto { minimum, shape } if *shape > 1.0 => minimum.as_secs_f64() * shape / (shape - 1.0),
            Self::Pareto { .. } => return None,
            #[allow(clippy::cast_precision_loss)] // a list in a file
            Self::Empirical(times) => times.iter().map(|span| span.as_secs_f64()).sum::<f64>() / times.len() as f64,
        };
        Some(Span::from_secs_f64(secs))
    }
}

/// The deviation of the logarithm, from median and 99th percentile.
fn sigma(median: Span, p99: Span) -> f64 {
    libm::log(p99.as_secs_f64() / median.as_secs_f64()) / NORMAL_P99
}

impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(span) => write!(f, "{span}"),
            Self::Uniform { from, to } => write!(f, "uniform from {from} to {to}"),
            Self::Exponential { mean } => write!(f, "exponential, mean {mean}"),
            Self::Lognormal { median, p99 } => write!(f, "lognormal, median {median}, p99 {p99}"),
            Self::Pareto { minimum, shape } => write!(f, "Pareto, minimum {minimum}, shape {shape}"),
            Self::Empirical(times) => write!(f, "one of {} times", times.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::streams::{Purpose, Streams};

    fn samples(distribution: &Distribution, count: u32) -> Vec<f64> {
        let stream = Streams::new(42, 0).stream(Purpose::RunTimes);
        let mut samples: Vec<f64> =
            (0..count).map(|slot| distribution.sample(&mut stream.at(slot, 0)).as_secs_f64()).collect();
        samples.sort_by(f64::total_cmp);
        samples
    }

    /// Within five standard errors of the mean (of these very samples).
    fn assert_mean(distribution: &Distribution) {
        let samples = samples(distribution, 40_000);
        let mean = samples.iter().sum::<f64>() / 40_000.0;
        let variance = samples.iter().map(|sample| (sample - mean).powi(2)).sum::<f64>() / 40_000.0;
        let expected = distribution.mean().unwrap().as_secs_f64();
        let interval = 5.0 * (variance / 40_000.0).sqrt() + 1e-9;
        assert!((mean - expected).abs() <= interval, "{distribution}: mean {mean}, expected {expected} ± {interval}");
    }

    fn ms(millis: u64) -> Span {
        Span::from_millis(millis)
    }

    #[test]
    fn samples_have_the_mean_of_their_distribution() {
        for distribution in [
            Distribution::Fixed(ms(2)),
            Distribution::Uniform { from: ms(1), to: ms(3) },
            Distribution::Exponential { mean: ms(2) },
            Distribution::Lognormal { median: ms(2), p99: ms(20) },
            Distribution::Pareto { minimum: ms(1), shape: 3.5 },
            Distribution::Empirical(vec![ms(1), ms(2), ms(30)]),
        ] {
            assert_mean(&distribution);
        }
    }

    #[test]
    fn a_lognormal_has_its_median_and_its_99th_percentile() {
        let samples = samples(&Distribution::Lognormal { median: ms(2), p99: ms(20) }, 40_000);
        assert!((samples[20_000] / 0.002 - 1.0).abs() < 0.03, "{}", samples[20_000]);
        assert!((samples[39_600] / 0.020 - 1.0).abs() < 0.08, "{}", samples[39_600]);
    }

    #[test]
    fn an_exponential_leaves_its_share_above_twice_the_mean() {
        let samples = samples(&Distribution::Exponential { mean: ms(2) }, 40_000);
        let above = samples.iter().filter(|sample| **sample > 0.004).count();
        // e^-2 of 40,000 is 5413, give or take five deviations of 68.
        assert!((5073..5753).contains(&above), "{above}");
    }

    #[test]
    fn a_pareto_without_mean_ends_at_a_day() {
        let wild = Distribution::Pareto { minimum: ms(1000), shape: 0.1 };
        assert_eq!(wild.mean(), None);
        assert_eq!(samples(&wild, 1000).last().copied(), Some(86_400.0));
    }
}
