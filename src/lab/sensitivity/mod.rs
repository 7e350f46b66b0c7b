//! What would change if a cost were another: every cost of the machine, every lock's hold time, workers, cores and the disk's
//! latency, each scaled alone, in virtual time and with common random numbers.

mod knob;
mod trial;

pub use trial::sensitivity;

use super::Estimate;
use super::findings::Effect;
use crate::scenario::claim::Measure;
use serde::{Deserialize, Serialize};

/// What a study's measure would be if a cost were another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sensitivity {
    /// What is measured.
    pub measure: Measure,
    /// Number of the class that it is read of; none: all jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<usize>,
    /// Place of the variant whose costs are scaled, among those of the study.
    pub variant: usize,
    /// Name of the modelled machine.
    pub profile: String,
    /// Jobs of each run.
    pub jobs: u32,
    /// Runs of each setting; the same random numbers in all settings.
    pub replications: u32,
    /// The measure as it is.
    pub base: Estimate,
    /// What the measure depends on, the largest effect first.
    pub knobs: Vec<Scaled>,
    /// What it does not depend on: no setting changes it by [`EFFECT_MIN`] or more. In words, as in [`Scaled::name`].
    pub without_effect: Vec<String>,
    /// True if it was stopped before its end: knobs may be missing.
    #[serde(default)]
    pub partial: bool,
}

/// Changes of the measure below this share of it are called none.
pub const EFFECT_MIN: f64 = 0.0005;

/// Something that is scaled, alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scaled {
    /// In words: `json parse`, `holding the queue lock`, `workers`.
    pub name: String,
    /// What it is, in a few more words.
    pub about: String,
    /// How much there is of it now: `4`, `250us + 10us per KiB`; empty if that is no single figure.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub now: String,
    /// What it was set to, and what came of it, in the order of the factors.
    pub settings: Vec<Setting>,
}

/// One setting of what is scaled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// Times what it is now; none: without a limit.
    pub factor: Option<f64>,
    /// The measure with this setting; none if no run with it was sound.
    pub value: Option<Estimate>,
    /// Ratio of the measure with this setting to the measure as it is, by pairs of runs with the same random numbers; none if
    /// the measure as it is is nothing.
    pub effect: Option<Effect>,
}
