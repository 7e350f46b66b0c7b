//! Doubts about single variants.

use crate::actors::accounting::Account;
use crate::lab::findings::Verdict;
use crate::lab::histogram::{BEYOND_MIN, is_told};
use crate::lab::measured;
use crate::lab::statistics::{coefficient_of_variation, mean};
use crate::lab::summary::{GroupSummary, RunSummary};
use crate::lab::{Analysis, Group};
use crate::scenario::claim::Measure;

/// Sojourns that grow by more than this factor from the middle to the last third of a run: the queue grows.
pub(super) const GROWTH_MAX: f64 = 1.5;
/// When the last job arrives, at most this share of all jobs is in a queue that keeps up.
pub(super) const BACKLOG_SHARE_MAX: f64 = 0.05;
/// And at most this many times as many as on average: in a queue that only grows, twice as many.
pub(super) const BACKLOG_RATIO_MAX: f64 = 1.5;
/// So many jobs are in a queue by chance, however few there are in all.
pub(super) const BACKLOG_BY_CHANCE: u64 = 10;
/// Replications that scatter by more than this are noisy, if that matters.
pub(super) const VARIATION_MAX: f64 = 0.20;
/// Scatter that is so many times that between identical designs is not the machine's.
pub(super) const BEYOND_CONTROL: f64 = 3.0;
/// Above this share of the sojourn, the instrument's messages matter.
pub(super) const MAILBOX_MAX: f64 = 0.10;

/// A doubt about the figures of one variant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Doubt {
    /// Every run has a fault.
    NoSoundRun,
    /// No job counts: none ended after the warm-up.
    NothingMeasured {
        /// Jobs that the warm-up cut off, over all runs.
        cut: u64,
        /// Calls that the queue refused, over all runs.
        refused: u64,
    },
    /// Too few jobs for a 95th percentile of sojourns, where jobs arrive whatever the queue does.
    FewSamples {
        /// Jobs that count, over all runs.
        jobs: u64,
    },
    /// Jobs arrived faster than they were done, in most runs.
    Saturation {
        /// Runs in which they did.
        saturated: usize,
        /// Runs that count.
        runs: usize,
        /// Jobs that were due, and that ended, per second, on average over the runs; none if they were too few.
        rates: Option<(f64, f64)>,
    },
    /// Replications differ much, and that keeps a claim undecided, or the machine does not explain it.
    Noise {
        /// Standard deviation of the measure over replications, over its mean.
        variation: f64,
    },
    /// The start of some runs could not be told from the rest.
    NoSteadyState {
        /// Runs in which it could not.
        unsettled: usize,
        /// Runs that count.
        runs: usize,
    },
    /// The instrument's messages are a large part of the sojourn.
    Mailboxes {
        /// Their share of the mean sojourn.
        share: f64,
    },
}

/// A doubt, and about which variant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VariantDoubt {
    /// Place of the variant.
    pub variant: usize,
    /// What it is.
    pub doubt: Doubt,
}

impl Doubt {
    /// One letter, for tables.
    #[must_use]
    pub const fn mark(self) -> char {
        match self {
            Self::NoSoundRun => 'x',
            Self::NothingMeasured { .. } => 'e',
            Self::FewSamples { .. } => 'f',
            Self::Saturation { .. } => 's',
            Self::Noise { .. } => 'n',
            Self::NoSteadyState { .. } => 'w',
            Self::Mailboxes { .. } => 'm',
        }
    }

