//! An effect: an estimate that can be asked for its interval at any level.

use crate::lab::statistics::{Estimate, Method, REPLICATIONS_MIN, mean, standard_deviation};
use crate::scenario::claim::Region;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// On which scale an effect is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// The logarithm of a ratio; shown as the ratio.
    LogRatio,
    /// A ratio of means, linearised: for figures that can be nothing.
    Ratio,
    /// The measure itself.
    Value,
    /// The logarithm of the measure; shown as the measure.
    LogValue,
}

/// An effect. On its scale, point and error; `df` degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// The ratio, or the value: what is shown.
    pub point: f64,
    /// Lower end of the interval at the level of the findings; none of too few blocks.
    pub low: Option<f64>,
    /// Its upper end.
    pub high: Option<f64>,
    /// On which scale the error is.
    pub scale: Scale,
    /// Standard error, on the scale; 0 of what is exact, none of too few blocks.
    pub standard_error: Option<f64>,
    /// Degrees of freedom of the error.
    pub df: f64,
    /// Blocks that it rests on.
    pub blocks: usize,
    /// How it was found.
    pub method: Method,
}

impl Effect {
    /// The mean of a measure over blocks: mean ± t(n − 1) · s / √n. None of no block.
    #[must_use]
    pub fn of_values(values: &[f64], level: f64) -> Option<Self> {
        let point = mean(values)?;
        Some(Self::around(point, values, Scale::Value, Method::TInterval).shown_at(level))
    }

    /// The ratio of two measures within blocks; `pairs` holds (of, with). The mean of the logarithms of the ratios ±
    /// t(n − 1) · s / √n; where a figure is nothing, the ratio of the means by [`Effect::of_means`]. None of no block,
    /// and where the second is nothing throughout.
    #[must_use]
    pub fn of_pairs(pairs: &[(f64, f64)], level: f64) -> Option<Self> {
        let logs = log_ratios(pairs);
        match (mean(&logs), logs.len() == pairs.len()) {
            (Some(point), true) => {
                Some(Self::around(point, &logs, Scale::LogRatio, Method::PairedLogRatio).shown_at(level))
            }
            _ => Self::of_means(pairs, level),
        }
    }

    /// The ratio R of the means over blocks: its error is that of the mean of x − R · y, over the mean of y (the delta
    /// method; Cochran 1977, section 2.11), n − 1 degrees of freedom.
    #[must_use]
    pub fn of_means(pairs: &[(f64, f64)], level: f64) -> Option<Self> {
        let below = mean(&pairs.iter().map(|(_, with)| *with).collect::<Vec<_>>())?;
        let above = mean(&pairs.iter().map(|(of, _)| *of).collect::<Vec<_>>())?;
        if below == 0.0 {
            return None;
        }
        let ratio = above / below;
        let residuals: Vec<f64> = pairs.iter().map(|(of, with)| (of - ratio * with) / below).collect();
        Some(Self::around(ratio, &residuals, Scale::Ratio, Method::RatioOfMeans).shown_at(level))
    }

    /// An effect of this point and error, both on `scale`.
    #[must_use]
    pub fn new(point: f64, error: Error, blocks: usize, scale: Scale, method: Method) -> Self {
        let Error { standard, df } = error;
        let point = scale.shown(point);
        Self { point, low: None, high: None, scale, standard_error: Some(standard), df, blocks, method }
    }

    /// Less sure, if its blocks say that it is surer than that.
    #[must_use]
    pub(super) fn with_error_of_at_least(self, least: f64) -> Self {
        match self.standard_error {
            Some(error) if error < least => Self { standard_error: Some(least), method: Method::TInterval, ..self },
            _ => self,
        }
    }

    /// With an interval at this level to be shown.
    #[must_use]
    pub fn shown_at(mut self, level: f64) -> Self {
        (self.low, self.high) = self.interval(level).unzip();
        self
    }

