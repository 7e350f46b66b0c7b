//! What `[sensitivity]` asks: what would change if a cost were another.

use super::claim::Measure;

/// What costs are scaled by where nothing else is said.
pub const FACTORS: [f64; 3] = [0.0, 0.5, 2.0];

/// What `[sensitivity]` asks.
#[derive(Debug, Clone, PartialEq)]
pub struct SensitivityPlan {
    /// What is measured.
    pub measure: Measure,
    /// Number of the class that it is read of; none: all jobs.
    pub class: Option<usize>,
    /// Place of the variant whose costs are scaled.
    pub variant: usize,
    /// What each cost is scaled by, in turn; different, and none of them 1.
    pub factors: Vec<f64>,
}
