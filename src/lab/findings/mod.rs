//! What a study found: its claims judged, and what the first page of a report shows beside them.
//!
//! Everything here follows from the study and its runs, and is in `results.json` under `findings`, so that each figure of a
//! first page has a path. The unit of analysis is the block: every variant once.

mod blocks;
mod bootstrap;
mod claims;
mod control;
mod deciding;
mod decision;
mod drift;
mod effect;
mod estimating;
mod growth;
mod law;
mod pooled;
mod slopes;
mod stalled;
#[cfg(test)]
mod tests;
mod weighing;

pub use super::statistics::Method;
pub use bootstrap::{Counted, RESAMPLES, Resamples, quantile};
pub(in crate::lab) use claims::holm;
pub use control::NullControl;
pub use decision::{CheckSplit, Column, Decision, DecisionCell, DecisionRow};
pub use drift::Drift;
pub use effect::{Effect, Error, Scale};
pub use growth::{Growth, GrowthPoint};
pub use law::ScalabilityLaw;
pub use pooled::{Pooled, ratio};
pub use slopes::Slope;
pub use stalled::Stalled;

use super::statistics::Estimate;
use super::{RunSummary, Study};
use crate::scenario::claim::{Measure, Region, Statistic};
use crate::scenario::{Runtime, Until};
use blocks::Blocks;
use estimating::Estimating;
use serde::{Deserialize, Serialize};

/// Levels of all verdicts of a look together, by the number of looks, so that 95 % of studies say nothing wrong whichever look is
/// their last: Pocock's constant nominal levels, two-sided (Pocock, Group sequential methods in the design and analysis of
/// clinical trials, Biometrika 64, 1977, table 1).
const LEVELS: [f64; 3] = [0.95, 1.0 - 0.0294, 1.0 - 0.0221];

/// What a study found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Findings {
    /// Level of every interval that is shown: 0.95, or more where the study could stop early.
    pub level: f64,
    /// Blocks made: the most sound runs of a variant.
    pub blocks: usize,
    /// Of each claim of the study, in its order.
    pub claims: Vec<Judged>,
    /// What identical designs differ by; none without controls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub null_control: Option<NullControl>,
    /// The table of designs by measures; none if no variant has a role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    /// What a dependency check is made of, for each design and size.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckSplit>,
    /// How a measure grows over a swept knob, with the fitted law where it is a throughput.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub growth: Vec<Growth>,
    /// What a dose costs: a regression over classes of one run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub slopes: Vec<Slope>,
    /// Whether the machine drifted during the study; none in virtual time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Drift>,
    /// Runs that stalled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stalled: Vec<Stalled>,
}

impl Findings {
    /// What a look at the `runs` so far needs: the claims alone.
    #[must_use]
    pub fn at_a_look(study: &Study, runs: &[RunSummary]) -> Self {
        let own = Estimating::of(Blocks::of(study, runs), level(study));
        let claims = judged(study, &own, None);
        Self { level: own.level, blocks: own.blocks.count(), claims, ..Self::default() }
    }

    /// What `runs` of `study` found. Claims that are of the prediction are judged on its study and runs; without one they
    /// are undecided.
    #[must_use]
    pub fn of(study: &Study, runs: &[RunSummary], prediction: Option<(&Study, &[RunSummary])>) -> Self {
        let level = level(study);
        let own = Estimating::of(Blocks::of(study, runs), level);
        let predicted = prediction.map(|(study, runs)| Estimating::of(Blocks::of(study, runs), level));
        let claims = judged(study, &own, predicted.as_ref());
        let measures = measures(study, &own);
        let mut growth = growth::growth(&own, &measures, false);
        growth.extend(predicted.iter().flat_map(|predicted| growth::growth(predicted, &measures, true)));
        let is_live = study.runtime == Runtime::Live;
        let compared = compared(study);
        Self {
            level,
            blocks: own.blocks.count(),
            null_control: control::null_control(&own, runs, &compared),
            decision: decision::decision(&own, &measures),
            checks: decision::checks(&own),
            growth,
            // Where clients wait for the queue, a sojourn says more of the load than of a dependency.
            slopes: if own.blocks.has_open_arrivals() { slopes::slopes(&own) } else { Vec::new() },
            drift: is_live.then(|| drift::drift(&own.blocks, &drifting(&compared))).flatten(),
            stalled: stalled::stalled(&own, runs, &study.claims, &claims),
            claims,
        }
    }
}

