//! Designs by measures, and what a check is made of.

use super::blocks::Blocks;
use super::estimating::Estimating;
use crate::lab::statistics::Estimate;
use crate::scenario::claim::{CheckMeasure, Measure, Side, Statistic};
use serde::{Deserialize, Serialize};

/// More designs than this without a role are no table that anybody reads.
const ROWS_MAX: usize = 8;
/// Parts of a check, in the order in which they happen; the instrument's own at the end.
const PARTS: [CheckMeasure; 5] =
    [CheckMeasure::Lock, CheckMeasure::Read, CheckMeasure::Parse, CheckMeasure::Build, CheckMeasure::Instrument];

/// Designs by measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// What the columns show.
    pub columns: Vec<Column>,
    /// One row for each design.
    pub rows: Vec<DecisionRow>,
}

/// A column of the table of designs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// The table of designs: of variants with a role, or of all if they are few. Columns are the measures of the claims, then
/// throughput, the design's part of a check and the 95th percentile. None of fewer than two designs.
pub(super) fn decision(estimating: &Estimating<'_>, measures: &[(Measure, Option<usize>)]) -> Option<Decision> {
    let variants = &estimating.blocks.study.variants;
    let with_role: Vec<usize> = (0..variants.len()).filter(|variant| variants[*variant].role.is_some()).collect();
    let designs = if with_role.is_empty() { (0..variants.len()).collect() } else { with_role };
    if designs.len() < 2
        || designs.len() > ROWS_MAX.max(variants.iter().filter(|variant| variant.role.is_some()).count())
    {
        return None;
    }
    let mut columns: Vec<Column> = measures
        .iter()
        .filter(|(measure, _)| !measure.is_of_a_sweep())
        .map(|(measure, class)| Column { measure: measure.clone(), class: *class })
        .collect();
    let further = [Some(Measure::Throughput), Some(Measure::Check(CheckMeasure::Design)), p95(&estimating.blocks)];
    for measure in further.into_iter().flatten() {
        let column = Column { measure, class: None };
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    let cells: Vec<Vec<Option<DecisionCell>>> =
        columns.iter().map(|column| of_column(estimating, column, &designs)).collect();
    let has_figures: Vec<usize> = (0..columns.len()).filter(|at| cells[*at].iter().any(Option::is_some)).collect();
    let row = |(place, variant): (usize, &usize)| DecisionRow {
        variant: *variant,
        cells: has_figures.iter().map(|column| cells[*column][place]).collect(),
    };
    let rows = designs.iter().enumerate().map(row).collect();
    let columns = has_figures.iter().map(|at| columns[*at].clone()).collect();
    Some(Decision { columns, rows })
}

/// The 95th percentile, where jobs arrive whatever the queue does: else a sojourn says more of the load than of the design.
fn p95(blocks: &Blocks<'_>) -> Option<Measure> {
    blocks.has_open_arrivals().then_some(Measure::Sojourn(Statistic::P95))
}

fn of_column(estimating: &Estimating<'_>, column: &Column, designs: &[usize]) -> Vec<Option<DecisionCell>> {
    let side = |variant: usize| Side { variant, class: column.class };
    let estimates: Vec<Option<Estimate>> =
        designs.iter().map(|variant| estimating.estimate(&column.measure, side(*variant))).collect();
    let better = |one: f64, other: f64| if column.measure.more_is_better() { one > other } else { one < other };
    let points = || estimates.iter().enumerate().filter_map(|(place, cell)| Some((place, cell.as_ref()?.point)));
    let best = points().reduce(|best, next| if better(next.1, best.1) { next } else { best }).map(|(place, _)| place);
    // It has to be better than each other one beyond the interval of their ratio.
    let is_clear = |best: usize| {
        points().count() > 1
            && points().filter(|(place, _)| *place != best).all(|(other, _)| {
                let ratio = estimating.ratio(&column.measure, side(designs[best]), side(designs[other]));
                let interval = ratio.and_then(|ratio| Some((ratio.low?, ratio.high?)));
                interval.is_some_and(|(low, high)| better(low, 1.0) && better(high, 1.0))
            })
    };
    let best = best.filter(|best| is_clear(*best));
    let cell = |(place, estimate): (usize, Option<Estimate>)| {
        Some(DecisionCell { estimate: estimate?, is_best: best == Some(place) })
    };
    estimates.into_iter().enumerate().map(cell).collect()
}

/// What a mean check is made of, of each variant that has checks.
pub(super) fn checks(estimating: &Estimating<'_>) -> Vec<CheckSplit> {
    let split = |variant: usize| {
        let side = Side { variant, class: None };
        let of = |part: CheckMeasure| estimating.estimate(&Measure::Check(part), side);
        let sizes: Vec<f64> = estimating
            .blocks
            .runs_of(variant)
            .filter_map(|run| run.checks.as_ref())
            .map(|checks| checks.bytes_mean)
            .collect();
        Some(CheckSplit {
            variant,
            bytes_mean: crate::lab::statistics::mean(&sizes)?,
            design: of(CheckMeasure::Design)?,
            parts: PARTS.into_iter().filter_map(|part| Some((Measure::Check(part), of(part)?))).collect(),
        })
    };
    (0..estimating.blocks.study.variants.len()).filter_map(split).collect()
}
