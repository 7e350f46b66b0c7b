//! What a study found: its claims judged, and what the first page of a report shows beside them.
//!
//! Everything here follows from the study and its runs, and is in `results.json` under `findings`, so that each figure of a
//! first page has a path. The unit of analysis is the block: every variant once.

mod effect;

pub use super::statistics::Method;
pub use effect::{Effect, Scale};

use super::statistics::Estimate;
use super::{RunSummary, Study};
use crate::scenario::Until;
use crate::scenario::claim::{Measure, Region, Side};
use serde::{Deserialize, Serialize};

/// What a study found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Findings {
    /// Level of every interval that is shown: 0.95, or more where the study could stop early.
    pub level: f64,
    /// Blocks made: the most sound runs of a variant.
    pub blocks: usize,
    /// Of each claim of the study, in its order.
    pub claims: Vec<Judged>,
    /// What identical designs differ by; none without controls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null_control: Option<NullControl>,
    /// The table of designs by measures; none if no variant has a role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// What a dependency check is made of, for each design and size.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckSplit>,
    /// How a measure grows over a swept knob, with the fitted law where it is a throughput.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub growth: Vec<Growth>,
    /// What a dose costs: a regression over classes of one run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slopes: Vec<Slope>,
    /// Whether the machine drifted during the study; none in virtual time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
    /// Runs that stalled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stalled: Vec<Stalled>,
}

impl Findings {
    /// What `runs` of `study` found. Claims that are of the prediction are judged on its study and runs; without one they
    /// are undecided.
    #[must_use]
    pub fn of(study: &Study, runs: &[RunSummary], prediction: Option<(&Study, &[RunSummary])>) -> Self {
        let _ = (study, runs, prediction);
        Self::default()
    }

    /// Whether the study may stop, by its rule.
    #[must_use]
    pub fn is_enough(&self, until: Until) -> bool {
        let _ = until;
        false
    }
}

/// How a claim was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The corrected interval lies wholly inside what is claimed.
    Supported,
    /// It lies wholly outside.
    Refuted,
    /// Neither.
    Undecided,
}

/// A claim, judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Of the claim as a whole: supported where each contrast is, refuted where one is, else undecided.
    pub verdict: Verdict,
    /// Each contrast of the claim, in its order.
    pub contrasts: Vec<JudgedContrast>,
    /// Place of the contrast that the verdict rests on: the one that speaks most against the claim.
    pub decisive: usize,
    /// The smallest level of error at which the verdict's side could be taken; none if nothing was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_value: Option<f64>,
    /// What would decide it, if it is undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_decide: Option<ToDecide>,
}

/// One contrast of a claim, judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JudgedContrast {
    /// Of this contrast alone.
    pub verdict: Verdict,
    /// What was measured; none if nothing was.
    pub effect: Option<Effect>,
    /// The measure of the side that the claim is about.
    pub of: Option<Estimate>,
    /// The measure of what it is held against.
    pub with: Option<Estimate>,
    /// What would be as expected; none of a formula, never and always, which are about each run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// The level at which it was judged, after the correction for all claims of the file: that of the findings or more.
    pub level: f64,
    /// The interval at that level.
    pub corrected: Option<(f64, f64)>,
    /// In words, what a bare figure does not say: `in 12 of 12 runs`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What would decide an undecided claim.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ToDecide {
    /// More blocks, about.
    pub blocks: u32,
    /// What they take, at the rate of those that were made, in nanoseconds; none in virtual time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes_ns: Option<u64>,
}

/// What identical designs differ by: the baseline twice in each block.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NullControl {
    /// Of which variant there were two.
    pub variant: usize,
    /// On which measure: that of the first claim that compares variants, else throughput.
    pub measure: Measure,
    /// Their ratio.
    pub effect: Effect,
    /// The smallest difference that this study can tell, as a share: half the width of the interval.
    pub smallest_share: f64,
}

