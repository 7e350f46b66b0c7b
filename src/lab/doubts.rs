//! What speaks against a figure: shown beside it, and again at the end of a report.

use super::Analysis;
use super::statistics::coefficient_of_variation;
use super::summary::RunSummary;
use crate::actors::accounting::Account;

/// Fewer samples than this have no 99th percentile worth the name.
const P99_SAMPLES_MIN: u64 = 1000;
/// Sojourns that grow by this factor from the middle to the last third of a run: the queue grows.
const GROWTH_MAX: f64 = 1.5;
/// Replications that scatter by more than this are noisy.
const VARIATION_MAX: f64 = 0.20;
/// Above this share of the sojourn, the instrument's messages matter.
const MAILBOX_MAX: f64 = 0.10;
/// Above this load for each core before it began, a machine was busy.
const LOAD_MAX: f64 = 0.5;

/// A doubt about one variant: a mark for tables, and the sentence that explains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// Place of the variant.
    pub variant: usize,
    /// One letter.
    pub mark: char,
    /// What it means.
    pub what: String,
}

/// Doubts about single variants.
#[must_use]
pub fn of_variants(analysis: &Analysis) -> Vec<Doubt> {
    let mut found = Vec::new();
    for variant in 0..analysis.study.variants.len() {
        let mut doubt = |mark, what: String| found.push(Doubt { variant, mark, what });
        let runs: Vec<&RunSummary> = analysis.runs_of(variant).collect();
        if runs.is_empty() {
            doubt('x', "no sound run".into());
            continue;
        }
        let samples: u64 = runs.iter().filter_map(|run| run.groups.first()).map(|jobs| jobs.sojourn.n).sum();
        if samples < P99_SAMPLES_MIN {
            doubt('f', format!("few samples: p99 rests on {samples} jobs, of which 1 % are {}", samples / 100));
        }
        let growing = runs.iter().filter(|run| run.growth.is_some_and(|growth| growth > GROWTH_MAX)).count();
        if 2 * growing > runs.len() {
            doubt('s', format!("saturation: sojourns grew towards the end in {growing} of {} runs", runs.len()));
        }
        let means: Vec<f64> =
            runs.iter().filter_map(|run| run.groups.first()).map(|jobs| jobs.sojourn.mean_ns).collect();
        if let Some(variation) = coefficient_of_variation(&means).filter(|variation| *variation > VARIATION_MAX) {
            doubt('n', format!("noise: mean sojourns of replications scatter by {:.0} %", variation * 100.0));
        }
        let unsettled = runs.iter().filter(|run| !run.settled).count();
        if unsettled > 0 {
            doubt('w', format!("no steady state found in {unsettled} of {} runs; nothing was cut there", runs.len()));
        }
        if let Some(share) = mailbox_share(analysis, variant).filter(|share| *share > MAILBOX_MAX) {
            doubt('m', format!("mailboxes are {:.0} % of the mean sojourn", share * 100.0));
        }
    }
    found
}

/// Doubts about the study as a whole.
#[must_use]
pub fn of_study(analysis: &Analysis) -> Vec<String> {
    let mut found = Vec::new();
    let study = &analysis.study;
    if study.partial {
        found.push("The study was stopped before its end: figures rest on the runs, and parts of runs, listed.".into());
    }
    for run in &analysis.runs {
        if let Some(fault) = &run.fault {
            let (name, replication) = (&study.variants[run.variant].name, run.replication + 1);
            found.push(format!("{name}, replication {replication}, is left out of every estimate: {fault}."));
        }
    }
    if let Some(load) = study.machine.load_at_start.filter(|load| *load > LOAD_MAX * study.machine.cores as f64) {
        found.push(format!(
            "The machine was busy when the study began: load {load:.2} on {} cores.",
            study.machine.cores
        ));
    }
    let refused: u64 = analysis.runs.iter().flat_map(|run| run.calls.values()).map(|calls| calls.refused).sum();
    if refused > 0 {
        found.push(format!("Calls that the queue refused: {refused}. Their jobs are in no figure."));
    }
    let replications = analysis.runs.iter().map(|run| run.replication + 1).max().unwrap_or(0);
    if replications < 3 {
        found.push(format!(
            "There are no intervals: they need three replications, and the most here is {replications}."
        ));
    }
    found
}

/// The share of mailboxes in the mean sojourn of all jobs.
#[must_use]
pub fn mailbox_share(analysis: &Analysis, variant: usize) -> Option<f64> {
    let mailbox = analysis.group_estimate(variant, 0, |jobs| Some(jobs.account(Account::Mailbox)))?;
    let sojourn = analysis.group_estimate(variant, 0, |jobs| Some(jobs.sojourn.mean_ns))?;
    (sojourn.point > 0.0).then(|| mailbox.point / sojourn.point)
}
