//! The tables of a report.

use super::document::Block;
use super::figures::{bytes, estimate, number, percent, point, time};
use crate::actors::accounting::Account;
use crate::actors::accounting::LockKind;
use crate::actors::locks::Activity;
use crate::lab::statistics::Bounds;
use crate::lab::summary::{CheckSummary, FileSummary, GroupSummary, LockSummary};
use crate::lab::{Analysis, Estimate, doubts};

/// The variants side by side.
pub(super) fn variants(analysis: &Analysis) -> Block {
    let doubts = doubts::of_variants(analysis);
    let rows = names(analysis).map(|(variant, name)| {
        let group = |figure: fn(&GroupSummary) -> Option<f64>| analysis.group_estimate(variant, 0, figure);
        let all = || analysis.runs_of(variant).filter_map(|run| run.groups.first());
        let jobs: u64 = all().map(|jobs| jobs.sojourn.n).sum();
        let unsuccessful: u64 = all().map(|jobs| jobs.unsuccessful).sum();
        vec![
            name,
            jobs.to_string(),
            point(group(|jobs| jobs.throughput_per_s), number),
            estimate(group(|jobs| Some(jobs.sojourn.mean_ns)), time),
            point(group(|jobs| Some(jobs.sojourn.p50_ns as f64)), time),
            estimate(group(|jobs| Some(jobs.sojourn.p95_ns as f64)), time),
            point(group(|jobs| Some(jobs.sojourn.p99_ns as f64)), time),
            unsuccessful.to_string(),
            doubts.iter().filter(|doubt| doubt.variant == variant).map(|doubt| doubt.mark).collect(),
        ]
    });
    let head = ["variant", "jobs", "jobs per s", "mean sojourn", "p50", "p95", "p99", "not successful", "doubts"];
    let note = "Sojourn time: from the moment that a job was due to arrive to its last write. Means over replications, with 95 % t \
                intervals where there are three or more. The marks are explained under “Threats to validity”.";
    Block::table(&head, rows.collect(), note)
}

/// Each class of jobs of each variant; none if there is one class.
pub(super) fn classes(analysis: &Analysis) -> Option<Block> {
    if analysis.study.classes.len() < 2 {
        return None;
    }
    let mut rows = Vec::new();
    for (variant, name) in names(analysis) {
        for (number, class) in analysis.study.classes.iter().enumerate() {
            let group = |figure: fn(&GroupSummary) -> Option<f64>| analysis.group_estimate(variant, number + 1, figure);
            let Some(mean) = group(|jobs| Some(jobs.sojourn.mean_ns)) else { continue };
            let of_class = analysis.runs_of(variant).filter_map(|run| run.groups.get(number + 1));
            let jobs: u64 = of_class.map(|jobs| jobs.sojourn.n).sum();
            let comparison = analysis.compare(variant, number + 1);
            rows.push(vec![
                format!("{name}: {class}"),
                jobs.to_string(),
                estimate(Some(mean), time),
                point(group(|jobs| Some(jobs.sojourn.p95_ns as f64)), time),
                estimate(comparison.map(|comparison| comparison.difference_ns), time),
                estimate(comparison.and_then(|comparison| comparison.ratio), number_of_ratio),
            ]);
        }
    }
    let head = ["variant: class", "jobs", "mean sojourn", "p95", "difference", "ratio"];
    Some(Block::table(
        &head,
        rows,
        "Difference and ratio: of mean sojourns, against the same class of the variant compared with.",
    ))
}

/// Each variant against the one that it is compared with.
pub(super) fn comparisons(analysis: &Analysis) -> Option<Block> {
    let rows: Vec<Vec<String>> = names(analysis)
        .filter_map(|(variant, name)| {
            let comparison = analysis.compare(variant, 0)?;
            let change = comparison.account_difference_ns;
            Some(vec![
                name,
                analysis.study.variants[comparison.with].name.clone(),
                estimate(Some(comparison.difference_ns), time),
                estimate(comparison.ratio, number_of_ratio),
                // What a difference is made of is worth saying only where there is one.
                match comparison.difference_ns.excludes(0.0) {
                    true => format!("{} {}", comparison.account.name(), time(change.point)),
                    false => "–".to_owned(),
                },
            ])
        })
        .collect();
    let head = ["variant", "against", "difference of mean sojourn", "ratio", "most of it in"];
    let note = "Replications are paired by their random streams: arrivals and run times are the same unless a variant changes the \
                workload. Intervals: 95 % t, of the differences, and of the ratios on the log scale. What a difference is made \
                of is said where its interval excludes zero.";
    (!rows.is_empty()).then(|| Block::table(&head, rows, note))
}

