//! In which order the runs of a study are made.
//!
//! A block is every variant once, and some of them once more, as controls. Blocks come in pairs: the first has an order that is
//! drawn, the second the same order backwards. So every run has the same mean place over each pair, and what drifts at a
//! steady rate on a machine hits all alike. Variants that are compared with each other are neighbours, and so is a control
//! of one of them: what changes slowly is about the same for them.

use super::Controls;
use crate::runtime::Streams;
use crate::runtime::streams::Purpose;
use crate::scenario::Plan;
use std::ops::Range;

/// One run to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Task {
    /// Place of the variant.
    pub(super) variant: usize,
    /// The block that it belongs to, from 0.
    pub(super) replication: u32,
    /// Whether it is the same as another run of its block, once more.
    pub(super) control: bool,
    /// From 1, over all blocks.
    pub(super) number: usize,
}

/// The runs of all blocks.
#[derive(Debug, Clone)]
pub(super) struct Order {
    seed: u64,
    /// Runs of a block that are to be neighbours: variants, and whether as a control.
    families: Vec<Vec<(usize, bool)>>,
}

impl Order {
    /// That of the runs of `plan`.
    pub(super) fn of(plan: &Plan, controls: Controls) -> Self {
        let mut families: Vec<Vec<(usize, bool)>> = vec![Vec::new(); plan.variants.len()];
        for (place, variant) in plan.variants.iter().enumerate() {
            let is_twice = match controls {
                Controls::None => false,
                Controls::Baseline => variant.compare_with.is_none(),
                Controls::Every => true,
            };
            let family = &mut families[plan.finally_compared_with(place)];
            family.push((place, false));
            family.extend(is_twice.then_some((place, true)));
        }
        families.retain(|family| !family.is_empty());
        Self { seed: plan.seed, families }
    }

    /// Runs of a block.
    pub(super) fn of_block(&self) -> usize {
        self.families.iter().map(Vec::len).sum()
    }

    /// The runs of these blocks, in their order.
    pub(super) fn blocks(&self, blocks: Range<u32>) -> Vec<Task> {
        blocks.flat_map(|block| self.block(block)).collect()
    }

    fn block(&self, replication: u32) -> Vec<Task> {
        let backwards = replication % 2;
        let mut random = Streams::new(self.seed, replication - backwards).sequence(Purpose::Order);
        let mut families = self.families.clone();
        shuffle(&mut families, &mut random);
        families.iter_mut().for_each(|family| shuffle(family, &mut random));
        let mut sides: Vec<(usize, bool)> = families.concat();
        if backwards == 1 {
            sides.reverse();
        }
        let first = replication as usize * sides.len() + 1;
        let task = |(number, (variant, control))| Task { variant, replication, control, number };
        (first..).zip(sides).map(task).collect()
    }
}

/// By hand (Fisher and Yates), so that the order is the same in every version of a library.
fn shuffle<T>(items: &mut [T], random: &mut impl rand::Rng) {
    for last in (1..items.len()).rev() {
        let other = usize::try_from(random.next_u64() % (last as u64 + 1)).unwrap_or(0);
        items.swap(last, other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;
    use std::collections::{BTreeMap, BTreeSet};

    /// Two designs and a third that is compared with the second, at each of three points of a matrix.
    fn plan(seed: u64) -> Plan {
        let text = format!(
            r#"
title = "t"
seed = {seed}
[workload]
jobs = 5
arrivals = {{ process = "fixed", rate = "10/s" }}
[[workload.class]]
name = "c"
[[workload.class.opcode]]
run = "1ms"
[[variant]]
name = "a"
[[variant]]
name = "b"
design = {{ queue_lock = "exclusive" }}
[[variant]]
name = "c"
baseline = "b"
design = {{ disk_latency = "1ms" }}
[matrix.design]
workers = [1, 2, 3]
"#
        );
        scenario::read("t.toml", &text).unwrap_or_else(|errors| panic!("{errors}"))
    }

    fn order(seed: u64, controls: Controls) -> Order {
        Order::of(&plan(seed), controls)
    }

    #[test]
    fn every_block_has_every_variant_once_and_a_control_of_the_baseline() {
        let order = order(3, Controls::Baseline);
        assert_eq!(order.of_block(), 10);
        let tasks = order.blocks(0..6);
        assert_eq!(tasks.iter().map(|task| task.number).collect::<Vec<_>>(), (1..=60).collect::<Vec<_>>());
        for (replication, runs) in (0..).zip(tasks.chunks(10)) {
            assert!(runs.iter().all(|task| task.replication == replication));
            let variants: BTreeSet<usize> = runs.iter().filter(|task| !task.control).map(|task| task.variant).collect();
            assert_eq!(variants.len(), 9);
            assert_eq!(runs.iter().filter(|task| task.control).map(|task| task.variant).collect::<Vec<_>>(), [0]);
        }
    }

    #[test]
    fn over_each_pair_of_blocks_every_run_has_the_same_mean_place() {
        for controls in [Controls::None, Controls::Baseline, Controls::Every] {
            let order = order(7, controls);
            for pair in 0..20 {
                let mut places: BTreeMap<(usize, bool), usize> = BTreeMap::new();
                for block in [2 * pair, 2 * pair + 1] {
                    for (place, task) in order.block(block).iter().enumerate() {
                        *places.entry((task.variant, task.control)).or_default() += place;
                    }
                }
                assert!(places.values().all(|sum| *sum == order.of_block() - 1), "{places:?}");
            }
        }
    }

    #[test]
    fn variants_that_are_compared_at_a_point_of_the_matrix_are_neighbours_and_so_is_their_control() {
        let plan = plan(11);
        let order = Order::of(&plan, Controls::Baseline);
        for block in 0..20 {
            let points: Vec<usize> = order.block(block).iter().map(|task| plan.variants[task.variant].point).collect();
            let changes = points.windows(2).filter(|pair| pair[0] != pair[1]).count();
            assert_eq!(changes, 2, "{points:?}");
        }
    }

    #[test]
    fn orders_are_drawn_from_the_seed_and_vary_within_families_and_between_them() {
        let all = |seed| order(seed, Controls::None).blocks(0..10);
        assert_eq!(all(3), all(3));
        assert_ne!(all(3), all(4));
        let order = order(3, Controls::Every);
        let first: BTreeSet<usize> = (0..40).map(|block| order.block(block)[0].variant).collect();
        assert_eq!(first.len(), 9, "every variant comes first at some time: {first:?}");
        let before = |block| {
            let tasks = order.block(block);
            let of = |control| tasks.iter().position(|task| task.variant == 0 && task.control == control);
            of(true) < of(false)
        };
        // In each pair of blocks once.
        assert_eq!((0..40).filter(|block| before(*block)).count(), 20);
    }
}
