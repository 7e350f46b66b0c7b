//! Which design: variants with their roles by measures.

use super::sheet::{Figure, Sheet};
use crate::lab::Analysis;
use crate::lab::findings::{Column, Decision};
use crate::report::document::{Block, Line};
use crate::report::figures::Quantity;
use crate::report::words;
use crate::scenario::Role;
use crate::scenario::claim::{CheckMeasure, Measure};

/// So many designs and measures stand on a first page.
const DESIGNS_MAX: usize = 6;
const MEASURES_MAX: usize = 6;

/// Stands between a variant's name and its settings.
const BETWEEN: &str = " · ";

/// Anchor of the whole table.
pub(in crate::report) const DESIGNS: &str = "designs";

/// The designs of the first page; none if no variant has a role.
pub(in crate::report) fn decision(analysis: &Analysis) -> Option<Block> {
    let decision = analysis.findings.decision.as_ref()?;
    let shown = shown(analysis, decision);
    let left_out = decision.rows.len() - shown.len();
    let note = Line::from("Bold: better than every other, beyond the intervals of the differences. ");
    let note = match decision.columns.iter().any(|column| column.measure == Measure::Check(CheckMeasure::Design)) {
        true => note.text("“A check” is without the instrument’s own messages. "),
        false => note,
    };
    let note =
        if left_out > 0 { note.text(format!("{left_out} more, and intervals, in ")) } else { note.text("Intervals: ") };
    let note = note.see(DESIGNS).text(".");
    let shared = shared(analysis, decision, &shown);
    let sheet = sheet(analysis, decision, &shown, (MEASURES_MAX, false), &shared);
    let all = if shared.is_empty() { String::new() } else { format!(", all with {}", words::and(&shared)) };
    Some(sheet.into_block("decision", &format!("Designs by what they cost{all}"), note))
}

/// All designs and measures, with their intervals.
pub(in crate::report) fn designs(analysis: &Analysis) -> Option<Block> {
    let decision = analysis.findings.decision.as_ref()?;
    let note = "Means over blocks, and quantiles of all jobs of all blocks, with their intervals. What no claim names is exploratory.";
    let all: Vec<usize> = (0..decision.rows.len()).collect();
    let sheet = sheet(analysis, decision, &all, (usize::MAX, true), &[]);
    Some(sheet.into_block(DESIGNS, "Designs by what they cost, with intervals", note))
}

/// Rows of the first page: where a matrix makes too many, those of its last point, where each swept knob is at its last value.
fn shown(analysis: &Analysis, decision: &Decision) -> Vec<usize> {
    let point = |row: &usize| {
        let variant = decision.rows.get(*row).and_then(|row| analysis.study.variants.get(row.variant));
        variant.map(|variant| variant.point)
    };
    let mut shown: Vec<usize> = (0..decision.rows.len()).collect();
    if shown.len() > DESIGNS_MAX {
        let last = shown.iter().filter_map(point).max();
        shown.retain(|row| point(row) == last);
    }
    shown.truncate(DESIGNS_MAX);
    shown
}

/// Parts of names that all of some rows have, such as a setting of the matrix; none of a single row.
fn shared(analysis: &Analysis, decision: &Decision, shown: &[usize]) -> Vec<String> {
    let names = || shown.iter().filter_map(|row| analysis.study.variants.get(decision.rows.get(*row)?.variant));
    let Some(first) = names().next().filter(|_| shown.len() > 1) else { return Vec::new() };
    let has = |name: &str, part: &str| name.split(BETWEEN).any(|other| other == part);
    // The first part is the design, which is what the rows are told apart by.
    let settings = first.name.split(BETWEEN).skip(1);
    settings.filter(|part| names().all(|variant| has(&variant.name, part))).map(str::to_owned).collect()
}

fn sheet(
    analysis: &Analysis,
    decision: &Decision,
    shown: &[usize],
    (columns_max, has_ends): (usize, bool),
    shared: &[String],
) -> Sheet {
    let rows = || shown.iter().filter_map(|row| decision.rows.get(*row));
    let sheet = Sheet::new("design", rows().map(|row| design(analysis, row.variant, shared)))
        .about(rows().map(|row| row.variant));
    let columns = decision.columns.iter().take(columns_max).enumerate();
    columns.fold(sheet, |sheet, (place, column)| {
        let figure = |row: &usize| {
            let row = *row;
            let cell = decision.rows[row].cells.get(place).copied().flatten();
            Figure {
                estimate: cell.map(|cell| cell.estimate),
                path: format!("findings.decision.rows[{row}].cells[{place}].estimate"),
                is_best: cell.is_some_and(|cell| cell.is_best),
            }
        };
        let figures: Vec<Figure> = shown.iter().map(figure).collect();
        sheet.traced(&title(analysis, column), Quantity::of(&column.measure), &figures, has_ends)
    })
}

/// A variant without what all share, and with its role where its name does not say it.
fn design(analysis: &Analysis, variant: usize, shared: &[String]) -> Line {
    let Some(variant) = analysis.study.variants.get(variant) else { return Line::new() };
    let parts: Vec<&str> =
        variant.name.split(BETWEEN).filter(|part| !shared.iter().any(|other| other == part)).collect();
    let role = variant.role.map(Role::name).filter(|role| !parts.contains(role));
    role.into_iter().fold(Line::from(parts.join(BETWEEN)), |line, badge| line.text(" ").badge(badge))
}

fn title(analysis: &Analysis, column: &Column) -> String {
    let class = column.class.and_then(|class| analysis.study.classes.get(class));
    let class = class.map_or(String::new(), |class| format!(" of “{class}”"));
    format!("{}{class}", words::title(&column.measure))
}
