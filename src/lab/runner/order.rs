//! In which order the runs of a study are made.

use crate::runtime::Streams;
use crate::runtime::streams::Purpose;
use rand::Rng as _;

/// One run to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Task {
    /// Place of the variant.
    pub(super) variant: usize,
    /// From 0.
    pub(super) replication: u32,
    /// Whether it is the same as another run, once more.
    pub(super) control: bool,
    /// From 1.
    pub(super) number: usize,
    /// Of so many.
    pub(super) runs: usize,
}

/// All runs: replication by replication, in each the variants (and their controls) in an order of its own, so that what
/// drifts on a machine hits all alike.
pub(super) fn order(seed: u64, variants: usize, replications: u32, controls: bool) -> Vec<Task> {
    let each = if controls { 2 } else { 1 };
    let runs = variants * each * replications as usize;
    let mut tasks = Vec::with_capacity(runs);
    for replication in 0..replications {
        let mut random = Streams::new(seed, replication).sequence(Purpose::Order);
        let mut sides: Vec<(usize, bool)> =
            (0..variants).flat_map(|variant| [(variant, false), (variant, true)].into_iter().take(each)).collect();
        // By hand (Fisher and Yates), so that the order is the same in every version of a library.
        for last in (1..sides.len()).rev() {
            let other = usize::try_from(random.next_u64() % (last as u64 + 1)).unwrap_or(0);
            sides.swap(last, other);
        }
        let first = tasks.len() + 1;
        let task = |(number, (variant, control))| Task { variant, replication, control, number, runs };
        tasks.extend((first..).zip(sides).map(task));
    }
    tasks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_replication_has_all_variants_and_their_order_varies() {
        let tasks = order(3, 5, 4, false);
        let numbers: Vec<usize> = tasks.iter().map(|task| task.number).collect();
        assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
        let mut orders = Vec::new();
        for (replication, runs) in (0..).zip(tasks.chunks(5)) {
            assert!(runs.iter().all(|task| task.replication == replication && !task.control && task.runs == 20));
            let mut variants: Vec<usize> = runs.iter().map(|task| task.variant).collect();
            orders.push(variants.clone());
            variants.sort_unstable();
            assert_eq!(variants, [0, 1, 2, 3, 4]);
        }
        assert!(orders.windows(2).any(|pair| pair[0] != pair[1]));
        assert_eq!(tasks, order(3, 5, 4, false));
        assert_ne!(tasks, order(4, 5, 4, false));
    }

    #[test]
    fn a_control_is_of_the_same_replication_and_now_before_and_now_after_its_run() {
        let tasks = order(1, 2, 20, true);
        assert_eq!(tasks.len(), 80);
        let mut before = 0;
        for runs in tasks.chunks(4) {
            for variant in 0..2 {
                let of = |control| runs.iter().position(|task| task.variant == variant && task.control == control);
                before += usize::from(of(true).unwrap() < of(false).unwrap());
            }
        }
        assert!((5..35).contains(&before), "{before} of 40");
    }
}
