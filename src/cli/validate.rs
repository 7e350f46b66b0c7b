//! `jqlab validate`: hold predictions of virtual time against live measurements of the same scenario.

use super::failure::Failure;
use super::interrupt;
use super::output::{self, quoted};
use super::plan::{self, load_plan};
use super::profile::find;
use super::study::{self, Ran};
use crate::actors::machine::Profile;
use crate::lab::runner::Options;
use crate::lab::summary::RunSummary;
use crate::lab::validation::{Sides, Tolerances};
use crate::lab::{Machine, Study, Validation, doubts};
use crate::profile;
use crate::report;
use crate::scenario::{Plan, Runtime, Variant};
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Run a scenario live and in virtual time, and say how far the predictions are off.
///
/// Every replication is run live twice, so that the report can tell the model's errors from the machine's; the virtual
/// runs follow, so that they do not disturb the live ones. Ctrl-C stops the live runs; what was measured is validated.
/// Exit code 1 if a figure is certainly outside of its tolerance.
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
    #[arg(long, visible_alias = "replications", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    runs: Option<u32>,
    /// Validate these variants alone; may be given several times
    #[arg(long = "variant", value_name = "NAME")]
    variants: Vec<String>,
    /// How far a kind of figure may be off, or none, which judges it no more; may be given several times
    #[arg(long = "tolerance", value_name = "NAME=PERCENT")]
    tolerances: Vec<String>,
    /// Run live once instead of twice: half the time, but nothing tells the machine's noise
    #[arg(long)]
    no_control: bool,
    /// Where the report goes [default: reports/<scenario>-validation]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Where queue directories are made: this file system is measured [default: the system's temporary directory]
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Jobs of each run, instead of what the scenario says; a warm-up counted in jobs shrinks or grows alike
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    jobs: Option<u32>,
    /// The seed, instead of the scenario's
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
        let out = self.out.clone().unwrap_or_else(default);
        let stop = interrupt::stop_flag()?;
        let live = self.measure(&plan, &out.join("live"), &stop)?;
        let simulated = self.predict(&plan, &live, &out.join("virtual"))?;
        let faults = [&live.faults[..], &simulated.faults].concat();
        let validation = self.compare(&plan, &live, &simulated, &tolerances);
        report::write_validation(&out, &validation).map_err(Failure::file(&out, "write the validation to"))?;
        output::print(&report::validation_table(&validation, output::columns()))?;
        for warning in &validation.warnings {
            output::print(&format!("Warning: {warning}\n"))?;
        }
        let partial = if validation.study.partial { " (partial)" } else { "" };
        output::print(&format!("validation{partial}: {}\n", out.join("validation.md").display()))?;
        match (&faults[..], validation.has_outside()) {
            ([], false) => Ok(()),
            ([], true) => {
                Err(Failure::Run("figures are outside of their tolerance: see “Wrong in …” above".to_owned()))
            }
            (faults, _) => Err(Failure::Run(faults.join("\n       "))),
        }
    }

    /// The plan, with what the command line overrides, on the machine of the profile.
    fn plan(&self) -> Result<Plan, Failure> {
        let mut plan = load_plan(&self.scenario)?;
        plan::choose_variants(&mut plan, &self.variants)?;
        if let Some(why) = plan.why_not_live() {
            return Err(Failure::Usage(format!("{why}: there is nothing to hold a prediction against")));
        }
        plan.seed = self.seed.unwrap_or(plan.seed);
        plan.run.replications = self.runs.unwrap_or(plan.run.replications);
        if let Some(jobs) = self.jobs {
            plan::set_jobs(&mut plan, jobs);
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
        let mut of_processor = shipped.map(|(shipped, _)| shipped).filter(|one| one.title.starts_with(&machine.cpu));
        of_processor.next()
    }

    /// The live runs: each variant, and with the control each once more, interleaved.
    fn measure(&self, plan: &Plan, out: &Path, stop: &AtomicBool) -> Result<Ran, Failure> {
        let mut plan = plan.clone();
        if !self.no_control {
            let again = |variant: &Variant| Variant { name: format!("{}, again", variant.name), ..variant.clone() };
            plan.variants = plan.variants.iter().flat_map(|variant| [variant.clone(), again(variant)]).collect();
            for variant in &mut plan.variants {
                variant.compare_with = variant.compare_with.map(|with| 2 * with);
            }
        }
        self.run(&plan, Runtime::Live, out, stop)
    }

    /// The virtual runs of those replications that were run live.
    fn predict(&self, plan: &Plan, live: &Ran, out: &Path) -> Result<Ran, Failure> {
        let mut plan = plan.clone();
        plan.run.replications = live.analysis.runs.iter().map(|run| run.replication + 1).max().unwrap_or(0);
        // Whoever interrupted the live runs wants to see what was measured, and for that it has to be predicted.
        self.run(&plan, Runtime::Virtual, out, &AtomicBool::new(false))
    }

    fn run(&self, plan: &Plan, runtime: Runtime, out: &Path, stop: &AtomicBool) -> Result<Ran, Failure> {
        let options = Options {
            runtime,
            base: self.dir.clone(),
            queue_directory: None,
            keep: false,
            rows: false,
            threads: 0,
            stop,
        };
        let ran = study::run(plan, &options, out, self.command(), self.quiet)?;
        report::write(out, &ran.analysis, None).map_err(Failure::file(out, "write the report to"))?;
        Ok(ran)
    }

    fn compare(&self, plan: &Plan, live: &Ran, simulated: &Ran, tolerances: &Tolerances) -> Validation {
        // The first and the second live runs of a variant stood side by side.
        let each = if self.no_control { 1 } else { 2 };
        let side = |which: usize| -> Vec<RunSummary> {
            let of_side = live.analysis.runs.iter().filter(|run| run.variant % each == which);
            of_side.map(|run| RunSummary { variant: run.variant / each, ..run.clone() }).collect()
        };
        let (measured, control) = (side(0), if self.no_control { Vec::new() } else { side(1) });
        let sides = Sides { measured: &measured, control: &control, predicted: &simulated.analysis.runs };
        let study = Study { variants: simulated.analysis.study.variants.clone(), ..live.analysis.study.clone() };
        let mut validation = Validation::of(&study, &plan.variants[0].machine.profile, sides, tolerances);
        let name = &validation.profile.name;
        if profile::names().contains(&name.as_str()) {
            let warning = format!(
                "The profile “{name}” is a shipped one, measured elsewhere: `jqlab calibrate --out {PROFILE_FILE}` measures this machine."
            );
            validation.warnings.push(warning);
        }
        validation.warnings.extend(doubts::of_study(&live.analysis));
        validation
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
