//! A validation as tables on a terminal.

use super::sentences;
use super::tables::{error, limit, negligible, side, tally, verdict};
use crate::lab::validation::Verdict;
use crate::lab::{Estimate, Validation};
use comfy_table::{CellAlignment, Table, presets};
use std::fmt::Write as _;

/// A table for each variant, then how each figure came out, then what is wrong.
#[must_use]
pub fn validation_table(validation: &Validation) -> String {
    let mut text = String::new();
    for variant in &validation.variants {
        let mut table = Table::new();
        table.load_preset(presets::NOTHING);
        table.set_header(["", "measured", "predicted", "error", "live against live", "tolerance", ""]);
        for row in variant.rows.iter().filter(|row| row.verdict != Verdict::Negligible) {
            table.add_row([
                row.figure.name(),
                side(row, row.measured.map(without_interval), row.measured_share),
                side(row, row.predicted.map(without_interval), row.predicted_share),
                error(row.error, row.scale),
                error(row.control, row.scale),
                row.tolerance.map_or_else(String::new, |tolerance| limit(tolerance, row.scale)),
                verdict(row),
            ]);
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{} ({} pairs)", variant.name, variant.pairs);
        text.push_str(&aligned(table, 1..6));
        let _ = writeln!(text, "{}", negligible(variant).trim_start());
    }
    text + &validation_summary(validation)
}

/// How each figure came out over all variants, and what is wrong.
#[must_use]
pub fn validation_summary(validation: &Validation) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header(["", "tolerance", "within", "undecided", "outside", "negligible", "largest error", "where"]);
    for tally in tally(validation) {
        let count = |verdict| tally.counts.get(&verdict).copied().unwrap_or(0).to_string();
        table.add_row([
            tally.figure.name(),
            limit(tally.tolerance, tally.figure.scale()),
            count(Verdict::Within),
            count(Verdict::Undecided),
            count(Verdict::Outside),
            count(Verdict::Negligible),
            error(tally.worst.error, tally.worst.scale),
            tally.variant.to_owned(),
        ]);
    }
    let mut text = aligned(table, 1..7);
    text.push('\n');
    for point in sentences::answer(validation) {
        let _ = writeln!(text, "{point}");
    }
    text
}

/// A terminal has no room for more intervals than those of the errors.
fn without_interval(of: Estimate) -> Estimate {
    Estimate { low: None, high: None, ..of }
}

/// The lines of a table, with figures on the right.
fn aligned(mut table: Table, figures: std::ops::Range<usize>) -> String {
    for column in figures {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string().lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
