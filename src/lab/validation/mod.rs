//! Predictions of virtual time held against live measurements of the same variants, figure by figure.
//!
//! Live and virtual runs of the same replication have the same arrivals and run times, so they are compared in pairs:
//! an error is the mean over the pairs, its interval Student's t (for relative errors, of the logarithms). What the
//! machine's noise adds is told by a control: every live run made twice, the second held against the first as if it
//! were a prediction.
//!
//! What always holds: only whole and sound runs count; without an interval (fewer than three pairs) nothing is called
//! within or outside; no figure is omitted merely for being wrong.

mod figure;
mod judge;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
mod tolerance;

pub use figure::{Figure, Scale, Unit};
pub use judge::Verdict;
pub use tolerance::{Kind, Tolerances};

use super::doubts::{StudyDoubt, study_doubts};
use super::runner::{Options, Progress, RunError};
use super::statistics::{Bounds, Estimate, REPLICATIONS_MIN};
use super::study::{Studied, study};
use super::summary::RunSummary;
use super::{Analysis, Machine, Study, VariantInfo};
use crate::actors::accounting::Account;
use crate::actors::machine::Profile;
use crate::actors::machine::profile::MachineId;
use crate::profile;
use crate::scenario::{Plan, Until};
use judge::{is_negligible, verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Version of the format of `validation.json`.
pub const FORMAT: u32 = 1;

/// A study, and how far its predictions are from its measurements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Validation {
    /// Version of this format.
    pub format: u32,
    /// What was asked and measured; its runtime is the live one.
    pub study: Study,
    /// What the predictions rest on.
    pub profile: ProfileInfo,
    /// How far each kind of figure may be off.
    pub tolerances: Tolerances,
    /// What is known to speak against the comparison.
    pub warnings: Vec<String>,
    /// In the order of the study.
    pub variants: Vec<VariantValidation>,
}

/// Which machine was modelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileInfo {
    /// Its short name.
    pub name: String,
    /// What it stands for.
    pub title: String,
    /// Where its figures come from.
    pub source: String,
    /// The machine that it was measured on, if it was measured and says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured_on: Option<MachineId>,
}

/// One variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VariantValidation {
    /// Its name.
    pub name: String,
    /// Replications with a live and a virtual run.
    pub pairs: usize,
    /// Replications with two live runs.
    pub controls: usize,
    /// Those figures that either side has.
    pub rows: Vec<Row>,
}

/// One figure of one variant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Which; its unit is part of its key.
    pub figure: Figure,
    /// Over the live runs; none if they have none.
    pub measured: Option<Estimate>,
    /// Over the virtual runs; none if they have none.
    pub predicted: Option<Estimate>,
    /// As a share of the mean sojourn, where the error is told in points.
    pub measured_share: Option<f64>,
    /// As a share of the mean sojourn, where the error is told in points.
    pub predicted_share: Option<f64>,
    /// How the error is told.
    pub scale: Scale,
    /// Predicted against measured; a share: 0.1 is ten percent, or ten points, too much.
    pub error: Option<Estimate>,
    /// Live against live in the same way: what the machine alone makes of it.
    pub control: Option<Estimate>,
    /// How large the error may be; none if it is not judged.
    pub tolerance: Option<f64>,
    /// How it came out.
    pub verdict: Verdict,
    /// The sum of accounts in which it is judged, as a live run cannot tell its waits from others'.
    pub judged_in: Option<Figure>,
}

/// The runs of a variant.
#[derive(Debug, Clone, Copy)]
pub struct VariantRuns<'a> {
    /// Name of the variant.
    pub name: &'a str,
    /// Live.
    pub measured: &'a [&'a RunSummary],
    /// Live, once more; may be empty.
    pub control: &'a [&'a RunSummary],
    /// Virtual.
    pub predicted: &'a [&'a RunSummary],
}

/// Runs in virtual time what was measured live: the same variants, in as many replications.
///
/// # Errors
/// As [`study`].
pub fn predict(
    plan: &Plan,
    measured: &Analysis,
    options: &Options<'_>,
    progress: &mut dyn Progress,
) -> Result<Studied, RunError> {
    let mut plan = plan.clone();
    // As many as there are, of the load that there was.
    plan.run.replications = measured.runs.iter().map(|run| run.replication + 1).max().unwrap_or(0);
    plan.run.until = Until::Fixed;
    (plan.prediction, plan.sensitivity, plan.capacity) = (None, None, None);
    plan.resolve_rates(&measured.study.saturations.iter().map(|one| (one.variant, one.per_second)).collect());
    study(&plan, options, progress)
}

