//! Quantiles of all jobs of all blocks, and their errors, by a bootstrap over blocks (Davison and Hinkley 1997, section
//! 3.8: resample the clusters, not what is in them).
//!
//! Blocks are drawn with replacement, for both sides of a ratio the same ones. What was counted in a block stays as it is,
//! so that a resample costs a few look-ups. The standard deviation of the resampled logarithms is multiplied by √(n/(n − 1)),
//! since a bootstrap of n blocks has a variance that is too small by that; Student's t with n − 1 degrees of freedom.

use super::effect::{Effect, Error, Scale};
use crate::lab::histogram::is_told;
use crate::lab::statistics::{Method, REPLICATIONS_MIN, standard_deviation};
use crate::runtime::streams::{Purpose, Streams};

/// How many times blocks are drawn.
pub const RESAMPLES: u32 = 1000;

/// How often each value occurs in each block.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    /// Every value that occurs, in ascending order.
    values: Vec<u64>,
    /// For each value and each block: how many are at or below, value by value.
    at_or_below: Vec<u64>,
    /// Blocks.
    blocks: usize,
}

/// How often each block is taken, in each resample.
#[derive(Debug)]
pub struct Resamples {
    blocks: usize,
    /// Resample by resample.
    weights: Vec<u64>,
}

impl Resamples {
    /// Draws from so many blocks.
    #[must_use]
    pub fn of(seed: u64, blocks: usize) -> Self {
        let stream = Streams::new(seed, 0).stream(Purpose::Resamples);
        let of = u32::try_from(blocks).unwrap_or(u32::MAX);
        let mut weights = vec![0; blocks * RESAMPLES as usize];
        for (slot, weights) in (0..RESAMPLES).zip(weights.chunks_mut(blocks.max(1))) {
            let mut draws = stream.at(slot, 0);
            for _ in 0..of {
                weights[draws.below(of) as usize] += 1;
            }
        }
        Self { blocks, weights }
    }

    pub(in crate::lab) const fn blocks(&self) -> usize {
        self.blocks
    }

    fn each(&self) -> impl Iterator<Item = &[u64]> {
        self.weights.chunks(self.blocks.max(1))
    }
}

impl Counted {
    /// Of values and how often they occur, block by block.
    #[must_use]
    pub fn of(blocks: &[Vec<(u64, u64)>]) -> Self {
        let mut values: Vec<u64> = blocks.iter().flatten().map(|(value, _)| *value).collect();
        values.sort_unstable();
        values.dedup();
        let mut at_or_below = vec![0; values.len() * blocks.len()];
        for (block, counts) in blocks.iter().enumerate() {
            for (value, count) in counts {
                let place = values.partition_point(|known| known < value);
                at_or_below[place * blocks.len() + block] += count;
            }
        }
        for place in blocks.len()..at_or_below.len() {
            at_or_below[place] += at_or_below[place - blocks.len()];
        }
        Self { values, at_or_below, blocks: blocks.len() }
    }

    pub(in crate::lab) const fn blocks(&self) -> usize {
        self.blocks
    }

    /// The `share` quantile, by nearest rank, of all blocks, each taken as often as `weights` says. None of nothing.
    fn quantile(&self, share: f64, weights: &[u64]) -> Option<u64> {
        let at_or_below = |place: usize| -> u64 {
            let counts = &self.at_or_below[place * self.blocks..][..self.blocks];
            counts.iter().zip(weights).map(|(count, weight)| count * weight).sum()
        };
        let all = at_or_below(self.values.len().checked_sub(1)?) as f64;
        // A hair less, as in `statistics::quantile`.
        let rank = (share * all - 1e-9).ceil().max(1.0);
        let (mut from, mut to) = (0, self.values.len() - 1);
        while from < to {
            let middle = usize::midpoint(from, to);
            if at_or_below(middle) as f64 >= rank { to = middle } else { from = middle + 1 }
        }
        Some(self.values[from])
    }

    /// Whether enough of it lies beyond the `share` quantile to speak of it.
    #[must_use]
    pub fn has_quantile(&self, share: f64) -> bool {
        let last = self.at_or_below.len().saturating_sub(self.blocks);
        let all: u64 = self.at_or_below[last..].iter().sum();
        is_told(all, share)
    }
}

/// The `share` quantile of `of`, or its ratio to that of `with`, whose blocks are the same. None where fewer than
/// 20 are beyond it, or where it is nothing.
#[must_use]
pub fn quantile(of: &Counted, with: Option<&Counted>, share: f64, resamples: &Resamples, level: f64) -> Option<Effect> {
    let is_enough = |side: &Counted| side.has_quantile(share);
    if !is_enough(of) || !with.is_none_or(is_enough) {
        return None;
    }
    let logarithm = |weights: &[u64]| {
        let of_one = |side: &Counted| side.quantile(share, weights).filter(|value| *value > 0);
        let of = libm::log(of_one(of)? as f64);
        Some(of - with.map_or(Some(0.0), |side| of_one(side).map(|value| libm::log(value as f64)))?)
    };
    let n = of.blocks;
    let scale = if with.is_some() { Scale::LogRatio } else { Scale::LogValue };
    let point = logarithm(&vec![1; n])?;
    let blank = Error { standard: 0.0, df: 0.0 };
    if n < REPLICATIONS_MIN {
        let effect = Effect::new(point, blank, n, scale, Method::TooFew);
        return Some(Effect { standard_error: None, ..effect });
    }
    let drawn: Vec<f64> = resamples.each().filter_map(logarithm).collect();
    let correction = (n as f64 / (n - 1) as f64).sqrt();
    let standard = standard_deviation(&drawn)? * correction;
    let method = if standard > 0.0 { Method::Bootstrap } else { Method::Exact };
    let error = Error { standard, df: (n - 1) as f64 };
    Some(Effect::new(point, error, n, scale, method).shown_at(level))
}