    /// What the mark means, whatever the variant.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoSoundRun => "no sound run",
            Self::NothingMeasured { .. } => "no job was measured",
            Self::FewSamples { .. } => "few samples for a p95",
            Self::Saturation { .. } => "saturation: jobs arrived faster than they were done",
            Self::Noise { .. } => "noise: replications scatter",
            Self::NoSteadyState { .. } => "no steady state found",
            Self::Mailboxes { .. } => "messages of the instrument matter",
        }
    }

    /// What was found, in figures; no full stop.
    #[must_use]
    pub fn what(self) -> String {
        match self {
            Self::NoSoundRun => "no sound run: every run has a fault".to_owned(),
            Self::NothingMeasured { cut: 0, refused: 0 } => "no job was measured: none ended".to_owned(),
            Self::NothingMeasured { cut: 0, refused } => {
                format!("no job was measured: the queue refused all {refused} calls")
            }
            Self::NothingMeasured { cut, refused: 0 } => {
                format!("no job was measured: the warm-up cut off all {cut} jobs")
            }
            Self::NothingMeasured { cut, refused } => {
                format!(
                    "no job was measured: the queue refused {refused} calls, and the warm-up cut off the other {cut} jobs"
                )
            }
            Self::FewSamples { jobs } => {
                format!("few samples: no p95 of {jobs} jobs is told, of which {BEYOND_MIN} have to be slower")
            }
            Self::Saturation { saturated, runs, rates } => {
                let rates = rates.map_or_else(String::new, |(offered, achieved)| {
                    format!(": {offered:.1} a second were due, and {achieved:.1} done")
                });
                format!("saturation: jobs arrived faster than they were done in {saturated} of {runs} runs{rates}")
            }
            Self::Noise { variation } => {
                format!("noise: replications scatter by {:.0} %", variation * 100.0)
            }
            Self::NoSteadyState { unsettled, runs } => {
                format!(
                    "no steady state: sojourns never settled in {unsettled} of {runs} runs; nothing was cut off there"
                )
            }
            Self::Mailboxes { share } => format!("mailboxes are {:.0} % of the mean sojourn", share * 100.0),
        }
    }

    /// What to change; a sentence.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::NoSoundRun => "Mend what broke, and run it again.",
            Self::NothingMeasured { cut: 0, refused: 0 } => "Let it go on for longer, or raise run.limit.",
            Self::NothingMeasured { refused: 0, .. } => "Shorten run.warmup, or raise workload.jobs.",
            Self::NothingMeasured { .. } => {
                "Raise design.queue_size_limit, lower workload.jobs, or take the drain file out of the queue directory."
            }
            Self::FewSamples { .. } => "Raise workload.jobs or run.replications, to 400 jobs in all (2000 for a p99).",
            Self::Saturation { .. } => {
                "Lower the rate of arrivals or raise design.workers: in a longer run these sojourns would be longer."
            }
            Self::Noise { .. } => "Raise run.replications or workload.jobs; keep the machine idle during live runs.",
            Self::NoSteadyState { .. } => "Raise workload.jobs, or say with run.warmup what is to be cut off.",
            Self::Mailboxes { .. } => {
                "Trust no difference that is smaller than that of the mailboxes; let opcodes run longer, or take fewer workers \
                 and request threads."
            }
        }
    }
}

/// Doubts about single variants, in their order.
#[must_use]
pub fn of_variants(analysis: &Analysis) -> Vec<VariantDoubt> {
    let of = |variant| of_variant(analysis, variant).into_iter().map(move |doubt| VariantDoubt { variant, doubt });
    (0..analysis.study.variants.len()).flat_map(of).collect()
}

fn of_variant(analysis: &Analysis, variant: usize) -> Vec<Doubt> {
    let runs: Vec<&RunSummary> = analysis.runs_of(variant).collect();
    if runs.is_empty() {
        return vec![Doubt::NoSoundRun];
    }
    let jobs: u64 = runs.iter().filter_map(|run| run.groups.first()).map(|jobs| jobs.sojourn.n).sum();
    if jobs == 0 {
        let cut = runs.iter().map(|run| run.cut as u64).sum();
        return vec![Doubt::NothingMeasured { cut, refused: runs.iter().map(|run| run.calls_refused()).sum() }];
    }
    let mut found = Vec::new();
    let is_open = runs.iter().any(|run| is_open(run));
    if is_open && !is_told(jobs, 0.95) {
        found.push(Doubt::FewSamples { jobs });
    }
    let saturated = runs.iter().filter(|run| is_saturated(run)).count();
    if 2 * saturated > runs.len() {
        let rates = mean_of(&runs, |jobs| jobs.arrivals_per_s).zip(mean_of(&runs, |jobs| jobs.throughput_per_s));
        found.push(Doubt::Saturation { saturated, runs: runs.len(), rates });
    }
    found.extend(noise(analysis, variant, &runs).map(|variation| Doubt::Noise { variation }));
    let unsettled = runs.iter().filter(|run| !run.settled).count();
    if is_open && unsettled > 0 {
        found.push(Doubt::NoSteadyState { unsettled, runs: runs.len() });
    }
    if let Some(share) = mailbox_share(analysis, variant).filter(|share| *share > MAILBOX_MAX) {
        found.push(Doubt::Mailboxes { share });
    }
    found
}