impl VariantValidation {
    /// Holds the predictions of a variant against its measurements.
    #[must_use]
    pub fn of(runs: VariantRuns<'_>, tolerances: &Tolerances) -> Self {
        let (first, second) = (by_replication(runs.measured), by_replication(runs.control));
        let predicted = by_replication(runs.predicted);
        let pairs = predicted.iter().filter_map(|(replication, predicted)| {
            let lives: Vec<&RunSummary> =
                [first.get(replication), second.get(replication)].into_iter().flatten().copied().collect();
            (!lives.is_empty()).then_some((lives, vec![*predicted]))
        });
        let pairs: Vec<Pair<'_>> = pairs.collect();
        let controls: Vec<Pair<'_>> = first
            .iter()
            .filter_map(|(replication, first)| Some((vec![*first], vec![*second.get(replication)?])))
            .collect();
        let mut rows: Vec<Row> =
            Figure::all().filter_map(|figure| Row::of(figure, &pairs, &controls, tolerances)).collect();
        judge_families(&mut rows);
        pass_over_idle_locks(&mut rows);
        Self { name: runs.name.to_owned(), pairs: pairs.len(), controls: controls.len(), rows }
    }

    /// The row of a figure.
    #[must_use]
    pub fn row(&self, figure: Figure) -> Option<&Row> {
        self.rows.iter().find(|row| row.figure == figure)
    }

    /// Predicted less measured mean time per job in each account, in nanoseconds; largest first.
    #[must_use]
    pub fn ledger_differences(&self) -> Vec<(Account, f64)> {
        let mut found: Vec<(Account, f64)> = Account::ALL
            .into_iter()
            .filter_map(|account| Some((account, self.row(Figure::Account(account))?.difference()?)))
            .collect();
        found.sort_by(|one, other| other.1.abs().total_cmp(&one.1.abs()));
        found
    }
}

impl Validation {
    /// Holds the runs of `predicted`, in virtual time on the machine of `profile`, against the live runs of the same plan
    /// and their controls, if they have any.
    #[must_use]
    pub fn of(measured: &Analysis, predicted: &Analysis, profile: &Profile, tolerances: &Tolerances) -> Self {
        let variant = |(place, variant): (usize, &VariantInfo)| {
            let [first, second] = [false, true].map(|control| of_side(&measured.runs, place, control));
            let predicted = of_side(&predicted.runs, place, false);
            let runs = VariantRuns { name: &variant.name, measured: &first, control: &second, predicted: &predicted };
            VariantValidation::of(runs, tolerances)
        };
        let profile = ProfileInfo {
            name: profile.name.clone(),
            title: profile.title.clone(),
            source: profile.source.clone(),
            measured_on: profile.measured_on.clone(),
        };
        let study = &measured.study;
        Self {
            format: FORMAT,
            study: study.clone(),
            tolerances: tolerances.clone(),
            warnings: warnings(measured, &profile),
            profile,
            variants: study.variants.iter().enumerate().map(variant).collect(),
        }
    }

    /// Whether a figure that has a tolerance is certainly beyond it.
    #[must_use]
    pub fn has_outside(&self) -> bool {
        self.rows().any(|(_, row)| row.verdict == Verdict::Outside)
    }

    /// Every row, with its variant.
    pub fn rows(&self) -> impl Iterator<Item = (&VariantValidation, &Row)> {
        self.variants.iter().flat_map(|variant| variant.rows.iter().map(move |row| (variant, row)))
    }
}

impl ProfileInfo {
    /// What of the machine that was measured now is not that of the profile: its processor, or the file system of the
    /// queue directories.
    #[must_use]
    pub fn doubts_about(&self, machine: &Machine) -> Vec<String> {
        let Self { name, title, .. } = self;
        match &self.measured_on {
            Some(measured) if *measured == machine.id() => Vec::new(),
            Some(measured) if measured.cpu == machine.cpu => {
                let (here, there) = (&machine.file_system, &measured.file_system);
                vec![format!("The queue directories were on {here}, and the profile “{name}” is of {there}: {title}.")]
            }
            _ => vec![format!("The profile “{name}” is not of this machine ({}): {title}.", machine.cpu)],
        }
    }
}

/// The runs of a variant that are controls, or that are not.
fn of_side(runs: &[RunSummary], variant: usize, control: bool) -> Vec<&RunSummary> {
    runs.iter().filter(|run| run.variant == variant && run.control == control).collect()
}

/// What is known to speak against the comparison.
fn warnings(measured: &Analysis, info: &ProfileInfo) -> Vec<String> {
    let mut warnings = info.doubts_about(&measured.study.machine);
    let name = &info.name;
    if profile::names().contains(&name.as_str()) {
        warnings.push(format!(
            "The profile “{name}” is a shipped one, measured elsewhere: `jqlab calibrate --out profile.toml` measures this machine."
        ));
    }
    warnings.extend(study_doubts(measured).iter().map(StudyDoubt::in_words));
    warnings
}

/// Live runs of a replication, and what is held against them.
type Pair<'a> = (Vec<&'a RunSummary>, Vec<&'a RunSummary>);

