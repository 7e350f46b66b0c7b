//! Tables of a validation.

use super::quantity;
use crate::lab::Estimate;
use crate::lab::Validation;
use crate::lab::validation::{Figure, Row, Scale, VariantValidation, Verdict};
use crate::report::document::Block;
use crate::report::figures::{NOTHING, estimate, percent, point, points};
use std::collections::BTreeMap;

/// How each figure came out over all variants.
pub(super) fn summary(validation: &Validation) -> Block {
    let rows = tally(validation).into_iter().map(|tally| {
        let Tally { figure, counts, tolerance, variant, worst } = tally;
        let count = |verdict| counts.get(&verdict).copied().unwrap_or(0).to_string();
        vec![
            figure.name(),
            limit(tolerance, figure.scale()),
            count(Verdict::Within),
            count(Verdict::Undecided),
            count(Verdict::Outside),
            count(Verdict::Negligible),
            error(worst.error, worst.scale),
            format!("“{variant}”"),
        ]
    });
    let head = ["figure", "tolerance", "within", "undecided", "outside", "negligible", "largest error", "where"];
    Block::table(&head, rows.collect(), "Variants by verdict. Figures that are not judged are in the tables below.")
}

/// How one figure came out.
pub(super) struct Tally<'a> {
    pub(super) figure: Figure,
    pub(super) tolerance: f64,
    pub(super) counts: BTreeMap<Verdict, usize>,
    /// Where the error is largest.
    pub(super) variant: &'a str,
    pub(super) worst: &'a Row,
}

/// The figures that are judged in some variant.
pub(super) fn tally(validation: &Validation) -> Vec<Tally<'_>> {
    Figure::all()
        .filter_map(|figure| {
            let rows = || validation.rows().filter(move |(_, row)| row.figure == figure);
            let tolerance = rows().find_map(|(_, row)| row.tolerance)?;
            let mut counts = BTreeMap::new();
            for (_, row) in rows() {
                *counts.entry(row.verdict).or_insert(0) += 1;
            }
            let judged = rows().filter(|(_, row)| !matches!(row.verdict, Verdict::NotJudged | Verdict::Negligible));
            let size = |row: &Row| row.error.map_or(0.0, |error| error.point.abs());
            let worst = judged.max_by(|(_, one), (_, other)| size(one).total_cmp(&size(other)))?;
            Some(Tally { figure, tolerance, counts, variant: &worst.0.name, worst: worst.1 })
        })
        .collect()
}

/// How much of an estimate is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// With its interval.
    Intervals,
    /// Without: a terminal has no room for more intervals than those of the errors.
    Points,
}

/// All figures of a variant.
pub(super) fn variant(variant: &VariantValidation, detail: Detail) -> Block {
    let negligible = negligible(variant);
    let rows = variant.rows.iter().filter(|row| row.verdict != Verdict::Negligible).map(|row| {
        vec![
            row.figure.name(),
            side(row, row.measured, row.measured_share, detail),
            side(row, row.predicted, row.predicted_share, detail),
            error(row.error, row.scale),
            error(row.control, row.scale),
            row.tolerance.map_or_else(|| NOTHING.to_owned(), |tolerance| limit(tolerance, row.scale)),
            verdict(row),
        ]
    });
    let head = ["figure", "measured", "predicted", "error", "live against live", "tolerance", "verdict"];
    let note = format!("Replications in pairs: {}, with a control: {}.{negligible}", variant.pairs, variant.controls);
    Block::table(&head, rows.collect(), note)
}

/// The figures that are negligible, in a sentence; nothing if there are none.
fn negligible(variant: &VariantValidation) -> String {
    let names: Vec<String> =
        variant.rows.iter().filter(|row| row.verdict == Verdict::Negligible).map(|row| row.figure.name()).collect();
    match names.is_empty() {
        true => String::new(),
        false => format!(" Below 1 % of the sojourn on both sides: {}.", names.join(", ")),
    }
}

/// A figure on one side, with its share of the sojourn where that is judged.
fn side(row: &Row, of: Option<Estimate>, share: Option<f64>, detail: Detail) -> String {
    let value = match (of, detail) {
        // It did not happen on this side.
        (Some(Estimate { point: 0.0, high: None | Some(0.0), .. }), _) => return NOTHING.to_owned(),
        (of, Detail::Intervals) => estimate(of, quantity(row.figure)),
        (of, Detail::Points) => point(of, quantity(row.figure)),
    };
    share.map_or(value.clone(), |share| format!("{value} = {}", percent(share)))
}

/// An error: `+12.3 % (+8.1 to +16.0)`.
pub(super) fn error(of: Option<Estimate>, scale: Scale) -> String {
    let unit = match scale {
        Scale::Relative => "%",
        Scale::Points => "points",
    };
    let Some(of) = of else { return NOTHING.to_owned() };
    match (of.low, of.high) {
        (Some(low), Some(high)) => format!("{} {unit} ({} to {})", points(of.point), points(low), points(high)),
        _ => format!("{} {unit}", points(of.point)),
    }
}

/// A tolerance.
pub(super) fn limit(tolerance: f64, scale: Scale) -> String {
    let hundredths = tolerance * 100.0;
    match scale {
        Scale::Relative => format!("{hundredths:.4} %").replace(".0000", ""),
        Scale::Points => format!("{hundredths:.4} points").replace(".0000", ""),
    }
}

/// The verdict of a row, and where it is judged if not by itself.
fn verdict(row: &Row) -> String {
    match row.judged_in {
        Some(sum) => format!("in “{}”", sum.name()),
        None => row.verdict.in_words().to_owned(),
    }
}
