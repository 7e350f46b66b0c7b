//! The runs of a study, as blocks: of every variant one.

use super::bootstrap::Counted;
use super::growth;
use crate::lab::summary::Group;
use crate::lab::{RunSummary, Study, measured};
use crate::scenario::claim::{Measure, Side};
use std::collections::{BTreeMap, BTreeSet};

/// The runs that count, by variant and block: sound ones, but for controls, and of those of a variant the whole ones, if
/// there are any.
#[derive(Debug, Clone)]
pub(super) struct Blocks<'a> {
    pub(super) study: &'a Study,
    /// Numbers of the blocks that have a run.
    pub(super) numbers: Vec<u32>,
    /// All runs, those that do not count as well.
    all: &'a [RunSummary],
    /// For each variant, its run of each block.
    runs: Vec<BTreeMap<u32, &'a RunSummary>>,
}

impl<'a> Blocks<'a> {
    pub(super) fn of(study: &'a Study, runs: &'a [RunSummary]) -> Self {
        Self::of_those(study, runs, false)
    }

    /// The same of the controls; each stands for its variant.
    pub(super) fn of_controls(study: &'a Study, runs: &'a [RunSummary]) -> Self {
        Self::of_those(study, runs, true)
    }

    /// All but this run.
    pub(super) fn without(&self, run: &RunSummary) -> Self {
        let mut rest = self.clone();
        if let Some(runs) = rest.runs.get_mut(run.variant) {
            runs.remove(&run.replication);
        }
        rest
    }

    fn of_those(study: &'a Study, all: &'a [RunSummary], controls: bool) -> Self {
        let mut of_variants = vec![BTreeMap::new(); study.variants.len()];
        let is_one = |run: &&RunSummary| run.control == controls && run.fault.is_none();
        let mut sound: Vec<&RunSummary> = all.iter().filter(is_one).collect();
        let whole: BTreeSet<usize> = sound.iter().filter(|run| !run.partial).map(|run| run.variant).collect();
        sound.retain(|run| !run.partial || !whole.contains(&run.variant));
        for run in sound {
            if let Some(of_variant) = of_variants.get_mut(run.variant) {
                of_variant.insert(run.replication, run);
            }
        }
        let numbers: BTreeSet<u32> = of_variants.iter().flat_map(BTreeMap::keys).copied().collect();
        Self { study, numbers: numbers.into_iter().collect(), all, runs: of_variants }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.runs.iter().map(BTreeMap::len).max().unwrap_or(0)
    }

    /// The runs of a variant, by block.
    pub(super) fn runs_of(&self, variant: usize) -> impl Iterator<Item = &'a RunSummary> {
        self.runs.get(variant).into_iter().flat_map(BTreeMap::values).copied()
    }

    /// All runs of a variant of which `measure` is to be said: for what must not happen those with a fault as well.
    pub(super) fn every_run(&self, variant: usize, measure: &Measure) -> Vec<&'a RunSummary> {
        if !matches!(measure, Measure::Safety(_)) {
            return self.runs_of(variant).collect();
        }
        self.all.iter().filter(|run| run.variant == variant && !run.control).collect()
    }

    /// What a block takes, in nanoseconds; none in virtual time.
    pub(super) fn takes_ns(&self) -> Option<u64> {
        let blocks = u64::try_from(self.count()).ok().filter(|blocks| *blocks > 0)?;
        self.study.design_of_runs.took_ns.map(|all| all / blocks)
    }

    /// Whether jobs arrive whatever the queue does.
    pub(super) fn has_open_arrivals(&self) -> bool {
        let flows = self.runs.iter().flat_map(BTreeMap::values).filter_map(|run| run.flow);
        flows.into_iter().any(|flow| flow.backlog_at_last_arrival.is_some())
    }

    pub(super) fn run(&self, variant: usize, block: u32) -> Option<&'a RunSummary> {
        self.runs.get(variant)?.get(&block).copied()
    }

    /// The measure of a side in a block; none if nothing was measured.
    pub(super) fn figure(&self, measure: &Measure, side: Side, block: u32) -> Option<f64> {
        match measure {
            Measure::SpeedUp | Measure::Contention | Measure::Coherence => {
                growth::of_sweep(self, measure, side.variant, block)
            }
            _ => measured(self.run(side.variant, block)?, measure, side.class),
        }
        .filter(|figure| figure.is_finite())
    }

    /// The measure of a side, block by block, of those blocks that have it.
    pub(super) fn figures(&self, measure: &Measure, side: Side) -> Vec<f64> {
        self.numbers.iter().filter_map(|block| self.figure(measure, side, *block)).collect()
    }

    /// The measures of two sides, of those blocks that have both.
    pub(super) fn pairs(&self, measure: &Measure, of: Side, with: Side) -> Vec<(f64, f64)> {
        let pair = |block: &u32| Some((self.figure(measure, of, *block)?, self.figure(measure, with, *block)?));
        self.numbers.iter().filter_map(pair).collect()
    }

    /// Sojourn times of sides, counted, of those blocks in which all of them have some.
    pub(super) fn sojourns(&self, sides: &[Side]) -> Vec<Counted> {
        let all: Vec<(&Self, Side)> = sides.iter().map(|side| (self, *side)).collect();
        self.counted(&all)
    }

    /// The same of one side of these runs and of others, which have the same blocks.
    pub(super) fn sojourns_beside(&self, other: &Self, side: Side) -> Vec<Counted> {
        self.counted(&[(self, side), (other, side)])
    }

    fn counted(&self, sides: &[(&Self, Side)]) -> Vec<Counted> {
        let of_block = |block: &u32| -> Option<Vec<Vec<(u64, u64)>>> {
            sides.iter().map(|(runs, side)| counts(runs.run(side.variant, *block)?, side.class)).collect()
        };
        let blocks: Vec<Vec<Vec<(u64, u64)>>> = self.numbers.iter().filter_map(of_block).collect();
        let of_side = |side: usize| blocks.iter().map(|block| block[side].clone()).collect::<Vec<_>>();
        (0..sides.len()).map(|side| Counted::of(&of_side(side))).collect()
    }
}

/// How often each sojourn time occurs among the jobs of a run; none if there were none.
fn counts(run: &RunSummary, class: Option<usize>) -> Option<Vec<(u64, u64)>> {
    let histogram = run.sojourns(Group::of(class))?.restore().ok().filter(|histogram| !histogram.is_empty())?;
    Some(histogram.iter_recorded().map(|step| (step.value_iterated_to(), step.count_at_value())).collect())
}
