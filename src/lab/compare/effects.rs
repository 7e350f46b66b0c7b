//! The measure of some runs, held against that of others: pair by pair where both had the same random numbers, else as
//! independent samples.

use crate::lab::findings::{Counted, Effect, Error, Resamples, Scale, quantile};
use crate::lab::statistics::{Method, REPLICATIONS_MIN, mean, standard_deviation};
use crate::lab::summary::Group;
use crate::lab::{RunSummary, measured};
use crate::scenario::claim::Measure;

/// What is read off runs.
#[derive(Debug, Clone, Copy)]
pub(in crate::lab) struct Reading<'a> {
    pub(in crate::lab) measure: &'a Measure,
    /// Number of the class; none: all jobs.
    pub(in crate::lab) class: Option<usize>,
    /// For the resamples of quantiles.
    pub(in crate::lab) seed: u64,
    /// Of the intervals that are shown.
    pub(in crate::lab) level: f64,
}

impl Reading<'_> {
    /// The measure of runs; none if nothing was measured, or too little for a quantile.
    pub(in crate::lab) fn value(&self, runs: &[&RunSummary]) -> Option<Effect> {
        match self.share() {
            Some(share) => self.quantile(&counted(runs.iter().map(|run| self.counts(run)))?, None, share),
            None => Effect::of_values(&self.figures(runs), self.level),
        }
    }

    /// Ratio of the measure of `of` to that of `with`, by pairs of the same replication. None if they have none in common, or
    /// the measure of `with` is nothing.
    pub(in crate::lab) fn paired(&self, of: &[&RunSummary], with: &[&RunSummary]) -> Option<Effect> {
        let partner = |run: &RunSummary| with.iter().find(|other| other.replication == run.replication).copied();
        let pairs: Vec<(&RunSummary, &RunSummary)> = of.iter().filter_map(|run| Some((*run, partner(run)?))).collect();
        if let Some(share) = self.share() {
            let of = counted(pairs.iter().map(|(of, _)| self.counts(of)))?;
            let with = counted(pairs.iter().map(|(_, with)| self.counts(with)))?;
            return self.quantile(&of, Some(&with), share);
        }
        let figures = pairs.iter().filter_map(|(of, with)| Some((self.figure(of)?, self.figure(with)?)));
        Effect::of_pairs(&figures.collect::<Vec<_>>(), self.level)
    }

    /// The same of independent runs: Welch's t interval, with the degrees of freedom of Satterthwaite (Welch 1947), of the
    /// difference of the logarithms; of a ratio of means where a figure is nothing.
    pub(in crate::lab) fn unpaired(&self, of: &[&RunSummary], with: &[&RunSummary]) -> Option<Effect> {
        let blocks = of.len().min(with.len());
        if self.share().is_some() {
            let (of, with) = (self.value(of)?, self.value(with)?);
            let point = libm::log(of.point) - libm::log(with.point);
            let error =
                of.standard_error.zip(with.standard_error).map(|(one, two)| welch((one, of.df), (two, with.df)));
            return Some(self.effect(point, error, blocks, Scale::LogRatio));
        }
        let (of, with) = (self.figures(of), self.figures(with));
        let is_positive = |figures: &[f64]| figures.iter().all(|figure| *figure > 0.0);
        if is_positive(&of) && is_positive(&with) {
            let logs = |figures: &[f64]| figures.iter().map(|figure| libm::log(*figure)).collect::<Vec<_>>();
            let (of, with) = (logs(&of), logs(&with));
            let error = error_of_mean(&of).zip(error_of_mean(&with)).map(|(one, two)| welch(one, two));
            return Some(self.effect(mean(&of)? - mean(&with)?, error, blocks, Scale::LogRatio));
        }
        let (above, below) = (mean(&of)?, mean(&with)?);
        if below <= 0.0 {
            return None;
        }
        let ratio = above / below;
        let error = error_of_mean(&of).zip(error_of_mean(&with));
        let error = error.map(|((one, df), (two, other))| welch((one / below, df), (two * ratio / below, other)));
        Some(self.effect(ratio, error, blocks, Scale::Ratio))
    }

    /// What runs came to, one by one.
    pub(in crate::lab) fn figures(&self, runs: &[&RunSummary]) -> Vec<f64> {
        runs.iter().filter_map(|run| self.figure(run)).collect()
    }

    /// What one run came to.
    pub(in crate::lab) fn figure(&self, run: &RunSummary) -> Option<f64> {
        measured(run, self.measure, self.class).filter(|figure| figure.is_finite())
    }

    fn effect(&self, point: f64, error: Option<Error>, blocks: usize, scale: Scale) -> Effect {
        let Some(error) = error else {
            let blank = Error { standard: 0.0, df: 0.0 };
            return Effect { standard_error: None, ..Effect::new(point, blank, blocks, scale, Method::TooFew) };
        };
        let method = if error.standard > 0.0 { Method::Welch } else { Method::Exact };
        Effect::new(point, error, blocks, scale, method).shown_at(self.level)
    }

    /// The share of jobs at or below the measure, if it is a quantile of sojourns: those are of all jobs of all runs.
    const fn share(&self) -> Option<f64> {
        match self.measure {
            Measure::Sojourn(statistic) => statistic.share(),
            _ => None,
        }
    }

    fn quantile(&self, of: &Counted, with: Option<&Counted>, share: f64) -> Option<Effect> {
        quantile(of, with, share, &Resamples::of(self.seed, of.blocks()), self.level)
    }

    fn counts(&self, run: &RunSummary) -> Option<Vec<(u64, u64)>> {
        let histogram = run.sojourns(Group::of(self.class))?.restore().ok()?;
        Some(histogram.iter_recorded().map(|step| (step.value_iterated_to(), step.count_at_value())).collect())
    }
}

fn counted(blocks: impl Iterator<Item = Option<Vec<(u64, u64)>>>) -> Option<Counted> {
    let blocks: Option<Vec<_>> = blocks.collect();
    blocks.filter(|blocks| !blocks.is_empty()).map(|blocks| Counted::of(&blocks))
}

/// Standard error of a mean, and its degrees of freedom; none of too few.
fn error_of_mean(samples: &[f64]) -> Option<(f64, f64)> {
    let n = samples.len();
    let deviation = standard_deviation(samples).filter(|_| n >= REPLICATIONS_MIN)?;
    Some((deviation / (n as f64).sqrt(), (n - 1) as f64))
}

/// The error of a difference of two independent means, each with its standard error and degrees of freedom.
fn welch((one, df_one): (f64, f64), (two, df_two): (f64, f64)) -> Error {
    let (one, two) = (one * one, two * two);
    let both = one + two;
    if both <= 0.0 {
        return Error { standard: 0.0, df: df_one.min(df_two) };
    }
    Error { standard: both.sqrt(), df: both * both / (one * one / df_one + two * two / df_two) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn welchs_degrees_of_freedom_are_those_computed_by_hand() {
        // Errors 3 and 4 of 4 and 9 degrees of freedom: √25, 625 / (81/4 + 256/9).
        let error = welch((3.0, 4.0), (4.0, 9.0));
        assert!((error.standard - 5.0).abs() < 1e-12);
        assert!((error.df - 625.0 / (81.0 / 4.0 + 256.0 / 9.0)).abs() < 1e-9, "{error:?}");
        assert!(welch((0.0, 4.0), (0.0, 9.0)).standard <= 0.0);
    }
}
