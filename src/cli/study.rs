//! From a plan and what the command line says to the study that a report is about, and to its analysis.

use super::failure::Failure;
use super::progress::Progress;
use crate::job::Timestamp;
use crate::lab::jobs_csv::JobsCsv;
use crate::lab::runner::{self, Options, RunError};
use crate::lab::{self, Analysis, Machine, ModelledMachine, Notebook, Study, VariantInfo};
use crate::queue_dir::Utc;
use crate::scenario::{Claim, Plan, Runtime, Variant};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// What running a plan came to.
#[derive(Debug)]
pub(super) struct Ran {
    /// What its runs say.
    pub(super) analysis: Analysis,
    /// What went wrong in single runs.
    pub(super) faults: Vec<String>,
    /// Queue directories that were kept.
    pub(super) kept: Vec<PathBuf>,
}

/// Runs `plan`, which `command` asked for. Rows of jobs, if wanted, go into `out`, which is made if it is not there.
pub(super) fn run(
    plan: &Plan,
    options: &Options<'_>,
    out: &Path,
    command: String,
    quiet: bool,
) -> Result<Ran, Failure> {
    fs::create_dir_all(out).map_err(Failure::file(out, "create"))?;
    let files = options.queue_directory.clone().or_else(|| options.base.clone()).unwrap_or_else(std::env::temp_dir);
    let mut study = study(plan, options.runtime, &files, command);
    let mut notebook = Notebook::new(&study);
    let rows = options.rows.then(|| JobsCsv::create(out, &study.classes)).transpose();
    let mut rows = rows.map_err(Failure::file(out, "write into"))?;
    let ran = runner::run(plan, options, &mut notebook, rows.as_mut(), &mut Progress::new(quiet));
    let outcome = ran.map_err(|error| match error {
        RunError::OneDirectory(_) | RunError::Directory { .. } => Failure::Usage(error.to_string()),
        RunError::Live { source: live, .. } if live.is_directory() => Failure::Usage(live.to_string()),
        other => Failure::Run(other.to_string()),
    })?;
    if outcome.runs == 0 {
        return Err(Failure::Run("interrupted before the first run: there is nothing to report".to_owned()));
    }
    study.partial = outcome.partial;
    study.machine.note_end();
    if let Some(rows) = rows {
        rows.finish().map_err(Failure::file(out, "write jobs.csv into"))?;
    }
    Ok(Ran { analysis: Analysis::of(study, notebook), faults: outcome.faults, kept: outcome.kept })
}

/// The study of `plan`, about to be run by `command`. `files` is where its queue directories will be.
fn study(plan: &Plan, runtime: Runtime, files: &Path, command: String) -> Study {
    let classes = plan.variants[0].workload.classes.iter().map(|class| class.name.clone()).collect();
    let variant = |variant: &Variant| VariantInfo {
        name: variant.name.clone(),
        changes: variant.changes.clone(),
        compare_with: variant.compare_with,
    };
    // In virtual time nothing depends on a machine or a date, so that the report is the same every time.
    let (machine, started) = match runtime {
        Runtime::Live => (Machine::of(files), now()),
        Runtime::Virtual => (Machine::none(), String::new()),
    };
    Study {
        title: plan.title.clone(),
        name: plan.name.clone(),
        question: plan.question.clone().unwrap_or_default(),
        source: plan.source.clone().unwrap_or_default(),
        seed: plan.seed,
        scenario_hash: plan.hash.clone(),
        scenario_text: plan.text.clone(),
        classes,
        variants: plan.variants.iter().map(variant).collect(),
        claims: plan.claims.iter().map(claim).collect(),
        runtime,
        warmup: plan.run.warmup,
        machine,
        modelled: if runtime == Runtime::Virtual { modelled(plan) } else { Vec::new() },
        command,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started,
        partial: false,
    }
}

/// The machines of the variants, each once.
fn modelled(plan: &Plan) -> Vec<ModelledMachine> {
    let mut machines: Vec<ModelledMachine> = Vec::new();
    for profile in plan.variants.iter().map(|variant| &variant.machine.profile) {
        let machine = ModelledMachine {
            profile: profile.name.clone(),
            title: profile.title.clone(),
            source: profile.source.clone(),
            cores: Some(profile.cores).filter(|cores| *cores < u32::MAX),
            interpreter_lock_ns: profile.interpreter_lock.map(|interval| interval.0),
        };
        if !machines.contains(&machine) {
            machines.push(machine);
        }
    }
    machines
}

fn claim(claim: &Claim) -> lab::Claim {
    let measure = if claim.compare.is_empty() {
        claim.measure.clone()
    } else {
        format!("{}: {}", claim.measure, claim.compare.join(" against "))
    };
    lab::Claim { quote: claim.quote.clone(), measure, expect: claim.expect.clone() }
}

/// The wall clock, to the second.
fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let shown = Utc(Timestamp { seconds: since.as_secs(), microseconds: 0 }).to_string();
    format!("{} UTC", shown.split('.').next().unwrap_or_default())
}
