//! The universal scalability law, X(N) = λ N / (1 + σ (N − 1) + κ N (N − 1)) (Gunther 2007, Guerrilla Capacity Planning,
//! chapter 4): throughput of N that share something; σ is what they wait for each other (contention), κ what they do to stay
//! of one mind (coherence).
//!
//! Fitted by least squares to the logarithms, since throughputs scatter by a share of themselves; by Gauss and Newton, with
//! Levenberg's damping. σ and κ are not below 0: where the best fit would be, it is sought among those with σ = 0, κ = 0 or both.
//! Standard errors are those of the linearised fit, s² (JᵀJ)⁻¹.

use crate::lab::statistics::mean;
use serde::{Deserialize, Serialize};

/// Steps of a fit at most.
const STEPS: usize = 200;

/// The universal scalability law X(N) = λ N / (1 + σ (N − 1) + κ N (N − 1)) (Gunther 2007), fitted by least squares.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ScalabilityLaw {
    /// λ: throughput of one, per second.
    pub of_one: f64,
    /// σ, with its standard error.
    pub contention: (f64, f64),
    /// κ, with its standard error.
    pub coherence: (f64, f64),
    /// Where it peaks, √((1 − σ) / κ); none if it only levels off.
    pub peak_at: Option<f64>,
    /// The highest throughput, per second: at the peak, or the limit λ / σ; none if it grows without end.
    pub limit: Option<f64>,
    /// Share of the variation of the points that it explains.
    pub r_squared: f64,
}

/// The law's three figures: log λ, σ and κ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Coefficients {
    log_of_one: f64,
    pub(super) contention: f64,
    pub(super) coherence: f64,
}

impl ScalabilityLaw {
    /// Fitted to points (N, throughput per second), of any number of blocks. None of fewer than three different N or four
    /// points, and if a throughput is nothing.
    #[must_use]
    pub fn fitted(points: &[(f64, f64)]) -> Option<Self> {
        let best = Coefficients::fitted(points)?;
        let df = points.len().checked_sub(3).filter(|df| *df > 0)? as f64;
        let variance = best.squares(points) / df;
        let inverse = inverse(normal_matrix(&best, points, [true; 3]))?;
        let error = |place: usize| (variance * inverse[place][place]).max(0.0).sqrt();
        let Coefficients { contention, coherence, .. } = best;
        let peak_at = (coherence > 1e-9 && contention < 1.0).then(|| ((1.0 - contention) / coherence).sqrt());
        let peak_at = peak_at.filter(|at| *at >= 1.0);
        let levels_off = || (contention > 1e-9).then(|| libm::exp(best.log_of_one) / contention);
        let centre = mean(&points.iter().map(|(_, x)| *x).collect::<Vec<_>>())?;
        let around: f64 = points.iter().map(|(_, x)| (x - centre) * (x - centre)).sum();
        let left: f64 = points.iter().map(|(n, x)| (x - best.throughput(*n)) * (x - best.throughput(*n))).sum();
        Some(Self {
            of_one: libm::exp(best.log_of_one),
            contention: (contention, error(1)),
            coherence: (coherence, error(2)),
            peak_at,
            limit: peak_at.map(|at| best.throughput(at)).or_else(levels_off),
            r_squared: if around > 0.0 { 1.0 - left / around } else { 0.0 },
        })
    }

    /// The throughput that it gives for `n`, per second.
    #[must_use]
    pub fn throughput(&self, n: f64) -> f64 {
        let (contention, coherence) = (self.contention.0, self.coherence.0);
        self.of_one * n / (1.0 + contention * (n - 1.0) + coherence * n * (n - 1.0))
    }
}

impl Coefficients {
    /// The best fit with σ, κ ≥ 0; none of fewer than three different N, and if a throughput is nothing.
    pub(super) fn fitted(points: &[(f64, f64)]) -> Option<Self> {
        let mut different: Vec<f64> = points.iter().map(|(n, _)| *n).collect();
        different.sort_by(f64::total_cmp);
        different.dedup();
        if different.len() < 3 || points.iter().any(|(n, x)| *n < 1.0 || *x <= 0.0) {
            return None;
        }
        let free = [[true, true, true], [true, true, false], [true, false, true], [true, false, false]];
        let fits = free.into_iter().filter_map(|free| Self::start(points)?.improved(points, free));
        fits.filter(|fit| fit.contention >= 0.0 && fit.coherence >= 0.0)
            .min_by(|one, other| one.squares(points).total_cmp(&other.squares(points)))
    }

