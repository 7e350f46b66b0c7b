//! Locks: how they were used, and who waited for whom.

use super::labels;
use super::sheet::Sheet;
use crate::actors::accounting::LockKind;
use crate::actors::locks::Activity;
use crate::lab::statistics::Bounds;
use crate::lab::summary::LockSummary;
use crate::lab::{Analysis, Estimate};
use crate::report::document::Block;
use crate::report::figures::Quantity::{Number, Share, Time};
use crate::report::figures::{NOTHING, percent};

/// How locks were used.
pub(in crate::report) fn locks(analysis: &Analysis) -> Block {
    let is_used =
        |(variant, kind): &(usize, LockKind)| analysis.runs_of(*variant).any(|run| run.locks.contains_key(kind));
    let of_variant = |variant| LockKind::ALL.map(|kind| (variant, kind));
    let rows: Vec<(usize, LockKind)> =
        (0..analysis.study.variants.len()).flat_map(of_variant).filter(is_used).collect();
    let mean = |figure: fn(&LockSummary) -> f64| -> Vec<Option<Estimate>> {
        let of = |(variant, kind): &(usize, LockKind)| {
            analysis.estimate(*variant, Bounds::NonNegative, |run| run.locks.get(kind).map(figure))
        };
        rows.iter().map(of).collect()
    };
    let most = |figure: fn(&LockSummary) -> u32| -> Vec<String> {
        let of = |(variant, kind): &(usize, LockKind)| {
            analysis.runs_of(*variant).filter_map(|run| run.locks.get(kind)).map(figure).max().unwrap_or(0).to_string()
        };
        rows.iter().map(of).collect()
    };
    let variants = labels(analysis);
    let named = |(variant, kind): &(usize, LockKind)| variants[*variant].clone().text(format!(": {}", kind.name()));
    let note = "Acquisitions, waits and holds of a whole run, its warm-up included; means over blocks, exploratory. Utilisation: time during \
                which somebody held the lock, over the run; for instance and node locks, summed over the locks.";
    Sheet::new("variant: lock", rows.iter().map(named))
        .about(rows.iter().map(|row| row.0))
        .points("shared", Number, &mean(|lock| lock.shared as f64))
        .points("exclusive", Number, &mean(|lock| lock.exclusive as f64))
        .points("mean wait", Time, &mean(|lock| lock.wait.mean_ns))
        .points("p95 wait", Time, &mean(|lock| lock.wait.p95_ns as f64))
        .points("mean hold", Time, &mean(|lock| lock.hold.mean_ns))
        .points("p95 hold", Time, &mean(|lock| lock.hold.p95_ns as f64))
        .points("utilisation", Share, &mean(|lock| lock.utilisation))
        .figures("longest queue", most(|lock| lock.queue_max))
        .figures("most holders", most(|lock| lock.holders_max))
        .into_block("locks", "How locks were used", note)
}

/// Who waited for whom at a kind of lock, in the variant that waited most.
pub(in crate::report) fn blame(analysis: &Analysis, kind: LockKind) -> Option<Block> {
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
    let share = |waiters: &[usize], holders: &[usize]| {
        let pairs = waiters.iter().flat_map(|waiter| holders.iter().map(move |holder| (*waiter, *holder)));
        let share = pairs.map(|(waiter, holder)| cell(waiter, holder)).sum::<f64>() / total;
        if share > 0.0 { percent(share) } else { NOTHING.to_owned() }
    };
    let groups: Vec<Vec<usize>> = waiters.iter().map(|waiter| vec![*waiter]).chain([waiters.clone()]).collect();
    let titles = waiters.iter().map(|waiter| Activity::ALL[*waiter].name()).chain(["all"]);
    let sheet = Sheet::new("waiting to", titles);
    let columns = holders.iter().map(|holder| (Activity::ALL[*holder].name(), vec![*holder]));
    let sheet = columns.chain([("all", holders.clone())]).fold(sheet, |sheet, (title, holders)| {
        sheet.figures(title, groups.iter().map(|waiters| share(waiters, &holders)))
    });
    let note = "Shares of all waiting for the lock. Rows: what a process wanted the lock for; columns: what others held it for \
                meanwhile, their sums in the last row. Holders in shared mode split the blame.";
    let name = &analysis.study.variants[worst].name;
    let caption = format!("Who waits for whom at the {}: “{name}”, where the wait is longest", kind.name());
    Some(sheet.into_block(&format!("blame-{}", kind.name().replace(' ', "-")), &caption, note))
}
