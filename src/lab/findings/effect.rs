//! An effect: an estimate that can be asked for its interval at any level.

use crate::lab::statistics::{Estimate, Method};
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

    /// The same as an estimate, with its interval at the level of the findings.
    #[must_use]
    pub const fn estimate(&self) -> Estimate {
        let Self { point, low, high, blocks, method, .. } = *self;
        Estimate { point, low, high, n: blocks, method }
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
