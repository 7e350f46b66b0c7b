//! What a job's time went into, its files, and how long clients waited.

use super::{names, used_accounts};
use crate::actors::accounting::Account;
use crate::lab::statistics::Bounds;
use crate::lab::summary::{CallSummary, CountSummary};
use crate::lab::{Analysis, Estimate, Group};
use crate::report::conditions::clock;
use crate::report::document::Block;
use crate::report::figures::Quantity::{Bytes, Number, Time};
use crate::report::figures::{point, whole};

/// Where the time of a job went, as a table.
pub(in crate::report) fn ledger(analysis: &Analysis) -> Block {
    let (used, clock) = (used_accounts(analysis), clock(analysis));
    let head: Vec<&str> = ["variant"]
        .into_iter()
        .chain(used.iter().map(|account| account.name()))
        .chain(["unaccounted", "mean sojourn"])
        .collect();
    let rows = names(analysis).map(|(variant, name)| {
        let ledger = analysis.ledger(variant, Group::All);
        let rest = analysis.group_estimate(variant, Group::All, |jobs| Some(jobs.unaccounted_mean_ns));
        let sojourn = analysis.group_estimate(variant, Group::All, |jobs| Some(jobs.sojourn.mean_ns));
        let times = used.iter().map(|account| clock.part(ledger[*account as usize]));
        [name].into_iter().chain(times).chain([point(rest, Time), point(sojourn, Time)]).collect()
    });
    let siblings = match used.contains(&Account::Siblings) {
        true => " “siblings” are writes of other jobs of the same call, which a job waits for.",
        false => "",
    };
    let note = format!(
        "Mean time per job. Every nanosecond of a sojourn belongs to one account. “mailbox” is the instrument: messages between actors \
         on their way, and threads waiting for a core with them.{siblings} A dash: no job spent time on it."
    );
    Block::table(&head, rows.collect(), note)
}

/// File operations per job.
pub(in crate::report) fn files(analysis: &Analysis) -> Block {
    let rows = names(analysis).map(|(variant, name)| {
        let mean = |figure: fn(&CountSummary) -> f64| {
            analysis.group_estimate(variant, Group::All, |jobs| Some(figure(&jobs.counts)))
        };
        vec![
            name,
            point(mean(|files| files.writes), Number),
            point(mean(|files| files.bytes_written), Bytes),
            point(mean(|files| files.reads), Number),
            point(mean(|files| files.bytes_read), Bytes),
            point(mean(|files| files.fsyncs), Number),
            point(mean(|files| files.renames), Number),
        ]
    });
    let head = ["variant", "writes", "written", "reads", "read", "fsyncs", "renames"];
    Block::table(
        &head,
        rows.collect(),
        "Per job, of its own file and of its dependencies' files. The serial file's writes are not in it.",
    )
}

/// How long clients waited for answers.
pub(in crate::report) fn calls(analysis: &Analysis) -> Block {
    let mut rows = Vec::new();
    for (variant, name) in names(analysis) {
        let mut sorts: Vec<&str> =
            analysis.runs_of(variant).flat_map(|run| run.calls.keys().map(String::as_str)).collect();
        sorts.sort_unstable();
        sorts.dedup();
        for sort in sorts {
            let of_sort = || analysis.runs_of(variant).filter_map(|run| run.calls.get(sort));
            let mean = |figure: fn(&CallSummary) -> f64| {
                let samples: Vec<f64> = of_sort().map(figure).collect();
                Estimate::of_mean(&samples, Bounds::NonNegative)
            };
            let count: u64 = of_sort().map(|calls| calls.latency.n).sum();
            rows.push(vec![
                format!("{name}: {sort}"),
                whole(count),
                point(mean(|calls| calls.latency.mean_ns), Time),
                point(mean(|calls| calls.latency.p95_ns as f64).filter(|_| count >= 20), Time),
                point(mean(|calls| calls.latency.p99_ns as f64).filter(|_| count >= 100), Time),
                whole(of_sort().map(|calls| calls.refused).sum()),
            ]);
        }
    }
    let head = ["variant: call", "calls", "mean", "p95", "p99", "refused"];
    Block::table(
        &head,
        rows,
        "From the moment that a call was due to its answer. Whole runs, warm-up included. Of fewer than 20 calls there is no p95, and of \
         fewer than 100 no p99: it would be the slowest of them.",
    )
}
