//! Reports: what an analysis says, as Markdown with pictures, as one HTML file, as JSON, and as a short table.
//!
//! Everything here returns text or bytes; [`write()`] alone writes, each file as a whole.

// Counts and nanoseconds become floats for pictures and percentages: 2^53 ns is 104 days.
#![allow(clippy::cast_precision_loss)]

mod charts;
mod conditions;
mod content;
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

pub use document::Block;
pub use text::visible;
pub use validation::{VALIDATION_FILE, validation_from, validation_summary, validation_table, write_validation};

use crate::actors::accounting::Account;
use crate::actors::locks::Activity;
use crate::lab::summary::LockSummary;
use crate::lab::{Analysis, FORMAT, Validation};
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

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

/// The analysis in a `results.json`.
///
/// # Errors
/// If it is of another shape or version.
pub fn from_results(bytes: &[u8]) -> Result<Analysis, ResultsError> {
    let document: serde_json::Value = serde_json::from_slice(bytes)?;
    match document.get("format").and_then(serde_json::Value::as_u64) {
        Some(found) if found != u64::from(FORMAT) => Err(ResultsError::Format { found }),
        _ => {
            let analysis = serde_json::from_value(document)?;
            fits(&analysis).map_err(ResultsError::Inconsistent)?;
            Ok(analysis)
        }
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

/// Writes `report.md` with its pictures, `report.html` and `results.json` into `directory`, which is made if it is
/// not there. With a validation, it is a section of the report, and `validation.json`.
///
/// # Errors
/// If a file cannot be written; the others are whole, old or new.
pub fn write(directory: &Path, analysis: &Analysis, validation: Option<&Validation>) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let blocks = content::blocks(analysis, validation);
    for block in &blocks {
        if let Block::Picture { file, svg, .. } = block {
            replace(directory, file, svg.as_bytes())?;
        }
    }
    match validation {
        Some(validation) => replace(directory, VALIDATION_FILE, &validation::to_bytes(validation)?)?,
        // One of an earlier run would be taken for this one's.
        None => remove(directory, VALIDATION_FILE)?,
    }
    replace(directory, "report.md", markdown::render(&blocks).as_bytes())?;
    replace(directory, "report.html", html::render(&analysis.study.title, &blocks).as_bytes())?;
    replace(directory, "results.json", &to_results(analysis).map_err(io::Error::other)?)
}

/// One row for each variant, and what the marks mean, for a terminal of so many columns.
#[must_use]
pub fn terminal_table(analysis: &Analysis, columns: usize) -> String {
    terminal::render(&content::summary(analysis), columns)
}

/// Removes a file, if it is there.
fn remove(directory: &Path, name: &str) -> io::Result<()> {
    match fs::remove_file(directory.join(name)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Replaces a file as a whole.
fn replace(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".jqlab-").tempfile_in(directory)?;
    file.write_all(bytes)?;
    // Like any file that a program writes, not for its owner alone as temporaries are.
    #[cfg(unix)]
    fs::set_permissions(file.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    file.persist(directory.join(name))?;
    Ok(())
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
