//! All that a study says: its runs as figures, and the estimates made of them.

use super::histogram::StoredHistogram;
use super::reduction::Sums;
use super::statistics::{Bounds, Estimate};
use super::summary::{CheckSummary, GroupSummary, RunSummary};
use super::{Run, Study};
use crate::actors::accounting::Account;
use crate::runtime::record::{Latencies, latencies};
use serde::{Deserialize, Serialize};

/// Version of the format of `results.json`.
pub const FORMAT: u32 = 1;

/// Takes runs in, and keeps of them what a report needs.
#[derive(Debug)]
pub struct Notebook {
    classes: usize,
    warmup: crate::scenario::WarmUp,
    runs: Vec<RunSummary>,
    /// For each variant, of each group.
    sojourns: Vec<Vec<Latencies>>,
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
    /// For each variant: sojourn times of all jobs and of each class, all replications together.
    pub sojourns: Vec<Vec<StoredHistogram>>,
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
    warmup: crate::scenario::WarmUp,
}

impl Reduction {
    /// What a run sums up as it goes on.
    #[must_use]
    pub fn sums(self) -> Sums {
        Sums::new(self.warmup, self.classes)
    }

    /// The figures of a run, and the histogram of sojourns of each group.
    #[must_use]
    pub fn of(self, run: Run) -> (RunSummary, Vec<Latencies>) {
        RunSummary::of(run)
    }
}

impl Notebook {
    /// An empty notebook for `study`.
    #[must_use]
    pub fn new(study: &Study) -> Self {
        let groups = vec![latencies(); study.classes.len() + 1];
        Self {
            classes: study.classes.len(),
            warmup: study.warmup,
            runs: Vec::new(),
            sojourns: vec![groups; study.variants.len()],
        }
    }

    /// How runs are reduced.
    #[must_use]
    pub const fn reduction(&self) -> Reduction {
        Reduction { classes: self.classes, warmup: self.warmup }
    }

    /// Enters a reduced run. One with a fault is listed, but its times do not count.
    pub fn enter(&mut self, summary: RunSummary, sojourns: &[Latencies]) {
        if summary.fault.is_none() {
            for (sum, histogram) in self.sojourns[summary.variant].iter_mut().zip(sojourns) {
                *sum += histogram;
            }
        }
        self.runs.push(summary);
    }
}

impl Analysis {
    /// What `notebook` says of `study`.
    #[must_use]
    pub fn of(study: Study, notebook: Notebook) -> Self {
        let mut runs = notebook.runs;
        runs.sort_by_key(|run| (run.variant, run.replication));
        let store = |groups: &Vec<Latencies>| groups.iter().map(StoredHistogram::of).collect();
        Self { format: FORMAT, study, runs, sojourns: notebook.sojourns.iter().map(store).collect() }
    }

    /// The runs of a variant that count: the sound ones, and of them the whole ones, if there are any.
    pub fn runs_of(&self, variant: usize) -> impl Iterator<Item = &RunSummary> {
        let sound = move |run: &&RunSummary| run.variant == variant && run.fault.is_none();
        let has_whole = self.runs.iter().filter(sound).any(|run| !run.partial);
        self.runs.iter().filter(sound).filter(move |run| !run.partial || !has_whole)
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

    /// The same of a group of jobs: 0 for all, else the number of the class plus one.
    pub fn group_estimate(
        &self,
        variant: usize,
        group: usize,
        figure: impl Fn(&GroupSummary) -> Option<f64>,
    ) -> Option<Estimate> {
        self.estimate(variant, Bounds::NonNegative, |run| {
            run.groups.get(group).filter(|group| group.sojourn.n > 0).and_then(&figure)
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
    pub fn ledger(&self, variant: usize, group: usize) -> Vec<f64> {
        let mean = |account| self.group_estimate(variant, group, |jobs| Some(jobs.account(account)));
        Account::ALL.into_iter().map(|account| mean(account).map_or(0.0, |estimate| estimate.point)).collect()
    }

    /// The variant that another is compared with: the one that the study names; else, of those without dependencies
    /// (going by their names), the one that shares most changes with it; else the one before it that does.
    /// Of several, the earliest.
    #[must_use]
    pub fn base_of(&self, variant: usize) -> Option<usize> {
        let variants = &self.study.variants;
        if let Some(base) = variants[variant].compare_with {
            return Some(base);
        }
        let is_without = |variant: &usize| variants[*variant].name.contains("no dependencies");
        if is_without(&variant) {
            return None;
        }
        let shared = |base: &usize| {
            let changes = &variants[variant].changes;
            variants[*base].changes.iter().filter(|change| changes.contains(change)).count()
        };
        let without = (0..variants.len()).filter(is_without);
        without.rev().max_by_key(shared).or_else(|| (0..variant).rev().max_by_key(shared))
    }

    /// How `group` of a variant differs from the same group of its base, replication by replication.
    #[must_use]
    pub fn compare(&self, variant: usize, group: usize) -> Option<Comparison> {
        let with = self.base_of(variant)?;
        let pairs = |figure: &dyn Fn(&GroupSummary) -> f64| -> Vec<(f64, f64)> {
            let of = |run: &RunSummary| run.groups.get(group).filter(|group| group.sojourn.n > 0).map(figure);
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
