//! `jqlab run`: run a scenario and write its report.

use super::failure::Failure;
use super::interrupt;
use super::output;
use super::plan::load_plan;
use super::progress::Progress;
use crate::job::Timestamp;
use crate::lab::jobs_csv::JobsCsv;
use crate::lab::runner::{self, Options, RunError};
use crate::lab::{Analysis, Machine, Notebook, RuntimeKind, Study, VariantInfo, WarmUp};
use crate::queue_dir::Utc;
use crate::report;
use crate::scenario::{self, Plan, RuntimeChoice, Warmup};
use clap::{Args, ValueEnum};
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Run every variant of a scenario, in every replication, and write the report.
///
/// Live runs work on real job files, in a temporary directory for each run. Ctrl-C stops the load, finishes what
/// runs and reports what was measured, marked partial; a second Ctrl-C ends at once.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jqlab run scenarios/quickstart.toml
  jqlab run scenarios/chained-jobs.toml --replications 10 --out /tmp/study1
  jqlab run scenarios/quickstart.toml --runtime virtual
  jqlab run scenarios/quickstart.toml --variant chain --replications 1 --queue-dir /tmp/queue")]
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
    /// Live (real files, wall clock) or virtual (one calendar, modelled disk), instead of what the scenario says
    #[arg(long, value_enum)]
    runtime: Option<Runtime>,
    /// How often each variant is run, instead of what the scenario says
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    replications: Option<u32>,
    /// Jobs of each run, instead of what the scenario says
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
}

impl Run {
    pub(super) fn execute(self) -> Result<(), Failure> {
        let plan = self.plan()?;
        let runtime = match (self.runtime, plan.run.runtime) {
            (Some(Runtime::Virtual), _) | (None, RuntimeChoice::Virtual) => RuntimeKind::Virtual,
            _ => RuntimeKind::Live,
        };
        let out = self.out.clone().unwrap_or_else(|| Path::new("reports").join(&plan.name));
        fs::create_dir_all(&out).map_err(Failure::file(&out, "create"))?;
        let stop = interrupt::stop_flag()?;
        let options = Options {
            runtime,
            base: self.dir.clone(),
            queue_directory: self.queue_dir.clone(),
            keep: self.keep_queue,
            stop: &stop,
        };
        let mut study = self.study(&plan, runtime);
        let mut notebook = Notebook::new(&study);
        let mut rows = JobsCsv::create(&out, &study.classes).map_err(Failure::file(&out, "write into"))?;
        let mut progress = Progress::new(self.quiet);
        let run = || runner::run(&plan, &options, &mut notebook, &mut rows, &mut progress);
        let ran = panic::catch_unwind(AssertUnwindSafe(run)).map_err(|_| {
            Failure::Invariant(format!("an invariant broke. The run can be repeated with: {}", study.command))
        })?;
        let outcome = ran.map_err(|error| match error {
            RunError::OneDirectory(_) | RunError::Directory { .. } => Failure::Usage(error.to_string()),
            RunError::Live { source: live, .. } if live.is_directory() => Failure::Usage(live.to_string()),
            other => Failure::Run(other.to_string()),
        })?;
        study.partial = outcome.partial;
        study.machine.note_end();
        let analysis = Analysis::of(study, notebook);
        rows.finish().map_err(Failure::file(&out, "write jobs.csv into"))?;
        report::write(&out, &analysis).map_err(Failure::file(&out, "write the report to"))?;
        output::print(&report::terminal_table(&analysis))?;
        for kept in &outcome.kept {
            output::print(&format!("queue: {}\n", kept.display()))?;
        }
        output::print(&format!("report: {}\n", out.join("report.md").display()))?;
        match &outcome.faults[..] {
            [] => Ok(()),
            faults => Err(Failure::Run(faults.join("\n       "))),
        }
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
        plan.seed = self.seed.unwrap_or(plan.seed);
        plan.run.replications = self.replications.unwrap_or(plan.run.replications);
        if let Some(jobs) = self.jobs {
            for variant in &mut plan.variants {
                variant.workload.jobs = jobs;
            }
        }
        Ok(plan)
    }

    fn study(&self, plan: &Plan, runtime: RuntimeKind) -> Study {
        let files = self.queue_dir.clone().or_else(|| self.dir.clone()).unwrap_or_else(std::env::temp_dir);
        let classes = plan.variants[0].workload.classes.iter().map(|class| class.name.clone()).collect();
        let variant = |variant: &scenario::Variant| VariantInfo {
            name: variant.name.clone(),
            changes: variant.changes.clone(),
            compare_with: None,
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
            warmup: match plan.run.warmup {
                Warmup::Auto => WarmUp::Mser5,
                Warmup::Jobs(jobs) => WarmUp::Jobs(jobs),
                Warmup::Time(span) => WarmUp::Time(span),
            },
            machine: match runtime {
                RuntimeKind::Live => Machine::of(&files),
                RuntimeKind::Virtual => Machine::none(),
            },
            command: self.command(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started: started(runtime),
            partial: false,
        }
    }

    /// The command that runs this again. It names no more of the machine than the user named.
    fn command(&self) -> String {
        let mut words = vec!["jqlab run".to_owned(), self.scenario.display().to_string()];
        let mut option = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                words.push(format!("--{name} {}", quoted(&value)));
            }
        };
        option("dir", self.dir.as_ref().map(|dir| dir.display().to_string()));
        option("queue-dir", self.queue_dir.as_ref().map(|dir| dir.display().to_string()));
        option("runtime", self.runtime.map(|runtime| format!("{runtime:?}").to_lowercase()));
        option("replications", self.replications.map(|count| count.to_string()));
        option("jobs", self.jobs.map(|count| count.to_string()));
        option("seed", self.seed.map(|seed| seed.to_string()));
        for variant in &self.variants {
            option("variant", Some(variant.clone()));
        }
        words.join(" ")
    }
}

fn claim(claim: &scenario::Claim) -> crate::lab::Claim {
    let measure = match claim.compare.is_empty() {
        true => claim.measure.clone(),
        false => format!("{}: {}", claim.measure, claim.compare.join(" against ")),
    };
    crate::lab::Claim { quote: claim.quote.clone(), measure, expect: claim.expect.clone() }
}

/// Quotes what a shell would take apart.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=,:".contains(letter);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

/// When the study began, for people; virtual time has no such moment, and its reports are the same every time.
fn started(runtime: RuntimeKind) -> String {
    match runtime {
        RuntimeKind::Virtual => String::new(),
        RuntimeKind::Live => now(),
    }
}

/// The wall clock, to the second.
fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let shown = Utc(Timestamp { seconds: since.as_secs(), microseconds: 0 }).to_string();
    format!("{} UTC", shown.split('.').next().unwrap_or_default())
}
