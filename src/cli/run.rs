//! `jqlab run`: run a scenario and write its report.

use super::failure::Failure;
use super::interrupt;
use super::output::{self, quoted};
use super::plan::load_plan;
use super::profile::find;
use super::progress::Progress;
use super::study::study;
use crate::lab::jobs_csv::JobsCsv;
use crate::lab::runner::{self, Options, RunError};
use crate::lab::{Analysis, Notebook, RuntimeKind};
use crate::report;
use crate::scenario::{Plan, RuntimeChoice, Warmup};
use clap::{Args, ValueEnum};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Run every variant of a scenario, in every replication, and write the report.
///
/// Live runs work on real job files, in a temporary directory for each run. Ctrl-C stops the load, finishes what
/// runs and reports what was measured, marked partial; a second Ctrl-C ends at once.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jqlab run scenarios/quickstart.toml
  jqlab run scenarios/chained-jobs.toml --replications 10 --out study1
  jqlab run scenarios/quickstart.toml --runtime virtual
  jqlab run scenarios/quickstart.toml --runtime virtual --profile hdd
  jqlab run scenarios/quickstart.toml --variant 'as designed' --replications 1 --queue-dir queue")]
pub(super) struct Run {
    /// The scenario file
    scenario: PathBuf,
    /// Where the report goes [default: reports/<scenario>]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Where queue directories are made: this file system is measured [default: the system's temporary directory]
    #[arg(long, value_name = "DIR", conflicts_with = "queue_dir")]
    dir: Option<PathBuf>,
    /// The queue directory of a single run: empty, or a queue; it is kept
    #[arg(long, value_name = "DIR")]
    queue_dir: Option<PathBuf>,
    /// Live (real files, wall clock), virtual (one calendar, modelled machine) or both, instead of what the scenario says
    #[arg(long, value_enum)]
    runtime: Option<Runtime>,
    /// The machine of virtual time, instead of the scenario's: a shipped profile, or a file that `calibrate` made
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// How often each variant is run, instead of what the scenario says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    replications: Option<u32>,
    /// Jobs of each run, instead of what the scenario says; a warm-up counted in jobs shrinks or grows alike
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    jobs: Option<u32>,
    /// Run these variants alone; may be given several times
    #[arg(long = "variant", value_name = "NAME")]
    variants: Vec<String>,
    /// The seed, instead of the scenario's
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Show no progress
    #[arg(long, short)]
    quiet: bool,
    /// Keep the queue directories of live runs, and say where they are
    #[arg(long)]
    keep_queue: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Runtime {
    Live,
    Virtual,
    Both,
}

impl Runtime {
    const fn choice(self) -> RuntimeChoice {
        match self {
            Self::Live => RuntimeChoice::Live,
            Self::Virtual => RuntimeChoice::Virtual,
            Self::Both => RuntimeChoice::Both,
        }
    }
}

impl Run {
    pub(super) fn execute(self) -> Result<(), Failure> {
        let plan = self.plan()?;
        let out = self.out.clone().unwrap_or_else(|| Path::new("reports").join(&plan.name));
        let stop = interrupt::stop_flag()?;
        let mut faults = Vec::new();
        for (runtime, out) in Self::runtimes(&plan, out) {
            faults.extend(self.run(&plan, runtime, &out, &stop)?);
        }
        match &faults[..] {
            [] => Ok(()),
            faults => Err(Failure::Run(faults.join("\n       "))),
        }
    }

    /// Where the plan is run, and where each report goes.
    fn runtimes(plan: &Plan, out: PathBuf) -> Vec<(RuntimeKind, PathBuf)> {
        match plan.run.runtime {
            RuntimeChoice::Virtual => vec![(RuntimeKind::Virtual, out)],
            RuntimeChoice::Live => vec![(RuntimeKind::Live, out)],
            RuntimeChoice::Both => {
                let beside = out.join("virtual");
                vec![(RuntimeKind::Live, out), (RuntimeKind::Virtual, beside)]
            }
        }
    }