    /// A straight line.
    fn start(points: &[(f64, f64)]) -> Option<Self> {
        let logs: Vec<f64> = points.iter().map(|(n, x)| libm::log(x / n)).collect();
        Some(Self { log_of_one: mean(&logs)?, contention: 0.0, coherence: 0.0 })
    }

    /// By damped steps of Gauss and Newton in the coefficients that are free.
    fn improved(self, points: &[(f64, f64)], free: [bool; 3]) -> Option<Self> {
        let (mut best, mut damping) = (self, 1e-3);
        for _ in 0..STEPS {
            let mut matrix = normal_matrix(&best, points, free);
            for (place, row) in matrix.iter_mut().enumerate() {
                row[place] *= 1.0 + damping;
            }
            let inverse = inverse(matrix)?;
            let slope = best.gradient(points, free);
            let step = inverse.map(|row| row.iter().zip(&slope).map(|(a, b)| a * b).sum::<f64>());
            let next = Self {
                log_of_one: best.log_of_one + step[0],
                contention: best.contention + step[1],
                coherence: best.coherence + step[2],
            };
            if next.squares(points) < best.squares(points) {
                best = next;
                damping = (damping / 10.0).max(1e-12);
            } else {
                damping *= 10.0;
            }
            if damping > 1e12 || step.iter().all(|step| step.abs() < 1e-14) {
                break;
            }
        }
        Some(best)
    }

    fn denominator(&self, n: f64) -> f64 {
        1.0 + self.contention * (n - 1.0) + self.coherence * n * (n - 1.0)
    }

    fn throughput(&self, n: f64) -> f64 {
        libm::exp(self.log_of_one) * n / self.denominator(n)
    }

    /// How far a point is from it, as a logarithm; infinite where the law has no value.
    fn residual(&self, (n, x): (f64, f64)) -> f64 {
        let below = self.denominator(n);
        if below > 0.0 { libm::log(x * below / n) - self.log_of_one } else { f64::INFINITY }
    }

    fn squares(&self, points: &[(f64, f64)]) -> f64 {
        points.iter().map(|point| self.residual(*point) * self.residual(*point)).sum()
    }

    /// What the logarithm of the throughput gains from a little more of each coefficient.
    fn derivatives(&self, n: f64) -> [f64; 3] {
        let below = self.denominator(n);
        [1.0, -(n - 1.0) / below, -n * (n - 1.0) / below]
    }

    fn gradient(&self, points: &[(f64, f64)], free: [bool; 3]) -> [f64; 3] {
        let mut sums = [0.0; 3];
        for point in points {
            let residual = self.residual(*point);
            for (place, derivative) in self.derivatives(point.0).into_iter().enumerate() {
                sums[place] += if free[place] { derivative * residual } else { 0.0 };
            }
        }
        sums
    }
}

/// JᵀJ, with ones on the diagonal for coefficients that are not free.
fn normal_matrix(at: &Coefficients, points: &[(f64, f64)], free: [bool; 3]) -> [[f64; 3]; 3] {
    let mut matrix = [[0.0; 3]; 3];
    for (n, _) in points {
        let derivatives = at.derivatives(*n);
        for (row, one) in derivatives.into_iter().enumerate() {
            for (column, other) in derivatives.into_iter().enumerate() {
                matrix[row][column] += if free[row] && free[column] { one * other } else { 0.0 };
            }
        }
    }
    for (place, row) in matrix.iter_mut().enumerate() {
        if !free[place] {
            row[place] = 1.0;
        }
    }
    matrix
}

