//! All that a study says: its runs as figures, and the estimates made of them.

use super::findings::Findings;
use super::reduction::Sums;
use super::statistics::{Bounds, Estimate};
use super::summary::{CheckSummary, GroupSummary, RunSummary};
use super::{Capacity, Group, Sensitivity, Study};
use crate::actors::accounting::Account;
use crate::runtime::record::{Latencies, latencies};
use crate::scenario::WarmUp;
use serde::{Deserialize, Serialize};

/// Version of the format of `results.json`.
pub const FORMAT: u32 = 2;

/// Takes runs in, and keeps of them what a report needs.
#[derive(Debug, Clone)]
pub struct Notebook {
    classes: usize,
    warmup: WarmUp,
    runs: Vec<RunSummary>,
}

/// A study and what its runs came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    /// Version of this format.
    pub format: u32,
    /// What was asked.
    pub study: Study,
    /// What the runs came to, by variant and replication.
    pub runs: Vec<RunSummary>,
    /// What follows from them.
    #[serde(default)]
    pub findings: Findings,
    /// The same scenario in virtual time, beside the live runs; none if the scenario has no prediction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prediction: Option<Box<Predicted>>,
    /// What would change if a cost were another; none if the scenario does not ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivity>,
    /// How much each variant bears; none if the scenario does not ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
}

/// A prediction: a study of its own, in virtual time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Predicted {
    /// What was asked.
    pub study: Study,
    /// What the runs came to, by variant and replication.
    pub runs: Vec<RunSummary>,
    /// What follows from them.
    #[serde(default)]
    pub findings: Findings,
}

impl From<Analysis> for Predicted {
    fn from(Analysis { study, runs, findings, .. }: Analysis) -> Self {
        Self { study, runs, findings }
    }
}

/// How runs are reduced to figures.
#[derive(Debug, Clone, Copy)]
pub struct Reduction {
    classes: usize,
    warmup: WarmUp,
}

impl Reduction {
    /// What a run sums up as it goes on. A run whose jobs are all there at once, or come when others have ended, has a
    /// beginning and an end and no steady state between them: nothing is cut off.
    #[must_use]
    pub fn sums(self, has_open_arrivals: bool) -> Sums {
        Sums::new(if has_open_arrivals { self.warmup } else { WarmUp::None }, self.classes)
    }
}

impl Notebook {
    /// An empty notebook for `study`.
    #[must_use]
    pub fn new(study: &Study) -> Self {
        Self { classes: study.classes.len(), warmup: study.warmup, runs: Vec::new() }
    }

    /// How runs are reduced.
    #[must_use]
    pub const fn reduction(&self) -> Reduction {
        Reduction { classes: self.classes, warmup: self.warmup }
    }

    /// The runs so far, by variant and replication.
    #[must_use]
    pub fn into_runs(mut self) -> Vec<RunSummary> {
        self.runs.sort_by_key(|run| (run.variant, run.replication, run.control));
        self.runs
    }

    /// Enters a reduced run.
    pub fn enter(&mut self, summary: RunSummary) {
        self.runs.push(summary);
    }
}

impl Analysis {
    /// What `notebook` says of `study`, beside what was predicted.
    #[must_use]
    pub fn of(study: Study, notebook: Notebook, prediction: Option<Predicted>) -> Self {
        let runs = notebook.into_runs();
        Self {
            format: FORMAT,
            study,
            runs,
            findings: Findings::default(),
            prediction: prediction.map(Box::new),
            sensitivity: None,
            capacity: None,
        }
        .judged()
    }

    /// With findings made anew, of its runs and those of its prediction.
    #[must_use]
    pub fn judged(mut self) -> Self {
        if let Some(predicted) = &mut self.prediction {
            predicted.findings = Findings::of(&predicted.study, &predicted.runs, None);
        }
        let prediction = self.prediction.as_ref().map(|predicted| (&predicted.study, predicted.runs.as_slice()));
        self.findings = Findings::of(&self.study, &self.runs, prediction);
        self
    }

    /// The runs of a variant that count: the sound ones but for controls, and of them the whole ones, if there are any.
    pub fn runs_of(&self, variant: usize) -> impl Iterator<Item = &RunSummary> {
        let sound = move |run: &&RunSummary| run.variant == variant && run.fault.is_none() && !run.control;
        let has_whole = self.runs.iter().filter(sound).any(|run| !run.partial);
        self.runs.iter().filter(sound).filter(move |run| !run.partial || !has_whole)
    }

    /// The sojourn times of a group of jobs, all replications of a variant together; empty if there is none.
    #[must_use]
    pub fn sojourns(&self, variant: usize, group: Group) -> Latencies {
        let stored = self.runs_of(variant).filter_map(|run| run.sojourns(group)?.restore().ok());
        stored.fold(latencies(), |mut sum, histogram| {
            sum += histogram;
            sum
        })
    }

    /// The mean over the replications of a variant of what `figure` reads off a run.
    pub fn estimate(
        &self,
        variant: usize,
        bounds: Bounds,
        figure: impl Fn(&RunSummary) -> Option<f64>,
    ) -> Option<Estimate> {
        let samples: Vec<f64> = self.runs_of(variant).filter_map(figure).collect();
        Estimate::of_mean(&samples, bounds)
    }