/// Designs by measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What the columns show.
    pub columns: Vec<Column>,
    /// One row for each design.
    pub rows: Vec<DecisionRow>,
}

/// A column of the table of designs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// What is measured.
    pub measure: Measure,
    /// Of which class; none: of all jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<usize>,
}

/// A design, and what was measured of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecisionRow {
    /// Place of the variant.
    pub variant: usize,
    /// For each column; none where nothing was measured.
    pub cells: Vec<Option<DecisionCell>>,
}

/// A figure of the table of designs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DecisionCell {
    /// With its interval.
    pub estimate: Estimate,
    /// Whether it is better than every other row's, beyond the intervals of the differences.
    pub is_best: bool,
}

/// What a mean dependency check is made of, in nanoseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckSplit {
    /// Place of the variant.
    pub variant: usize,
    /// Mean size of the files read, in bytes.
    pub bytes_mean: f64,
    /// What the design asks for.
    pub design: Estimate,
    /// Its parts, then the instrument's: name and mean.
    pub parts: Vec<(Measure, Estimate)>,
}

/// A measure over a swept knob.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    /// What is measured.
    pub measure: Measure,
    /// Of which class; none: of all jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<usize>,
    /// The swept knob.
    pub knob: String,
    /// What tells this curve from the others of its panel: values of the other knobs.
    pub curve: String,
    /// What tells its panel from the others; may be empty.
    pub panel: String,
    /// Whether these are runs of a prediction.
    #[serde(default)]
    pub is_predicted: bool,
    /// The value of the knob, the variant and what was measured.
    pub points: Vec<GrowthPoint>,
    /// The law, where the measure is a throughput and there are enough points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<ScalabilityLaw>,
}

/// A point of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GrowthPoint {
    /// Value of the swept knob.
    pub at: f64,
    /// Place of the variant.
    pub variant: usize,
    /// What was measured.
    pub estimate: Estimate,
}

/// The universal scalability law X(N) = λ N / (1 + σ (N − 1) + κ N (N − 1)) (Gunther 2007), fitted by least squares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ScalabilityLaw {
    /// λ: throughput of one, per second.
    pub of_one: f64,
    /// σ, with its standard error.
    pub contention: (f64, f64),
    /// κ, with its standard error.
    pub coherence: (f64, f64),
    /// Where it peaks, √((1 − σ) / κ); none if it only levels off.
    pub peak_at: Option<f64>,
    /// The highest throughput, per second: at the peak, or the limit λ / σ.
    pub limit: Option<f64>,
    /// Share of the variation of the points that it explains.
    pub r_squared: f64,
}

/// What one more dependency costs, by regression over the classes of each run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slope {
    /// Place of the variant.
    pub variant: usize,
    /// Dose and mean sojourn of each class, over the blocks: dependencies of a job, nanoseconds.
    pub points: Vec<(f64, Side, Estimate)>,
    /// What one more adds to a mean sojourn, in nanoseconds.
    pub slope: Estimate,
    /// The same measured directly: a whole check, in nanoseconds.
    pub check_whole: Option<Estimate>,
}

/// Whether a study's figures depend on when a run was made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// Of the residual, as a share of the measure, from the first run to the last.
    pub from_first_to_last: f64,
    /// Of a slope as large, if there were none.
    pub p_value: f64,
    /// Correlation of the residuals of neighbours.
    pub autocorrelation: f64,
    /// Of a correlation as large, if there were none.
    pub autocorrelation_p_value: f64,
}

/// A run in which something took far too long.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stalled {
    /// Place of the run among the runs.
    pub run: usize,
    /// What stalled: a file operation or a wake-up.
    pub what: String,
    /// How long, in nanoseconds.
    pub took_ns: u64,
    /// The decisive effect of the first claim that the run is part of, with it and without it; none if it is in none.
    pub effect_with_and_without: Option<(f64, f64)>,
}
