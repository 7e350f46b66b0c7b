//! What `sensitivity` and `capacity` have in common: a scenario in virtual time, how much is tried, and where the answer goes.

use super::delivery::claim;
use super::failure::Failure;
use super::output;
use super::plan::{self, load_plan};
use super::profile::find;
use super::progress::ProgressDisplay;
use crate::lab::runner::find_saturations;
use crate::lab::{Effort, Options, ProbeError, Study};
use crate::report::{self, Page, ReportKind};
use crate::scenario::{Plan, Runtime, limits};
use clap::Args;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// A question to a scenario in virtual time.
#[derive(Debug, Args)]
pub(super) struct Asking {
    /// The scenario file
    pub(super) scenario: PathBuf,
    /// The machine of virtual time (overrides the scenario): a shipped profile, or a file that `calibrate` made
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// A quick look: fewer runs of fewer jobs
    #[arg(long)]
    quick: bool,
    /// Runs of each setting; intervals need 3
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(limits::REPLICATIONS)))]
    replications: Option<u32>,
    /// Jobs per run [default: as many as half a minute allows]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(limits::JOBS)))]
    jobs: Option<u32>,
    /// The seed (overrides the scenario)
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Runs in parallel [default: number of cores]; does not affect results
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Write a page there as well: report.md, report.html
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print JSON in the place of a table
    #[arg(long)]
    json: bool,
    /// Show no progress
    #[arg(long, short)]
    pub(super) quiet: bool,
}

impl Asking {
    /// The plan of these variants, with what the command line overrides.
    pub(super) fn plan(&self, variants: &[String]) -> Result<Plan, Failure> {
        let mut plan = load_plan(&self.scenario)?;
        plan::choose_variants(&mut plan, variants)?;
        plan.seed = self.seed.unwrap_or(plan.seed);
        if let Some(name) = &self.profile {
            plan::set_profile(&mut plan, find(name)?)?;
        }
        Ok(plan)
    }

    /// The plan with the rates that are shares of a saturation.
    pub(super) fn with_rates(&self, plan: Plan, stop: &AtomicBool) -> Result<Plan, Failure> {
        let options = Options { stop, ..Options::new(Runtime::Virtual) };
        Ok(find_saturations(&plan, &options, &mut ProgressDisplay::new(self.quiet))?.plan)
    }

    pub(super) fn effort(&self) -> Effort {
        let effort = if self.quick { Effort::quick() } else { Effort::of_a_command() };
        Effort {
            jobs: self.jobs,
            replications: self.replications.unwrap_or(effort.replications),
            threads: self.threads.map_or(0, usize::from),
            ..effort
        }
    }

    /// Shows and writes what was found.
    pub(super) fn deliver(&self, found: &impl Serialize, page: &Page, partial: bool) -> Result<(), Failure> {
        deliver(found, page, self.json, self.out.as_deref())?;
        if partial { Err(Failure::Partial) } else { Ok(()) }
    }
}

/// The study of a plan, as its page calls it.
pub(super) fn study_of(plan: &Plan) -> Study {
    Study::of(plan, &Options::new(Runtime::Virtual))
}

/// Prints a page, or what it says as JSON, and writes it where it is wanted.
pub(super) fn deliver(found: &impl Serialize, page: &Page, as_json: bool, out: Option<&Path>) -> Result<(), Failure> {
    if as_json {
        let json = serde_json::to_string_pretty(found).map_err(|error| Failure::Run(error.to_string()))?;
        output::print(&format!("{json}\n"))?;
    } else {
        output::print(&report::on_terminal(&page.blocks, output::columns()))?;
    }
    let Some(path) = out else { return Ok(()) };
    let directory = claim(path, ReportKind::Page)?;
    let faults = report::write_page(&directory, page);
    Failure::of_faults(&faults.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    output::complain(&format!("page: {}", output::path(&directory.file("report.md"))));
    Ok(())
}

impl From<ProbeError> for Failure {
    fn from(error: ProbeError) -> Self {
        match error {
            ProbeError::Stopped => Self::Interrupted(error.to_string()),
            ProbeError::Threads(_) => Self::Environment(error.to_string()),
            ProbeError::NothingMeasured { .. } | ProbeError::RateUnknown(_) => Self::Usage(error.to_string()),
        }
    }
}

/// `5%` or `0.5%`, as a part of one.
pub(super) fn percent(text: &str) -> Result<f64, String> {
    let digits = text.trim().strip_suffix('%').map(str::trim_end).unwrap_or_default();
    let is_plain = !digits.is_empty() && digits.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    let number: Option<f64> = if is_plain { digits.parse().ok() } else { None };
    let share = number.map(|number| number / 100.0).filter(|share| *share <= 10.0);
    share.ok_or_else(|| "write a percentage such as 5%".to_owned())
}
