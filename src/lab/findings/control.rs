//! What identical designs differ by: the baseline twice in each block.

use super::blocks::Blocks;
use super::effect::Effect;
use super::estimating::{Estimating, share};
use crate::lab::RunSummary;
use crate::scenario::claim::{Measure, Side};
use serde::{Deserialize, Serialize};

/// What identical designs differ by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NullControl {
    /// Of which variant there were two.
    pub variant: usize,
    /// On which measure: that of the first claim that compares variants, else throughput.
    pub measure: Measure,
    /// Of which class; none: of all jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<usize>,
    /// Their ratio: the second to the first.
    pub effect: Effect,
    /// The smallest difference that this study can tell, as a share: half the width of the interval.
    pub smallest_share: f64,
}

/// The ratio of the controls to the variant that they repeat; none without controls, or of too few.
pub(super) fn null_control(
    estimating: &Estimating<'_>,
    runs: &[RunSummary],
    (measure, class): &(Measure, Option<usize>),
) -> Option<NullControl> {
    let Estimating { blocks, level, .. } = estimating;
    let controls = Blocks::of_controls(blocks.study, runs);
    let variant = (0..blocks.study.variants.len())
        .max_by_key(|variant| (controls.runs_of(*variant).count(), usize::MAX - variant))?;
    let side = Side { variant, class: *class };
    let effect = if let Some(share) = share(measure) {
        let counted = controls.sojourns_beside(blocks, side);
        estimating.quantile(counted.first()?, counted.get(1), share)?
    } else {
        let pair = |block: &u32| Some((controls.figure(measure, side, *block)?, blocks.figure(measure, side, *block)?));
        Effect::of_pairs(&blocks.numbers.iter().filter_map(pair).collect::<Vec<_>>(), *level)?
    };
    let smallest_share = effect.half_width_share()?;
    Some(NullControl { variant, measure: measure.clone(), class: *class, effect, smallest_share })
}