/// The claims of a study, judged together.
fn judged(study: &Study, own: &Estimating<'_>, predicted: Option<&Estimating<'_>>) -> Vec<Judged> {
    claims::judge(&study.claims, |claim| if claim.of_prediction { predicted } else { Some(own) }, own.level)
}

/// Level of the intervals of a study.
fn level(study: &Study) -> f64 {
    let runs = &study.design_of_runs;
    let looks = if runs.until == Until::Decided { runs.looks.len() } else { 1 };
    LEVELS[looks.clamp(1, LEVELS.len()) - 1]
}

/// What is measured of which class: of the claims, each once, and the throughput where it is not that of the load.
fn measures(study: &Study, own: &Estimating<'_>) -> Vec<(Measure, Option<usize>)> {
    let mut measures: Vec<(Measure, Option<usize>)> = Vec::new();
    let claimed = study.claims.iter().flat_map(|claim| {
        let sides = claim.contrasts.iter().flat_map(|contrast| [Some(contrast.of), contrast.with]).flatten();
        sides.map(|side| (claim.measure.clone(), side.class))
    });
    let throughput = (!own.blocks.has_open_arrivals()).then_some((Measure::Throughput, None));
    for measure in claimed.chain(throughput) {
        if !measures.contains(&measure) {
            measures.push(measure);
        }
    }
    measures
}

/// The measure of a study: that of its first claim that compares variants, else throughput.
fn compared(study: &Study) -> (Measure, Option<usize>) {
    let first =
        study.claims.iter().filter(|claim| !claim.of_prediction && !claim.measure.is_of_a_sweep()).find_map(|claim| {
            let contrast = claim.contrasts.first()?;
            (contrast.with?.variant != contrast.of.variant).then(|| (claim.measure.clone(), contrast.of.class))
        });
    first.unwrap_or((Measure::Throughput, None))
}

/// What a drift shows in: a quantile of one run is too rough for it.
fn drifting((measure, _): &(Measure, Option<usize>)) -> Measure {
    match measure {
        Measure::Sojourn(_) => Measure::Sojourn(Statistic::Mean),
        measure => measure.clone(),
    }
}

/// How a claim was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The corrected interval lies wholly inside what is claimed.
    Supported,
    /// It lies wholly outside.
    Refuted,
    /// Neither.
    Undecided,
}

/// A claim, judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Of the claim as a whole: supported where each contrast is, refuted where one is, else undecided.
    pub verdict: Verdict,
    /// Each contrast of the claim, in its order.
    pub contrasts: Vec<JudgedContrast>,
    /// Place of the contrast that the verdict rests on: the one that speaks most against the claim.
    pub decisive: usize,
    /// The smallest level of error at which the verdict's side could be taken; none if nothing was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_value: Option<f64>,
    /// What would decide it, if it is undecided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_decide: Option<ToDecide>,
}

/// One contrast of a claim, judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JudgedContrast {
    /// Of this contrast alone.
    pub verdict: Verdict,
    /// What was measured; none if nothing was.
    pub effect: Option<Effect>,
    /// The measure of the side that the claim is about.
    pub of: Option<Estimate>,
    /// The measure of what it is held against.
    pub with: Option<Estimate>,
    /// What would be as expected; none of a formula, never and always, which are about each run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// The level at which it was judged, after the correction for all claims of the file: that of the findings or more.
    pub level: f64,
    /// The interval at that level.
    pub corrected: Option<(f64, f64)>,
    /// In words, what a bare figure does not say: `in 12 of 12 runs`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What would decide an undecided claim.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ToDecide {
    /// More blocks, about.
    pub blocks: u32,
    /// What they take, at the rate of those that were made, in nanoseconds; none in virtual time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes_ns: Option<u64>,
}
