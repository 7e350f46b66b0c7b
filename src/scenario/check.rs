//! Looking at scenario files without running them: the work behind `jqlab check`.

use super::plan::{Plan, Variant};
use super::read::read_bytes;
use super::run::{Runtime, Runtimes, WarmUp};
use super::warnings::{warnings, worker_utilisation};
use crate::printable::Printable;
use crate::units::counted;
use crate::written::{BYTES_MAX, TextErrors, read_within};
use std::fmt::Write;
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

/// What the plan of the file `name` would run, for people; ends with a newline.
#[must_use]
pub fn summary(name: &str, plan: &Plan) -> String {
    let mut text = format!("{}: valid\n  {}\n", Printable(name), plan.title);
    let replications = plan.run.replications;
    let runtimes = match plan.run.runtimes {
        Runtimes::One(Runtime::Live) => "live",
        Runtimes::One(Runtime::Virtual) => "in virtual time",
        Runtimes::Both => "live and in virtual time",
    };
    let variants = counted(plan.variants.len(), "variant");
    let each = counted(replications, "replication");
    let _ = writeln!(text, "  {variants} × {each} = {}, {runtimes}, seed {}", counted(plan.runs(), "run"), plan.seed);
    for variant in &plan.variants {
        let _ = writeln!(text, "  - {}: {}", variant.name, described(variant));
    }
    let warmup = match plan.run.warmup {
        WarmUp::None => "none".to_owned(),
        WarmUp::Mser5 => "found by MSER-5".to_owned(),
        WarmUp::Jobs(jobs) => format!("the first {}", counted(jobs, "job")),
        WarmUp::Time(span) => format!("the first {span}"),
    };
    let limit = plan.run.limit.map(|limit| format!("; a run ends after {limit} at the latest")).unwrap_or_default();
    let _ = writeln!(text, "  warm-up: {warmup}{limit}");
    let _ = match (plan.run.runtimes, plan.arrivals_last()) {
        (Runtimes::One(Runtime::Virtual), _) => Ok(()),
        (_, Some(span)) => writeln!(text, "  live, it takes about {span}, plus the setting up of each run"),
        (_, None) => {
            writeln!(text, "  how long it takes live depends on the queue: jobs come as fast as it takes them")
        }
    };
    if !plan.claims.is_empty() {
        let _ = writeln!(text, "  {}: recorded, not yet evaluated", counted(plan.claims.len(), "claim"));
    }
    for warning in warnings(plan) {
        let _ = writeln!(text, "  warning: {warning}");
    }
    text
}

fn described(variant: &Variant) -> String {
    let workload = &variant.workload;
    let jobs = counted(workload.jobs, "job");
    let workers = counted(variant.design.workers, "worker");
    let busy =
        worker_utilisation(variant).map(|share| format!(", {:.0} % busy running", share * 100.0)).unwrap_or_default();
    format!("{jobs}, {}, {workers}{busy}", workload.arrivals.describe())
}
