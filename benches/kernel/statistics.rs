//! Medians, and intervals of means from batches.

use statrs::distribution::{ContinuousCDF, StudentsT};
use std::fmt;

/// The 99.9 % confidence interval of a mean.
pub(crate) struct Interval {
    mean: f64,
    half: f64,
}

impl Interval {
    /// By Student's t, over batches that are long enough to count as independent.
    pub(crate) fn of(batches: &[f64]) -> Self {
        let count = batches.len() as f64;
        let mean = batches.iter().sum::<f64>() / count;
        let variance = batches.iter().map(|batch| (batch - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let t = StudentsT::new(0.0, 1.0, count - 1.0).unwrap().inverse_cdf(0.9995);
        Self { mean, half: t * (variance / count).sqrt() }
    }

    pub(crate) fn holds(&self, expected: f64) -> bool {
        (self.mean - expected).abs() <= self.half
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.4} ± {:.4}", self.mean, self.half)
    }
}

pub(crate) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    f64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2])
}

/// Means of so many batches of equal size, one value after another.
pub(crate) struct Batches {
    size: u64,
    count: u64,
    sum: f64,
    means: Vec<f64>,
}

pub(crate) const BATCHES: u64 = 20;

impl Batches {
    /// For `values` values in all.
    pub(crate) fn new(values: u64) -> Self {
        Self { size: (values / BATCHES).max(1), count: 0, sum: 0.0, means: Vec::with_capacity(32) }
    }

    #[inline]
    pub(crate) fn take(&mut self, value: f64) {
        self.sum += value;
        self.count += 1;
        if self.count == self.size {
            self.means.push(self.sum / self.size as f64);
            (self.sum, self.count) = (0.0, 0);
        }
    }

    pub(crate) fn into_means(self) -> Vec<f64> {
        self.means
    }
}