    /// A point whose error is that of the mean of `samples`.
    fn around(point: f64, samples: &[f64], scale: Scale, method: Method) -> Self {
        let n = samples.len();
        let standard = standard_deviation(samples).filter(|_| n >= REPLICATIONS_MIN);
        let Some(standard) = standard.map(|deviation| deviation / (n as f64).sqrt()) else {
            let error = Error { standard: 0.0, df: 0.0 };
            return Self { standard_error: None, ..Self::new(point, error, n, scale, Method::TooFew) };
        };
        // What differs by rounding alone does not differ.
        let size = if scale == Scale::Value { point.abs() } else { 1.0 };
        let is_exact = standard <= 1e-12 * size;
        let standard = if is_exact { 0.0 } else { standard };
        let method = if is_exact { Method::Exact } else { method };
        Self::new(point, Error { standard, df: (n - 1) as f64 }, n, scale, method)
    }

    /// The two-sided interval at this level; none of too few blocks.
    #[must_use]
    pub fn interval(&self, level: f64) -> Option<(f64, f64)> {
        let error = self.standard_error?;
        if error <= 0.0 {
            return Some((self.point, self.point));
        }
        let half = StudentsT::new(0.0, 1.0, self.df).ok()?.inverse_cdf(0.5 + level / 2.0) * error;
        let centre = self.scale.of_shown(self.point);
        Some((self.scale.shown(centre - half), self.scale.shown(centre + half)))
    }

    /// Whether the interval at this level lies wholly inside `region`.
    #[must_use]
    pub fn is_inside(&self, region: &Region, level: f64) -> bool {
        self.interval(level).is_some_and(|(low, high)| region.contains(low) && region.contains(high))
    }

    /// How far the point is from the nearest end of `region`, on the scale; none of a region without ends.
    #[must_use]
    pub fn distance(&self, region: &Region) -> Option<f64> {
        let centre = self.scale.of_shown(self.point);
        let ends = [region.low, region.high].into_iter().flatten();
        // A ratio of nothing or less is infinitely far away on the scale of logarithms.
        let distances = ends.map(|end| (centre - self.scale.of_shown(end.at)).abs());
        distances.min_by(f64::total_cmp)
    }

    /// The probability of an error that the interval at level 1 − p has, where p is the level at which it just touches the
    /// nearest end of `region`. None of too few blocks.
    #[must_use]
    pub fn p_value(&self, region: &Region) -> Option<f64> {
        let error = self.standard_error?;
        let Some(distance) = self.distance(region).filter(|_| error > 0.0) else { return Some(0.0) };
        if !distance.is_finite() {
            return Some(0.0);
        }
        let t = StudentsT::new(0.0, 1.0, self.df).ok()?;
        Some(2.0 * t.sf(distance / error))
    }

    /// Half the width of the interval that is shown, as a share of the point; none of too few blocks.
    #[must_use]
    pub fn half_width_share(&self) -> Option<f64> {
        let (low, high) = (self.low?, self.high?);
        Some(match self.scale {
            Scale::LogRatio | Scale::LogValue => (high / low).sqrt() - 1.0,
            Scale::Ratio | Scale::Value if high > low => (high - low) / 2.0 / self.point.abs(),
            Scale::Ratio | Scale::Value => 0.0,
        })
    }

    /// The same as an estimate, with its interval at the level of the findings.
    #[must_use]
    pub const fn estimate(&self) -> Estimate {
        let Self { point, low, high, blocks, method, .. } = *self;
        Estimate { point, low, high, n: blocks, method }
    }
}

/// An error, on the scale of its effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Error {
    /// Standard error.
    pub standard: f64,
    /// Its degrees of freedom.
    pub df: f64,
}

impl Scale {
    /// From the scale to what is shown.
    #[must_use]
    pub fn shown(self, value: f64) -> f64 {
        match self {
            Self::LogRatio | Self::LogValue => libm::exp(value),
            Self::Ratio | Self::Value => value,
        }
    }

    fn of_shown(self, value: f64) -> f64 {
        match self {
            Self::LogRatio | Self::LogValue => libm::log(value),
            Self::Ratio | Self::Value => value,
        }
    }
}

/// Logarithms of the ratios of (of, with), of those pairs that have one.
pub(super) fn log_ratios(pairs: &[(f64, f64)]) -> Vec<f64> {
    let positive = pairs.iter().filter(|(of, with)| *of > 0.0 && *with > 0.0);
    positive.map(|(of, with)| libm::log(of / with)).collect()
}
