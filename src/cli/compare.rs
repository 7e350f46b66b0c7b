//! `jqlab compare`: results side by side.

use super::asking::{deliver, percent};
use super::failure::Failure;
use super::results;
use crate::lab::compare::{Asked, compare};
use crate::report;
use clap::Args;
use std::path::PathBuf;

/// Hold results against the first of them: two commits, two machines, two profiles.
///
/// Two results in virtual time with the same seed are compared block by block, all others as independent samples. What should not
/// be compared is refused: another scenario, another seed in virtual time, partial results. Exit code 1 if a measure is worse by more
/// than the margin, surely so after a correction for all comparisons.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jqlab compare before/results.json after/results.json
  jqlab compare before after --margin 2% --measure 'sojourn p95 of plain' --measure throughput
  jqlab compare before after --json > compared.json")]
pub(super) struct Compare {
    /// results.json files, or directories of reports; all are held against the first
    #[arg(required = true, num_args = 2.., value_name = "RESULTS")]
    results: Vec<PathBuf>,
    /// What to compare (repeatable) [default: what the scenario's claims measure, and mean sojourn, or throughput and makespan where jobs come all at once or wait for each other]
    #[arg(long = "measure", value_name = "MEASURE")]
    measures: Vec<String>,
    /// By how much a measure may be worse
    #[arg(long, value_name = "PERCENT", default_value = "5%", value_parser = percent)]
    margin: f64,
    /// Compare what should not be compared, and say why it should not
    #[arg(long)]
    force: bool,
    /// Write a page there as well: report.md, report.html
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print JSON in the place of a table
    #[arg(long)]
    json: bool,
}

impl Compare {
    pub(super) fn execute(self) -> Result<(), Failure> {
        let mut found = Vec::new();
        for path in &self.results {
            found.push((path.display().to_string(), results::read(&results::file_of(path))?));
        }
        let first = found.remove(0);
        let asked = Asked { measures: self.measures, margin: self.margin, is_forced: self.force };
        let found = compare((&first.0, &first.1), &found, &asked).map_err(Failure::Usage)?;
        deliver(&found, &report::compared_page(&found), self.json, self.out.as_deref())?;
        let worse: Vec<String> = found
            .others
            .iter()
            .flat_map(|other| other.rows.iter().filter(|row| row.is_regression).map(move |row| (other, row)))
            .map(|(other, row)| {
                let class = row.class.as_ref().map_or_else(String::new, |class| format!(" of {class}"));
                format!("{}: {}{class} of “{}” is worse", other.name, row.measure, row.variant)
            })
            .collect();
        Failure::of_faults(&worse)
    }
}
