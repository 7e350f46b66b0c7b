//! Finds the highest rate.
//!
//! Rates are tried on a grid, each higher than the one before by the precision, so that replications share what was tried. From the
//! rate of the scenario it goes up, or down, by doubling, until the condition holds at one rate and not at the next; then by
//! bisection. That is done with all replications together, and then for each alone.

use super::stability::is_outrun;
use super::{Capacity, Found, Trial, VariantCapacity};
use crate::lab::compare::Reading;
use crate::lab::runner::{Effort, Probe};
use crate::lab::statistics::{Bounds, Estimate, Method};
use crate::lab::{ProbeError, RunSummary};
use crate::scenario::{ArrivalProcess, CapacityPlan, Condition, Plan, Rate, Variant, WarmUp};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

/// How near bisection comes, where nothing else is said.
pub const PRECISION: f64 = 0.01;
/// The rate is at most doubled, or halved, so often.
const DOUBLINGS: i32 = 30;
/// Rates that are tried for a variant, about: for what all runs together take.
const RATES: u64 = 20;
/// Jobs of each run, where that is left open: fewer do not tell a queue that keeps up from one that does not.
const JOBS: std::ops::RangeInclusive<u32> = 500..=50_000;
/// Of the intervals.
const LEVEL: f64 = 0.95;

/// The highest rate of arrivals at which the condition of `asked` holds, for each variant of `plan`, in virtual time and with the
/// same random numbers for all. Rates are found to within `precision`, a share of them. `progress` is told what is tried next, and
/// how many of how many variants are done. Set `stop` to get what there is.
///
/// # Errors
/// If there are no threads, it is stopped before the first variant is done, or there is no such measure.
pub fn capacity(
    plan: &Plan,
    asked: &CapacityPlan,
    precision: f64,
    effort: &Effort,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(&str, usize, usize),
) -> Result<Capacity, ProbeError> {
    let count = plan.variants.len();
    let effort = Effort { messages: effort.messages / (count as u64).max(1), ..*effort };
    let (mut variants, mut jobs) = (Vec::new(), 0);
    let mut partial = false;
    for (place, variant) in plan.variants.iter().enumerate() {
        let mut tell = |rate: f64| progress(&format!("{}, {rate:.4} jobs/s", variant.name), place, count);
        let mut search = Search::of(plan, variant, &asked.condition, precision, &effort, stop)?;
        jobs = search.probe.jobs;
        match search.found(&mut tell)? {
            Some(found) => variants.push(search.reported(place, found)),
            None => {
                partial = true;
                break;
            }
        }
    }
    if variants.is_empty() {
        return Err(ProbeError::Stopped);
    }
    let condition = asked.condition.clone();
    Ok(Capacity { condition, jobs, replications: effort.replications, precision, variants, partial })
}

/// The search for the capacity of a variant.
struct Search<'a> {
    probe: Probe<'a>,
    condition: &'a Condition,
    precision: f64,
    /// With open arrivals.
    variant: Variant,
    instead_of: Option<String>,
    /// Jobs per second at place 0 of the grid.
    start: f64,
    seed: u64,
    /// By place in the grid: one run for each replication.
    runs: BTreeMap<i32, Vec<RunSummary>>,
    tried: BTreeMap<i32, Trial>,
}