impl Row {
    fn of(figure: Figure, pairs: &[Pair<'_>], controls: &[Pair<'_>], tolerances: &Tolerances) -> Option<Self> {
        let value = |run: &RunSummary| figure.of(run);
        let measured = estimate(pairs.iter().map(|(live, _)| mean_of(live, value)));
        let predicted = estimate(pairs.iter().map(|(_, predicted)| mean_of(predicted, value)));
        let is_used = |side: &Option<Estimate>| side.is_some_and(|estimate| estimate.point > 0.0);
        if !is_used(&measured) && !is_used(&predicted) {
            return None;
        }
        let scale = figure.scale();
        let share = |run: &RunSummary| figure.share(run);
        let share_of =
            |estimate: Option<Estimate>| estimate.map(|share| share.point).filter(|_| scale == Scale::Points);
        let measured_share = share_of(estimate(pairs.iter().map(|(live, _)| mean_of(live, share))));
        let predicted_share = share_of(estimate(pairs.iter().map(|(_, predicted)| mean_of(predicted, share))));
        let error = error(figure, pairs);
        let tolerance = figure.kind().and_then(|kind| tolerances.of(kind));
        let verdict = match tolerance {
            _ if scale == Scale::Points && is_negligible(measured_share, predicted_share) => Verdict::Negligible,
            None => Verdict::NotJudged,
            Some(_) if measured.is_some() != predicted.is_some() && pairs.len() >= REPLICATIONS_MIN => Verdict::Outside,
            Some(tolerance) => verdict(error, tolerance),
        };
        let control = self::error(figure, controls);
        let judged_in = None;
        Some(Self {
            figure,
            measured,
            predicted,
            measured_share,
            predicted_share,
            scale,
            error,
            control,
            tolerance,
            verdict,
            judged_in,
        })
    }

    /// Predicted less measured.
    #[must_use]
    pub fn difference(&self) -> Option<f64> {
        Some(self.predicted?.point - self.measured?.point)
    }
}

/// How far the second of each pair is from the first.
fn error(figure: Figure, pairs: &[Pair<'_>]) -> Option<Estimate> {
    let both = |value: &dyn Fn(&RunSummary) -> Option<f64>| -> Vec<(f64, f64)> {
        pairs.iter().filter_map(|(one, other)| Some((mean_of(one, value)?, mean_of(other, value)?))).collect()
    };
    match figure.scale() {
        Scale::Relative => Estimate::of_relative_error(&both(&|run| figure.of(run))),
        // A lock that nobody takes is waited for in no time.
        Scale::Points => Estimate::of_difference(&both(&|run| Some(figure.share(run).unwrap_or(0.0)))),
    }
}

/// Accounts that may hide a wait for a core or the disk are judged together with that wait, as a live run cannot tell
/// them apart; where the wait is negligible, each by itself.
fn judge_families(rows: &mut [Row]) {
    let matters = |rows: &[Row], waits: &[Account]| {
        let is_wait = |row: &&Row| waits.iter().any(|wait| row.figure == Figure::Account(*wait));
        rows.iter().filter(is_wait).any(|row| row.verdict != Verdict::Negligible)
    };
    for place in 0..rows.len() {
        let figure = rows[place].figure;
        if rows[place].verdict == Verdict::Negligible {
            continue;
        }
        if let Some(waits) = figure.hidden_waits() {
            // Where nothing is hidden, its accounts are judged, and not once more in sum.
            if !matters(rows, waits) {
                rows[place].verdict = Verdict::NotJudged;
            }
        } else if let Some(family) = figure.family()
            && family.hidden_waits().is_some_and(|waits| matters(rows, waits))
        {
            rows[place].judged_in = Some(family);
            rows[place].verdict = Verdict::NotJudged;
        }
    }
}

/// The mean wait of a lock that hardly anybody waits for is neither here nor there.
fn pass_over_idle_locks(rows: &mut [Row]) {
    for place in 0..rows.len() {
        let Figure::LockWait(kind) = rows[place].figure else { continue };
        let per_job = rows.iter().find(|row| row.figure == Figure::LockWaitPerJob(kind));
        if per_job.is_some_and(|row| row.verdict == Verdict::Negligible) {
            rows[place].verdict = Verdict::Negligible;
        }
    }
}

/// The whole and sound runs, by replication.
fn by_replication<'a>(runs: &[&'a RunSummary]) -> BTreeMap<u32, &'a RunSummary> {
    let sound = runs.iter().filter(|run| run.fault.is_none() && !run.partial);
    sound.map(|run| (run.replication, *run)).collect()
}

/// The mean over those runs that have the figure.
fn mean_of(runs: &[&RunSummary], value: impl Fn(&RunSummary) -> Option<f64>) -> Option<f64> {
    super::statistics::mean(&runs.iter().filter_map(|run| value(run)).collect::<Vec<_>>())
}

fn estimate(samples: impl Iterator<Item = Option<f64>>) -> Option<Estimate> {
    Estimate::of_mean(&samples.flatten().collect::<Vec<_>>(), Bounds::NonNegative)
}
