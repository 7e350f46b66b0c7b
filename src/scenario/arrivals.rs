//! How jobs come, and how many of them in a second.

use super::distribution::Distribution;
use crate::units::Span;
use std::fmt;

/// How jobs come.
#[derive(Debug, Clone, PartialEq)]
pub enum ArrivalProcess {
    /// Open, with exponential gaps.
    Poisson {
        /// How many jobs.
        rate: Rate,
    },
    /// Open, with equal gaps.
    Fixed {
        /// How many jobs.
        rate: Rate,
    },
    /// Clients that each wait for their job, think, and submit the next.
    Closed {
        /// Clients that take part.
        clients: u32,
        /// How long they think.
        think: Distribution,
    },
    /// All at the start.
    AtOnce {
        /// So many jobs go into one `submit_many`; none: each is submitted alone.
        batch: Option<u32>,
    },
}

/// How many jobs arrive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rate {
    /// So many per second.
    PerSecond(f64),
    /// A share of what the queue can do at most: see [`Plan::pilots`](super::Plan::pilots).
    OfSaturation {
        /// The share: 0.8 is 80 %.
        share: f64,
        /// Jobs per second, once a pilot has found the saturation.
        per_second: Option<f64>,
    },
}

impl Rate {
    /// Jobs per second; none of a share of a saturation that is not known yet.
    #[must_use]
    pub const fn per_second(self) -> Option<f64> {
        match self {
            Self::PerSecond(rate) => Some(rate),
            Self::OfSaturation { per_second, .. } => per_second,
        }
    }
}

impl ArrivalProcess {
    /// How many jobs arrive; none if that depends on the queue: of clients that wait, and of jobs that are all there.
    #[must_use]
    pub const fn rate(&self) -> Option<Rate> {
        match self {
            Self::Poisson { rate } | Self::Fixed { rate } => Some(*rate),
            Self::Closed { .. } | Self::AtOnce { .. } => None,
        }
    }

    /// Whether jobs come whatever the queue does, so that they can outrun it.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.rate().is_some()
    }

    pub(super) const fn rate_mut(&mut self) -> Option<&mut Rate> {
        match self {
            Self::Poisson { rate } | Self::Fixed { rate } => Some(rate),
            Self::Closed { .. } | Self::AtOnce { .. } => None,
        }
    }

    /// In words, for summaries.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Poisson { rate } => format!("Poisson arrivals, {rate}"),
            Self::Fixed { rate } => format!("arrivals in equal gaps, {rate}"),
            Self::Closed { clients, think: Distribution::Fixed(Span::ZERO) } => {
                format!("{clients} clients, one job each")
            }
            Self::Closed { clients, think } => format!("{clients} clients, one job each, thinking {think}"),
            Self::AtOnce { batch: None } => "all at once".to_owned(),
            Self::AtOnce { batch: Some(batch) } => format!("all at once, {batch} a call"),
        }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PerSecond(rate) => write!(f, "{rate}/s"),
            Self::OfSaturation { share, per_second } => {
                write!(f, "{}% of saturation", (share * 1e6).round() / 1e4)?;
                per_second.map_or(Ok(()), |rate| write!(f, " ({rate:.1}/s)"))
            }
        }
    }
}
