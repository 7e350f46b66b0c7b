//! Reports: what an analysis says, as Markdown with pictures, as one HTML file, as JSON, and as a short table.
//!
//! Everything here returns text or bytes; a [`ReportDirectory`] alone writes, each file as a whole, `results.json` first.

// Counts and nanoseconds become floats for pictures and percentages: 2^53 ns is 104 days.
#![allow(clippy::cast_precision_loss)]

mod charts;
mod conditions;
mod content;
mod directory;
mod document;
mod figures;
mod html;
mod markdown;
mod pictures;
mod sentences;
mod tables;
mod terminal;
mod text;
mod validation;

pub use directory::{
    ClaimError, RESULTS_FILE, ROWS_FILE, ReportDirectory, ReportKind, VALIDATION_FILE, VIRTUAL_DIRECTORY, WriteFault,
};
pub use document::Block;
pub use terminal::render as on_terminal;
pub use text::visible;
pub use validation::{validation_from, validation_summary, validation_table, write_validation};

use crate::actors::accounting::Account;
use crate::actors::locks::Activity;
use crate::lab::summary::LockSummary;
use crate::lab::whole_file::without_path;
use crate::lab::{Analysis, FORMAT, Validation};
use std::io::{self, Write as _};
use std::path::PathBuf;

/// Why `results.json` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// It is no JSON, or not of this shape.
    #[error("not the results of a jqlab run: {0}. Run the scenario again to get new ones")]
    Shape(#[from] serde_json::Error),
    /// It is of another version.
    #[error(
        "results of format {found}, and this version reads format {FORMAT}. Use the version that wrote them, or run the scenario again"
    )]
    Format {
        /// The format found.
        found: u64,
    },
    /// Its parts do not fit each other.
    #[error("damaged results: {0}. Run the scenario again to get new ones")]
    Inconsistent(&'static str),
}

/// The longest `results.json` or `validation.json` that is read, in bytes.
pub const RESULTS_BYTES_MAX: usize = 256 << 20;

/// The analysis in a `results.json`.
///
/// # Errors
/// If it is of another shape or version.
pub fn from_results(bytes: &[u8]) -> Result<Analysis, ResultsError> {
    let document: serde_json::Value = serde_json::from_slice(bytes)?;
    match document.get("format").and_then(serde_json::Value::as_u64) {
        Some(found) if found != u64::from(FORMAT) => Err(ResultsError::Format { found }),
        _ => {
            if ["runs", "sojourns"].iter().any(|key| document.get(key).is_some_and(has_huge_number)) {
                return Err(ResultsError::Inconsistent("a count or a time is larger than any run can have"));
            }
            let analysis = serde_json::from_value(document)?;
            fits(&analysis).map_err(ResultsError::Inconsistent)?;
            Ok(analysis)
        }
    }
}

/// Whether a whole number is in it that is beyond all counts and nanoseconds: those of thousands of runs can be added up.
fn has_huge_number(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Number(number) => number.as_u64().is_some_and(|number| number > 1 << 53),
        serde_json::Value::Array(items) => items.iter().any(has_huge_number),
        serde_json::Value::Object(map) => map.values().any(has_huge_number),
        _ => false,
    }
}

/// Whether the parts of an analysis fit each other, so that none is looked for in vain.
fn fits(analysis: &Analysis) -> Result<(), &'static str> {
    let (variants, groups) = (analysis.study.variants.len(), analysis.study.classes.len() + 1);
    let runs = || analysis.runs.iter();
    let square = |lock: &LockSummary| {
        lock.blame_ns.len() == Activity::ALL.len() && lock.blame_ns.iter().all(|row| row.len() == Activity::ALL.len())
    };
    if analysis.sojourns.len() != variants || analysis.sojourns.iter().any(|stored| stored.len() != groups) {
        return Err("sojourns are not one list for each variant, with one histogram for each class and one for all");
    }
    if analysis.sojourns.iter().flatten().any(|stored| stored.restore().is_err()) {
        return Err("a histogram of sojourns cannot be read");
    }
    if runs().any(|run| run.variant >= variants) {
        return Err("a run is of a variant that there is not");
    }
    if runs().any(|run| run.groups.len() != groups) {
        return Err("a run has not one group for each class and one for all");
    }
    if runs().flat_map(|run| &run.groups).any(|group| group.ledger_mean_ns.len() != Account::ALL.len()) {
        return Err("a ledger has not one figure for each account");
    }
    if !runs().flat_map(|run| run.locks.values()).all(square) {
        return Err("a blame table has not one row and column for each activity");
    }
    if analysis.study.variants.iter().filter_map(|variant| variant.compare_with).any(|base| base >= variants) {
        return Err("a variant is compared with one that there is not");
    }
    Ok(())
}

/// The analysis as JSON.
///
/// # Errors
/// Never in practice: an analysis is plain data.
pub fn to_results(analysis: &Analysis) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec(analysis)?;
    bytes.push(b'\n');
    Ok(bytes)
}

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
    let blocks = content::blocks(analysis, validation);
    let mut faults = Vec::new();
    let mut note = |done: Result<(), WriteFault>| faults.extend(done.err());
    match validation {
        Some(validation) => note(validation::write_json(directory, validation)),
        // One of an earlier run would be taken for this one's.
        None => note(directory.remove(VALIDATION_FILE)),
    }
    note(directory.write("report.md", markdown::render(&blocks).as_bytes()));
    note(directory.write("report.html", html::render(&analysis.study.title, &blocks).as_bytes()));
    faults.extend(write_pictures(directory, &blocks));
    faults
}

/// Writes the pictures among `blocks`, and removes those of an earlier report.
fn write_pictures(directory: &ReportDirectory, blocks: &[Block]) -> Vec<WriteFault> {
    let pictures = blocks.iter().filter_map(|block| match block {
        Block::Picture { file, svg, .. } => Some((file.as_str(), svg)),
        _ => None,
    });
    let mut faults = Vec::new();
    let mut names = Vec::new();
    for (file, svg) in pictures {
        faults.extend(directory.write(file, svg.as_bytes()).err());
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
mod page_tests;
#[cfg(test)]
mod sample;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn shipped() -> Value {
        serde_json::from_slice(include_bytes!("../../reports/quickstart/results.json")).unwrap()
    }

    #[test]
    fn results_are_read_back_and_written_the_same() {
        let bytes = include_bytes!("../../reports/quickstart/results.json");
        assert_eq!(to_results(&from_results(bytes).unwrap()).unwrap(), bytes);
    }

    #[test]
    fn results_whose_parts_do_not_fit_are_refused() {
        for (pointer, value) in [
            ("/sojourns", json!([])),
            ("/sojourns/0/0/hdr_v2_deflate_base64", json!("AAAA")),
            ("/runs/0/variant", json!(99)),
            ("/runs/0/messages", json!(u64::MAX)),
            ("/runs/0/groups", json!([])),
            ("/runs/0/groups/0/ledger_mean_ns", json!([1.0])),
            ("/runs/0/locks/queue/blame_ns", json!([[1]])),
            ("/study/variants/0/compare_with", json!(7)),
        ] {
            let mut document = shipped();
            *document.pointer_mut(pointer).unwrap() = value;
            let error = from_results(document.to_string().as_bytes()).unwrap_err();
            assert!(matches!(error, ResultsError::Inconsistent(_)), "{pointer}: {error}");
        }
        let error = from_results(br#"{"format": 99}"#).unwrap_err();
        assert!(matches!(error, ResultsError::Format { found: 99 }));
    }
}
