//! Where a run's warm-up ends.
//!
//! MSER-5 (White, "An effective truncation heuristic for bias reduction in simulation output", 1997): the series
//! is cut into batches of five (in a long run: of a multiple of five), and the cut is put where the standard error of the mean of what is left is
//! smallest. A cut in the second half means that the series never settled.

use crate::scenario::WarmUp;

impl WarmUp {
    /// In words, for a report.
    #[must_use]
    pub fn in_words(self) -> String {
        match self {
            Self::None => "nothing is cut off".to_owned(),
            Self::Time(span) => format!("jobs due in the first {span} are cut off"),
            Self::Jobs(count) => format!("the first {count} jobs are cut off"),
            Self::Mser5 => "cut found by MSER-5 over the sojourn times, in the order of arrival".to_owned(),
        }
    }
}

/// Batches at the end that are never cut into: too few to have a standard error worth comparing.
const BATCHES_KEPT: usize = 5;

/// How many of these means of batches to cut off at the front; none if the best cut lies in the second half. A series
/// too short to judge (under 20 batches) is not cut.
#[must_use]
pub fn mser(batches: &[f64]) -> Option<usize> {
    if batches.len() < 4 * BATCHES_KEPT {
        return Some(0);
    }
    // Sums over what is left after the cut, grown from the end: every cut costs the same. Values are taken
    // relative to the mean, which keeps the sums of squares from cancelling.
    let centre = batches.iter().sum::<f64>() / batches.len() as f64;
    let (mut sum, mut squares) = (0.0, 0.0);
    let mut best = (f64::INFINITY, 0);
    for (cut, value) in batches.iter().enumerate().rev() {
        sum += value - centre;
        squares += (value - centre) * (value - centre);
        let left = batches.len() - cut;
        let n = left as f64;
        let error = (squares - sum * sum / n).max(0.0) / (n * n);
        // Of equal ones the earliest cut.
        if left >= BATCHES_KEPT && error <= best.0 {
            best = (error, cut);
        }
    }
    (best.1 <= batches.len() / 2).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Means of batches with noise of no consequence: −1, 0, 1 in turn.
    fn steady(level: f64, count: usize) -> Vec<f64> {
        (0..count).map(|place| level + [-1.0, 0.0, 1.0][place % 3]).collect()
    }

    #[test]
    fn a_high_start_is_cut_where_it_ends() {
        let mut series = steady(100.0, 10);
        series.extend(steady(10.0, 90));
        assert_eq!(mser(&series), Some(10));
    }

    #[test]
    fn a_series_without_a_start_is_not_cut() {
        assert_eq!(mser(&[7.0; 100]), Some(0));
    }

    #[test]
    fn a_series_that_keeps_growing_never_settles() {
        let growing: Vec<f64> = (0..100).map(f64::from).collect();
        assert_eq!(mser(&growing), None);
    }

    #[test]
    fn a_short_series_is_left_alone() {
        assert_eq!(mser(&[900.0, 1.0, 1.0, 1.0]), Some(0));
    }
}
