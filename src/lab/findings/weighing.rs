//! One contrast of a claim, weighed against what is expected of it: on which side its point lies, and how surely.

use super::Verdict;
use super::effect::{Effect, Error, Scale};
use super::estimating::{Estimating, share};
use crate::lab::statistics::{Estimate, Method};
use crate::lab::{RunSummary, measured, named};
use crate::scenario::claim::{Claim, Contrast, Expectation, Measure, Region, Side};

/// On which side of what is claimed an effect lies, with the smallest level of error at which it could be said so.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) enum Leaning {
    /// Inside.
    For(f64),
    /// Outside.
    Against(f64),
    /// Nobody can tell.
    #[default]
    Open,
}

/// A contrast that is weighed.
#[derive(Debug, Clone, Default)]
pub(super) struct Weighed {
    pub(super) leaning: Leaning,
    pub(super) effect: Option<Effect>,
    pub(super) of: Option<Estimate>,
    pub(super) with: Option<Estimate>,
    pub(super) region: Option<Region>,
    pub(super) note: String,
}

impl Leaning {
    pub(super) const fn p_value(self) -> Option<f64> {
        match self {
            Self::For(p) | Self::Against(p) => Some(p),
            Self::Open => None,
        }
    }

    /// At this level of error.
    pub(super) fn verdict(self, alpha: f64) -> Verdict {
        match self {
            Self::For(p) if p <= alpha => Verdict::Supported,
            Self::Against(p) if p <= alpha => Verdict::Refuted,
            _ => Verdict::Undecided,
        }
    }

    /// The less, the more it speaks against the claim: from −1, surely outside, to 1, surely inside.
    pub(super) fn standing(self) -> f64 {
        match self {
            Self::For(p) => 1.0 - p,
            Self::Against(p) => p - 1.0,
            Self::Open => -0.0,
        }
    }

    fn of(effect: &Effect, region: &Region) -> Self {
        let side = if region.contains(effect.point) { Self::For } else { Self::Against };
        effect.p_value(region).map_or(Self::Open, side)
    }
}

/// Weighs a contrast of a claim; it is open without anything measured.
pub(super) fn weigh(claim: &Claim, contrast: &Contrast, estimating: Option<&Estimating<'_>>) -> Weighed {
    let region = claim.expect.region();
    let Some(estimating) = estimating else {
        return Weighed { region, note: "not predicted".to_owned(), ..Weighed::default() };
    };
    let weighed = match (region, contrast.with) {
        (None, _) => run_by_run(claim, contrast.of, estimating),
        (Some(region), Some(with)) => of_ratio(&claim.measure, contrast.of, with, region, estimating),
        (Some(region), None) => of_value(&claim.measure, contrast.of, region, estimating),
    };
    let side = |side| estimating.estimate(&claim.measure, side);
    Weighed { of: side(contrast.of), with: weighed.with.or_else(|| side(contrast.with?)), region, ..weighed }
}

fn of_value(measure: &Measure, of: Side, region: Region, estimating: &Estimating<'_>) -> Weighed {
    match estimating.value(measure, of) {
        Some(effect) => against(effect, region),
        None => nothing(measure),
    }
}

fn of_ratio(measure: &Measure, of: Side, with: Side, region: Region, estimating: &Estimating<'_>) -> Weighed {
    if let Some(effect) = estimating.ratio(measure, of, with) {
        return against(effect, region);
    }
    if share(measure).is_some() {
        return nothing(measure);
    }
    let of: Vec<f64> = estimating.blocks.pairs(measure, of, with).iter().map(|(of, _)| *of).collect();
    match of.as_slice() {
        [] => nothing(measure),
        // Coefficients end at 0, which is not to say that they are the same.
        of if of.iter().all(|figure| *figure == 0.0) && !measure.is_of_a_sweep() => {
            let exact = Error { standard: 0.0, df: 0.0 };
            let effect = Effect::new(1.0, exact, of.len(), Scale::Ratio, Method::Exact).shown_at(estimating.level);
            Weighed { note: "nothing of it on either side".to_owned(), ..against(effect, region) }
        }
        // No ratio to nothing; the sign test says how surely it is more.
        of if of.iter().all(|figure| *figure > 0.0) => {
            let p = libm::exp2(1.0 - of.len() as f64).min(1.0);
            let side = if region.contains(f64::INFINITY) { Leaning::For } else { Leaning::Against };
            Weighed { leaning: side(p), note: "nothing of it on the other side".to_owned(), ..Weighed::default() }
        }
        _ => Weighed { note: "nothing of it on the other side".to_owned(), ..Weighed::default() },
    }
}

fn against(effect: Effect, region: Region) -> Weighed {
    let note = if effect.standard_error.is_none() { "too few blocks for an interval" } else { "" };
    Weighed {
        leaning: Leaning::of(&effect, &region),
        effect: Some(effect),
        note: note.to_owned(),
        ..Weighed::default()
    }
}

fn nothing(measure: &Measure) -> Weighed {
    let few = share(measure).is_some();
    let note = if few { "fewer than 20 jobs lie beyond this quantile" } else { "nothing of it was measured" };
    Weighed { note: note.to_owned(), ..Weighed::default() }
}

/// What is said of each run: what a formula comes to, never, always.
fn run_by_run(claim: &Claim, of: Side, estimating: &Estimating<'_>) -> Weighed {
    let figures: Vec<(f64, Option<f64>)> = estimating
        .blocks
        .every_run(of.variant, &claim.measure)
        .into_iter()
        .filter_map(|run| {
            let figure = measured(run, &claim.measure, of.class)?;
            Some((figure, expected(&claim.expect, run, of)))
        })
        .collect();
    let holds = |(figure, expected): &(f64, Option<f64>)| match claim.expect {
        Expectation::Always => *figure > 0.0,
        // What is counted is a mean per job: not whole, but exact up to rounding.
        _ => expected.is_some_and(|expected| (figure - expected).abs() <= 1e-9 * expected.abs().max(1.0)),
    };
    let (all, held) = (figures.len(), figures.iter().filter(|run| holds(run)).count());
    if all == 0 {
        return nothing(&claim.measure);
    }
    let none = if claim.expect == Expectation::Never { "none " } else { "" };
    let formula: Option<Vec<f64>> = figures.iter().map(|(_, expected)| *expected).collect();
    let formula = formula.filter(|_| matches!(claim.expect, Expectation::Exactly(_)));
    let figures: Vec<f64> = figures.into_iter().map(|(figure, _)| figure).collect();
    let effect = |figures: &[f64]| Effect::of_values(figures, estimating.level);
    Weighed {
        leaning: if held == all { Leaning::For(0.0) } else { Leaning::Against(0.0) },
        effect: effect(&figures),
        with: formula.and_then(|formula| effect(&formula)).map(|formula| formula.estimate()),
        note: format!("{none}in {held} of {all} runs"),
        ..Weighed::default()
    }
}

/// What this run should show.
fn expected(expect: &Expectation, run: &RunSummary, of: Side) -> Option<f64> {
    match expect {
        Expectation::Exactly(formula) => formula.value(&|quantity| named(run, of.class, quantity)),
        Expectation::Never => Some(0.0),
        _ => None,
    }
}