/// Whether jobs arrive whatever the queue does. Where they wait for it, or come all at once, a run has an end and no steady
/// state.
pub(super) fn is_open(run: &RunSummary) -> bool {
    run.flow.is_some_and(|flow| flow.backlog_at_last_arrival.is_some())
}

/// The mean over runs of a figure of all their jobs.
fn mean_of(runs: &[&RunSummary], figure: impl Fn(&GroupSummary) -> Option<f64>) -> Option<f64> {
    let figures: Vec<f64> = runs.iter().filter_map(|run| figure(run.groups.first()?)).collect();
    mean(&figures)
}

/// The scatter of replications that matters, and is large: of what keeps a claim undecided, or where it is far beyond that of
/// identical designs.
fn noise(analysis: &Analysis, variant: usize, runs: &[&RunSummary]) -> Option<f64> {
    let variation = |measure: &Measure, class| {
        let figures: Vec<f64> = runs.iter().filter_map(|run| measured(run, measure, class)).collect();
        coefficient_of_variation(&figures)
    };
    let findings = &analysis.findings;
    let claims = analysis.study.claims.iter().zip(&findings.claims);
    let undecided = claims.filter(|(claim, judged)| judged.verdict == Verdict::Undecided && !claim.of_prediction);
    let of_claims = undecided.flat_map(|(claim, _)| {
        let sides = claim.contrasts.iter().flat_map(|contrast| [Some(contrast.of), contrast.with]).flatten();
        sides.filter(|side| side.variant == variant).filter_map(|side| variation(&claim.measure, side.class))
    });
    let beyond_control = findings.null_control.as_ref().and_then(|control| {
        // The error of the mean difference of pairs of identical runs; one run has 1/√2 of a pair's scatter.
        let of_run = control.effect.standard_error? * (control.effect.blocks as f64 / 2.0).sqrt();
        variation(&control.measure, control.class).filter(|found| of_run > 0.0 && *found > BEYOND_CONTROL * of_run)
    });
    of_claims.chain(beyond_control).filter(|found| *found > VARIATION_MAX).reduce(f64::max)
}

/// Whether jobs arrived faster than they were done. Where arrivals wait for the queue or come all at once, neither
/// figure is there. Sojourns that grow while the queue does not are the machine's, which was disturbed.
fn is_saturated(run: &RunSummary) -> bool {
    let has_growth = run.growth.is_some_and(|growth| growth > GROWTH_MAX);
    let Some(flow) = run.flow else { return has_growth };
    let count = flow.backlog_at_last_arrival.unwrap_or(0);
    let backlog = count as f64;
    let is_rising = count > BACKLOG_BY_CHANCE && backlog > BACKLOG_RATIO_MAX * flow.jobs_in_queue_mean;
    is_rising && (has_growth || backlog > BACKLOG_SHARE_MAX * run.jobs_ended() as f64)
}

/// The share of mailboxes in the mean sojourn of all jobs.
#[must_use]
pub fn mailbox_share(analysis: &Analysis, variant: usize) -> Option<f64> {
    let mailbox = analysis.group_estimate(variant, Group::All, |jobs| Some(jobs.account(Account::Mailbox)))?;
    let sojourn = analysis.group_estimate(variant, Group::All, |jobs| Some(jobs.sojourn.mean_ns))?;
    (sojourn.point > 0.0).then(|| mailbox.point / sojourn.point)
}