    /// Runs the plan and writes the report. What went wrong in single runs is returned.
    fn run(&self, plan: &Plan, runtime: RuntimeKind, out: &Path, stop: &AtomicBool) -> Result<Vec<String>, Failure> {
        fs::create_dir_all(out).map_err(Failure::file(out, "create"))?;
        let options = Options {
            runtime,
            base: self.dir.clone(),
            queue_directory: self.queue_dir.clone(),
            keep: self.keep_queue,
            stop,
        };
        let files = self.queue_dir.clone().or_else(|| self.dir.clone()).unwrap_or_else(std::env::temp_dir);
        let mut study = study(plan, runtime, &files, self.command());
        let mut notebook = Notebook::new(&study);
        let mut rows = JobsCsv::create(out, &study.classes).map_err(Failure::file(out, "write into"))?;
        let mut progress = Progress::new(self.quiet);
        let ran = runner::run(plan, &options, &mut notebook, &mut rows, &mut progress);
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
        let analysis = Analysis::of(study, notebook);
        rows.finish().map_err(Failure::file(out, "write jobs.csv into"))?;
        report::write(out, &analysis).map_err(Failure::file(out, "write the report to"))?;
        output::print(&report::terminal_table(&analysis))?;
        for kept in &outcome.kept {
            output::print(&format!("queue: {}\n", kept.display()))?;
        }
        let partial = if outcome.partial { " (partial)" } else { "" };
        output::print(&format!("report{partial}: {}\n", out.join("report.md").display()))?;
        Ok(outcome.faults)
    }

    /// The plan, with what the command line overrides.
    fn plan(&self) -> Result<Plan, Failure> {
        let mut plan = load_plan(&self.scenario)?;
        for name in &self.variants {
            plan.variant(name).map_err(Failure::Usage)?;
        }
        if !self.variants.is_empty() {
            plan.variants.retain(|variant| self.variants.contains(&variant.name));
        }
        plan.run.runtime = self.runtime.map_or(plan.run.runtime, Runtime::choice);
        self.set_machine(&mut plan)?;
        plan.seed = self.seed.unwrap_or(plan.seed);
        plan.run.replications = self.replications.unwrap_or(plan.run.replications);
        if let Some(jobs) = self.jobs {
            // Otherwise a short try of a long scenario could consist of its warm-up alone.
            if let Warmup::Jobs(cut) = &mut plan.run.warmup {
                let before = plan.variants.iter().map(|variant| variant.workload.jobs).min().unwrap_or(jobs);
                let scaled = u64::from(*cut) * u64::from(jobs) / u64::from(before.max(1));
                *cut = u32::try_from(scaled).unwrap_or(u32::MAX);
            }
            for variant in &mut plan.variants {
                variant.workload.jobs = jobs;
            }
        }
        Ok(plan)
    }

    /// Puts all variants on the machine that the command line names, and refuses what no live run can be.
    fn set_machine(&self, plan: &mut Plan) -> Result<(), Failure> {
        let is_live = plan.run.runtime != RuntimeChoice::Virtual;
        if let Some(why) = plan.why_not_live().filter(|_| is_live) {
            return Err(Failure::Usage(format!("{why}: run it with --runtime virtual")));
        }
        let Some(name) = &self.profile else { return Ok(()) };
        if plan.run.runtime == RuntimeChoice::Live {
            let why = "--profile is the machine of virtual time, and this runs live: add --runtime virtual or both";
            return Err(Failure::Usage(why.to_owned()));
        }
        let first = plan.variants[0].machine.base();
        if let Some(other) = plan.variants.iter().map(|variant| variant.machine.base()).find(|other| *other != first) {
            let (one, two) = (&first.name, &other.name);
            return Err(Failure::Usage(format!(
                "the scenario compares profiles ({one}, {two}): run it without --profile"
            )));
        }
        let profile = Arc::new(find(name)?);
        for variant in &mut plan.variants {
            variant.machine = variant.machine.clone().with_profile(Arc::clone(&profile));
        }
        Ok(())
    }

    /// The command that runs this again. Where the report goes and how much is shown does not belong to it.
    fn command(&self) -> String {
        let path = |path: &PathBuf| path.display().to_string();
        let mut words = vec!["jqlab run".to_owned(), quoted(&path(&self.scenario))];
        let mut option = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                words.push(format!("--{name} {}", quoted(&value)));
            }
        };
        option("dir", self.dir.as_ref().map(path));
        option("queue-dir", self.queue_dir.as_ref().map(path));
        option("runtime", self.runtime.map(|runtime| format!("{runtime:?}").to_lowercase()));
        option("profile", self.profile.clone());
        option("replications", self.replications.map(|count| count.to_string()));
        option("jobs", self.jobs.map(|count| count.to_string()));
        option("seed", self.seed.map(|seed| seed.to_string()));
        for variant in &self.variants {
            option("variant", Some(variant.clone()));
        }
        words.join(" ")
    }
}
