//! What a job's time went into, its files, and how long clients waited.

use super::sheet::Sheet;
use super::{labels, per_variant, used_accounts};
use crate::actors::accounting::Account;
use crate::lab::statistics::Bounds;
use crate::lab::summary::{CallSummary, CountSummary};
use crate::lab::{Analysis, Estimate, Group};
use crate::report::document::Block;
use crate::report::figures::Quantity::{Bytes, Number, Time};
use crate::report::figures::whole;

/// So many calls have to be slower than a quantile that is told.
const BEYOND_MIN: u64 = 20;

/// Where the time of a job went, as a table.
pub(in crate::report) fn ledger(analysis: &Analysis) -> Block {
    let used = used_accounts(analysis);
    let ledgers = per_variant(analysis, |variant| analysis.ledger(variant, Group::All));
    let sojourns = per_variant(analysis, |variant| {
        analysis.group_estimate(variant, Group::All, |jobs| Some(jobs.sojourn.mean_ns))
    });
    let rest = per_variant(analysis, |variant| {
        let rest = analysis.group_estimate(variant, Group::All, |jobs| Some(jobs.unaccounted_mean_ns));
        rest.map_or(0.0, |rest| rest.point)
    });
    let sheet = Sheet::new("variant", labels(analysis)).about(0..analysis.study.variants.len());
    let sheet = used.iter().fold(sheet, |sheet, account| {
        let column: Vec<f64> = ledgers.iter().map(|ledger| ledger[*account as usize]).collect();
        sheet.parts(account.name(), &column)
    });
    let siblings = match used.contains(&Account::Siblings) {
        true => " “siblings” are writes of other jobs of the same call, which a job waits for.",
        false => "",
    };
    let note = format!(
        "Mean time per job, exploratory. Every nanosecond of a sojourn belongs to one account. “mailbox” is the instrument: messages \
         between actors on their way, and threads waiting for a core with them.{siblings} A dash: no job spent time on it."
    );
    let sheet = sheet.parts("unaccounted", &rest).points("mean sojourn", Time, &sojourns);
    sheet.into_block("ledger", "Where the time of a job goes", note)
}

/// File operations per job.
pub(in crate::report) fn files(analysis: &Analysis) -> Block {
    let mean = |figure: fn(&CountSummary) -> f64| {
        per_variant(analysis, |variant| analysis.group_estimate(variant, Group::All, |jobs| Some(figure(&jobs.counts))))
    };
    Sheet::new("variant", labels(analysis))
        .about(0..analysis.study.variants.len())
        .points("writes", Number, &mean(|files| files.writes))
        .points("written", Bytes, &mean(|files| files.bytes_written))
        .points("reads", Number, &mean(|files| files.reads))
        .points("read", Bytes, &mean(|files| files.bytes_read))
        .points("fsyncs", Number, &mean(|files| files.fsyncs))
        .points("renames", Number, &mean(|files| files.renames))
        .into_block(
            "files",
            "Files, per job",
            "Of a job’s own file and of its dependencies’ files. The serial file’s writes are not in it.",
        )
}

/// How long clients waited for answers.
pub(in crate::report) fn calls(analysis: &Analysis) -> Block {
    let mut rows: Vec<(usize, &str)> = Vec::new();
    for variant in 0..analysis.study.variants.len() {
        let mut sorts: Vec<&str> =
            analysis.runs_of(variant).flat_map(|run| run.calls.keys().map(String::as_str)).collect();
        sorts.sort_unstable();
        sorts.dedup();
        rows.extend(sorts.into_iter().map(|sort| (variant, sort)));
    }
    let of_sort = |(variant, sort): (usize, &str)| {
        let runs = analysis.runs_of(variant);
        runs.filter_map(|run| run.calls.get(sort).copied()).collect::<Vec<CallSummary>>()
    };
    let calls: Vec<Vec<CallSummary>> = rows.iter().map(|row| of_sort(*row)).collect();
    let count = |calls: &Vec<CallSummary>| calls.iter().map(|calls| calls.latency.n).sum::<u64>();
    let mean = |per_beyond: u64, figure: fn(&CallSummary) -> f64| -> Vec<Option<Estimate>> {
        let of = |calls: &Vec<CallSummary>| {
            let samples: Vec<f64> = calls.iter().map(figure).collect();
            Estimate::of_mean(&samples, Bounds::NonNegative).filter(|_| count(calls) >= per_beyond * BEYOND_MIN)
        };
        calls.iter().map(of).collect()
    };
    let variants = labels(analysis);
    let named = |(variant, sort): &(usize, &str)| variants[*variant].clone().text(format!(": {sort}"));
    Sheet::new("variant: call", rows.iter().map(named)).about(rows.iter().map(|row| row.0))
        .figures("calls", calls.iter().map(|calls| whole(count(calls))))
        .points("mean", Time, &mean(0, |calls| calls.latency.mean_ns))
        .points("p95", Time, &mean(20, |calls| calls.latency.p95_ns as f64))
        .points("p99", Time, &mean(100, |calls| calls.latency.p99_ns as f64))
        .figures("refused", calls.iter().map(|calls| whole(calls.iter().map(|calls| calls.refused).sum())))
        .into_block(
            "calls",
            "How long clients waited for answers",
            "From the moment that a call was due to its answer; exploratory. Whole runs, warm-up included. A quantile is told where 20 \
             calls are slower.",
        )
}
