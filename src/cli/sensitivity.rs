//! `jqlab sensitivity`: what would change if a cost were another.

use super::asking::{Asking, study_of};
use super::failure::Failure;
use super::interrupt;
use super::steps::Steps;
use crate::lab;
use crate::report;
use crate::scenario::claim::{Claim, Measure, Statistic};
use crate::scenario::{FACTORS, Plan, SensitivityPlan};
use clap::Args;

/// Scale every cost of a machine, every lock's hold time, workers, cores and the disk's latency, each alone, in virtual time.
///
/// The effects on a measure are ranked: what would be gained if X were free, half or twice what it is. All runs have the same
/// random numbers, so that a change is that of pairs of runs. Ctrl-C shows what was found so far (exit code 4).
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jqlab sensitivity scenarios/quickstart.toml
  jqlab sensitivity scenarios/quickstart.toml --measure 'sojourn p95 of plain' --variant 'as shipped' --profile hdd
  jqlab sensitivity scenarios/quickstart.toml --quick --json")]
pub(super) struct Sensitivity {
    #[command(flatten)]
    asking: Asking,
    /// What is measured, such as 'sojourn p95 of plain' [default: the scenario's, or that of its first claim, else the mean sojourn, or throughput where clients wait]
    #[arg(long, value_name = "MEASURE")]
    measure: Option<String>,
    /// The variant whose costs are scaled [default: the scenario's, else that of the first claim, else the first that is compared with nothing]
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
}

impl Sensitivity {
    pub(super) fn execute(self) -> Result<(), Failure> {
        let plan = self.asking.plan(&[])?;
        let asked = self.asked(&plan)?;
        let stop = interrupt::stop_flag("showing what was found so far", None)?;
        let plan = self.asking.with_rates(plan, &stop)?;
        let steps = Steps::new(self.asking.quiet);
        let tell = &mut |what: &str, done: usize, of: usize| steps.tell(what, done, of);
        let found = lab::sensitivity(&plan, &asked, &self.asking.effort(), &stop, tell);
        steps.over();
        let found = found?;
        self.asking.deliver(&found, &report::sensitivity_page(&study_of(&plan), &found), found.partial)
    }

    /// What the command line asks, else the scenario.
    fn asked(&self, plan: &Plan) -> Result<SensitivityPlan, Failure> {
        let said = plan.sensitivity.as_ref();
        let (measure, class) = match &self.measure {
            Some(text) => measure(text, plan)?,
            None => match said {
                Some(said) => (said.measure.clone(), said.class),
                None => default_measure(plan),
            },
        };
        let variant = match &self.variant {
            Some(name) => {
                plan.variant(name).map_err(Failure::Usage)?;
                plan.variants.iter().position(|variant| variant.name == *name)
            }
            // The claim whose measure is taken says whose it is: another variant may not have it.
            None => said
                .map(|said| said.variant)
                .or_else(|| {
                    first_claim(plan).filter(|_| self.measure.is_none())?.contrasts.first().map(|one| one.of.variant)
                })
                .or_else(|| plan.variants.iter().position(|variant| variant.compare_with.is_none())),
        };
        let factors = said.map_or_else(|| FACTORS.to_vec(), |said| said.factors.clone());
        Ok(SensitivityPlan { measure, class, variant: variant.unwrap_or(0), factors })
    }
}

/// A measure of one variant, as it is written.
fn measure(text: &str, plan: &Plan) -> Result<(Measure, Option<usize>), Failure> {
    let classes: Vec<&str> = plan.variants[0].workload.classes.iter().map(|class| class.name.as_str()).collect();
    let read = Measure::read(text, &classes);
    let (measure, class) = read.map_err(|why| Failure::Usage(format!("--measure '{text}' is no measure: {why}")))?;
    if measure.is_of_a_sweep() {
        let why = format!("--measure '{text}' takes all values of a swept knob: name a measure of one variant");
        return Err(Failure::Usage(why));
    }
    Ok((measure, class))
}

/// The first claim that is about runs of the scenario, and about each variant alone.
fn first_claim(plan: &Plan) -> Option<&Claim> {
    plan.claims.iter().find(|claim| !claim.of_prediction && !claim.measure.is_of_a_sweep())
}

/// The measure of the first claim; else what depends on the queue, and not on when jobs come.
fn default_measure(plan: &Plan) -> (Measure, Option<usize>) {
    let is_open = plan.variants.first().is_some_and(|variant| variant.workload.arrivals.is_open());
    let other = if is_open { Measure::Sojourn(Statistic::Mean) } else { Measure::Throughput };
    let of_claim = |claim: &Claim| (claim.measure.clone(), claim.contrasts.first().and_then(|one| one.of.class));
    first_claim(plan).map_or((other, None), of_claim)
}
