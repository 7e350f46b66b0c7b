//! How much a queue can bear: the highest rate of arrivals at which a condition holds, by bisection in virtual time.

mod search;
mod stability;

pub use search::{PRECISION, capacity};

use super::Estimate;
use crate::scenario::Condition;
use serde::{Deserialize, Serialize};

/// How much each variant bears while a condition holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Capacity {
    /// What is to hold.
    pub condition: Condition,
    /// Jobs of each run.
    pub jobs: u32,
    /// Runs at each rate; the same random numbers at all rates and in all variants.
    pub replications: u32,
    /// How near bisection comes to the rate, as a share of it.
    pub precision: f64,
    /// Each variant that was asked about, in the order of the study.
    pub variants: Vec<VariantCapacity>,
    /// True if it was stopped before its end: variants may be missing.
    #[serde(default)]
    pub partial: bool,
}

/// How much a variant bears.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VariantCapacity {
    /// Place of the variant, among those of the study.
    pub variant: usize,
    /// Name of the modelled machine.
    pub profile: String,
    /// What came of it.
    pub found: Found,
    /// How jobs come in the scenario, in words, if Poisson arrivals take the place of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
    /// The rates that were tried, in ascending order.
    pub tried: Vec<Trial>,
}

/// What a search for the highest rate found. Rates are in jobs per second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// The highest rate at which the condition holds of all replications together, with Student's interval over the rates at
    /// which it holds of each.
    Rate {
        /// That rate.
        capacity: Estimate,
        /// Whether jobs outrun the queue beyond it, so that no condition could hold; else the condition fails first.
        is_saturation: bool,
    },
    /// It does not hold at this rate, which is as good as none.
    Never {
        /// The lowest rate tried.
        at: f64,
    },
    /// It still holds at this rate.
    Always {
        /// The highest rate tried.
        at: f64,
    },
}

/// A rate that was tried.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Jobs per second.
    pub rate: f64,
    /// The measure, over the replications; none if nothing was measured.
    pub value: Option<Estimate>,
    /// Replications in which jobs did not outrun the queue.
    pub stable: u32,
    /// Whether the condition holds of all replications together.
    pub holds: bool,
}