    /// The same of a group of jobs.
    pub fn group_estimate(
        &self,
        variant: usize,
        group: Group,
        figure: impl Fn(&GroupSummary) -> Option<f64>,
    ) -> Option<Estimate> {
        self.estimate(variant, Bounds::NonNegative, |run| {
            run.group(group).filter(|group| group.sojourn.n > 0).and_then(&figure)
        })
    }

    /// The same of the dependency checks.
    pub fn check_estimate(
        &self,
        variant: usize,
        bounds: Bounds,
        figure: impl Fn(&CheckSummary) -> Option<f64>,
    ) -> Option<Estimate> {
        self.estimate(variant, bounds, |run| run.checks.as_ref().and_then(&figure))
    }

    /// Mean time per job in each account of a group, in nanoseconds, over the replications.
    #[must_use]
    pub fn ledger(&self, variant: usize, group: Group) -> Vec<f64> {
        let mean = |account| self.group_estimate(variant, group, |jobs| Some(jobs.account(account)));
        Account::ALL.into_iter().map(|account| mean(account).map_or(0.0, |estimate| estimate.point)).collect()
    }

    /// By how much the mean sojourn of a variant differs from that of the variant that the study compares it with, replication
    /// by replication, in nanoseconds; none if it is compared with nothing, or they have no replication in common.
    #[must_use]
    pub fn difference_ns(&self, variant: usize) -> Option<Estimate> {
        let with = self.study.variants.get(variant)?.compare_with?;
        let mean =
            |run: &RunSummary| run.group(Group::All).filter(|jobs| jobs.sojourn.n > 0).map(|jobs| jobs.sojourn.mean_ns);
        let pair = |run: &RunSummary| {
            let base = self.runs_of(with).find(|base| base.replication == run.replication)?;
            Some((mean(base)?, mean(run)?))
        };
        Estimate::of_difference(&self.runs_of(variant).filter_map(pair).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::accounting::Account::Run;
    use crate::lab::sample::{analysis, run_of, study};

    /// Three replications of each variant, with these mean run times in microseconds; the second and third of a variant
    /// take 10 and 20 µs longer.
    fn of(variants: &[(&str, Option<usize>)], run_times: &[f64]) -> Analysis {
        let runs = run_times.iter().enumerate().flat_map(|(variant, time)| {
            (0..3).map(move |replication| run_of(variant, replication, &[(Run, time + 10.0 * f64::from(replication))]))
        });
        analysis(study(variants), runs.collect())
    }

    #[allow(clippy::float_cmp)] // sums of small whole numbers
    #[test]
    fn a_variant_differs_from_the_one_that_its_study_names_whatever_they_are_called() {
        let variants = [("chain", Some(2)), ("no dependencies", Some(0)), ("base", None)];
        let analysis = of(&variants, &[1000.0, 400.0, 300.0]);
        let differences = [0, 1].map(|variant| analysis.difference_ns(variant).unwrap());
        // Replications differ by 10 µs, the variants by the same in each.
        assert_eq!(
            differences.map(|found| (found.point, found.low)),
            [(700_000.0, Some(700_000.0)), (-600_000.0, Some(-600_000.0))]
        );
        assert_eq!(analysis.difference_ns(2), None);
        assert_eq!(analysis.difference_ns(3), None, "there is no such variant");
    }

    #[test]
    fn only_replications_that_both_have_are_compared() {
        let mut analysis = of(&[("a", None), ("b", Some(0))], &[100.0, 300.0]);
        analysis.runs.retain(|run| !(run.variant == 0 && run.replication == 2));
        analysis.runs[0].fault = Some("broken".into());
        let found = analysis.difference_ns(1).unwrap();
        assert_eq!((found.n, found.low), (1, None));
        analysis.runs.retain(|run| run.variant == 1);
        assert_eq!(analysis.difference_ns(1), None);
    }

    #[test]
    fn a_control_is_in_no_estimate() {
        let mut analysis = of(&[("a", None)], &[100.0]);
        let control = RunSummary { control: true, ..run_of(0, 0, &[(Run, 1e6)]) };
        analysis.runs.push(control);
        assert_eq!(analysis.runs_of(0).count(), 3);
        let mean = analysis.group_estimate(0, Group::All, |jobs| Some(jobs.sojourn.mean_ns)).unwrap();
        assert!((mean.point - 110_000.0).abs() < 1e-6, "{mean:?}");
    }

    #[test]
    fn whole_runs_count_before_partial_ones_and_those_with_a_fault_never() {
        let mut analysis = of(&[("a", None)], &[100.0]);
        analysis.runs[0].partial = true;
        analysis.runs[1].fault = Some("broken".into());
        let replications = |analysis: &Analysis| analysis.runs_of(0).map(|run| run.replication).collect::<Vec<_>>();
        assert_eq!(replications(&analysis), [2]);
        analysis.runs[2].partial = true;
        assert_eq!(replications(&analysis), [0, 2], "better than nothing");
    }
}
