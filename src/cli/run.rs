//! `jqlab run`: run a scenario and write its report.

use super::delivery::{claim, save, show, unmeasured, write_pages};
use super::failure::Failure;
use super::gates::{self, FailOn};
use super::interrupt;
use super::output::{self, quoted};
use super::plan::{self, load_plan};
use super::profile::find;
use super::progress::ProgressDisplay;
use crate::lab::runner::Controls;
use crate::lab::validation::{Tolerances, predict};
use crate::lab::{self, Analysis, Options, Provenance, Studied, Validation};
use crate::report::{self, ROWS_FILE, ReportDirectory, ReportKind, VIRTUAL_DIRECTORY};
use crate::scenario::{Plan, Runtime, Runtimes, limits};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Run every variant of a scenario, in every replication, and write the report.
///
/// Live runs work on real job files, in a temporary directory for each run. Ctrl-C stops the load, lets running work
/// finish and reports what was measured, marked partial (exit code 4); press Ctrl-C again to quit at once.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jqlab run scenarios/quickstart.toml
  jqlab run scenarios/chained-jobs.toml --replications 10 --out study1
  jqlab run scenarios/quickstart.toml --runtime virtual
  jqlab run scenarios/quickstart.toml --runtime virtual --profile hdd
  jqlab run scenarios/chained-jobs.toml --quick
  jqlab run scenarios/quickstart.toml --fail-on refuted
  jqlab run scenarios/quickstart.toml --variant 'as shipped' --replications 1 --queue-dir queue")]
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
    /// Live (real files, wall clock), virtual (one calendar, modelled machine) or both (overrides the scenario)
    #[arg(long = "runtime", value_name = "RUNTIME", value_parser = runtimes())]
    runtimes: Option<Runtimes>,
    /// A look at the same page in seconds: virtual time, few blocks, fewer jobs [its report goes to reports/<scenario>-quick]
    #[arg(long, conflicts_with = "runtimes")]
    quick: bool,
    /// The machine of virtual time (overrides the scenario): a shipped profile, or a file that `calibrate` made
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// So many blocks, each with one run of every variant (overrides the scenario and its rule when to stop)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(limits::REPLICATIONS)))]
    replications: Option<u32>,
    /// Jobs per run (overrides the scenario); a warm-up given in jobs is scaled to match
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(limits::JOBS)))]
    jobs: Option<u32>,
    /// Run only this variant (repeatable)
    #[arg(long = "variant", value_name = "NAME")]
    variants: Vec<String>,
    /// The seed (overrides the scenario)
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Write jobs.csv as well: a row for each job
    #[arg(long)]
    rows: bool,
    /// Virtual-time runs in parallel [default: number of cores]; does not affect results
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// Fail, with exit code 1, if any claim is refuted, or refuted or undecided; the report is written in any case
    #[arg(long, value_name = "VERDICT")]
    fail_on: Option<FailOn>,
    /// Begin live runs at once, even if the machine is busy
    #[arg(long)]
    no_wait: bool,
    /// Show no progress
    #[arg(long, short)]
    quiet: bool,
    /// Keep the queue directories of live runs, and say where they are
    #[arg(long)]
    keep_queue: bool,
}

/// `--runtime`.
fn runtimes() -> impl TypedValueParser<Value = Runtimes> {
    PossibleValuesParser::new(Runtimes::WORDS.map(|(word, _)| word)).try_map(|word| {
        let named = Runtimes::WORDS.into_iter().find(|(known, _)| *known == word);
        named.map(|(_, runtimes)| runtimes).ok_or("no such runtime")
    })
}

impl Run {
    pub(super) fn execute(self) -> Result<(), Failure> {
        let plan = self.plan()?;
        let path = self.out.clone().unwrap_or_else(|| self.usual_directory(&plan));
        let out = claim(&path, ReportKind::Study)?;
        let finishing = "letting running work finish, then reporting";
        let stop = interrupt::stop_flag(finishing, self.queue_dir.as_deref())?;
        let (analysis, faults) = match plan.run.runtimes {
            Runtimes::One(runtime) => {
                let studied = lab::study(&plan, &self.options(runtime, &out, &stop), &mut self.progress())?;
                let faults = self.report(&studied, None, &out)?;
                (studied.analysis, faults)
            }
            Runtimes::Both => self.both(&plan, &out, &stop)?,
        };
        Failure::of_faults(&faults)?;
        if stop.load(Ordering::Relaxed) {
            return Err(Failure::Partial);
        }
        gates::hold(&analysis, self.fail_on)
    }

    /// A quick look takes the place of no report.
    fn usual_directory(&self, plan: &Plan) -> PathBuf {
        let quick = if self.quick { "-quick" } else { "" };
        Path::new("reports").join(format!("{}{quick}", plan.name))
    }

