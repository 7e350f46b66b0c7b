//! Reports: what an analysis says, as Markdown with pictures, as one HTML file, as JSON, and as a short table.
//!
//! Everything here returns text or bytes; a [`ReportDirectory`] alone writes, each file as a whole, `results.json` first.

// Counts and nanoseconds become floats for pictures and percentages: 2^53 ns is 104 days.
#![allow(clippy::cast_precision_loss)]

mod answer;
mod charts;
mod claims;
mod conditions;
mod content;
mod directory;
mod document;
mod figures;
mod html;
mod index;
mod markdown;
mod pictures;
mod results;
mod tables;
mod terminal;
mod text;
mod validation;
mod what_if;
mod words;

pub use directory::{
    ClaimError, RESULTS_FILE, ROWS_FILE, ReportDirectory, ReportKind, VALIDATION_FILE, VIRTUAL_DIRECTORY, WriteFault,
};
pub use document::{Block, Cell, Column, Inline, Line, Page, Picture, Row, Table, Target, Tone};
pub use index::{Indexed, Unread, write_index};
pub use results::{RESULTS_BYTES_MAX, ResultsError, from_results, to_results};
pub use terminal::render as on_terminal;
pub use text::visible;
pub use validation::{validation_from, validation_summary, validation_table, write_validation};
pub use what_if::{capacity_page, compared_page, sensitivity_page};

use crate::lab::whole_file::without_path;
use crate::lab::{Analysis, Validation};
use std::io::{self, Write as _};
use std::path::PathBuf;

/// Writes `results.json`: what cannot be made again without running.
///
/// # Errors
/// If it cannot be written; an older one is as it was.
pub fn write_results(directory: &ReportDirectory, analysis: &Analysis) -> Result<(), WriteFault> {
    let path = || directory.file(RESULTS_FILE);
    let bytes = to_results(analysis).map_err(|error| WriteFault {
        doing: "write",
        path: path(),
        source: io::Error::other(error),
    })?;
    directory.write(RESULTS_FILE, &bytes)
}

/// Puts the results where there may be place for them, if they cannot be where they belong: a new file in the system's
/// directory for temporary files, whose path is returned.
///
/// # Errors
/// If there is no place there either.
pub fn rescue_results(analysis: &Analysis) -> io::Result<PathBuf> {
    let made = tempfile::Builder::new().prefix("jqlab-results-").suffix(".json").tempfile().map_err(without_path)?;
    let (mut file, path) = made.into_parts();
    file.write_all(&to_results(analysis).map_err(io::Error::other)?)?;
    file.sync_all()?;
    path.keep().map_err(|error| error.error)
}

/// Writes `report.md` with its pictures and `report.html`. With a validation, it is a section of the report, and
/// `validation.json`. What an earlier report had beyond that goes.
///
/// What cannot be written is returned; the rest is written nevertheless, and can be drawn again from `results.json`.
#[must_use]
pub fn write_pages(
    directory: &ReportDirectory,
    analysis: &Analysis,
    validation: Option<&Validation>,
) -> Vec<WriteFault> {
    let page = content::page(analysis, validation);
    let mut faults = Vec::new();
    let mut note = |done: Result<(), WriteFault>| faults.extend(done.err());
    match validation {
        Some(validation) => note(validation::write_json(directory, validation)),
        // One of an earlier run would be taken for this one's.
        None => note(directory.remove(VALIDATION_FILE)),
    }
    note(directory.write("report.md", markdown::render(&page).as_bytes()));
    note(directory.write("report.html", html::render(&page).as_bytes()));
    faults.extend(write_pictures(directory, &page));
    faults
}

/// Writes a page alone: `report.md` with its pictures and `report.html`. What cannot be written is returned.
#[must_use]
pub fn write_page(directory: &ReportDirectory, page: &Page) -> Vec<WriteFault> {
    let mut faults = Vec::new();
    faults.extend(directory.write("report.md", markdown::render(page).as_bytes()).err());
    faults.extend(directory.write("report.html", html::render(page).as_bytes()).err());
    faults.extend(write_pictures(directory, page));
    faults
}

/// Writes the pictures of a page, and removes those of an earlier report.
fn write_pictures(directory: &ReportDirectory, page: &Page) -> Vec<WriteFault> {
    let mut faults = Vec::new();
    let mut names = Vec::new();
    for block in &page.blocks {
        let Block::Picture(picture) = block else { continue };
        let file = picture.file();
        faults.extend(directory.write(&file, picture.wide.as_bytes()).err());
        names.push(file);
    }
    faults.extend(directory.remove_pictures(&names));
    faults
}

/// One row for each variant, and what the marks mean, for a terminal of so many columns.
#[must_use]
pub fn terminal_table(analysis: &Analysis, columns: usize) -> String {
    terminal::render(&content::summary(analysis), columns)
}

#[cfg(test)]
mod answer_tests;
#[cfg(test)]
mod page_tests;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod showcase;
