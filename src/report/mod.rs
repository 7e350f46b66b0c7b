//! Reports: what an analysis says, as Markdown with pictures, as one HTML file, as JSON, and as a short table.
//!
//! Everything here returns text or bytes; [`write()`] alone writes, each file as a whole.

// Counts and nanoseconds become floats for pictures and percentages: 2^53 ns is 104 days.
#![allow(clippy::cast_precision_loss)]

mod content;
mod document;
mod figures;
mod html;
mod markdown;
mod pictures;
mod sentences;
mod tables;
mod terminal;

pub use document::Block;
pub use terminal::terminal_table;

use crate::lab::{Analysis, FORMAT};
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
}

/// The analysis in a `results.json`.
///
/// # Errors
/// If it is of another shape or version.
pub fn from_results(bytes: &[u8]) -> Result<Analysis, ResultsError> {
    let document: serde_json::Value = serde_json::from_slice(bytes)?;
    match document.get("format").and_then(serde_json::Value::as_u64) {
        Some(found) if found != u64::from(FORMAT) => Err(ResultsError::Format { found }),
        _ => Ok(serde_json::from_value(document)?),
    }
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
/// not there.
///
/// # Errors
/// If a file cannot be written; the others are whole, old or new.
pub fn write(directory: &Path, analysis: &Analysis) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let blocks = content::blocks(analysis);
    for block in &blocks {
        if let Block::Picture { file, svg, .. } = block {
            replace(directory, file, svg.as_bytes())?;
        }
    }
    replace(directory, "report.md", markdown::render(&blocks).as_bytes())?;
    replace(directory, "report.html", html::render(&analysis.study.title, &blocks).as_bytes())?;
    replace(directory, "results.json", &to_results(analysis).map_err(io::Error::other)?)
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