impl<'a> Search<'a> {
    fn of(
        plan: &Plan,
        variant: &Variant,
        condition: &'a Condition,
        precision: f64,
        effort: &Effort,
        stop: &'a AtomicBool,
    ) -> Result<Self, ProbeError> {
        let start = first_rate(variant);
        let mut open = variant.clone();
        open.workload.arrivals = at_rate(&variant.workload.arrivals, start);
        let mut probe = Probe::of(plan, &open, effort, (RATES, JOBS), stop)?;
        let instead_of = (!variant.workload.arrivals.is_open()).then(|| variant.workload.arrivals.describe());
        if instead_of.is_some() && probe.warmup == WarmUp::None {
            // What came all at once had no warm-up.
            probe.warmup = WarmUp::Mser5;
        }
        let (runs, tried) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { probe, condition, precision, variant: open, instead_of, start, seed: plan.seed, runs, tried })
    }

    /// What came of it; none if it was stopped.
    fn found(&mut self, tell: &mut dyn FnMut(f64)) -> Result<Option<Found>, ProbeError> {
        let Some((mut holds, mut fails)) = self.bracket(tell)? else {
            if self.probe.is_stopped() {
                return Ok(None);
            }
            let ends = self.tried.values().next().zip(self.tried.values().last());
            return Ok(ends.map(|(first, last)| match first.holds {
                true => Found::Always { at: last.rate },
                false => Found::Never { at: first.rate },
            }));
        };
        while fails - holds > 1 {
            let middle = i32::midpoint(holds, fails);
            *(if self.holds(middle, tell)? { &mut holds } else { &mut fails }) = middle;
            if self.probe.is_stopped() {
                return Ok(None);
            }
        }
        let each: Vec<f64> = self.probe.each(|replication| self.of_one(replication, holds));
        if self.probe.is_stopped() {
            return Ok(None);
        }
        // That at the next rate as many jobs were left as in no queue that keeps up.
        let is_saturation = self.runs.get(&fails).is_some_and(|runs| self.is_outrun(runs));
        Ok(Some(Found::Rate { capacity: self.estimate(holds, &each), is_saturation }))
    }

    /// Two places of the grid of which the condition holds at the first and not at the second; none if there are none.
    fn bracket(&mut self, tell: &mut dyn FnMut(f64)) -> Result<Option<(i32, i32)>, ProbeError> {
        #[allow(clippy::cast_possible_truncation)] // a few hundred
        let double = (libm::log(2.0) / libm::log1p(self.precision)).ceil() as i32;
        let first = self.holds(0, tell)?;
        let mut before = 0;
        for place in 1..=DOUBLINGS {
            let next = if first { place * double } else { -place * double };
            if self.probe.is_stopped() {
                return Ok(None);
            }
            if self.holds(next, tell)? != first {
                return Ok(Some(if first { (before, next) } else { (next, before) }));
            }
            before = next;
        }
        Ok(None)
    }

    /// Whether the condition holds of all replications together.
    fn holds(&mut self, place: i32, tell: &mut dyn FnMut(f64)) -> Result<bool, ProbeError> {
        let rate = self.rate(f64::from(place));
        tell(rate);
        let runs = self.probe.runs(&self.at(place), None);
        let all: Vec<&RunSummary> = runs.iter().collect();
        let outrun = is_outrun(&all, self.precision);
        let value = self.reading().value(&all);
        if value.is_none() && !outrun && !self.probe.is_stopped() {
            return Err(self.probe.nothing(&self.variant, &self.condition.measure));
        }
        let holds = !outrun && value.is_some_and(|value| self.condition.holds(value.point));
        let stable = all.iter().filter(|run| !is_outrun(&[run], self.precision)).count();
        let stable = u32::try_from(stable).unwrap_or(u32::MAX);
        self.tried.insert(place, Trial { rate, value: value.map(|value| value.estimate()), stable, holds });
        self.runs.insert(place, runs);
        Ok(holds)
    }

    fn is_outrun(&self, runs: &[RunSummary]) -> bool {
        is_outrun(&runs.iter().collect::<Vec<_>>(), self.precision)
    }

    /// The capacity of one replication alone, sought from the place where that of all is.
    fn of_one(&self, replication: u32, from: i32) -> f64 {
        let holds = |place: i32| {
            let known = self.runs.get(&place).and_then(|runs| runs.get(replication as usize));
            let made = known.is_none().then(|| self.probe.run(&self.at(place), None, replication));
            let Some(run) = known.or(made.as_ref()) else { return false };
            let value = self.reading().figure(run);
            !is_outrun(&[run], self.precision) && value.is_some_and(|value| self.condition.holds(value))
        };
        let first = holds(from);
        let (mut step, mut before) = (1, from);
        let (mut low, mut high) = loop {
            let next = if first { before + step } else { before - step };
            if holds(next) != first || step > 1 << 12 || self.probe.is_stopped() {
                break if first { (before, next) } else { (next, before) };
            }
            (step, before) = (2 * step, next);
        };
        while high - low > 1 {
            let middle = i32::midpoint(low, high);
            *(if holds(middle) { &mut low } else { &mut high }) = middle;
        }
        self.rate(f64::from(low) + 0.5)
    }

    /// In the middle between the last rate at which it holds and the first at which it does not; the interval is as wide as that
    /// at least.
    fn estimate(&self, holds: i32, each: &[f64]) -> Estimate {
        let point = self.rate(f64::from(holds) + 0.5);
        let half = (1.0 + self.precision).sqrt();
        let (low, high) = (point / half, point * half);
        let of_each = Estimate::of_mean(each, Bounds::NonNegative);
        let ends = of_each.and_then(|of_each| Some((of_each.low? / half, of_each.high? * half)));
        let method = if ends.is_some() { Method::TInterval } else { Method::TooFew };
        let ends = ends.map(|(from, to)| (from.min(low), to.max(high)));
        Estimate { point, low: ends.map(|ends| ends.0), high: ends.map(|ends| ends.1), n: each.len(), method }
    }

    fn reading(&self) -> Reading<'_> {
        let Condition { measure, class, .. } = self.condition;
        Reading { measure, class: *class, seed: self.seed, level: LEVEL }
    }

    /// Jobs per second at a place of the grid, or between two.
    fn rate(&self, place: f64) -> f64 {
        self.start * libm::exp(place * libm::log1p(self.precision))
    }

    fn at(&self, place: i32) -> Variant {
        let mut variant = self.variant.clone();
        variant.workload.arrivals = at_rate(&variant.workload.arrivals, self.rate(f64::from(place)));
        variant
    }

    fn reported(self, variant: usize, found: Found) -> VariantCapacity {
        let profile = self.variant.machine.profile.name.clone();
        let tried = self.tried.into_values().collect();
        VariantCapacity { variant, profile, found, instead_of: self.instead_of, tried }
    }
}

/// Where the search begins: the rate of the scenario, or what the workers could do if jobs only ran.
fn first_rate(variant: &Variant) -> f64 {
    let said = variant.workload.arrivals.rate().and_then(Rate::per_second);
    let by_running = || {
        let run = variant.workload.run_time_mean()?.as_secs_f64();
        (run > 0.0).then(|| f64::from(variant.design.workers) / run)
    };
    said.or_else(by_running).unwrap_or(100.0)
}

/// Open arrivals at this rate: in equal gaps where they were, else by Poisson.
const fn at_rate(arrivals: &ArrivalProcess, rate: f64) -> ArrivalProcess {
    let rate = Rate::PerSecond(rate);
    match arrivals {
        ArrivalProcess::Fixed { .. } => ArrivalProcess::Fixed { rate },
        _ => ArrivalProcess::Poisson { rate },
    }
}
