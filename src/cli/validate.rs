//! `jqlab validate`: compare virtual-time predictions with live measurements of the same scenario.

use super::delivery::{claim, save, unmeasured, write_pages};
use super::failure::Failure;
use super::interrupt;
use super::output::{self, quoted};
use super::plan::{self, load_plan};
use super::profile::find;
use super::progress::ProgressDisplay;
use crate::actors::machine::Profile;
use crate::lab::runner::Controls;
use crate::lab::validation::{Tolerances, predict};
use crate::lab::{self, Machine, Options, Provenance, Studied, Validation};
use crate::profile;
use crate::report::{self, ReportDirectory, ReportKind, VIRTUAL_DIRECTORY};
use crate::scenario::{Plan, Runtime, limits};
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Run a scenario live and in virtual time, and say how accurate the predictions are.
///
/// Every replication is run live twice, so that the report can tell the model's errors from the machine's; the virtual
/// runs follow, so that they do not disturb the live ones. Ctrl-C stops the live runs; what was measured is validated.
/// Exit code 1 if a figure is certainly outside of its tolerance, 4 if it was interrupted.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jqlab calibrate --out profile.toml && jqlab validate scenarios/quickstart.toml
  jqlab validate scenarios/quickstart.toml --profile my-machine.toml --runs 10
  jqlab validate scenarios/chained-jobs.toml --variant 'chain of 11 · file_size 10KB' --tolerance p95=30 --tolerance p99=none

Tolerances, in percent of what was measured; accounts and locks: in points of the mean sojourn:
  throughput=15 mean=15 p50=15 p95=25 p99=40 accounts=5 locks=5 readers=15")]
pub(super) struct Validate {
    /// The scenario file
    scenario: PathBuf,
    /// The machine of virtual time: a file that `calibrate` made, or a shipped profile [default: the scenario's, else profile.toml, else the shipped one of this processor]
    #[arg(long, value_name = "NAME|FILE")]
    profile: Option<String>,
    /// Replications of each variant, each in virtual time and (with the control) twice live; intervals need 3
    #[arg(long, visible_alias = "replications", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(limits::REPLICATIONS)))]
    runs: Option<u32>,
    /// Validate only this variant (repeatable)
    #[arg(long = "variant", value_name = "NAME")]
    variants: Vec<String>,
    /// Tolerance for a kind of figure; NAME=none stops judging it (repeatable)
    #[arg(long = "tolerance", value_name = "NAME=PERCENT")]
    tolerances: Vec<String>,
    /// Run live once instead of twice: half the time, but no estimate of the machine's noise
    #[arg(long)]
    no_control: bool,
    /// Where the report goes [default: reports/<scenario>-validation]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Where queue directories are made: this file system is measured [default: the system's temporary directory]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Jobs per run (overrides the scenario); a warm-up given in jobs is scaled to match
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(limits::JOBS)))]
    jobs: Option<u32>,
    /// The seed (overrides the scenario)
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Show no progress
    #[arg(long, short)]
    quiet: bool,
}

/// The profile that is taken from the working directory.
const PROFILE_FILE: &str = "profile.toml";

impl Validate {
    pub(super) fn execute(self) -> Result<(), Failure> {
        let mut tolerances = Tolerances::default();
        for text in &self.tolerances {
            tolerances.set(text).map_err(Failure::Usage)?;
        }
        let plan = self.plan()?;
        let default = || Path::new("reports").join(format!("{}-validation", plan.name));
        let out = claim(&self.out.clone().unwrap_or_else(default), ReportKind::Validation)?;
        let [live_out, virtual_out] = ["live", VIRTUAL_DIRECTORY].map(|name| claim(&out.file(name), ReportKind::Study));
        let (live_out, virtual_out) = (live_out?, virtual_out?);
        let stop = interrupt::stop_flag("letting running work finish, then validating what was measured", None)?;
        let live = lab::study(&plan, &self.options(Runtime::Live, &stop), &mut self.progress())?;
        let mut faults = self.report(&live, &live_out);
        // Whoever interrupted the live runs wants to see what was measured, and for that it has to be predicted.
        let never = AtomicBool::new(false);
        let options = self.options(Runtime::Virtual, &never);
        let predicted = predict(&plan, &live.analysis, &options, &mut self.progress())?;
        faults.extend(self.report(&predicted, &virtual_out));
        let profile = &plan.variants[0].machine.profile;
        let validation = Validation::of(&live.analysis, &predicted.analysis, profile, &tolerances);
        faults.extend(report::write_validation(&out, &validation).iter().map(ToString::to_string));
        self.show(&validation, &out)?;
        Failure::of_faults(&faults)?;
        if validation.has_outside() {
            let what = "figures are outside of their tolerance: see “Wrong in …” above";
            return Err(Failure::Run(what.to_owned()));
        }
        if stop.load(Ordering::Relaxed) { Err(Failure::Partial) } else { Ok(()) }
    }

