//! What dependency checks cost, and how many workers read at once.

use super::sheet::Sheet;
use super::{labels, per_variant};
use crate::actors::accounting::LockKind;
use crate::lab::Analysis;
use crate::lab::statistics::Bounds;
use crate::lab::summary::CheckSummary;
use crate::report::document::Block;
use crate::report::figures::Quantity::{Bytes, Number, Share, Time};
use crate::report::figures::{NOTHING, whole};

/// Anchor of the table of checks.
pub(in crate::report) const CHECKS: &str = "checks";

/// What dependency checks cost; none if there were none.
pub(in crate::report) fn checks(analysis: &Analysis) -> Option<Block> {
    let of = |figure: fn(&CheckSummary) -> Option<f64>| {
        per_variant(analysis, |variant| analysis.check_estimate(variant, Bounds::NonNegative, figure))
    };
    let part = |figure: fn(&CheckSummary) -> f64| -> Vec<f64> {
        let mean = |variant| analysis.check_estimate(variant, Bounds::NonNegative, |checks| Some(figure(checks)));
        per_variant(analysis, |variant| mean(variant).map_or(0.0, |mean| mean.point))
    };
    // A lock that was there and free was waited for no time; one that was never taken was not waited for.
    let wait = |kind: LockKind, figure: fn(&CheckSummary) -> f64| {
        per_variant(analysis, |variant| {
            let is_taken = analysis.runs_of(variant).any(|run| run.locks.contains_key(&kind));
            let mean = analysis.check_estimate(variant, Bounds::NonNegative, |checks| Some(figure(checks)));
            mean.filter(|_| is_taken)
        })
    };
    let count = |variant: usize| -> u64 {
        analysis.runs_of(variant).filter_map(|run| run.checks.as_ref()).map(CheckSummary::count).sum()
    };
    let share =
        |variant: usize| analysis.check_estimate(variant, Bounds::Share, |checks| Some(checks.readers?.overlap_share));
    let most = |variant: usize| {
        let readers = analysis.runs_of(variant).filter_map(|run| run.checks.as_ref()?.readers);
        readers.map(|readers| readers.peak).max().map_or_else(|| NOTHING.to_owned(), |peak| peak.to_string())
    };
    let counts = per_variant(analysis, count);
    if counts.iter().all(|count| *count == 0) {
        return None;
    }
    let sheet = Sheet::new("variant", labels(analysis))
        .about(0..analysis.study.variants.len())
        .figures("checks", counts.into_iter().map(|count| if count == 0 { NOTHING.to_owned() } else { whole(count) }))
        .points("file", Bytes, &of(|checks| (checks.bytes_mean > 0.0).then_some(checks.bytes_mean)))
        .estimates("by design", Time, &of(|checks| Some(checks.design_ns())))
        .points("dependency lock", Time, &wait(LockKind::Dependency, |checks| checks.dependency_lock.mean_ns))
        .parts("read", &part(|checks| checks.read.mean_ns))
        .parts("parse", &part(|checks| checks.parse.mean_ns))
        .parts("build", &part(|checks| checks.build.mean_ns))
        .parts("messages, cores", &part(CheckSummary::rest_ns))
        .points("whole", Time, &of(|checks| Some(checks.whole.mean_ns)))
        .points("queue lock, before", Time, &wait(LockKind::Queue, |checks| checks.queue_lock.mean_ns))
        .points("readers, mean", Number, &of(|checks| Some(checks.readers?.mean)))
        .figures("most", per_variant(analysis, most))
        .points("overlap", Share, &per_variant(analysis, share));
    let note = "Means per check, exploratory; intervals: 95 % t over blocks. By design: lock, read, parse and build. Messages, cores: what is \
                left of the whole, which in live runs is the instrument’s and the machine’s. The wait for the queue lock comes before a \
                check, once a turn. Readers: workers that read, parse or build a dependency at the same time (of more than there are \
                cores, some wait for one), while at least one does; overlap: the share of that time in which two or more do.";
    Some(sheet.into_block(CHECKS, "What dependency checks cost", note))
}
