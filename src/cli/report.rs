//! `jqlab report`: draw a report again from what a run left behind.

use super::failure::Failure;
use super::output;
use crate::lab::Validation;
use crate::report;
use clap::Args;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Draw a report again from its results.json, without running anything.
#[derive(Debug, Args)]
#[command(after_help = "Example: jqlab report reports/quickstart/results.json --out again")]
pub(super) struct Report {
    /// The results.json of a run
    results: PathBuf,
    /// Where to write; by default beside the results
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Report {
    pub(super) fn execute(self) -> Result<(), Failure> {
        let bytes = fs::read(&self.results).map_err(Failure::file(&self.results, "read"))?;
        let analysis = report::from_results(&bytes)
            .map_err(|error| Failure::Usage(format!("{}: {error}", self.results.display())))?;
        let beside = self.results.parent().map(PathBuf::from).unwrap_or_default();
        let validation = validation_in(&beside)?;
        let out = self.out.unwrap_or(beside);
        report::write(&out, &analysis, validation.as_ref()).map_err(Failure::file(&out, "write the report to"))?;
        output::print(&report::terminal_table(&analysis, output::columns()))?;
        output::print(&format!("report: {}\n", out.join("report.md").display()))
    }
}

/// The validation that a run in both runtimes left beside its results, if it did.
fn validation_in(directory: &Path) -> Result<Option<Validation>, Failure> {
    let path = directory.join(report::VALIDATION_FILE);
    match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::file(&path, "read")(error)),
        Ok(bytes) => report::validation_from(&bytes)
            .map(Some)
            .map_err(|error| Failure::Usage(format!("{}: {error}", path.display()))),
    }
}
