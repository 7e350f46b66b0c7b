//! Sojourns in the order in which jobs came: one by one, or as sums of neighbours where there are many.

use crate::units::Span;

/// Most sums.
const LENGTH_MAX: usize = 10_240;

/// A series of sums of neighbours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Jobs in each sum.
    size: u32,
    /// How many have ended of each, and their sojourns in nanoseconds.
    sums: Vec<(u32, u128)>,
}

impl Default for Series {
    fn default() -> Self {
        Self { size: 1, sums: Vec::new() }
    }
}

impl Series {
    /// Adds the sojourn of the job at `place` of the load.
    pub(super) fn add(&mut self, place: u32, sojourn: Span) {
        while (place / self.size) as usize >= LENGTH_MAX {
            self.size *= 2;
            let sum = |pair: &[(u32, u128)]| pair.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
            self.sums = self.sums.chunks(2).map(sum).collect();
        }
        let index = (place / self.size) as usize;
        if self.sums.len() <= index {
            self.sums.resize(index + 1, (0, 0));
        }
        let (n, total) = &mut self.sums[index];
        *n += 1;
        *total += u128::from(sojourn.0);
    }

    /// How many jobs.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.sums.iter().map(|(n, _)| u64::from(*n)).sum()
    }

    /// Mean sojourn of the `from`th to before the `to`th job, in nanoseconds. Where neighbours were summed up, a part
    /// of them counts as that part of their sum.
    #[must_use]
    pub fn mean(&self, from: u64, to: u64) -> f64 {
        (self.sum_of_first(to) - self.sum_of_first(from)) / (to - from) as f64
    }

    fn sum_of_first(&self, count: u64) -> f64 {
        let (mut left, mut sum) = (count, 0_u128);
        for (n, total) in &self.sums {
            let n = u64::from(*n);
            if n > left {
                return sum as f64 + *total as f64 * left as f64 / n as f64;
            }
            left -= n;
            sum += total;
        }
        sum as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_of_a_long_series_are_those_of_its_jobs() {
        let mut series = Series::default();
        let jobs = 40_000;
        for place in (0..jobs).rev() {
            series.add(place, Span(u64::from(place)));
        }
        assert_eq!(series.count(), u64::from(jobs));
        assert!((series.mean(0, 40_000) - 19_999.5).abs() < 1e-6);
        // A boundary within a sum of neighbours is off by less than their number.
        assert!((series.mean(10_001, 20_003) - 15_001.5).abs() < 2.0);
    }
}
