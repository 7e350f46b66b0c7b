//! What is expected of a measure.

use super::Formula;
use serde::{Deserialize, Serialize};

/// What is expected. Shares are parts of one: 0.1 is 10 %. Values are in the unit of the claim's measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expectation {
    /// Less than what it is held against.
    Less,
    /// Greater than what it is held against.
    Greater,
    /// No further from it than this share, either way.
    Equivalent(f64),
    /// At least this share less.
    AtLeastLess(f64),
    /// At most this share less.
    AtMostLess(f64),
    /// At least this share greater.
    AtLeastGreater(f64),
    /// At most this share greater.
    AtMostGreater(f64),
    /// At least this value.
    AtLeast(f64),
    /// At most this value.
    AtMost(f64),
    /// What the formula comes to, in each run.
    Exactly(Formula),
    /// Nothing of it, in any run.
    Never,
    /// Some of it, in every run.
    Always,
}

/// An end of a region.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bound {
    /// Where it is.
    pub at: f64,
    /// Whether it belongs to the region.
    pub inclusive: bool,
}

/// What values are as expected: of the ratio of two sides, or of the measure itself.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Region {
    /// From here.
    pub low: Option<Bound>,
    /// To here.
    pub high: Option<Bound>,
}

impl Expectation {
    /// Whether it holds one side against another.
    #[must_use]
    pub const fn is_relative(&self) -> bool {
        !matches!(self, Self::AtLeast(_) | Self::AtMost(_) | Self::Exactly(_) | Self::Never | Self::Always)
    }

    /// The ratios or values that are as expected; none of a formula, whose value differs from run to run, and of never and
    /// always, which are about each run.
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        let from = |at| Some(Bound { at, inclusive: true });
        let beyond = |at| Some(Bound { at, inclusive: false });
        Some(match self {
            Self::Less => Region { low: None, high: beyond(1.0) },
            Self::Greater => Region { low: beyond(1.0), high: None },
            Self::Equivalent(share) => Region { low: from(1.0 - share), high: from(1.0 + share) },
            Self::AtLeastLess(share) => Region { low: None, high: from(1.0 - share) },
            Self::AtMostLess(share) => Region { low: from(1.0 - share), high: None },
            Self::AtLeastGreater(share) => Region { low: from(1.0 + share), high: None },
            Self::AtMostGreater(share) => Region { low: None, high: from(1.0 + share) },
            Self::AtLeast(value) => Region { low: from(*value), high: None },
            Self::AtMost(value) => Region { low: None, high: from(*value) },
            Self::Exactly(_) | Self::Never | Self::Always => return None,
        })
    }
}

impl Region {
    /// Whether `value` is in it.
    #[must_use]
    pub fn contains(&self, value: f64) -> bool {
        let above = |low: Bound| value > low.at || (low.inclusive && value >= low.at);
        let below = |high: Bound| value < high.at || (high.inclusive && value <= high.at);
        self.low.is_none_or(above) && self.high.is_none_or(below)
    }
}