/// Where the time of a job went, as a table.
pub(super) fn ledger(analysis: &Analysis) -> Block {
    let used = used_accounts(analysis);
    let head: Vec<&str> =
        ["variant"].into_iter().chain(used.iter().map(|account| account.name())).chain(["unaccounted"]).collect();
    let rows = names(analysis).map(|(variant, name)| {
        let ledger = analysis.ledger(variant, 0);
        let rest = analysis.group_estimate(variant, 0, |jobs| Some(jobs.unaccounted_mean_ns));
        let times = used.iter().map(|account| time(ledger[*account as usize]));
        [name].into_iter().chain(times).chain([point(rest, time)]).collect()
    });
    let note = "Mean time per job. Every nanosecond of a sojourn belongs to one account. “mailbox” is the instrument: messages between \
                actors on their way, and threads waiting for a core with them.";
    Block::table(&head, rows.collect(), note)
}

/// Accounts that some variant uses.
pub(super) fn used_accounts(analysis: &Analysis) -> Vec<Account> {
    let ledgers: Vec<Vec<f64>> =
        (0..analysis.study.variants.len()).map(|variant| analysis.ledger(variant, 0)).collect();
    let is_used = |account: &Account| ledgers.iter().any(|ledger| ledger[*account as usize] > 0.0);
    Account::ALL.into_iter().filter(is_used).collect()
}

