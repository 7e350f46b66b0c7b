//! What dependency checks cost, and how many workers read at once.

use super::names;
use crate::actors::accounting::LockKind;
use crate::lab::Analysis;
use crate::lab::statistics::Bounds;
use crate::lab::summary::CheckSummary;
use crate::report::conditions::clock;
use crate::report::document::Block;
use crate::report::figures::Quantity::{Bytes, Number, Share, Time};
use crate::report::figures::{NOTHING, estimate, point, whole};

/// What dependency checks cost; none if there were none.
pub(in crate::report) fn checks(analysis: &Analysis) -> Option<Block> {
    let clock = clock(analysis);
    let rows: Vec<Vec<String>> = names(analysis)
        .filter_map(|(variant, name)| {
            let mean = |figure: fn(&CheckSummary) -> Option<f64>| {
                analysis.check_estimate(variant, Bounds::NonNegative, figure)
            };
            let all = mean(|checks| Some(checks.whole.mean_ns))?;
            let figure = |figure: fn(&CheckSummary) -> f64| {
                analysis.check_estimate(variant, Bounds::NonNegative, |checks| Some(figure(checks)))
            };
            let part =
                |of: fn(&CheckSummary) -> f64| figure(of).map_or(NOTHING.to_owned(), |mean| clock.part(mean.point));
            // A lock that was there and free was waited for no time; one that was never taken was not waited for.
            let wait = |kind: LockKind, of: fn(&CheckSummary) -> f64| {
                let is_taken = analysis.runs_of(variant).any(|run| run.locks.contains_key(&kind));
                let mean = figure(of).filter(|_| is_taken);
                mean.map_or(NOTHING.to_owned(), |mean| clock.time(mean.point))
            };
            let count: u64 =
                analysis.runs_of(variant).filter_map(|run| run.checks.as_ref()).map(CheckSummary::count).sum();
            let share = analysis.check_estimate(variant, Bounds::Share, |checks| Some(checks.readers?.overlap_share));
            let peak = analysis
                .runs_of(variant)
                .filter_map(|run| run.checks.as_ref()?.readers)
                .map(|readers| readers.peak)
                .max();
            Some(vec![
                name,
                whole(count),
                point(mean(|checks| (checks.bytes_mean > 0.0).then_some(checks.bytes_mean)), Bytes),
                estimate(Some(all), Time),
                point(mean(|checks| Some(checks.whole.p95_ns as f64)), Time),
                wait(LockKind::Queue, |checks| checks.queue_lock.mean_ns),
                wait(LockKind::Dependency, |checks| checks.dependency_lock.mean_ns),
                part(|checks| checks.read.mean_ns),
                part(|checks| checks.parse.mean_ns),
                part(|checks| checks.build.mean_ns),
                part(CheckSummary::rest_ns),
                point(mean(|checks| Some(checks.readers?.mean)), Number),
                peak.map_or_else(|| "–".to_owned(), |peak| peak.to_string()),
                point(share, Share),
            ])
        })
        .collect();
    let head = [
        "variant",
        "checks",
        "file",
        "whole check",
        "p95",
        "queue lock",
        "dependency lock",
        "read",
        "parse",
        "build",
        "messages, cores",
        "readers, mean",
        "readers, most",
        "overlap",
    ];
    let note = "Means per check. The whole check begins when the worker turns to the dependency and ends with the verdict; the wait for \
                the queue lock comes before it, once a turn. Messages, cores: what is left of the whole, which is messages between actors and waiting for a core; in \
                live runs that is the instrument's and the machine's, not the design's. Readers: workers that \
                read, parse or build a dependency at the same time (of more than there are cores, some wait for one), over the time in which at \
                least one does; overlap: the share of that \
                time in which two or more do.";
    (!rows.is_empty()).then(|| Block::table(&head, rows, note))
}
