//! From single times to a cost: a line through the medians, and how single times scatter around it.

use crate::actors::machine::cost::{Knot, PROBABILITY_ONE};
use crate::actors::machine::{Cost, Spread};
use crate::units::Span;
use std::collections::BTreeMap;

/// One time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sample {
    /// The round in which it was taken.
    pub(super) round: u32,
    /// Of so many bytes.
    pub(super) bytes: u64,
    /// And entries.
    pub(super) entries: u64,
    /// What it took.
    pub(super) secs: f64,
}

/// What a cost may grow with, besides its base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grows {
    /// With nothing.
    Not,
    /// With bytes.
    WithBytes,
    /// With entries.
    WithEntries,
    /// With both.
    WithBoth,
}

/// Files up to this size show how single times scatter.
const TYPICAL_BYTES: u64 = 20_000;
/// A median below this share of the mean says nothing if it is no more than this many seconds, too: most times are none
/// at all. A longer one is what a time typically is, however far a few others lie above it.
const RARE: f64 = 0.25;
const NEXT_TO_NONE: f64 = 1e-6;
/// A mean below this is no time, in seconds.
const NOTHING: f64 = 300e-9;
/// The quantiles of a spread, in millionths; the ends follow.
const QUANTILES: [u32; 11] =
    [10_000, 50_000, 100_000, 250_000, 500_000, 750_000, 900_000, 950_000, 990_000, 995_000, 999_000];

/// Rounds from which on some are left out.
const ROUNDS_MANY: usize = 4;

/// The cost that the times of the middle rounds show. Of those none is left out: the mean of the spread is theirs.
pub(super) fn cost(samples: &[Sample], grows: Grows) -> Cost {
    let samples = &middle_rounds(samples)[..];
    let [base, per_kib, per_entry] = line(samples, grows);
    let mut cost = Cost { base, per_kib, per_entry, spread: Spread::None };
    let factor = |sample: &Sample| {
        let typical = cost.typical(sample.bytes, sample.entries).as_secs_f64();
        (typical > 0.0).then(|| sample.secs / typical)
    };
    let factors = samples.iter().filter(|sample| sample.bytes <= TYPICAL_BYTES).filter_map(factor).collect();
    cost.spread = spread(factors);
    cost
}

/// Of many rounds, the half whose medians lie in the middle: what slowed a whole round down, such as other work or a
/// worn part of the file system, is not what the machine costs. How far all rounds differ is reported beside.
fn middle_rounds(samples: &[Sample]) -> Vec<Sample> {
    let mut rounds: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for sample in samples {
        rounds.entry(sample.round).or_default().push(sample.secs);
    }
    let mut medians: Vec<(f64, u32)> = Vec::new();
    for (round, mut secs) in rounds {
        secs.sort_by(f64::total_cmp);
        medians.extend(secs.get(secs.len() / 2).map(|median| (*median, round)));
    }
    medians.sort_by(|one, other| one.0.total_cmp(&other.0));
    let aside = if medians.len() < ROUNDS_MANY { 0 } else { medians.len() / 4 };
    let middle: Vec<u32> = medians[aside..medians.len() - aside].iter().map(|(_, round)| *round).collect();
    samples.iter().filter(|sample| middle.contains(&sample.round)).copied().collect()
}

/// Base, per KiB and per entry: least squares of the relative errors of each size's typical time, none negative.
fn line(samples: &[Sample], grows: Grows) -> [Span; 3] {
    let mut sizes: BTreeMap<(u64, u64), Vec<f64>> = BTreeMap::new();
    for sample in samples {
        sizes.entry((sample.bytes, sample.entries)).or_default().push(sample.secs);
    }
    let points: Vec<([f64; 3], f64)> = sizes
        .into_iter()
        .map(|((bytes, entries), secs)| ([1.0, in_kib(bytes), count(entries)], typical(secs)))
        .filter(|(_, secs)| *secs > 0.0)
        .collect();
    let may: &[usize] = match grows {
        Grows::Not => &[0],
        Grows::WithBytes => &[0, 1],
        Grows::WithEntries => &[0, 2],
        Grows::WithBoth => &[0, 1, 2],
    };
    best_line(&points, may).map(Span::from_secs_f64)
}