/// What dependency checks cost; none if there were none.
pub(super) fn checks(analysis: &Analysis) -> Option<Block> {
    let rows: Vec<Vec<String>> = names(analysis)
        .filter_map(|(variant, name)| {
            let mean = |figure: fn(&CheckSummary) -> Option<f64>| {
                analysis.check_estimate(variant, Bounds::NonNegative, figure)
            };
            let whole = mean(|checks| Some(checks.whole.mean_ns))?;
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
                count.to_string(),
                point(mean(|checks| (checks.bytes_mean > 0.0).then_some(checks.bytes_mean)), bytes),
                estimate(Some(whole), time),
                point(mean(|checks| Some(checks.whole.p95_ns as f64)), time),
                point(mean(|checks| Some(checks.queue_lock.mean_ns)), time),
                point(mean(|checks| Some(checks.dependency_lock.mean_ns)), time),
                point(mean(|checks| Some(checks.read.mean_ns)), time),
                point(mean(|checks| Some(checks.parse.mean_ns)), time),
                point(mean(|checks| Some(checks.build.mean_ns)), time),
                point(mean(|checks| Some(checks.readers?.mean)), number),
                peak.map_or_else(|| "–".to_owned(), |peak| peak.to_string()),
                point(share, percent),
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
        "readers, mean",
        "readers, most",
        "overlap",
    ];
    let note = "Means per check. The whole check begins when the worker turns to the dependency and ends with the verdict; the wait for \
                the queue lock comes before it, once a turn. What is left of the whole is messages between actors, and waiting for a core. Readers: workers that \
                read, parse or build a dependency at the same time, over the time in which at least one does; overlap: the share of that \
                time in which two or more do.";
    (!rows.is_empty()).then(|| Block::table(&head, rows, note))
}

/// How locks were used.
pub(super) fn locks(analysis: &Analysis) -> Block {
    let mut rows = Vec::new();
    for (variant, name) in names(analysis) {
        for kind in LockKind::ALL {
            let mean = |figure: fn(&LockSummary) -> f64| {
                analysis.estimate(variant, Bounds::NonNegative, |run| run.locks.get(&kind).map(figure))
            };
            let Some(wait) = mean(|lock| lock.wait.mean_ns) else { continue };
            let of_kind = || analysis.runs_of(variant).filter_map(|run| run.locks.get(&kind));
            rows.push(vec![
                format!("{name}: {}", kind.name()),
                point(mean(|lock| lock.shared as f64), |count| format!("{count:.0}")),
                point(mean(|lock| lock.exclusive as f64), |count| format!("{count:.0}")),
                time(wait.point),
                point(mean(|lock| lock.wait.p95_ns as f64), time),
                point(mean(|lock| lock.hold.mean_ns), time),
                point(mean(|lock| lock.hold.p95_ns as f64), time),
                point(mean(|lock| lock.utilisation), percent),
                of_kind().map(|lock| lock.queue_max).max().unwrap_or(0).to_string(),
                of_kind().map(|lock| lock.holders_max).max().unwrap_or(0).to_string(),
            ]);
        }
    }
    let head = [
        "variant: lock",
        "shared",
        "exclusive",
        "mean wait",
        "p95 wait",
        "mean hold",
        "p95 hold",
        "utilisation",
        "longest queue",
        "most holders",
    ];
    let note = "Acquisitions, waits and holds of a whole run, its warm-up included; means over replications. Utilisation: time during \
                which somebody held the lock, over the run; for instance and node locks, summed over the locks.";
    Block::table(&head, rows, note)
}

/// Who waited for whom at a kind of lock, in the variant that waited most.
pub(super) fn blame(analysis: &Analysis, kind: LockKind) -> Option<(String, Block)> {
    let waited = |variant: usize| -> f64 {
        let locks = analysis.runs_of(variant).filter_map(|run| run.locks.get(&kind));
        let runs = analysis.runs_of(variant).count().max(1) as f64;
        locks.flat_map(|lock| lock.blame_ns.iter().flatten()).map(|ns| *ns as f64).sum::<f64>() / runs
    };
    let worst = (0..analysis.study.variants.len()).max_by(|one, other| waited(*one).total_cmp(&waited(*other)))?;
    let total = waited(worst) * analysis.runs_of(worst).count() as f64;
    if total <= 0.0 {
        return None;
    }
    let cell = |waiter: usize, holder: usize| -> f64 {
        let locks = analysis.runs_of(worst).filter_map(|run| run.locks.get(&kind));
        locks.map(|lock| lock.blame_ns[waiter][holder] as f64).sum()
    };
    let places = 0..Activity::ALL.len();
    let waiters: Vec<usize> =
        places.clone().filter(|waiter| places.clone().any(|holder| cell(*waiter, holder) > 0.0)).collect();
    let holders: Vec<usize> =
        places.clone().filter(|holder| places.clone().any(|waiter| cell(waiter, *holder) > 0.0)).collect();
    let head: Vec<&str> = ["waited to"]
        .into_iter()
        .chain(holders.iter().map(|holder| Activity::ALL[*holder].name()))
        .chain(["all"])
        .collect();
    let rows = waiters.iter().map(|waiter| {
        let shares: Vec<f64> = holders.iter().map(|holder| cell(*waiter, *holder) / total).collect();
        let sum = shares.iter().sum();
        [Activity::ALL[*waiter].name().to_owned()]
            .into_iter()
            .chain(shares.into_iter().chain([sum]).map(percent))
            .collect()
    });
    let note = "Shares of all waiting for the lock. Rows: what a process wanted the lock for; columns: what others held it for \
                meanwhile. Holders in shared mode split the blame.";
    Some((analysis.study.variants[worst].name.clone(), Block::table(&head, rows.collect(), note)))
}

/// File operations per job.
pub(super) fn files(analysis: &Analysis) -> Block {
    let rows = names(analysis).map(|(variant, name)| {
        let mean = |figure: fn(&FileSummary) -> f64| {
            analysis.estimate(variant, Bounds::NonNegative, |run| Some(figure(&run.files)))
        };
        vec![
            name,
            point(mean(|files| files.writes), number),
            point(mean(|files| files.bytes_written), bytes),
            point(mean(|files| files.reads), number),
            point(mean(|files| files.bytes_read), bytes),
            point(mean(|files| files.fsyncs), number),
            point(mean(|files| files.renames), number),
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
pub(super) fn calls(analysis: &Analysis) -> Block {
    let mut rows = Vec::new();
    for (variant, name) in names(analysis) {
        let mut sorts: Vec<&str> =
            analysis.runs_of(variant).flat_map(|run| run.calls.keys().map(String::as_str)).collect();
        sorts.sort_unstable();
        sorts.dedup();
        for sort in sorts {
            let of_sort = || analysis.runs_of(variant).filter_map(|run| run.calls.get(sort));
            let mean = |figure: fn(&crate::lab::summary::CallSummary) -> f64| {
                let samples: Vec<f64> = of_sort().map(figure).collect();
                Estimate::of_mean(&samples, Bounds::NonNegative)
            };
            rows.push(vec![
                format!("{name}: {sort}"),
                of_sort().map(|calls| calls.latency.n).sum::<u64>().to_string(),
                point(mean(|calls| calls.latency.mean_ns), time),
                point(mean(|calls| calls.latency.p95_ns as f64), time),
                point(mean(|calls| calls.latency.p99_ns as f64), time),
                of_sort().map(|calls| calls.refused).sum::<u64>().to_string(),
            ]);
        }
    }
    let head = ["variant: call", "calls", "mean", "p95", "p99", "refused"];
    Block::table(&head, rows, "From the moment that a call was due to its answer. Whole runs, warm-up included.")
}

/// Places and names of the variants.
pub(super) fn names(analysis: &Analysis) -> impl Iterator<Item = (usize, String)> {
    analysis.study.variants.iter().map(|variant| variant.name.clone()).enumerate()
}

fn number_of_ratio(ratio: f64) -> String {
    format!("{ratio:.2}")
}
