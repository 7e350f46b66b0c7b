//! Locks: how they were used, and who waited for whom.

use super::names;
use crate::actors::accounting::LockKind;
use crate::actors::locks::Activity;
use crate::lab::statistics::Bounds;
use crate::lab::summary::LockSummary;
use crate::lab::{Analysis, Estimate};
use crate::report::conditions::clock;
use crate::report::document::Block;
use crate::report::figures::Quantity::{Number, Share};
use crate::report::figures::{NOTHING, percent, point};

/// How locks were used.
pub(in crate::report) fn locks(analysis: &Analysis) -> Block {
    let clock = clock(analysis);
    let timed = |mean: Option<Estimate>| mean.map_or(NOTHING.to_owned(), |mean| clock.time(mean.point));
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
                point(mean(|lock| lock.shared as f64), Number),
                point(mean(|lock| lock.exclusive as f64), Number),
                clock.time(wait.point),
                timed(mean(|lock| lock.wait.p95_ns as f64)),
                timed(mean(|lock| lock.hold.mean_ns)),
                timed(mean(|lock| lock.hold.p95_ns as f64)),
                point(mean(|lock| lock.utilisation), Share),
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
pub(in crate::report) fn blame(analysis: &Analysis, kind: LockKind) -> Option<(String, Block)> {
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
    let head: Vec<&str> = ["waiting to"]
        .into_iter()
        .chain(holders.iter().map(|holder| Activity::ALL[*holder].name()))
        .chain(["all"])
        .collect();
    let shares = |waiters: &[usize]| {
        let share = |holder: &usize| waiters.iter().map(|waiter| cell(*waiter, *holder)).sum::<f64>() / total;
        let shares: Vec<f64> = holders.iter().map(share).collect();
        let all = shares.iter().sum();
        shares.into_iter().chain([all]).map(|share| if share > 0.0 { percent(share) } else { NOTHING.to_owned() })
    };
    let row = |name: &str, waiters: &[usize]| [name.to_owned()].into_iter().chain(shares(waiters)).collect();
    let rows = waiters.iter().map(|waiter| row(Activity::ALL[*waiter].name(), &[*waiter]));
    let rows = rows.chain([row("all", &waiters)]);
    let note = "Shares of all waiting for the lock. Rows: what a process wanted the lock for; columns: what others held it for \
                meanwhile. Holders in shared mode split the blame.";
    Some((analysis.study.variants[worst].name.clone(), Block::table(&head, rows.collect(), note)))
}
