//! A quick look at a scenario: the same question in virtual time, with as few blocks and jobs as fit into a budget.
//!
//! What is left out follows from the scenario alone, so that a quick look gives the same bytes every time:
//!
//! 1. five blocks at most, and no rule to stop by;
//! 2. if that is more work than the budget, fewer jobs in each run, all variants alike, down to 100;
//! 3. if it still is, three blocks, which are the least that give an interval; then fewer jobs again, down to 40.

use super::plan::{Plan, Shape, Workload};
use super::run::{Runtime, Runtimes, Until, WarmUp};
use crate::units::Span;

/// Work of all runs together, in jobs without dependencies and messages: some two seconds of one core.
const BUDGET: f64 = 60_000.0;
/// Blocks, where the scenario has as many, and where the budget has room for these alone.
const BLOCKS: [u32; 2] = [5, 3];
/// Jobs of a run that are left with so many blocks.
const JOBS_MIN: [f64; 2] = [100.0, 40.0];
/// What rounding jobs up may add.
const ROUNDING: f64 = 0.05;
/// What a dependency check and a log message take, next to a job that has neither.
const OF_CHECK: f64 = 0.05;
const OF_MESSAGE: f64 = 0.25;
/// Costs that a sensitivity scales, about, and rates that a search for a capacity tries.
const COSTS: f64 = 25.0;
const RATES: f64 = 15.0;

impl Plan {
    /// The same in a few seconds of virtual time.
    #[must_use]
    pub fn quick(&self) -> Self {
        let first = self.cut_down(BLOCKS[0], JOBS_MIN[0]);
        if first.work() <= BUDGET * (1.0 + ROUNDING) { first } else { self.cut_down(BLOCKS[1], JOBS_MIN[1]) }
    }

    /// So many blocks at most, and as many jobs as the budget has room for, but no fewer than `least`.
    fn cut_down(&self, blocks: u32, least: f64) -> Self {
        let mut quick = self.clone();
        quick.run_virtually(blocks);
        let share = BUDGET / quick.work();
        if share < 1.0 {
            quick.scale_jobs(share, least);
        }
        quick
    }

    /// In virtual time, with `blocks` at most and no rule to stop by.
    fn run_virtually(&mut self, blocks: u32) {
        let run = &mut self.run;
        run.runtimes = Runtimes::One(Runtime::Virtual);
        // A rule asks for as many as it takes; of the others, nobody wants more than they asked for.
        run.replications = if run.until == Until::Fixed { run.replications.min(blocks) } else { blocks };
        (run.until, run.at_most, run.time_limit) = (Until::Fixed, run.replications, None);
        if let Some(prediction) = &mut self.prediction {
            prediction.run_virtually(blocks);
        }
    }

    /// The work of all its runs, in plain jobs.
    fn work(&self) -> f64 {
        let of_variants: f64 = self.variants.iter().map(|variant| variant.workload.work()).sum();
        let of_sensitivity = self.sensitivity.as_ref().and_then(|sensitivity| {
            let variant = self.variants.get(sensitivity.variant)?;
            Some(variant.workload.work() * COSTS * sensitivity.factors.len() as f64)
        });
        let rates = if self.capacity.is_some() { RATES } else { 0.0 };
        let of_block = of_variants * (1.0 + rates) + of_sensitivity.unwrap_or(0.0);
        let predicted = self.prediction.as_ref().map_or(0.0, |prediction| prediction.work());
        of_block * f64::from(self.run.replications) + predicted
    }

    /// This share of the jobs of each run, but no fewer than `least` where there are as many; and as much less warm-up.
    fn scale_jobs(&mut self, share: f64, least: f64) {
        let before = self.variants.iter().map(|variant| variant.workload.jobs).max().unwrap_or(1);
        for variant in &mut self.variants {
            let jobs = f64::from(variant.workload.jobs);
            variant.workload.jobs = scaled(variant.workload.jobs, share.max(least / jobs).min(1.0));
        }
        let after = self.variants.iter().map(|variant| variant.workload.jobs).max().unwrap_or(1);
        let kept = f64::from(after) / f64::from(before);
        match &mut self.run.warmup {
            WarmUp::Jobs(cut) => *cut = scaled(*cut, kept),
            WarmUp::Time(cut) => *cut = Span::from_secs_f64(cut.as_secs_f64() * kept),
            WarmUp::None | WarmUp::Mser5 => {}
        }
        if let Some(prediction) = &mut self.prediction {
            prediction.scale_jobs(share, least);
        }
    }
}

impl Workload {
    /// The work of a run, in plain jobs.
    fn work(&self) -> f64 {
        let of_class = |class: &super::plan::Class| {
            let checks = match class.depends.shape {
                Shape::Previous { count } | Shape::Finished { count } | Shape::RandomEarlier { count, .. } => count,
                Shape::Chain { .. } | Shape::FanIn { .. } | Shape::FanOut { .. } => 1,
                Shape::None | Shape::Together { .. } => 0,
            };
            let messages: u32 = class.opcodes.iter().map(|opcode| opcode.log_messages).fold(0, u32::saturating_add);
            class.share * (1.0 + OF_CHECK * f64::from(checks) + OF_MESSAGE * f64::from(messages))
        };
        f64::from(self.jobs) * self.classes.iter().map(of_class).sum::<f64>()
    }
}

/// `count` times `share`, rounded up.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // shares are from 0 to 1
fn scaled(count: u32, share: f64) -> u32 {
    (f64::from(count) * share).ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::read;

    fn plan(jobs: u32, variants: u32, run: &str) -> Plan {
        let variants: String = (0..variants).map(|number| format!("[[variant]]\nname = \"{number}\"\n")).collect();
        let text = format!(
            "title = \"t\"\n[workload]\njobs = {jobs}\narrivals = {{ process = \"at-once\" }}\n[[workload.class]]\nname = \"a\"\n\
             [[workload.class.opcode]]\nrun = \"1ms\"\n{variants}[run]\n{run}\n"
        );
        read("t.toml", &text).unwrap()
    }

    /// Blocks, and jobs of the first variant.
    fn quick(jobs: u32, variants: u32, run: &str) -> (u32, u32) {
        let quick = plan(jobs, variants, run).quick();
        assert_eq!(quick.run.runtimes, Runtimes::One(Runtime::Virtual));
        (quick.run.replications, quick.variants[0].workload.jobs)
    }

    #[test]
    fn what_fits_into_the_budget_is_left_as_it_is() {
        assert_eq!(quick(140, 3, "replications = 3"), (3, 140));
        assert_eq!(quick(140, 3, "replications = 20"), (5, 140));
    }

    #[test]
    fn jobs_go_before_blocks() {
        assert_eq!(quick(100_000, 3, "replications = 10"), (5, 4000));
        assert_eq!(quick(100_000, 1000, "replications = 10"), (3, 40));
        assert_eq!(quick(100_000, 150, "replications = 10"), (3, 134));
    }

    #[test]
    fn the_warm_up_goes_with_its_jobs() {
        let quick = plan(120_000, 1, "warmup = \"1200 jobs\"").quick();
        assert_eq!((quick.variants[0].workload.jobs, quick.run.warmup), (12_000, WarmUp::Jobs(120)));
    }
}
