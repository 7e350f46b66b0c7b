//! From an error and a tolerance to a verdict.

use crate::lab::Estimate;
use serde::{Deserialize, Serialize};

/// Below this share of the sojourn, measured and predicted, an account is negligible.
const NEGLIGIBLE: f64 = 0.01;

/// How a prediction came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The whole interval of the error is within the tolerance.
    Within,
    /// The interval reaches over the tolerance's edge, or there is none: too few runs, or too much noise.
    Undecided,
    /// The whole interval is beyond the tolerance, or one side alone has the figure.
    Outside,
    /// Less than a hundredth of the sojourn on both sides.
    Negligible,
    /// There is no tolerance for it, or it is judged in a sum.
    NotJudged,
}

impl Verdict {
    /// In words.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Undecided => "undecided",
            Self::Outside => "OUTSIDE",
            Self::Negligible => "negligible",
            Self::NotJudged => "not judged",
        }
    }
}

/// The verdict on an error of which at most `tolerance` is allowed, either way.
pub(super) fn verdict(error: Option<Estimate>, tolerance: f64) -> Verdict {
    let Some((low, high)) = error.and_then(|error| Some((error.low?, error.high?))) else {
        return Verdict::Undecided;
    };
    if low >= -tolerance && high <= tolerance {
        Verdict::Within
    } else if high < -tolerance || low > tolerance {
        Verdict::Outside
    } else {
        Verdict::Undecided
    }
}

/// Whether both shares of the sojourn are negligible; what is not there is.
pub(super) fn is_negligible(measured: Option<f64>, predicted: Option<f64>) -> bool {
    measured.unwrap_or(0.0) < NEGLIGIBLE && predicted.unwrap_or(0.0) < NEGLIGIBLE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::statistics::Method;

    #[test]
    fn only_a_whole_interval_decides() {
        let error = |low: f64, high: f64| {
            let point = f64::midpoint(low, high);
            Some(Estimate { point, low: Some(low), high: Some(high), n: 5, method: Method::PairedDifference })
        };
        for (low, high, expected) in [
            (-0.15, 0.15, Verdict::Within),
            (0.01, 0.02, Verdict::Within),
            (0.10, 0.16, Verdict::Undecided),
            (-0.16, 0.10, Verdict::Undecided),
            (-0.30, 0.30, Verdict::Undecided),
            (0.16, 0.20, Verdict::Outside),
            (-0.90, -0.16, Verdict::Outside),
        ] {
            assert_eq!(verdict(error(low, high), 0.15), expected, "{low} to {high}");
        }
        let alone = Some(Estimate { point: 0.9, low: None, high: None, n: 2, method: Method::TooFew });
        assert_eq!(verdict(alone, 0.15), Verdict::Undecided);
        assert_eq!(verdict(None, 0.15), Verdict::Undecided);
    }

    #[test]
    fn what_is_small_on_both_sides_alone_is_negligible() {
        assert!(is_negligible(Some(0.009), Some(0.0)) && is_negligible(None, Some(0.0)));
        assert!(!is_negligible(Some(0.009), Some(0.01)) && !is_negligible(Some(0.5), None));
    }
}