    /// One report of the live runs that says how far the virtual ones are off; these have theirs in `virtual/`.
    fn both(&self, plan: &Plan, out: &ReportDirectory, stop: &AtomicBool) -> Result<(Analysis, Vec<String>), Failure> {
        let beside = claim(&out.file(VIRTUAL_DIRECTORY), ReportKind::Study)?;
        let live = lab::study(plan, &self.options(Runtime::Live, out, stop), &mut self.progress())?;
        if stop.load(Ordering::Relaxed) {
            let faults = self.report(&live, None, out)?;
            return Ok((live.analysis, faults));
        }
        // Whatever becomes of the predictions, what was measured is there.
        let mut faults = save(out, &live.analysis);
        let options = self.options(Runtime::Virtual, &beside, stop);
        match predict(plan, &live.analysis, &options, &mut self.progress()) {
            Ok(predicted) => {
                let profile = &plan.variants[0].machine.profile;
                let validation = Validation::of(&live.analysis, &predicted.analysis, profile, &Tolerances::default());
                faults.extend(self.report(&predicted, None, &beside)?);
                faults.extend(self.report(&live, Some(&validation), out)?);
                output::print(&report::validation_summary(&validation, output::columns()))?;
            }
            Err(error) => {
                faults.push(format!("there are no predictions: {error}"));
                faults.extend(self.report(&live, None, out)?);
            }
        }
        Ok((live.analysis, faults))
    }

    fn options<'a>(&self, runtime: Runtime, out: &ReportDirectory, stop: &'a AtomicBool) -> Options<'a> {
        Options {
            runtime,
            base: self.dir.clone(),
            queue_directory: self.queue_dir.clone(),
            keep: self.keep_queue,
            rows: self.rows.then(|| out.file(ROWS_FILE)),
            threads: self.threads.map_or(0, usize::from),
            controls: Controls::Baseline,
            waits: !self.no_wait,
            command: self.command(),
            provenance: Provenance::found(runtime),
            stop,
        }
    }

    fn progress(&self) -> ProgressDisplay {
        ProgressDisplay::new(self.quiet)
    }

    /// Writes and shows a report. What went wrong, in single runs or with a file, is returned.
    fn report(
        &self,
        studied: &Studied,
        validation: Option<&Validation>,
        out: &ReportDirectory,
    ) -> Result<Vec<String>, Failure> {
        let analysis = &studied.analysis;
        let mut faults = studied.faults.clone();
        faults.extend(save(out, analysis));
        let of_pages = write_pages(out, analysis, validation, self.rows);
        show(out, studied, of_pages.is_empty())?;
        faults.extend(of_pages);
        faults.extend(unmeasured(analysis));
        Ok(faults)
    }

    /// The plan, with what the command line overrides.
    fn plan(&self) -> Result<Plan, Failure> {
        let mut plan = load_plan(&self.scenario)?;
        plan::choose_variants(&mut plan, &self.variants)?;
        if self.quick {
            plan = plan.quick();
        }
        plan.run.runtimes = self.runtimes.unwrap_or(plan.run.runtimes);
        self.refuse_idle_options(plan.run.runtimes)?;
        plan.seed = self.seed.unwrap_or(plan.seed);
        if let Some(replications) = self.replications {
            plan::set_replications(&mut plan, replications);
        }
        if let Some(jobs) = self.jobs {
            plan::set_jobs(&mut plan, jobs);
        }
        if let Some(prediction) = &mut plan.prediction {
            prediction.seed = plan.seed;
        }
        self.set_machine(&mut plan)?;
        Ok(plan)
    }

    /// Refuses what has no effect on the runs that are asked for.
    fn refuse_idle_options(&self, runtimes: Runtimes) -> Result<(), Failure> {
        let live = [
            ("--dir", self.dir.is_some()),
            ("--queue-dir", self.queue_dir.is_some()),
            ("--keep-queue", self.keep_queue),
        ];
        let idle = |given: &[(&'static str, bool)]| given.iter().find(|(_, is_given)| *is_given).map(|(name, _)| *name);
        if let Some(name) = idle(&live).filter(|_| !runtimes.include(Runtime::Live)) {
            let why =
                format!("{name} is for live runs, and this runs in virtual time: leave it out, or add --runtime live");
            return Err(Failure::Usage(why));
        }
        if let Some(name) =
            idle(&[("--threads", self.threads.is_some())]).filter(|_| !runtimes.include(Runtime::Virtual))
        {
            let why = format!("{name} is for virtual time, and this runs live: leave it out, or add --runtime virtual");
            return Err(Failure::Usage(why));
        }
        Ok(())
    }

    /// Puts all variants on the machine that the command line names, and refuses what no live run can be.
    fn set_machine(&self, plan: &mut Plan) -> Result<(), Failure> {
        let is_live = plan.run.runtimes.include(Runtime::Live);
        if let Some(why) = plan.why_not_live().filter(|_| is_live) {
            return Err(Failure::Usage(format!("{why}: run it with --runtime virtual")));
        }
        let Some(name) = &self.profile else { return Ok(()) };
        if !plan.run.runtimes.include(Runtime::Virtual) && plan.prediction.is_none() {
            let why = "--profile selects the virtual-time machine, but this run is live: add --runtime virtual or both";
            return Err(Failure::Usage(why.to_owned()));
        }
        plan::set_profile(plan, find(name)?)
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
        option("runtime", self.runtimes.map(|runtimes| runtimes.as_str().to_owned()));
        option("profile", self.profile.clone());
        option("replications", self.replications.map(|count| count.to_string()));
        option("jobs", self.jobs.map(|count| count.to_string()));
        option("seed", self.seed.map(|seed| seed.to_string()));
        option("fail-on", self.fail_on.and_then(|on| Some(on.to_possible_value()?.get_name().to_owned())));
        for variant in &self.variants {
            option("variant", Some(variant.clone()));
        }
        words.extend(self.quick.then(|| "--quick".to_owned()));
        words.join(" ")
    }
}
