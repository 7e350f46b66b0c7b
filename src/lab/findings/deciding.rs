//! What would decide a claim that is undecided, and whether a study may stop.

use super::estimating::Estimating;
use super::weighing::Weighed;
use super::{Findings, ToDecide, Verdict};
use crate::lab::statistics::REPLICATIONS_MIN;
use crate::scenario::{Claim, Until};
use statrs::distribution::{ContinuousCDF, Normal};

/// With what chance so many blocks would decide.
const POWER: f64 = 0.8;
/// More than so many times the blocks that were made are no plan: such an experiment is to be redesigned, not repeated.
const TIMES_MAX: f64 = 20.0;

/// How many more blocks would decide these contrasts at this level of error, if what was seen is so: the interval has to be
/// narrow enough for the distance d of the effect from the nearest end of its region. With standard error e of n blocks, n · ((z(1 −
/// α/2) + z(0.8)) · e / d)² blocks do so with a chance of 0.8, by the normal approximation. None if an effect lies just there,
/// nothing was measured, or it would take [`TIMES_MAX`].
pub(super) fn to_decide(contrasts: &[Weighed], alpha: f64, estimating: &Estimating<'_>) -> Option<ToDecide> {
    let normal = Normal::standard();
    let quantiles = normal.inverse_cdf(1.0 - alpha / 2.0) + normal.inverse_cdf(POWER);
    let more = contrasts.iter().map(|contrast| {
        let effect = contrast.effect?;
        let most = TIMES_MAX * effect.blocks as f64;
        let distance = effect.distance(&contrast.region?).filter(|distance| *distance > 0.0)?;
        let times = quantiles * effect.standard_error? / distance;
        Some(effect.blocks as f64 * (times * times - 1.0)).filter(|more| *more <= most)
    });
    let more: Option<Vec<f64>> = more.collect();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 1 and the most
    let blocks = more?.into_iter().fold(1.0, f64::max).ceil() as u32;
    Some(ToDecide { blocks, takes_ns: estimating.blocks.takes_ns().map(|one| one.saturating_mul(u64::from(blocks))) })
}

impl Findings {
    /// Whether the study may stop, by its rule: when all of its `claims` that are not about a prediction are decided; or when
    /// the interval of each of their effects is no wider, either way, than a share of it. Never with too few blocks.
    #[must_use]
    pub fn is_enough(&self, until: Until, claims: &[Claim]) -> bool {
        let mut own = claims.iter().zip(&self.claims).filter(|(claim, _)| !claim.of_prediction);
        let has_blocks = self.blocks >= REPLICATIONS_MIN && until != Until::Fixed;
        has_blocks
            && own.all(|(_, judged)| match until {
                Until::Fixed => false,
                Until::Decided => judged.verdict != Verdict::Undecided,
                Until::Precision(share) => judged.contrasts.iter().all(|contrast| {
                    let width = contrast.effect.and_then(|effect| effect.half_width_share());
                    width.is_some_and(|width| width <= share)
                }),
            })
    }
}
