//! What a validation says in words: where the model is wrong, and in which accounts.

use super::quantity;
use super::tables::{error, limit, tally};
use crate::lab::validation::{Figure, Kind, Row, VariantValidation, Verdict};
use crate::lab::{Estimate, Validation};
use crate::report::conditions::machine;
use crate::report::figures::Quantity::Time;
use crate::report::figures::{number, point, time};
use crate::units::counted;

/// Most accounts that a difference is told by.
const ACCOUNTS_MAX: usize = 4;
/// An account that has less than this share of all differences is not worth a word.
const PART_MIN: f64 = 0.05;

/// What was held against what.
pub(super) fn what_was_compared(validation: &Validation) -> String {
    let profile = &validation.profile;
    format!(
        "The same variants, live and in virtual time on the modelled machine “{}” ({}).",
        profile.name,
        profile.title.trim_end_matches('.'),
    )
}

/// How it came out: first in all, then each variant with something outside, then what is worth knowing of the rest.
pub(super) fn answer(validation: &Validation) -> Vec<String> {
    let count = |verdict| validation.rows().filter(|(_, row)| row.verdict == verdict).count();
    let (within, undecided, outside) = (count(Verdict::Within), count(Verdict::Undecided), count(Verdict::Outside));
    let judged = within + undecided + outside;
    let mut points = vec![format!(
        "Of {judged} judged figures in {}, {within} are within their tolerance, {undecided} undecided, {outside} outside.",
        counted(validation.variants.len(), "variant"),
    )];
    points.extend(validation.variants.iter().filter_map(where_wrong));
    points.extend(worst(validation));
    points.extend(noise(validation));
    points.extend(validation.variants.iter().filter(|variant| variant.pairs < 3).map(|variant| {
        format!(
            "“{}” has {} with a live and a virtual run: three are needed for a verdict.",
            variant.name,
            counted(variant.pairs, "replication"),
        )
    }));
    points
}

/// What is outside in a variant, and the accounts that the time sits in.
fn where_wrong(variant: &VariantValidation) -> Option<String> {
    let outside: Vec<String> =
        variant.rows.iter().filter(|row| row.verdict == Verdict::Outside).map(wrong_figure).collect();
    (!outside.is_empty()).then(|| format!("Wrong in “{}”: {}. {}", variant.name, outside.join("; "), ledger(variant)))
}

/// `fsync −19.4 points (predicted 150 µs, measured 401 µs)`; its interval is in the table.
fn wrong_figure(row: &Row) -> String {
    let error = row.error.map(|error| Estimate { low: None, high: None, ..error });
    let noise = if is_noise(row) { ", not told apart from the machine's noise" } else { "" };
    format!(
        "{} {} (predicted {}, measured {}{noise})",
        row.figure.name(),
        self::error(error, row.scale),
        amount(row, row.predicted),
        amount(row, row.measured)
    )
}

/// A figure on one side; an account that has none of the time has nothing.
fn amount(row: &Row, of: Option<Estimate>) -> String {
    match of {
        Some(Estimate { point: 0.0, .. }) => "nothing".to_owned(),
        of => point(of, quantity(row.figure)),
    }
}

/// Whether the error is no larger than what live runs differ by among themselves.
fn is_noise(row: &Row) -> bool {
    let ends = row.control.and_then(|control| Some((control.low?, control.high?)));
    matches!((row.error, ends), (Some(error), Some((low, high))) if error.point.abs() <= low.abs().max(high.abs()))
}

/// `Predicted 0.40 ms less per job: fsync −0.30 ms, mailbox −0.10 ms.`
fn ledger(variant: &VariantValidation) -> String {
    let Some(total) = variant.row(Figure::SojournMean).and_then(Row::difference) else {
        return "There is no ledger to compare.".to_owned();
    };
    let differences = variant.ledger_differences();
    let all: f64 = differences.iter().map(|(_, difference)| difference.abs()).sum();
    let parts: Vec<String> = differences
        .iter()
        .filter(|(_, difference)| difference.abs() >= PART_MIN * all && *difference != 0.0)
        .take(ACCOUNTS_MAX)
        .map(|(account, difference)| format!("{} {}", account.name(), Time.show_signed(*difference)))
        .collect();
    let more = if total < 0.0 { "less" } else { "more" };
    match parts.is_empty() {
        true => "The ledgers are the same.".to_owned(),
        false => format!("Predicted {} {more} per job than measured: {}.", time(total.abs()), parts.join(", ")),
    }
}

