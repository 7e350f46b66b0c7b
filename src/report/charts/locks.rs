//! Locks: who reads at once, waits per job, and what others held a lock for.

use super::{Said, below_headings, ends, names, picture};
use crate::actors::accounting::{Account, LockKind};
use crate::actors::locks::Activity;
use crate::lab::statistics::Bounds;
use crate::lab::summary::RunSummary;
use crate::lab::{Analysis, Estimate};
use crate::report::document::Block;
use crate::report::figures::{self, Quantity};
use crate::report::pictures::{BarRow, Bars, bars, both, of_account, of_activity, of_lock};

/// Bars as much as this alike are the same: there is nothing to be seen.
const ALIKE: f64 = 0.005;

/// A row of one figure with its interval; none where nothing was measured.
fn row((variant, name): (usize, String), parts: Vec<f64>, whole: Option<Estimate>, quantity: Quantity) -> BarRow {
    let interval = whole.as_ref().and_then(ends);
    BarRow {
        heading: String::new(),
        name,
        variant: Some(variant),
        parts,
        interval,
        total: figures::point(whole, quantity),
    }
}

/// Whether all bars are as long, as they are by construction where a lock lets one in at a time.
fn are_alike(rows: &[BarRow]) -> bool {
    let sums = || rows.iter().map(|row| row.parts.iter().sum::<f64>());
    let (least, most) = (sums().fold(f64::MAX, f64::min), sums().fold(0.0, f64::max));
    most <= 0.0 || (rows.len() > 1 && most - least <= ALIKE * most)
}

fn drawn(shown: Bars, said: Said) -> Block {
    let shown = Bars { rows: below_headings(shown.rows), ..shown };
    let alt = said.alt.clone();
    picture(said, both(|paper| bars(&shown, &alt, paper)))
}

fn alt(what: &str, rows: &[BarRow]) -> String {
    format!("{what}. {}.", super::costs::list(rows.iter().map(|row| format!("{}: {}", row.name, row.total))))
}

/// How many workers read at the same time; none if no two ever did, or all variants are alike.
pub(in crate::report) fn readers(analysis: &Analysis) -> Option<Block> {
    let rows: Vec<BarRow> = names(&analysis.study)
        .filter_map(|named| {
            let readers = |run: &RunSummary| Some(run.checks.as_ref()?.readers?.mean);
            let mean = analysis.estimate(named.0, Bounds::NonNegative, readers)?;
            Some(row(named, vec![mean.point], Some(mean), Quantity::Number))
        })
        .collect();
    let peaks = analysis.runs.iter().filter_map(|run| Some(run.checks.as_ref()?.readers?.peak));
    if peaks.max().is_none_or(|peak| peak < 2) || are_alike(&rows) {
        return None;
    }
    let said = Said {
        stem: "readers".to_owned(),
        alt: alt("Workers that read a dependency at the same time", &rows),
        caption: "Workers that read a dependency at the same time, mean while any does.".to_owned(),
        note: "1.00: no two reads ever overlapped. Lines below bars: 95 % intervals over blocks.".to_owned(),
    };
    let series = vec![("readers at once".to_owned(), of_account(Account::Read))];
    Some(drawn(Bars { axis: "readers at once".to_owned(), quantity: Quantity::Number, rows, series }, said))
}

/// Jobs that ended in a run, those of its warm-up included.
fn jobs_of(run: &RunSummary) -> f64 {
    (run.jobs_ended() as f64).max(1.0)
}

/// All waiting for locks, by kind of lock; none if nobody waited.
pub(in crate::report) fn waits(analysis: &Analysis) -> Option<Block> {
    let wait = |run: &RunSummary, kind: LockKind| {
        let lock = run.locks.get(&kind)?;
        Some(lock.wait.mean_ns * (lock.shared + lock.exclusive) as f64 / jobs_of(run))
    };
    let is_waited_for =
        |kind: &LockKind| analysis.runs.iter().any(|run| wait(run, *kind).is_some_and(|wait| wait > 0.0));
    let kinds: Vec<LockKind> = LockKind::ALL.into_iter().filter(is_waited_for).collect();
    let rows: Vec<BarRow> = names(&analysis.study)
        .map(|named| {
            let of = |kind: &LockKind| analysis.estimate(named.0, Bounds::NonNegative, |run| wait(run, *kind));
            let parts = kinds.iter().map(|kind| of(kind).map_or(0.0, |mean| mean.point)).collect();
            let all = |run: &RunSummary| Some(kinds.iter().filter_map(|kind| wait(run, *kind)).sum());
            let whole = analysis.estimate(named.0, Bounds::NonNegative, all);
            row(named, parts, whole, Quantity::Time)
        })
        .collect();
    if rows.iter().all(|row| row.parts.iter().sum::<f64>() <= 0.0) {
        return None;
    }
    let said = Said {
        stem: "locks".to_owned(),
        alt: alt("Waiting for locks, per job", &rows),
        caption: "All waiting for locks, of jobs and of clients, by kind of lock and per job.".to_owned(),
        note: "Whole runs, warm-up included. Lines below bars: 95 % intervals of the whole, over blocks.".to_owned(),
    };
    let series = kinds.iter().map(|kind| (kind.name().to_owned(), of_lock(*kind))).collect();
    Some(drawn(Bars { axis: "waiting per job".to_owned(), quantity: Quantity::Time, rows, series }, said))
}

/// What others held the queue lock for while a process waited; none if nobody waited.
pub(in crate::report) fn blame(analysis: &Analysis) -> Option<Block> {
    let blamed = |run: &RunSummary, holder: Activity| {
        let lock = run.locks.get(&LockKind::Queue)?;
        let blamed: u64 = lock.blame_ns.iter().filter_map(|row| row.get(holder as usize)).sum();
        Some(blamed as f64 / jobs_of(run))
    };
    let is_blamed =
        |holder: &Activity| analysis.runs.iter().any(|run| blamed(run, *holder).is_some_and(|wait| wait > 0.0));
    let holders: Vec<Activity> = Activity::ALL.into_iter().filter(is_blamed).collect();
    let rows: Vec<BarRow> = names(&analysis.study)
        .map(|named| {
            let of = |holder: &Activity| analysis.estimate(named.0, Bounds::NonNegative, |run| blamed(run, *holder));
            let parts = holders.iter().map(|holder| of(holder).map_or(0.0, |mean| mean.point)).collect();
            let all = |run: &RunSummary| Some(holders.iter().filter_map(|holder| blamed(run, *holder)).sum());
            let whole = analysis.estimate(named.0, Bounds::NonNegative, all);
            row(named, parts, whole, Quantity::Time)
        })
        .collect();
    if rows.iter().all(|row| row.parts.iter().sum::<f64>() <= 0.0) {
        return None;
    }
    let said = Said {
        stem: "blame".to_owned(),
        alt: alt("Waiting for the queue lock per job, by what others held it for", &rows),
        caption: "Waiting for the queue lock per job, by what others held it for.".to_owned(),
        note: "Holders in shared mode split the blame. Whole runs, warm-up included. Lines below bars: 95 % intervals of the whole."
            .to_owned(),
    };
    let series = holders.iter().map(|holder| (holder.name().to_owned(), of_activity(*holder))).collect();
    Some(drawn(Bars { axis: "waiting per job".to_owned(), quantity: Quantity::Time, rows, series }, said))
}