#[allow(clippy::cast_precision_loss)] // sizes of files
fn in_kib(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

#[allow(clippy::cast_precision_loss)] // entries of a file
fn count(entries: u64) -> f64 {
    entries as f64
}

/// The median; where most times are next to none, the mean.
fn typical(mut secs: Vec<f64>) -> f64 {
    secs.sort_by(f64::total_cmp);
    let median = secs.get(secs.len() / 2).copied().unwrap_or_default();
    let mean = secs.iter().sum::<f64>() / count(secs.len().max(1) as u64);
    let says_nothing = median < RARE * mean && median < NEXT_TO_NONE;
    if says_nothing { if mean < NOTHING { 0.0 } else { mean } } else { median }
}

/// The best line of non-negative coefficients: of all sets of coefficients that may be more than zero, the one whose
/// solution is non-negative and errs least.
fn best_line(points: &[([f64; 3], f64)], may: &[usize]) -> [f64; 3] {
    let mut best = ([0.0; 3], f64::INFINITY);
    for set in 1..1_usize << may.len() {
        let chosen: Vec<usize> = (0..may.len()).filter(|bit| set >> bit & 1 == 1).map(|bit| may[bit]).collect();
        let Some(solution) = least_squares(points, &chosen) else { continue };
        let error: f64 = points
            .iter()
            .map(|(x, y)| (x.iter().zip(solution).map(|(x, c)| x * c).sum::<f64>() / y - 1.0).powi(2))
            .sum();
        if solution.iter().all(|coefficient| *coefficient >= 0.0) && error < best.1 {
            best = (solution, error);
        }
    }
    best.0
}

/// Coefficients of `chosen` that make the sum of squares of the relative errors smallest; none if many do.
fn least_squares(points: &[([f64; 3], f64)], chosen: &[usize]) -> Option<[f64; 3]> {
    let size = chosen.len();
    // Normal equations, with the right side as the last column.
    let mut rows = vec![vec![0.0; size + 1]; size];
    for (x, y) in points {
        let scaled: Vec<f64> = chosen.iter().map(|index| x[*index] / y).collect();
        for (row, a) in rows.iter_mut().zip(&scaled) {
            for (cell, b) in row.iter_mut().zip(&scaled) {
                *cell += a * b;
            }
            row[size] += a;
        }
    }
    for column in 0..size {
        let pivot = (column..size).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()))?;
        rows.swap(column, pivot);
        let lead = rows[column].clone();
        if lead[column].abs() < 1e-9 {
            return None;
        }
        for (_, row) in rows.iter_mut().enumerate().filter(|(index, _)| *index != column) {
            let share = row[column] / lead[column];
            for (cell, above) in row.iter_mut().zip(&lead) {
                *cell -= share * above;
            }
        }
    }
    let mut solution = [0.0; 3];
    for (place, index) in chosen.iter().enumerate() {
        solution[*index] = rows[place][size] / rows[place][place];
    }
    Some(solution)
}

/// The distribution of `factors`: linear between its quantiles. The ends of the lowest and the highest piece are set
/// so that these pieces have the mean of the factors that are in them: one time that was far out stretches no piece.
/// Then all is scaled, by little as a rule, so that the whole has the mean of the factors.
fn spread(mut factors: Vec<f64>) -> Spread {
    factors.sort_by(f64::total_cmp);
    if factors.len() < 2 {
        return Spread::None;
    }
    let at = |probability: u32| place(probability, factors.len());
    // With few times, the outer quantiles would be the extremes.
    let inner: Vec<u32> = QUANTILES
        .into_iter()
        .filter(|probability| at(*probability) >= 3 && at(*probability) + 3 < factors.len())
        .collect();
    let (Some(first), Some(last)) = (inner.first(), inner.last()) else {
        return Spread::None;
    };
    let (low, high) = (at(*first), at(*last));
    let mean = |part: &[f64]| part.iter().sum::<f64>() / count(part.len().max(1) as u64);
    let lowest = (2.0 * mean(&factors[..low]) - factors[low]).clamp(0.0, factors[low]);
    let highest = (2.0 * mean(&factors[high..]) - factors[high]).max(factors[high]);
    let between = inner.iter().map(|probability| (*probability, factors[at(*probability)]));
    let ends = |probability, factor| std::iter::once((probability, factor));
    let knots: Vec<(u32, f64)> = ends(0, lowest).chain(between).chain(ends(PROBABILITY_ONE, highest)).collect();
    let piece = |pair: &[(u32, f64)]| f64::from(pair[1].0 - pair[0].0) * f64::midpoint(pair[0].1, pair[1].1);
    let linear = knots.windows(2).map(piece).sum::<f64>() / f64::from(PROBABILITY_ONE);
    let scale = if linear > 0.0 { mean(&factors) / linear } else { 1.0 };
    let knot = |(probability, factor): (u32, f64)| Knot { probability, factor: thousandths(factor * scale) };
    Spread::Quantiles(knots.into_iter().map(knot).collect())
}

