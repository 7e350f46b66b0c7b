//! What a validation says: a page of its own, a section of a report, and a table for the terminal.

mod sentences;
mod tables;

use super::document::{Block, Line, Page, Picture};
use super::figures::Quantity;
use super::pictures::{Agreement, Drawn, Mark, agreement, both};
use super::{ReportDirectory, ResultsError, VALIDATION_FILE, WriteFault, html, markdown, terminal, write_pictures};
use crate::lab::Validation;
use crate::lab::validation::{FORMAT, Figure, Kind, Unit, Verdict};
use std::io;
use tables::Detail;

/// Writes `validation.json`, and then `validation.md` with its picture and `validation.html`.
///
/// What cannot be written is returned; the rest is written nevertheless.
#[must_use]
pub fn write_validation(directory: &ReportDirectory, validation: &Validation) -> Vec<WriteFault> {
    let page = page(validation);
    let mut faults = Vec::new();
    let mut note = |done: Result<(), WriteFault>| faults.extend(done.err());
    note(write_json(directory, validation));
    note(directory.write("validation.md", markdown::render(&page).as_bytes()));
    note(directory.write("validation.html", html::render(&page).as_bytes()));
    faults.extend(write_pictures(directory, &page));
    faults
}

/// Writes `validation.json`.
pub(super) fn write_json(directory: &ReportDirectory, validation: &Validation) -> Result<(), WriteFault> {
    let failed = |source| WriteFault { doing: "write", path: directory.file(VALIDATION_FILE), source };
    directory.write(VALIDATION_FILE, &to_bytes(validation).map_err(failed)?)
}

/// The validation as JSON.
fn to_bytes(validation: &Validation) -> io::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(validation).map_err(io::Error::other)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The validation in a `validation.json`.
///
/// # Errors
/// If it is of another shape or version.
pub fn validation_from(bytes: &[u8]) -> Result<Validation, ResultsError> {
    let document: serde_json::Value = serde_json::from_slice(bytes)?;
    match document.get("format").and_then(serde_json::Value::as_u64) {
        Some(found) if found != u64::from(FORMAT) => Err(ResultsError::Format { found }),
        _ => Ok(serde_json::from_value(document)?),
    }
}

/// The section of a report of live runs.
pub(super) fn section(validation: &Validation) -> Vec<Block> {
    let mut blocks = vec![Block::heading(2, "Prediction against measurement")];
    blocks.push(Block::text(sentences::what_was_compared(validation)));
    blocks.push(Block::list([sentences::answer(validation), validation.warnings.clone()].concat()));
    blocks.extend([tables::summary(validation), picture(validation)]);
    for variant in &validation.variants {
        blocks.extend([
            Block::heading(3, format!("“{}”, predicted", variant.name)),
            tables::variant(variant, Detail::Intervals),
        ]);
    }
    blocks.push(Block::list(sentences::method(validation)));
    blocks
}

/// The page.
fn page(validation: &Validation) -> Page {
    let study = &validation.study;
    let title = format!("Prediction against measurement: {}", study.title);
    let mut blocks = vec![Block::heading(1, title.clone())];
    blocks.push(Block::text(sentences::what_was_compared(validation)));
    if study.partial {
        blocks.push(Block::text("PARTIAL: the live runs were stopped before their end."));
    }
    blocks.extend([Block::heading(2, "Answer"), Block::list(sentences::answer(validation))]);
    blocks.extend([tables::summary(validation), picture(validation)]);
    blocks.push(Block::heading(2, "Variant by variant"));
    for variant in &validation.variants {
        blocks.extend([Block::heading(3, variant.name.clone()), tables::variant(variant, Detail::Intervals)]);
    }
    blocks.extend([Block::heading(2, "How to read it"), Block::list(sentences::method(validation))]);
    blocks.extend([Block::heading(2, "Threats to validity"), Block::list(sentences::threats(validation))]);
    blocks.extend([Block::heading(2, "Reproduce"), Block::Code(sentences::reproduce(validation))]);
    Page { title, blocks, ..Page::default() }
}

/// A table for each variant, then how each figure came out, then what is wrong, for a terminal of so many columns.
#[must_use]
pub fn validation_table(validation: &Validation, columns: usize) -> String {
    let variants = validation.variants.iter();
    let mut blocks: Vec<Block> = variants
        .flat_map(|variant| [Block::heading(3, variant.name.clone()), tables::variant(variant, Detail::Points)])
        .collect();
    blocks.extend(summary(validation));
    terminal::render(&blocks, columns)
}

/// How each figure came out over all variants, and what is wrong, for a terminal of so many columns.
#[must_use]
pub fn validation_summary(validation: &Validation, columns: usize) -> String {
    terminal::render(&summary(validation), columns)
}

fn summary(validation: &Validation) -> [Block; 2] {
    [tables::summary(validation), Block::list(sentences::answer(validation))]
}

/// How a value of a figure is written.
const fn quantity(figure: Figure) -> Quantity {
    match figure.unit() {
        Unit::Time => Quantity::Time,
        Unit::Rate | Unit::Count => Quantity::Number,
    }
}

fn picture(validation: &Validation) -> Block {
    let panel = |figure: Figure, title: &str, kind: Kind| {
        let points = validation.variants.iter().filter_map(|variant| {
            let row = variant.row(figure)?;
            let mark = match row.verdict {
                Verdict::Within | Verdict::Negligible => Mark::Within,
                Verdict::Undecided | Verdict::NotJudged => Mark::Undecided,
                Verdict::Outside => Mark::Outside,
            };
            let (measured, predicted) = (row.measured?.point, row.predicted?.point);
            (measured > 0.0 && predicted > 0.0).then(|| (variant.name.clone(), measured, predicted, mark))
        });
        Agreement {
            title: title.to_owned(),
            quantity: quantity(figure),
            tolerance: validation.tolerances.of(kind),
            points: points.collect(),
        }
    };
    let panels = [
        panel(Figure::Throughput, "throughput, jobs per s", Kind::Throughput),
        panel(Figure::SojournMean, "mean sojourn", Kind::SojournMean),
        panel(Figure::SojournP95, "p95 of the sojourn", Kind::SojournP95),
    ];
    let caption =
        "Predicted against measured, a mark for each variant, on logarithmic axes. On the line they are equal.";
    match both(|paper| agreement(&panels, caption, paper)) {
        Ok(Drawn { wide, narrow }) => Block::Picture(Picture {
            anchor: "figure-validation".into(),
            stem: "validation".into(),
            alt: caption.into(),
            caption: caption.into(),
            note: Line::new(),
            wide,
            narrow,
            is_beside: false,
        }),
        // A bug that must not cost the rest.
        Err(error) => Block::text(format!("(validation.svg could not be drawn: {error})")),
    }
}

#[cfg(test)]
mod tests;
