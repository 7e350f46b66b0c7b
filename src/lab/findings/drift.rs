//! Whether the machine changed while a study was made.
//!
//! A drift from block to block: the means of the blocks, as logarithms, regressed on the running order. Blocks cancel it, so that it
//! says how much the machine changed and not by how much an effect is off. A likeness of neighbours within blocks, which
//! blocks do not cancel: the correlation of each run's residual, without the means of its variant and its block, with that
//! of the run before it. As the order within a block is drawn, every other order would have been as likely: the p-value
//! is that of a permutation test over orders within blocks (Fisher 1935; Davison and Hinkley 1997, section 4.3).

use super::blocks::Blocks;
use super::pooled::residuals;
use crate::lab::RunSummary;
use crate::lab::statistics::mean;
use crate::runtime::streams::{Purpose, Streams};
use crate::scenario::claim::{Measure, Side};
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Orders that are drawn.
const PERMUTATIONS: u32 = 999;

/// Whether a study's figures depend on when a run was made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Drift {
    /// From the first block to the last, as a share of the measure.
    pub from_first_to_last: f64,
    /// Of a drift as large, if there were none.
    pub p_value: f64,
    /// Correlation of neighbours within blocks.
    pub autocorrelation: f64,
    /// Of a correlation as large, if there were none.
    pub autocorrelation_p_value: f64,
}

/// Of this measure; none of fewer than four whole blocks, of fewer than two variants, and where the order is not known.
pub(super) fn drift(blocks: &Blocks<'_>, measure: &Measure) -> Option<Drift> {
    let variants = blocks.study.variants.len();
    let whole: Vec<u32> = blocks
        .numbers
        .iter()
        .copied()
        .filter(|block| (0..variants).all(|variant| blocks.run(variant, *block).is_some()))
        .collect();
    if whole.len() < 4 || variants < 2 {
        return None;
    }
    let log = |variant: usize, block: u32| {
        let figure = blocks.figure(measure, Side { variant, class: None }, block)?;
        (figure > 0.0).then(|| libm::log(figure))
    };
    let column = |variant: usize| whole.iter().map(|block| log(variant, *block)).collect::<Option<Vec<f64>>>();
    let columns: Vec<Vec<f64>> = (0..variants).map(column).collect::<Option<_>>()?;
    let order = |block: &u32| {
        let mut runs: Vec<&RunSummary> = (0..variants).filter_map(|variant| blocks.run(variant, *block)).collect();
        runs.sort_by_key(|run| run.number);
        runs.iter().all(|run| run.number > 0).then(|| runs.iter().map(|run| run.variant).collect::<Vec<_>>())
    };
    let orders: Vec<Vec<usize>> = whole.iter().map(order).collect::<Option<_>>()?;
    let means: Vec<f64> = (0..whole.len())
        .filter_map(|block| mean(&columns.iter().map(|column| column[block]).collect::<Vec<_>>()))
        .collect();
    let (slope, p_value) = regression(&means)?;
    let left = residuals(&columns)?;
    let in_order: Vec<Vec<f64>> = orders
        .iter()
        .enumerate()
        .map(|(block, order)| order.iter().map(|variant| left[*variant][block]).collect())
        .collect();
    let (autocorrelation, autocorrelation_p_value) = likeness(in_order, blocks.study.seed)?;
    let from_first_to_last = libm::expm1(slope * (whole.len() - 1) as f64);
    Some(Drift { from_first_to_last, p_value, autocorrelation, autocorrelation_p_value })
}

/// Slope of values over their places, and the p-value of one as large.
fn regression(values: &[f64]) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    let (middle, centre) = ((n - 1.0) / 2.0, mean(values)?);
    let places = || values.iter().enumerate().map(|(place, value)| (place as f64 - middle, value - centre));
    let along: f64 = places().map(|(x, _)| x * x).sum();
    let slope = places().map(|(x, y)| x * y).sum::<f64>() / along;
    let left: f64 = places().map(|(x, y)| (y - slope * x) * (y - slope * x)).sum();
    let error = (left / (n - 2.0) / along).sqrt();
    if error <= 0.0 {
        return None;
    }
    let t = StudentsT::new(0.0, 1.0, n - 2.0).ok()?;
    Some((slope, 2.0 * t.sf((slope / error).abs())))
}

/// Correlation of each value with the one before it in its block, and the p-value of one as large.
fn likeness(mut blocks: Vec<Vec<f64>>, seed: u64) -> Option<(f64, f64)> {
    let squares: f64 = blocks.iter().flatten().map(|value| value * value).sum();
    let runs: usize = blocks.iter().map(Vec::len).sum();
    let neighbours: usize = blocks.iter().map(|block| block.len() - 1).sum();
    if squares <= 0.0 {
        return None;
    }
    let correlation = |blocks: &[Vec<f64>]| {
        let products: f64 = blocks.iter().flat_map(|block| block.windows(2)).map(|pair| pair[0] * pair[1]).sum();
        products / neighbours as f64 / (squares / runs as f64)
    };
    let seen = correlation(&blocks);
    let stream = Streams::new(seed, 1).stream(Purpose::Resamples);
    let mut sum = 0.0;
    let mut drawn = Vec::with_capacity(PERMUTATIONS as usize);
    for slot in 0..PERMUTATIONS {
        let mut draws = stream.at(slot, 0);
        for block in &mut blocks {
            for last in (1..block.len()).rev() {
                block.swap(last, draws.below(u32::try_from(last).unwrap_or(0) + 1) as usize);
            }
        }
        let one = correlation(&blocks);
        sum += one;
        drawn.push(one);
    }
    // Residuals of a block add up to nothing, so that neighbours are unlike by chance alone: that is taken off.
    let expected = sum / f64::from(PERMUTATIONS);
    let as_large = drawn.iter().filter(|one| (*one - expected).abs() >= (seen - expected).abs() - 1e-12).count();
    Some((seen - expected, (as_large + 1) as f64 / f64::from(PERMUTATIONS + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_slope_and_a_small_p_value_and_noise_has_none() {
        let line = [0.0, 1.1, 1.9, 3.2, 3.9, 5.1];
        let (slope, p) = regression(&line).unwrap();
        assert!((slope - 1.0).abs() < 0.05 && p < 0.001, "{slope} {p}");
        let (_, p) = regression(&[0.2, -0.1, 0.3, -0.2, 0.1, 0.1]).unwrap();
        assert!(p > 0.3, "{p}");
    }

    #[test]
    fn neighbours_that_are_alike_are_told_from_those_that_are_not() {
        let alike = vec![vec![1.0, 0.9, 0.1, -0.8, -1.2]; 12];
        let (correlation, p) = likeness(alike, 1).unwrap();
        assert!(correlation > 0.4 && p < 0.01, "{correlation} {p}");
        // Two variants leave residuals of opposite signs, whatever their order.
        let opposite = vec![vec![1.0, -1.0], vec![-0.5, 0.5], vec![0.2, -0.2]];
        let (correlation, p) = likeness(opposite, 1).unwrap();
        assert!(correlation.abs() < 1e-9 && p > 0.9, "{correlation} {p}");
    }
}
