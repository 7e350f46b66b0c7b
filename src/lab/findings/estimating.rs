//! Effects and values of a study, each by the method that its measure asks for.

use super::blocks::Blocks;
use super::bootstrap::{Counted, Resamples, quantile};
use super::effect::{Effect, log_ratios};
use super::growth;
use super::pooled::{Pooled, ratio};
use crate::lab::statistics::Estimate;
use crate::scenario::claim::{Measure, Side};

/// Makes estimates of the blocks of a study.
#[derive(Debug)]
pub(super) struct Estimating<'a> {
    pub(super) blocks: Blocks<'a>,
    /// Level of the intervals that are shown.
    pub(super) level: f64,
    resamples: Resamples,
}

impl<'a> Estimating<'a> {
    pub(super) fn of(blocks: Blocks<'a>, level: f64) -> Self {
        let resamples = Resamples::of(blocks.study.seed, blocks.numbers.len());
        Self { blocks, level, resamples }
    }

    /// The measure of one side.
    pub(super) fn value(&self, measure: &Measure, side: Side) -> Option<Effect> {
        if let Some(share) = share(measure) {
            let counted = self.blocks.sojourns(&[side]);
            return self.quantile(counted.first()?, None, share);
        }
        let effect = Effect::of_values(&self.blocks.figures(measure, side), self.level)?;
        let least = growth::error_of_fit(&self.blocks, measure, side.variant);
        Some(least.map_or(effect, |least| effect.with_error_of_at_least(least).shown_at(self.level)))
    }

    /// The same as an estimate.
    pub(super) fn estimate(&self, measure: &Measure, side: Side) -> Option<Estimate> {
        self.value(measure, side).map(|effect| effect.estimate())
    }

    /// The ratio of one side to another, within blocks.
    pub(super) fn ratio(&self, measure: &Measure, of: Side, with: Side) -> Option<Effect> {
        if let Some(share) = share(measure) {
            let counted = self.blocks.sojourns(&[of, with]);
            return self.quantile(counted.first()?, counted.get(1), share);
        }
        let pairs = self.blocks.pairs(measure, of, with);
        ratio(&pairs, self.pooled(measure, of, with).as_ref(), self.level)
    }

    pub(super) fn quantile(&self, of: &Counted, with: Option<&Counted>, share: f64) -> Option<Effect> {
        if of.blocks() == self.resamples.blocks() {
            return quantile(of, with, share, &self.resamples, self.level);
        }
        let resamples = Resamples::of(self.blocks.study.seed, of.blocks());
        quantile(of, with, share, &resamples, self.level)
    }

    /// The variance of a difference within blocks, pooled over all variants; none where their scatter is not alike.
    fn pooled(&self, measure: &Measure, of: Side, with: Side) -> Option<Pooled> {
        let variants = 0..self.blocks.study.variants.len();
        if measure.is_of_a_sweep() {
            None
        } else if of.class == with.class {
            let column = |variant| {
                let figures = self.blocks.figures(measure, Side { variant, class: of.class });
                let logs = figures.iter().map(|figure| libm::log(*figure)).collect::<Vec<_>>();
                Some(logs)
                    .filter(|logs| logs.len() == self.blocks.numbers.len() && logs.iter().all(|log| log.is_finite()))
            };
            Pooled::of_layout(&variants.filter_map(column).collect::<Vec<_>>())
        } else if of.variant == with.variant {
            let column = |variant| {
                let side = |class| Side { variant, class };
                log_ratios(&self.blocks.pairs(measure, side(of.class), side(with.class)))
            };
            Pooled::of_differences(&variants.map(column).collect::<Vec<_>>())
        } else {
            None
        }
    }
}

/// The share of jobs at or below a measure that is a quantile of sojourn times.
pub(super) const fn share(measure: &Measure) -> Option<f64> {
    match measure {
        Measure::Sojourn(statistic) => statistic.share(),
        _ => None,
    }
}
