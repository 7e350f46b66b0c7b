//! Looking at scenario files without running them: the work behind `jqlab check`.

use super::plan::Plan;
use super::read::read_bytes;
use super::summary::summary;
use crate::written::{BYTES_MAX, TextErrors, read_within};
use std::path::{Path, PathBuf};

/// What a look at one file came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The file that was looked at.
    pub path: PathBuf,
    /// True if it may be run.
    pub valid: bool,
    /// For people: a summary, or all that is wrong.
    pub text: String,
}

/// Looks at each file; the texts of errors are in colour or without.
#[must_use]
pub fn check(paths: &[PathBuf], colours: bool) -> Vec<Checked> {
    let look = |path: &PathBuf| {
        let outcome = read_file(path);
        let valid = outcome.is_ok();
        let text = outcome.map_or_else(|errors| errors.render(colours), |plan| summary(&path.to_string_lossy(), &plan));
        Checked { path: path.clone(), valid, text }
    };
    paths.iter().map(look).collect()
}

/// The plan in a file.
///
/// # Errors
/// All that is wrong with it, or why it cannot be read.
pub fn read_file(path: &Path) -> Result<Plan, TextErrors> {
    let name = path.to_string_lossy();
    match read_within(path, BYTES_MAX) {
        Ok(bytes) => read_bytes(&name, &bytes),
        Err(error) => {
            let help = "name a scenario file, such as scenarios/quickstart.toml";
            Err(TextErrors::unreadable(&name, format!("cannot be read: {error}"), "expected a TOML file", help))
        }
    }
}
