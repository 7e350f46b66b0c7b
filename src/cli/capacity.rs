//! `jqlab capacity`: how much a queue can bear while a condition holds.

use super::asking::{Asking, study_of};
use super::failure::Failure;
use super::interrupt;
use super::steps::Steps;
use crate::lab;
use crate::lab::capacity::PRECISION;
use crate::report;
use crate::scenario::{CapacityPlan, Condition, Plan};
use clap::Args;

/// Find the highest rate of arrivals at which a condition holds, for each variant, in virtual time.
///
/// Rates are found by bisection. At a rate at which jobs outrun the queue no condition holds, however short the run. Where the
/// scenario's jobs come all at once, or clients wait for them, Poisson arrivals take their place. Ctrl-C shows the variants that are
/// done (exit code 4).
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jqlab capacity scenarios/quickstart.toml --while 'sojourn p95 < 50ms'
  jqlab capacity scenarios/quickstart.toml --while 'sojourn mean of plain < 20ms' --variant 'as shipped' --profile nvme
  jqlab capacity scenarios/quickstart.toml --while 'sojourn mean < 1000s' --precision 5% --quick")]
pub(super) struct Capacity {
    #[command(flatten)]
    asking: Asking,
    /// What is to hold, such as 'sojourn p95 < 50ms' [default: the scenario's]
    #[arg(long = "while", value_name = "CONDITION")]
    condition: Option<String>,
    /// Only this variant (repeatable)
    #[arg(long = "variant", value_name = "NAME")]
    variants: Vec<String>,
    /// How near the rate is found
    #[arg(long, value_name = "PERCENT", value_parser = super::asking::percent)]
    precision: Option<f64>,
}

impl Capacity {
    pub(super) fn execute(self) -> Result<(), Failure> {
        let plan = self.asking.plan(&self.variants)?;
        let asked = self.asked(&plan)?;
        let precision = self.precision.unwrap_or(PRECISION);
        if !(0.001..=0.5).contains(&precision) {
            return Err(Failure::Usage("--precision is a share from 0.1% to 50%".to_owned()));
        }
        let stop = interrupt::stop_flag("showing the variants that are done", None)?;
        let steps = Steps::new(self.asking.quiet);
        let tell = &mut |what: &str, done: usize, of: usize| steps.tell(what, done, of);
        let found = lab::capacity(&plan, &asked, precision, &self.asking.effort(), &stop, tell);
        steps.over();
        let found = found?;
        self.asking.deliver(&found, &report::capacity_page(&study_of(&plan), &found), found.partial)
    }

    /// What the command line asks, else the scenario.
    fn asked(&self, plan: &Plan) -> Result<CapacityPlan, Failure> {
        let classes: Vec<&str> = plan.variants[0].workload.classes.iter().map(|class| class.name.as_str()).collect();
        match (&self.condition, &plan.capacity) {
            (Some(text), _) => {
                let condition = Condition::read(text, &classes);
                let condition =
                    condition.map_err(|help| Failure::Usage(format!("--while '{text}' is no condition: {help}")))?;
                Ok(CapacityPlan { condition })
            }
            (None, Some(said)) => Ok(said.clone()),
            (None, None) => Err(Failure::Usage(
                "say what is to hold: --while 'sojourn p95 < 50ms', or [capacity] in the scenario".to_owned(),
            )),
        }
    }
}