/// By cofactors; none if it has none.
fn inverse(m: [[f64; 3]; 3]) -> Option<[[f64; 3]; 3]> {
    let minor = |row: usize, column: usize| {
        let [(a, b), (c, d)] =
            [(row + 1) % 3, (row + 2) % 3].map(|row| (m[row][(column + 1) % 3], m[row][(column + 2) % 3]));
        a * d - b * c
    };
    let determinant: f64 = (0..3).map(|column| m[0][column] * minor(0, column)).sum();
    let size: f64 = (0..3).map(|place| m[place][place]).product();
    if determinant.abs() <= 1e-14 * size.abs() || !determinant.is_finite() {
        return None;
    }
    Some([0, 1, 2].map(|row| [0, 1, 2].map(|column| minor(column, row) / determinant)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::streams::{Purpose, Streams};

    fn law(n: f64, (of_one, contention, coherence): (f64, f64, f64)) -> f64 {
        of_one * n / (1.0 + contention * (n - 1.0) + coherence * n * (n - 1.0))
    }

    fn points(of: (f64, f64, f64)) -> Vec<(f64, f64)> {
        [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0].map(|n| (n, law(n, of))).to_vec()
    }

    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-6 * expected.abs().max(1e-3), "{found} is not {expected}");
    }

    #[test]
    fn points_without_noise_give_the_law_that_they_are_made_of() {
        for of in [(1000.0, 0.05, 0.001), (90.0, 0.7, 0.0), (5.0, 0.0, 0.02), (12.0, 0.0, 0.0)] {
            let fit = ScalabilityLaw::fitted(&points(of)).unwrap();
            close(fit.of_one, of.0);
            close(fit.contention.0, of.1);
            close(fit.coherence.0, of.2);
            close(fit.r_squared, 1.0);
        }
    }

    #[test]
    fn a_law_says_where_it_peaks_or_levels_off() {
        // √(0.95 / 0.001) = 30.82
        let peaks = ScalabilityLaw::fitted(&points((1000.0, 0.05, 0.001))).unwrap();
        assert!((peaks.peak_at.unwrap() - 30.822).abs() < 1e-2);
        close(peaks.limit.unwrap(), law(peaks.peak_at.unwrap(), (1000.0, 0.05, 0.001)));
        let levels = ScalabilityLaw::fitted(&points((90.0, 0.5, 0.0))).unwrap();
        assert_eq!(levels.peak_at, None);
        close(levels.limit.unwrap(), 180.0);
        let grows = ScalabilityLaw::fitted(&points((12.0, 0.0, 0.0))).unwrap();
        assert_eq!((grows.peak_at, grows.limit), (None, None));
    }

    #[test]
    fn throughput_that_grows_faster_than_its_knob_has_no_contention_rather_than_less_than_none() {
        let fit = ScalabilityLaw::fitted(&[(1.0, 10.0), (2.0, 22.0), (4.0, 47.0), (8.0, 99.0)]).unwrap();
        assert!(fit.contention.0.abs() < 1e-12 && fit.coherence.0.abs() < 1e-12, "{fit:?}");
    }

    #[test]
    fn standard_errors_cover_the_truth_of_noisy_points_about_as_often_as_they_should() {
        let truth = (500.0, 0.08, 0.0008);
        let mut covered = 0;
        for trial in 0..300 {
            let stream = Streams::new(trial, 0).stream(Purpose::Resamples);
            let mut draws = stream.at(0, 0);
            let noisy: Vec<(f64, f64)> =
                (0..5).flat_map(|_| points(truth)).map(|(n, x)| (n, x * libm::exp(0.03 * draws.normal()))).collect();
            let fit = ScalabilityLaw::fitted(&noisy).unwrap();
            covered += usize::from((fit.contention.0 - truth.1).abs() <= 2.037 * fit.contention.1);
        }
        // 95 % of 300, and three standard deviations of that.
        assert!((273..=297).contains(&covered), "{covered} of 300");
    }

    #[test]
    fn too_few_points_have_no_law() {
        assert_eq!(ScalabilityLaw::fitted(&[(1.0, 1.0), (2.0, 2.0), (4.0, 3.0)]), None);
        assert_eq!(ScalabilityLaw::fitted(&[(1.0, 1.0), (2.0, 2.0), (1.0, 1.0), (2.0, 2.0)]), None);
        assert_eq!(ScalabilityLaw::fitted(&[(1.0, 1.0), (2.0, 2.0), (4.0, 0.0), (8.0, 2.0)]), None);
    }
}
