//! `jqlab report`: draw a report again from what a run left behind.

use super::delivery::claim;
use super::failure::Failure;
use super::output;
use super::results;
use crate::lab::{Validation, whole_file};
use crate::report::{self, ROWS_FILE, ReportKind, WriteFault};
use crate::written::read_within;
use clap::Args;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Draw a report again from its results.json, without running anything.
#[derive(Debug, Args)]
#[command(after_help = "Example: jqlab report reports/quickstart --out again")]
pub(super) struct Report {
    /// The results.json of a run, or the directory of its report
    results: PathBuf,
    /// Where to write; by default beside the results
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Report {
    pub(super) fn execute(self) -> Result<(), Failure> {
        let file = results::file_of(&self.results);
        let analysis = results::read(&file)?;
        let beside = whole_file::folder_of(&file).to_owned();
        let validation = validation_in(&beside)?;
        let path = self.out.unwrap_or_else(|| beside.clone());
        let is_beside = is_same(&path, &beside);
        let out = claim(&path, ReportKind::Study)?;
        let mut faults: Vec<WriteFault> = report::write_results(&out, &analysis).err().into_iter().collect();
        faults.extend(report::write_pages(&out, &analysis, validation.as_ref()));
        if !is_beside {
            // Rows there are of other runs.
            faults.extend(out.remove(ROWS_FILE).err());
        }
        output::print(&report::terminal_table(&analysis, output::columns()))?;
        output::print(&format!("report: {}\n", output::path(&out.file("report.md"))))?;
        if faults.len() > 1 {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            return Failure::of_faults(&faults);
        }
        match faults.pop() {
            None => Ok(()),
            Some(WriteFault { doing, path, source }) => Err(Failure::file(&path, doing)(source)),
        }
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// The validation that a run in both runtimes left beside its results, if it did.
fn validation_in(directory: &Path) -> Result<Option<Validation>, Failure> {
    let path = directory.join(report::VALIDATION_FILE);
    match read_within(&path, report::RESULTS_BYTES_MAX) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::file(&path, "read")(error)),
        Ok(bytes) => report::validation_from(&bytes)
            .map(Some)
            .map_err(|error| Failure::Usage(format!("{}: {error}", path.display()))),
    }
}
