//! Results side by side: studies of the same scenario, each held against the first, with the statistics of claims.
//!
//! Two studies in virtual time with the same seed had the same random numbers: they are compared block by block. All others were
//! made at different times, and their blocks are independent: Welch's interval.

mod beside;
mod differences;
mod effects;

pub use beside::{Asked, compare};
pub(in crate::lab) use effects::Reading;

use super::Estimate;
use super::findings::{Effect, Verdict};
use crate::scenario::claim::Measure;
use serde::Serialize;

/// Results, each held against the first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Compared {
    /// What the first is called.
    pub against: String,
    /// What is still no regression: a share of the measure.
    pub margin: f64,
    /// The level that all verdicts on regressions have together (Holm).
    pub level: f64,
    /// The others, in their order.
    pub others: Vec<Beside>,
}

/// A result beside the first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Beside {
    /// What it is called.
    pub name: String,
    /// Why it should not be compared; only if that was forced.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub obstacles: Vec<String>,
    /// In what the two differ, apart from what was measured.
    pub differences: Vec<Difference>,
    /// Whether blocks are pairs with the same random numbers, or else independent.
    pub is_paired: bool,
    /// Each measure of each variant that both have.
    pub rows: Vec<ComparedRow>,
    /// Claims whose verdict is another.
    pub verdicts: Vec<VerdictChange>,
}

/// In what two results differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// What: `commit`, `machine cpu`.
    pub what: String,
    /// In the first.
    pub first: String,
    /// In the other.
    pub other: String,
}

/// A measure of a variant, in both.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ComparedRow {
    /// Name of the variant.
    pub variant: String,
    /// What is measured.
    pub measure: Measure,
    /// Of which class of jobs; none: of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// In the first.
    pub first: Option<Estimate>,
    /// In the other.
    pub other: Option<Estimate>,
    /// Ratio of the other to the first; none if that is nothing, or too little was measured.
    pub effect: Option<Effect>,
    /// The interval at the corrected level.
    pub corrected: Option<(f64, f64)>,
    /// Whether it is worse by more than the margin, and surely so.
    pub is_regression: bool,
}

/// A claim that came out otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerdictChange {
    /// The claim.
    pub quote: String,
    /// In the first.
    pub first: Verdict,
    /// In the other.
    pub other: Verdict,
}