    fn show(&self, validation: &Validation, out: &ReportDirectory) -> Result<(), Failure> {
        output::print(&report::validation_table(validation, output::columns()))?;
        for warning in &validation.warnings {
            output::print(&format!("Warning: {warning}\n"))?;
        }
        let partial = if validation.study.partial { " (partial)" } else { "" };
        output::print(&format!("validation{partial}: {}\n", output::path(&out.file("validation.md"))))
    }

    /// The plan, with what the command line overrides, on the machine of the profile.
    fn plan(&self) -> Result<Plan, Failure> {
        let mut plan = load_plan(&self.scenario)?;
        plan::choose_variants(&mut plan, &self.variants)?;
        plan.seed = self.seed.unwrap_or(plan.seed);
        let replications = self.runs.unwrap_or(plan.run.replications);
        plan::set_replications(&mut plan, replications);
        (plan.prediction, plan.sensitivity, plan.capacity) = (None, None, None);
        if let Some(jobs) = self.jobs {
            plan::set_jobs(&mut plan, jobs);
        }
        if let Some(why) = plan.why_not_live() {
            return Err(Failure::Usage(format!("{why}: there is nothing to hold a prediction against")));
        }
        if let Some(profile) = self.profile(&plan)? {
            plan::set_profile(&mut plan, profile)?;
        }
        Ok(plan)
    }

    /// The machine that is to be modelled; none: the scenario's own.
    fn profile(&self, plan: &Plan) -> Result<Option<Profile>, Failure> {
        let names_one = !plan.variants[0].machine.is_unnamed();
        match &self.profile {
            Some(name) => find(name).map(Some),
            None if names_one => Ok(None),
            None if Path::new(PROFILE_FILE).exists() => find(&format!("./{PROFILE_FILE}")).map(Some),
            None => self.shipped().map(Some).ok_or_else(|| {
                Failure::Usage(format!(
                    "there is no machine to predict with: measure this one with `jqlab calibrate --out {PROFILE_FILE}`, or name \
                     a profile with --profile"
                ))
            }),
        }
    }

    /// The shipped profile of a machine with this processor, if there is one.
    fn shipped(&self) -> Option<Profile> {
        let machine = Machine::of(&self.dir.clone().unwrap_or_else(std::env::temp_dir));
        let shipped = profile::names().into_iter().filter_map(|name| profile::shipped(name).ok());
        let mut of_processor = shipped
            .map(|(shipped, _)| shipped)
            .filter(|one| one.measured_on.as_ref().is_some_and(|measured| measured.cpu == machine.cpu));
        of_processor.next()
    }

    fn options<'a>(&self, runtime: Runtime, stop: &'a AtomicBool) -> Options<'a> {
        Options {
            base: self.dir.clone(),
            controls: if self.no_control { Controls::None } else { Controls::Every },
            command: self.command(),
            provenance: Provenance::found(runtime),
            stop,
            ..Options::new(runtime)
        }
    }

    fn progress(&self) -> ProgressDisplay {
        ProgressDisplay::new(self.quiet)
    }

    /// Writes the report of one side. What went wrong, in single runs or with a file.
    fn report(&self, studied: &Studied, out: &ReportDirectory) -> Vec<String> {
        let analysis = &studied.analysis;
        let mut faults = studied.faults.clone();
        faults.extend(save(out, analysis));
        faults.extend(write_pages(out, analysis, None, false));
        faults.extend(unmeasured(analysis));
        faults
    }

    /// The command that runs this again. Where the report goes and how much is shown does not belong to it.
    fn command(&self) -> String {
        let path = |path: &PathBuf| path.display().to_string();
        let mut words = vec!["jqlab validate".to_owned(), quoted(&path(&self.scenario))];
        let mut option = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                words.push(format!("--{name} {}", quoted(&value)));
            }
        };
        option("profile", self.profile.clone());
        option("dir", self.dir.as_ref().map(path));
        option("runs", self.runs.map(|count| count.to_string()));
        option("jobs", self.jobs.map(|count| count.to_string()));
        option("seed", self.seed.map(|seed| seed.to_string()));
        for variant in &self.variants {
            option("variant", Some(variant.clone()));
        }
        for tolerance in &self.tolerances {
            option("tolerance", Some(tolerance.clone()));
        }
        if self.no_control {
            words.push("--no-control".to_owned());
        }
        words.join(" ")
    }
}
