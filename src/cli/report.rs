//! `jqlab report`: draw a report again from what a run left behind.

use super::failure::Failure;
use super::output;
use crate::report;
use clap::Args;
use std::fs;
use std::path::PathBuf;

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
        let out = self.out.unwrap_or(beside);
        report::write(&out, &analysis).map_err(Failure::file(&out, "write the report to"))?;
        output::print(&report::terminal_table(&analysis))?;
        output::print(&format!("report: {}\n", out.join("report.md").display()))
    }
}