fn place(probability: u32, length: usize) -> usize {
    usize::try_from(length as u64 * u64::from(probability) / u64::from(PROBABILITY_ONE)).unwrap_or(0)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped
fn thousandths(factor: f64) -> u32 {
    (factor.clamp(0.0, 100_000.0) * 1e3).round() as u32
}

/// How far the medians of the rounds lie apart, for small files: as a share of the largest.
pub(super) fn disagreement(samples: &[Sample]) -> f64 {
    let mut rounds: BTreeMap<u32, BTreeMap<(u64, u64), Vec<f64>>> = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.bytes <= TYPICAL_BYTES) {
        let sizes = rounds.entry(sample.round).or_default();
        sizes.entry((sample.bytes, sample.entries)).or_default().push(sample.secs);
    }
    let medians = rounds.into_values().map(|sizes| sizes.into_values().map(typical).sum::<f64>());
    let (mut least, mut most) = (f64::INFINITY, 0.0_f64);
    for median in medians {
        (least, most) = (least.min(median), most.max(median));
    }
    // Times next to none differ by much without meaning.
    if most < 2.0 * NOTHING { 0.0 } else { 1.0 - least / most }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(base: f64, per_kib: f64, per_entry: f64) -> Vec<Sample> {
        let sizes = [(600_u64, 0_u64), (1_000, 5), (10_000, 0), (10_000, 100), (1_000_000, 0), (1_000_000, 9_000)];
        let times = [0.9, 0.95, 1.0, 1.0, 1.0, 1.05, 3.0];
        let time = |(bytes, entries): (u64, u64), factor: f64| {
            let secs = (base + per_kib * bytes as f64 / 1024.0 + per_entry * entries as f64) * factor;
            Sample { round: 0, bytes, entries, secs }
        };
        (0..40).flat_map(|_| sizes).flat_map(|size| times.map(|factor| time(size, factor))).collect()
    }

    #[test]
    fn rounds_that_something_else_slowed_down_do_not_count() {
        let round = |round: u32, secs: f64| (0..100).map(move |_| Sample { round, bytes: 100, entries: 0, secs });
        let rounds = [20e-6, 21e-6, 500e-6, 22e-6, 20e-6, 480e-6, 5e-6, 21e-6];
        let samples: Vec<Sample> = (0..).zip(rounds).flat_map(|(number, secs)| round(number, secs)).collect();
        let mean = cost(&samples, Grows::Not).mean(100, 0).as_secs_f64();
        assert!((20e-6..23e-6).contains(&mean), "{mean}");
    }

    #[test]
    fn a_few_stalls_do_not_make_a_hop_long_and_count_in_its_mean() {
        let times = [vec![5e-6; 95], vec![10e-3; 5]].concat();
        let samples: Vec<Sample> =
            times.into_iter().map(|secs| Sample { round: 0, bytes: 0, entries: 0, secs }).collect();
        let hop = cost(&samples, Grows::Not);
        assert_eq!(hop.base, Span(5_000), "what a hop typically takes, as a run reports it");
        let mean = hop.mean(0, 0).as_secs_f64();
        assert!((mean / 504.75e-6 - 1.0).abs() < 0.02, "{mean}");
    }

    #[test]
    fn a_cost_that_is_a_line_is_found_again_with_its_mean() {
        let cost = cost(&samples(2e-6, 0.4e-6, 0.15e-6), Grows::WithBoth);
        assert_eq!((cost.base, cost.per_kib, cost.per_entry), (Span(2_000), Span(400), Span(150)));
        let mean = (0.9 + 0.95 + 1.0 + 1.0 + 1.0 + 1.05 + 3.0) / 7.0;
        assert!((cost.spread.mean() / mean - 1.0).abs() < 0.01, "{} {mean}", cost.spread.mean());
    }

    #[test]
    fn no_coefficient_is_negative() {
        let falling: Vec<Sample> = samples(9e-6, 0.0, 0.0)
            .into_iter()
            .map(|s| Sample { secs: s.secs - 1e-10 * s.entries as f64, ..s })
            .collect();
        let cost = cost(&falling, Grows::WithBoth);
        assert_eq!((cost.per_kib, cost.per_entry), (Span(0), Span(0)));
        assert!(cost.base > Span(8_000));
    }

    #[test]
    fn waits_that_are_rare_keep_their_mean() {
        let wait = |number: u64| if number.is_multiple_of(50) { 1e-3 } else { 0.0 };
        let rare: Vec<Sample> =
            (0..5_000).map(|number| Sample { round: 0, bytes: 600, entries: 0, secs: wait(number) }).collect();
        let cost = cost(&rare, Grows::Not);
        let mean = cost.mean(600, 0).as_secs_f64();
        assert!((mean / 20e-6 - 1.0).abs() < 0.01, "{mean}");
    }

    #[test]
    fn one_time_far_out_stretches_no_piece() {
        let mut times = samples(10e-6, 0.0, 0.0);
        times.push(Sample { round: 0, bytes: 600, entries: 0, secs: 0.1 });
        let plain: Vec<f64> = times.iter().filter(|s| s.bytes < 20_000).map(|s| s.secs / 10e-6).collect();
        let mean = plain.iter().sum::<f64>() / plain.len() as f64;
        let fitted = cost(&times, Grows::Not).spread.mean();
        assert!((fitted / mean - 1.0).abs() < 0.01, "{fitted} {mean}");
    }

    #[test]
    fn rounds_that_differ_are_told() {
        let of = |round, secs| Sample { round, bytes: 600, entries: 0, secs };
        let apart = disagreement(&[of(0, 8e-6), of(1, 10e-6), of(2, 9e-6)]);
        assert!((apart - 0.2).abs() < 1e-9, "{apart}");
    }
}
