//! Reads the results that a command is about.

use super::failure::Failure;
use crate::lab::Analysis;
use crate::report::{self, RESULTS_FILE};
use crate::written::read_within;
use std::path::{Path, PathBuf};

/// The file of results: `path`, or the one in it where that is the directory of a report.
pub(super) fn file_of(path: &Path) -> PathBuf {
    if path.is_dir() { path.join(RESULTS_FILE) } else { path.to_owned() }
}

/// The results in a file.
pub(super) fn read(file: &Path) -> Result<Analysis, Failure> {
    let bytes = read_within(file, report::RESULTS_BYTES_MAX).map_err(Failure::file(file, "read"))?;
    report::from_results(&bytes).map_err(|error| Failure::Usage(format!("{}: {error}", file.display())))
}
