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

/// How a variant differs from the one that it is compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Place of the other variant.
    pub with: usize,
    /// Difference of the mean sojourns, in nanoseconds.
    pub difference_ns: Estimate,
    /// Ratio of the mean sojourns; none for fewer than three replications.
    pub ratio: Option<Estimate>,
    /// The account whose mean grew most, or shrank most if the sojourn did.
    pub account: Account,
    /// By how much, in nanoseconds per job.
    pub account_difference_ns: Estimate,
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

    /// How `group` of a variant differs from the same group of the variant that the study compares it with, replication by
    /// replication; none if it is compared with nothing, or they have no replication in common.
    #[must_use]
    pub fn compare(&self, variant: usize, group: Group) -> Option<Comparison> {
        let with = self.study.variants.get(variant)?.compare_with?;
        let pairs = |figure: &dyn Fn(&GroupSummary) -> f64| -> Vec<(f64, f64)> {
            let of = |run: &RunSummary| run.group(group).filter(|group| group.sojourn.n > 0).map(figure);
            self.runs_of(variant)
                .filter_map(|run| {
                    let base = self.runs_of(with).find(|base| base.replication == run.replication)?;
                    Some((of(base)?, of(run)?))
                })
                .collect()
        };
        let sojourns = pairs(&|jobs| jobs.sojourn.mean_ns);
        let difference_ns = Estimate::of_difference(&sojourns)?;
        let sign = difference_ns.point.signum();
        let changes = Account::ALL
            .into_iter()
            .filter_map(|account| Some((account, Estimate::of_difference(&pairs(&|jobs| jobs.account(account)))?)));
        let (account, account_difference_ns) =
            changes.max_by(|(_, one), (_, other)| (sign * one.point).total_cmp(&(sign * other.point)))?;
        let ratio = Estimate::of_ratio(&sojourns);
        Some(Comparison { with, difference_ns, ratio, account, account_difference_ns })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::accounting::Account::{QueueLock, Run};
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
    fn a_variant_is_compared_with_the_one_that_its_study_names_whatever_they_are_called() {
        let variants = [("chain", Some(2)), ("no dependencies", Some(0)), ("base", None)];
        let analysis = of(&variants, &[1000.0, 400.0, 300.0]);
        let found = analysis.compare(0, Group::All).unwrap();
        assert_eq!((found.with, found.difference_ns.point), (2, 700_000.0));
        let found = analysis.compare(1, Group::All).unwrap();
        assert_eq!((found.with, found.difference_ns.point), (0, -600_000.0));
        assert_eq!(analysis.compare(2, Group::All), None);
        assert_eq!(analysis.compare(3, Group::All), None, "there is no such variant");
    }

    #[test]
    fn differences_are_of_paired_replications_and_name_the_account_that_changed_most() {
        let times = |variant: usize, replication: u32| {
            let common = 100.0 * f64::from(replication);
            let lock = if variant == 0 { 5.0 } else { 55.0 };
            run_of(variant, replication, &[(Run, 200.0 + common + variant as f64), (QueueLock, lock)])
        };
        let runs = (0..2).flat_map(|variant| (0..3).map(move |replication| times(variant, replication)));
        let analysis = analysis(study(&[("a", None), ("b", Some(0))]), runs.collect());
        let found = analysis.compare(1, Group::All).unwrap();
        // Replications differ by 100 µs, the variants by exactly 51 µs in each.
        let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-6, "{found}");
        close(found.difference_ns.point, 51_000.0);
        close(found.difference_ns.low.unwrap(), 51_000.0);
        assert_eq!(found.account, QueueLock);
        close(found.account_difference_ns.point, 50_000.0);
        assert!(found.ratio.unwrap().point > 1.0);
    }

    #[test]
    fn only_replications_that_both_have_are_compared() {
        let mut analysis = of(&[("a", None), ("b", Some(0))], &[100.0, 300.0]);
        analysis.runs.retain(|run| !(run.variant == 0 && run.replication == 2));
        analysis.runs[0].fault = Some("broken".into());
        let found = analysis.compare(1, Group::All).unwrap();
        assert_eq!((found.difference_ns.n, found.difference_ns.low, found.ratio), (1, None, None));
        analysis.runs.retain(|run| run.variant == 1);
        assert_eq!(analysis.compare(1, Group::All), None);
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
