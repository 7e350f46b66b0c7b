//! Runs in which something took far too long, and what they do to the effects that are claimed.

use super::effect::Effect;
use super::estimating::Estimating;
use super::{Judged, Verdict};
use crate::lab::RunSummary;
use crate::scenario::Claim;
use serde::{Deserialize, Serialize};

/// A run in which something took far too long.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stalled {
    /// Place of the run among the runs.
    pub run: usize,
    /// What stalled longest: a file operation or a timer.
    pub what: String,
    /// How long, in nanoseconds.
    pub took_ns: u64,
    /// How many things stalled.
    pub count: usize,
    /// Place of the first claim that the run is part of; none if it is in none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<usize>,
    /// The decisive effect of that claim with this run and without its block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect_with_and_without: Option<(f64, f64)>,
    /// Whether that contrast would have another verdict, at the same level, without it.
    #[serde(default)]
    pub decides: bool,
}

/// The stalled among `runs`, which are those that `estimating` has, in their order.
pub(super) fn stalled(
    estimating: &Estimating<'_>,
    runs: &[RunSummary],
    claims: &[Claim],
    judged: &[Judged],
) -> Vec<Stalled> {
    let one = |(place, run): (usize, &RunSummary)| {
        let longest = run.stalls.iter().max_by_key(|stall| stall.took_ns)?;
        let counts = !run.control && run.fault.is_none();
        let own = claims.iter().position(|claim| {
            let is_of = |variant: usize| variant == run.variant;
            let mut contrasts = claim.contrasts.iter();
            counts
                && !claim.of_prediction
                && contrasts.any(|of| is_of(of.of.variant) || of.with.is_some_and(|with| is_of(with.variant)))
        });
        let changed = own.and_then(|own| without(estimating, run, &claims[own], judged.get(own)?));
        Some(Stalled {
            run: place,
            what: longest.what.clone(),
            took_ns: longest.took_ns,
            count: run.stalls.len(),
            claim: own,
            effect_with_and_without: changed.map(|(with, without, _)| (with, without)),
            decides: changed.is_some_and(|(_, _, decides)| decides),
        })
    };
    runs.iter().enumerate().filter_map(one).collect()
}

/// The decisive effect of a claim with a run and without it, and whether the verdict of that contrast would be another.
fn without(estimating: &Estimating<'_>, run: &RunSummary, claim: &Claim, judged: &Judged) -> Option<(f64, f64, bool)> {
    let (contrast, decisive) = (claim.contrasts.get(judged.decisive)?, judged.contrasts.get(judged.decisive)?);
    let rest = Estimating::of(estimating.blocks.without(run), estimating.level);
    let effect: Effect = match contrast.with {
        Some(with) => rest.ratio(&claim.measure, contrast.of, with)?,
        None => rest.value(&claim.measure, contrast.of)?,
    };
    let region = decisive.region?;
    let verdict = if effect.is_inside(&region, decisive.level) {
        Verdict::Supported
    } else if !region.contains(effect.point) && effect.p_value(&region)? <= 1.0 - decisive.level {
        Verdict::Refuted
    } else {
        Verdict::Undecided
    };
    Some((decisive.effect?.point, effect.point, verdict != decisive.verdict))
}
