//! An effect: an estimate that can be asked for its interval at any level.

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
}

/// How an effect and its error were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// One estimate a block, Student's t over the blocks.
    PairedBlocks,
    /// The same, with a variance pooled over all variants, whose scatter is alike.
    PooledVariance,
    /// A quantile of all jobs of all blocks; the error by a bootstrap over blocks, Student's t.
    Bootstrap,
    /// The same figure in every block: no interval is needed.
    Exact,
}

/// An effect. On its scale, point and error; `df` degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// The ratio, or the value: what is shown.
    pub point: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of the 95 % interval.
    pub high: f64,
    /// On which scale the error is.
    pub scale: Scale,
    /// Standard error, on the scale; 0 of what is exact.
    pub standard_error: f64,
    /// Degrees of freedom of the error.
    pub df: f64,
    /// Blocks that it rests on.
    pub blocks: usize,
    /// How it was found.
    pub method: Method,
}

impl Effect {
    /// An effect of this point and error, both on `scale`.
    #[must_use]
    pub fn new(point: f64, standard_error: f64, df: f64, blocks: usize, scale: Scale, method: Method) -> Self {
        let mut effect =
            Self { point: scale.shown(point), low: 0.0, high: 0.0, scale, standard_error, df, blocks, method };
        (effect.low, effect.high) = effect.interval(0.95);
        effect
    }

    /// The two-sided interval at this level.
    #[must_use]
    pub fn interval(&self, level: f64) -> (f64, f64) {
        let centre = self.scale.of_shown(self.point);
        if self.standard_error <= 0.0 {
            return (self.point, self.point);
        }
        let quantile =
            StudentsT::new(0.0, 1.0, self.df.max(1.0)).map_or(f64::INFINITY, |t| t.inverse_cdf(0.5 + level / 2.0));
        let half = quantile * self.standard_error;
        (self.scale.shown(centre - half), self.scale.shown(centre + half))
    }

    /// Whether the interval at this level lies wholly inside `region`.
    #[must_use]
    pub fn is_inside(&self, region: &Region, level: f64) -> bool {
        let (low, high) = self.interval(level);
        region.contains(low) && region.contains(high)
    }
}

impl Scale {
    /// From the scale to what is shown.
    #[must_use]
    pub fn shown(self, value: f64) -> f64 {
        match self {
            Self::LogRatio => libm::exp(value),
            Self::Ratio | Self::Value => value,
        }
    }

    fn of_shown(self, value: f64) -> f64 {
        match self {
            Self::LogRatio => libm::log(value),
            Self::Ratio | Self::Value => value,
        }
    }
}
