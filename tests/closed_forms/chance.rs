//! Random times, from the numbers that an actor draws, with the moments that theory needs.

use jqlab::units::Span;
use std::f64::consts::TAU;

/// How long something takes. Means are in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Law {
    Fixed(f64),
    Exponential(f64),
    /// The deviation is that of the logarithm.
    Lognormal {
        mean: f64,
        deviation: f64,
    },
    /// `long` in the given share of cases.
    TwoPoint {
        short: f64,
        long: f64,
        share: f64,
    },
}

impl Law {
    pub(crate) fn sample(self, mut draw: impl FnMut() -> u64) -> Span {
        // In [0, 1).
        let mut unit = || (draw() >> 11) as f64 / (1_u64 << 53) as f64;
        Span::from_secs_f64(match self {
            Self::Fixed(time) => time,
            Self::Exponential(mean) => -libm::log(1.0 - unit()) * mean,
            Self::Lognormal { mean, deviation } => {
                let radius = libm::sqrt(-2.0 * libm::log(1.0 - unit()));
                let normal = radius * libm::cos(TAU * unit());
                mean * libm::exp(deviation * normal - deviation * deviation / 2.0)
            }
            Self::TwoPoint { short, long, share } => {
                if unit() < share {
                    long
                } else {
                    short
                }
            }
        })
    }

    /// E[Sᵏ] in secondsᵏ.
    pub(crate) fn moment(self, k: i32) -> f64 {
        match self {
            Self::Fixed(time) => time.powi(k),
            Self::Exponential(mean) => mean.powi(k) * (1..=k).map(f64::from).product::<f64>(),
            Self::Lognormal { mean, deviation } => {
                let k = f64::from(k);
                mean.powf(k) * (deviation * deviation * k * (k - 1.0) / 2.0).exp()
            }
            Self::TwoPoint { short, long, share } => share * long.powi(k) + (1.0 - share) * short.powi(k),
        }
    }

    pub(crate) fn mean(self) -> f64 {
        self.moment(1)
    }
}
