//! One residual variance for all variants of a study, where their scatter is alike.
//!
//! In a layout of n blocks by V variants, y = block + variant + residual; the residual variance has (n − 1)(V − 1) degrees of
//! freedom, many more than the n − 1 of one pair. It is used for a pair only if nothing speaks against it: the scatter of the
//! variants is alike by Levene's test as Brown and Forsythe (1974) have it, and that of the pair's own differences agrees with the
//! pooled one by an F test. Both at 0.25, as Bancroft (1964) advises for tests that decide on pooling: a test at 0.05 would
//! pool far too often.

use super::effect::{Effect, Error, Scale, log_ratios};
use crate::lab::statistics::{Method, REPLICATIONS_MIN, mean, median, standard_deviation};
use statrs::distribution::{ContinuousCDF, FisherSnedecor};

/// Pools only what could well be alike.
const ALIKE: f64 = 0.25;

/// The variance of a difference of two variants within a block, pooled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pooled {
    variance: f64,
    df: f64,
}

impl Pooled {
    /// Of logarithms, variant by variant, in each all blocks in the same order. None of fewer than three variants or blocks,
    /// of no scatter, and if the variants' scatter is not alike.
    #[must_use]
    pub fn of_layout(columns: &[Vec<f64>]) -> Option<Self> {
        let blocks = columns.first()?.len();
        if columns.len() < 3 || columns.iter().any(|column| column.len() != blocks) {
            return None;
        }
        let df = (blocks.checked_sub(1)? * (columns.len() - 1)) as f64;
        Self::of_residuals(&residuals(columns)?, df, 2.0)
    }

    /// Of differences within blocks (of two classes of each variant), variant by variant; (n − 1) degrees of freedom of each.
    #[must_use]
    pub fn of_differences(columns: &[Vec<f64>]) -> Option<Self> {
        let blocks = columns.first()?.len();
        if columns.len() < 2 || columns.iter().any(|column| column.len() != blocks) {
            return None;
        }
        let around = |column: &Vec<f64>| {
            let centre = mean(column)?;
            Some(column.iter().map(|value| value - centre).collect())
        };
        let residuals: Option<Vec<Vec<f64>>> = columns.iter().map(around).collect();
        Self::of_residuals(&residuals?, (columns.len() * blocks.checked_sub(1)?) as f64, 1.0)
    }

    fn of_residuals(residuals: &[Vec<f64>], df: f64, of_one: f64) -> Option<Self> {
        let squares: f64 = residuals.iter().flatten().map(|residual| residual * residual).sum();
        let variance = of_one * squares / df;
        let has_scatter = residuals.first()?.len() >= REPLICATIONS_MIN && variance > 1e-24;
        (has_scatter && are_alike(residuals)?).then_some(Self { variance, df })
    }

    /// The error of the mean of `differences`, of a pair within blocks; none if their own scatter does not agree.
    #[must_use]
    pub fn error(&self, differences: &[f64]) -> Option<Error> {
        let own = standard_deviation(differences)?;
        let ratio = own * own / self.variance;
        let f = FisherSnedecor::new((differences.len() - 1) as f64, self.df).ok()?;
        let tail = f.cdf(ratio).min(f.sf(ratio));
        let standard = (self.variance / differences.len() as f64).sqrt();
        (2.0 * tail >= ALIKE).then_some(Error { standard, df: self.df })
    }
}

/// The ratio of two measures within blocks; `pairs` holds (of, with), as in [`Effect::of_pairs`], with the pooled variance if there
/// is one that the pair's own scatter agrees with.
#[must_use]
pub fn ratio(pairs: &[(f64, f64)], pooled: Option<&Pooled>, level: f64) -> Option<Effect> {
    let paired = Effect::of_pairs(pairs, level)?;
    if paired.method != Method::PairedLogRatio {
        return Some(paired);
    }
    let logs = log_ratios(pairs);
    let with = |error| {
        let effect = Effect::new(mean(&logs)?, error, logs.len(), Scale::LogRatio, Method::PooledVariance);
        Some(effect.shown_at(level))
    };
    Some(pooled.and_then(|pooled| pooled.error(&logs)).and_then(with).unwrap_or(paired))
}

/// What is left of each figure without the means of its variant and its block.
#[must_use]
pub(super) fn residuals(columns: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let blocks = columns.first()?.len();
    let of_variants: Option<Vec<f64>> = columns.iter().map(|column| mean(column)).collect();
    let of_variants = of_variants?;
    let all = mean(&of_variants)?;
    let of_block = |block: usize| mean(&columns.iter().map(|column| column[block]).collect::<Vec<_>>());
    let of_blocks: Option<Vec<f64>> = (0..blocks).map(of_block).collect();
    let of_blocks = of_blocks?;
    let left = |(column, variant): (&Vec<f64>, &f64)| -> Vec<f64> {
        column.iter().zip(&of_blocks).map(|(value, block)| value - variant - block + all).collect()
    };
    Some(columns.iter().zip(&of_variants).map(left).collect())
}

/// Levene's test of equal variances, with distances from medians (Brown and Forsythe 1974).
fn are_alike(groups: &[Vec<f64>]) -> Option<bool> {
    let distances: Vec<Vec<f64>> = groups
        .iter()
        .map(|group| {
            let middle = median(group);
            group.iter().map(|value| (value - middle).abs()).collect()
        })
        .collect();
    let means: Option<Vec<f64>> = distances.iter().map(|group| mean(group)).collect();
    let means = means?;
    let all = mean(&means)?;
    let n = distances.first()?.len() as f64;
    let between: f64 = means.iter().map(|mean| n * (mean - all) * (mean - all)).sum();
    let within =
        |(group, mean): (&Vec<f64>, &f64)| -> f64 { group.iter().map(|value| (value - mean) * (value - mean)).sum() };
    let within: f64 = distances.iter().zip(&means).map(within).sum::<f64>();
    let (between_df, within_df) = (groups.len() as f64 - 1.0, groups.len() as f64 * (n - 1.0));
    if within <= 0.0 {
        return Some(false);
    }
    let statistic = between / between_df / (within / within_df);
    Some(FisherSnedecor::new(between_df, within_df).ok()?.sf(statistic) >= ALIKE)
}
