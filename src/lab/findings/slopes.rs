//! What one more dependency costs: within each run, mean sojourns of classes that differ only in how many dependencies their
//! jobs have, regressed on that number. All that such classes have in common, the machine's noise of that run above all, is in
//! the intercept. The slope of a run is [`Measure::Slope`]; here it is put beside the points that it goes through, and
//! beside the check measured directly.

use super::estimating::Estimating;
use crate::lab::statistics::Estimate;
use crate::scenario::claim::{CheckMeasure, Measure, Side, Statistic};
use serde::{Deserialize, Serialize};

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

/// Of each variant that has doses.
pub(super) fn slopes(estimating: &Estimating<'_>) -> Vec<Slope> {
    (0..estimating.blocks.study.variants.len()).filter_map(|variant| of_variant(estimating, variant)).collect()
}

fn of_variant(estimating: &Estimating<'_>, variant: usize) -> Option<Slope> {
    let all = Side { variant, class: None };
    let slope = estimating.estimate(&Measure::Slope, all)?;
    let classes = &estimating.blocks.runs_of(variant).next()?.groups;
    let point = |(class, dose): (usize, u32)| {
        let side = Side { variant, class: Some(class) };
        let mean = estimating.estimate(&Measure::Sojourn(Statistic::Mean), side)?;
        Some((f64::from(dose), side, mean))
    };
    let doses = classes.iter().skip(1).enumerate().filter_map(|(class, group)| Some((class, group.dose?)));
    let mut points: Vec<(f64, Side, Estimate)> = doses.filter_map(point).collect();
    points.sort_by(|one, other| one.0.total_cmp(&other.0));
    let check_whole = estimating.estimate(&Measure::Check(CheckMeasure::Whole), all);
    Some(Slope { variant, points, slope, check_whole })
}