/// The largest error of the figures that are judged, relative to its tolerance.
fn worst(validation: &Validation) -> Option<String> {
    let tallies = tally(validation);
    let (size, name, variant, row) = tallies
        .iter()
        .filter_map(|tally| {
            let (variant, row) = (tally.variant, tally.worst);
            Some((row.error?.point.abs() / tally.tolerance, tally.figure.name(), variant, row))
        })
        .max_by(|one, other| one.0.total_cmp(&other.0))?;
    Some(format!(
        "The worst is {name} in “{variant}”: {}, which is {} times its tolerance.",
        error(row.error, row.scale),
        number(size),
    ))
}

/// In how many variants the machine differs from itself by more than a prediction may, and where it is worst.
fn noise(validation: &Validation) -> Option<String> {
    let tolerance = validation.tolerances.of(Kind::SojournMean)?;
    let reach = |row: &Row| {
        let control = row.control?;
        Some(control.low?.abs().max(control.high?.abs()))
    };
    let noisy: Vec<(f64, &str, &Row)> = validation
        .rows()
        .filter(|(_, row)| row.figure == Figure::SojournMean)
        .filter_map(|(variant, row)| Some((reach(row)?, &*variant.name, row)))
        .filter(|(reach, ..)| *reach > tolerance)
        .collect();
    let (_, variant, row) = noisy.iter().max_by(|one, other| one.0.total_cmp(&other.0))?;
    Some(format!(
        "In {} of {} live runs differ among themselves by more than {}: live against live, the mean sojourn differs most in “{variant}”, \
         by {}. No model can be shown to be right there: use a quieter machine, or more runs.",
        noisy.len(),
        counted(validation.variants.len(), "variant"),
        limit(tolerance, row.scale),
        error(row.control, row.scale),
    ))
}

/// How the figures were found.
pub(super) fn method(validation: &Validation) -> Vec<String> {
    let mut points = vec![
        "Live and virtual runs of the same replication have the same arrivals and run times, and are compared in pairs. Error of times, \
         rates and counts: the geometric mean of predicted over measured, less one, with a 95 % t interval of the logarithms. Error of \
         accounts and of waits per job: the difference of their shares of the mean sojourn, in points, with a 95 % t interval of the \
         paired differences."
            .to_owned(),
        "Within: the whole interval is inside the tolerance. Outside: the whole interval is beyond it, or one side alone has the figure. \
         Undecided: the interval reaches over the edge, or there are fewer than three pairs."
            .to_owned(),
        "A live run cannot tell a wait for a core or for the disk from the work that waits, as virtual time can. Where that wait is 1 % of \
         the sojourn or more, the accounts that may hide it are judged in sum."
            .to_owned(),
        "Waits per job of a lock are those of all who take it, clients included, over whole runs; the accounts of locks are a job's own \
         waits."
            .to_owned(),
    ];
    if validation.variants.iter().any(|variant| variant.controls > 0) {
        points.push(
            "Live against live: every replication was run live twice, and the second is held against the first as if it were a \
             prediction. What is measured is the mean of both. An error no larger than this column is the machine's."
                .to_owned(),
        );
    }
    points
}

/// What speaks against the comparison.
pub(super) fn threats(validation: &Validation) -> Vec<String> {
    let profile = &validation.profile;
    let mut points = validation.warnings.clone();
    points.extend(machine(&validation.study.machine));
    points.push(format!("The profile “{}” comes from: {}", profile.name, profile.source));
    points
}

/// How to do it again.
pub(super) fn reproduce(validation: &Validation) -> String {
    let study = &validation.study;
    format!(
        "{}\n\nseed       {}\nscenario   sha256 {}\nprofile    {}\nversion    jqlab {}\nstarted    {}\n",
        study.command,
        study.seed,
        study.scenario_hash,
        validation.profile.name,
        study.provenance.version,
        study.started,
    )
}
