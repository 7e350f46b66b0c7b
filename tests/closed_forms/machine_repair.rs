//! A closed network: machines that run, break down and wait for one of a few repairers.

use crate::chance::Law;
use crate::reference::assert_mean;
use crate::station::{Waits, closed};

const MACHINES: u32 = 8;
const REPAIRERS: u32 = 2;
/// Seconds.
const RUNS: f64 = 3.0;
const REPAIR: f64 = 1.0;

/// The probabilities that 0, 1, … machines are down: each rate up times the probability is that down.
fn down() -> Vec<f64> {
    let mut weights = vec![1.0];
    for down in 1..=MACHINES {
        let breaks = f64::from(MACHINES - down + 1) / RUNS;
        let repairs = f64::from(down.min(REPAIRERS)) / REPAIR;
        weights.push(weights[weights.len() - 1] * breaks / repairs);
    }
    let all: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / all).collect()
}

#[test]
fn machines_wait_for_repair_as_the_birth_and_death_chain_says() {
    let mean = |count: &dyn Fn(u32) -> u32| {
        (0..).zip(down()).map(|(down, probability)| f64::from(count(down)) * probability).sum::<f64>()
    };
    let busy = mean(&|down| down.min(REPAIRERS));
    // Little: who waits, over how many come to wait in a second.
    let wait = mean(&|down| down.saturating_sub(REPAIRERS)) / (busy / REPAIR);
    let (runs, repair) = (Law::Exponential(RUNS), Law::Exponential(REPAIR));
    let runs: Vec<Waits> = (0..30).map(|seed| closed(MACHINES, runs, repair, REPAIRERS, 6_000, 700 + seed)).collect();
    assert_mean("mean wait, s", &runs.iter().map(|run| run.mean(0)).collect::<Vec<_>>(), wait, 0.025);
    assert_mean("busy repairers", &runs.iter().map(Waits::busy_mean).collect::<Vec<_>>(), busy, 0.01);
}
