//! The pictures of a report: what each shows of an analysis.

use super::document::{Block, Line, Picture};
use super::figures::Quantity::{Number, Time};
use super::pictures::{Bars, Curve, Drawn, PALETTE, REST, RGBColor, account_colour, percentile_curves, stacked_bars};
use super::tables;
use crate::actors::accounting::Account;
use crate::actors::accounting::LockKind;
use crate::actors::locks::Activity;
use crate::lab::statistics::Bounds;
use crate::lab::summary::{CheckSummary, RunSummary};
use crate::lab::{Analysis, Group};
use std::collections::BTreeMap;

/// Most accounts with a colour of their own in a bar.
const ACCOUNTS_MAX: usize = 11;
/// What a dependency check is made of: never among the rest, as it is what studies ask about.
const OF_CHECKS: [Account; 4] = [Account::DependencyLock, Account::Read, Account::Parse, Account::Build];
/// A curve ends where fewer jobs than this are slower: what is beyond is chance.
const SLOWER_MIN: f64 = 5.0;
/// Most curves in one picture.
const CURVES_MAX: usize = 6;
/// Percentiles of a curve, as shares.
const SHARES: [f64; 22] = [
    0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.825, 0.85, 0.875, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99, 0.993,
    0.995, 0.998, 0.999,
];

/// A picture, or the reason why there is none: a bug that must not cost the rest of the report.
fn picture(file: &str, caption: &str, drawn: Drawn) -> Block {
    match drawn {
        Ok(svg) => {
            let stem = file.trim_end_matches(".svg");
            Block::Picture(Picture {
                anchor: format!("figure-{stem}"),
                stem: stem.to_owned(),
                alt: caption.to_owned(),
                caption: caption.into(),
                note: Line::new(),
                wide: svg.clone(),
                narrow: svg,
                is_beside: false,
            })
        }
        Err(error) => Block::text(format!("({file} could not be drawn: {error})")),
    }
}

/// Where time went: the accounts that matter, each with a colour of its own, and the rest together.
pub(super) fn ledger(analysis: &Analysis) -> Block {
    let ledgers: Vec<Vec<f64>> =
        (0..analysis.study.variants.len()).map(|variant| analysis.ledger(variant, Group::All)).collect();
    let (shown, rest) = shown_accounts(tables::used_accounts(analysis), &ledgers);
    let rest_name = format!("rest of {} accounts", rest.len());
    let rest_of = |ledger: &[f64]| rest.iter().map(|account| ledger[*account as usize]).sum::<f64>();
    let rows = tables::names(analysis).map(|(variant, name)| {
        let ledger = &ledgers[variant];
        let parts = shown.iter().map(|account| ledger[*account as usize]);
        (name, parts.chain((!rest.is_empty()).then(|| rest_of(ledger))).collect())
    });
    let series = shown.iter().map(|account| (account.name(), account_colour(*account)));
    let bars = Bars {
        title: "Mean time per job, by account",
        axis: "mean time per job",
        rows: rows.collect(),
        series: series.chain((!rest.is_empty()).then_some((rest_name.as_str(), REST))).collect(),
        quantity: Time,
    };
    picture("ledger.svg", "Mean sojourn time of a job, by what it went into, for each variant.", stacked_bars(&bars))
}

/// Those of the `used` accounts that have a colour of their own, and the rest: what checks are made of, and of the others
/// the heaviest. A rest of one account would hide its name for nothing.
fn shown_accounts(used: Vec<Account>, ledgers: &[Vec<f64>]) -> (Vec<Account>, Vec<Account>) {
    if used.len() <= ACCOUNTS_MAX + 1 {
        return (used, Vec::new());
    }
    let weight = |account: &Account| {
        ledgers.iter().map(|ledger| ledger[*account as usize] / ledger.iter().sum::<f64>().max(1.0)).sum::<f64>()
    };
    let is_of_checks = |account: &Account| OF_CHECKS.contains(account);
    let mut by_weight = used.clone();
    by_weight
        .sort_by(|one, other| is_of_checks(other).cmp(&is_of_checks(one)).then(weight(other).total_cmp(&weight(one))));
    by_weight.truncate(ACCOUNTS_MAX);
    used.into_iter().partition(|account| by_weight.contains(account))
}

/// Curves of the sojourn times of all variants, those together that differ in as little as may be.
pub(super) fn curves(analysis: &Analysis) -> Vec<Block> {
    let curves: BTreeMap<usize, Curve> = tables::names(analysis)
        .filter_map(|(variant, name)| {
            let histogram = analysis.sojourns(variant, Group::All);
            let is_known = |share: &&f64| (1.0 - **share) * histogram.len() as f64 >= SLOWER_MIN;
            let points = SHARES.iter().filter(is_known);
            let points = points.map(|share| (*share, histogram.value_at_quantile(*share) as f64));
            (!histogram.is_empty()).then(|| (variant, (name, points.collect())))
        })
        .collect();
    let panels = panels(analysis, curves.keys().copied().collect());
    let draw = |(place, panel): (usize, &Vec<usize>)| {
        let mut of_panel: Vec<Curve> = panel.iter().map(|variant| curves[variant].clone()).collect();
        let common = take_common_part(&mut of_panel);
        let (file, of) = match panels.len() {
            1 => ("percentiles.svg".to_owned(), String::new()),
            _ if common.is_empty() => (format!("percentiles-{}.svg", place + 1), String::new()),
            _ => (format!("percentiles-{}.svg", place + 1), format!(" with {common}")),
        };
        let drawn = percentile_curves(
            &format!("Sojourn times{of}: the share of jobs that are at least as fast"),
            "sojourn time",
            &of_panel,
            Time,
        );
        let caption = format!(
            "Percentiles of the sojourn time{of}, all replications together, as far as five jobs are slower. Both axes are logarithmic."
        );
        picture(&file, &caption, drawn)
    };
    panels.iter().enumerate().map(draw).collect()
}

/// Variants by picture. Where some setting divides them into parts that are small enough, those with the same value are
/// together, by the setting that needs the fewest pictures; else as many as fit, in the order of the scenario.
fn panels(analysis: &Analysis, variants: Vec<usize>) -> Vec<Vec<usize>> {
    if variants.len() <= CURVES_MAX {
        return if variants.is_empty() { Vec::new() } else { vec![variants] };
    }
    let changes = |variant: &usize| &analysis.study.variants[*variant].changes;
    let mut keys: Vec<&str> = variants.iter().flat_map(changes).map(|(key, _)| key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    let by = |keys: &[&str]| -> Vec<Vec<usize>> {
        let mut parts: Vec<(Vec<Option<&str>>, Vec<usize>)> = Vec::new();
        for variant in &variants {
            let value = |key: &&str| {
                let change = changes(variant).iter().find(|(other, _)| other == key);
                change.map(|(_, value)| value.as_str())
            };
            let values: Vec<Option<&str>> = keys.iter().map(value).collect();
            match parts.iter_mut().find(|(other, _)| *other == values) {
                Some((_, part)) => part.push(*variant),
                None => parts.push((values, vec![*variant])),
            }
        }
        parts.into_iter().map(|(_, part)| part).collect()
    };
    let singles = keys.iter().map(|key| by(&[key]));
    let pairs = keys.iter().enumerate().flat_map(|(place, one)| keys[..place].iter().map(|other| by(&[one, other])));
    let fits = |parts: &Vec<Vec<usize>>| parts.iter().all(|part| (2..=CURVES_MAX).contains(&part.len()));
    singles.chain(pairs).filter(fits).min_by_key(Vec::len).unwrap_or_else(|| {
        let count = variants.len().div_ceil(CURVES_MAX);
        variants.chunks(variants.len().div_ceil(count)).map(<[usize]>::to_vec).collect()
    })
}

/// Takes out of the names what all of them say, between the dots of a matrix, and returns it.
fn take_common_part(curves: &mut [Curve]) -> String {
    const DOT: &str = " · ";
    let parts = |name: &str| name.split(DOT).map(str::to_owned).collect::<Vec<_>>();
    let [(first, _), rest @ ..] = &*curves else { return String::new() };
    if rest.is_empty() {
        return String::new();
    }
    let mut common = parts(first);
    common.retain(|part| rest.iter().all(|(name, _)| parts(name).contains(part)));
    for (name, _) in &mut *curves {
        let own: Vec<String> = parts(name).into_iter().filter(|part| !common.contains(part)).collect();
        if !own.is_empty() {
            *name = own.join(DOT);
        }
    }
    common.join(DOT)
}

/// What a dependency check is made of.
pub(super) fn checks(analysis: &Analysis) -> Block {
    let figures: [fn(&CheckSummary) -> f64; 5] = [
        |checks| checks.dependency_lock.mean_ns,
        |checks| checks.read.mean_ns,
        |checks| checks.parse.mean_ns,
        |checks| checks.build.mean_ns,
        CheckSummary::rest_ns,
    ];
    let rows = tables::names(analysis).filter_map(|(variant, name)| {
        let mean = |figure: &fn(&CheckSummary) -> f64| {
            analysis.check_estimate(variant, Bounds::NonNegative, |checks| Some(figure(checks))).map(|mean| mean.point)
        };
        Some((name, figures.iter().map(mean).collect::<Option<Vec<f64>>>()?))
    });
    let names = ["wait for the dependency lock", "read", "parse", "build", "messages, waiting for a core"];
    let colours = OF_CHECKS.into_iter().map(account_colour).chain([REST]);
    let bars = Bars {
        title: "Mean time of a dependency check",
        axis: "mean time per check",
        rows: rows.collect(),
        series: names.into_iter().zip(colours).collect(),
        quantity: Time,
    };
    picture("checks.svg", "What a dependency check is made of, for each variant that makes any.", stacked_bars(&bars))
}

/// How many workers read at the same time; none if no two ever did, as there is nothing to be seen then.
pub(super) fn readers(analysis: &Analysis) -> Option<Block> {
    let rows: Vec<(String, Vec<f64>)> = tables::names(analysis)
        .filter_map(|(variant, name)| {
            let mean = analysis.check_estimate(variant, Bounds::NonNegative, |checks| Some(checks.readers?.mean))?;
            Some((name, vec![mean.point]))
        })
        .collect();
    let peaks = analysis.runs.iter().filter_map(|run| Some(run.checks.as_ref()?.readers?.peak));
    if peaks.max().is_none_or(|peak| peak < 2) {
        return None;
    }
    let bars = Bars {
        title: "Workers that read a dependency at the same time, mean while any does",
        axis: "workers",
        rows,
        series: vec![("readers at once", account_colour(Account::Read))],
        quantity: Number,
    };
    let caption = "Readers at once, for each variant: 1.00 means that no two reads ever overlapped.";
    Some(picture("readers.svg", caption, stacked_bars(&bars)))
}

/// Jobs that ended in a run, those of its warm-up included.
fn jobs_of(run: &RunSummary) -> f64 {
    let counted = run.groups.first().map_or(0, |jobs| jobs.sojourn.n);
    (counted + run.cut as u64).max(1) as f64
}

/// A lock has the colour of the account that waits for it; opcode locks share an account, but not a colour.
const fn lock_colour(kind: LockKind) -> RGBColor {
    match kind {
        LockKind::Queue => account_colour(Account::QueueLock),
        LockKind::Dependency => account_colour(Account::DependencyLock),
        LockKind::Instance => account_colour(Account::OpcodeLocks),
        LockKind::Cluster => PALETTE[6],
        LockKind::Node => PALETTE[7],
    }
}

/// All waiting for locks.
pub(super) fn waits(analysis: &Analysis) -> Block {
    let kinds: Vec<LockKind> =
        LockKind::ALL.into_iter().filter(|kind| analysis.runs.iter().any(|run| run.locks.contains_key(kind))).collect();
    let rows = tables::names(analysis).map(|(variant, name)| {
        let wait = |kind: &LockKind| {
            let per_job = |run: &RunSummary| {
                let lock = run.locks.get(kind)?;
                Some(lock.wait.mean_ns * (lock.shared + lock.exclusive) as f64 / jobs_of(run))
            };
            analysis.estimate(variant, Bounds::NonNegative, per_job).map_or(0.0, |mean| mean.point)
        };
        (name, kinds.iter().map(wait).collect())
    });
    let bars = Bars {
        title: "Waiting for locks, per job",
        axis: "waiting per job",
        rows: rows.collect(),
        series: kinds.iter().map(|kind| (kind.name(), lock_colour(*kind))).collect(),
        quantity: Time,
    };
    let caption =
        "All waiting for locks, of jobs and of clients, by kind of lock and per job. Whole runs, warm-up included.";
    picture("locks.svg", caption, stacked_bars(&bars))
}

/// What others held the queue lock for while a process waited.
pub(super) fn blame(analysis: &Analysis) -> Block {
    let held = |variant: usize, holder: usize| {
        let per_job = |run: &RunSummary| {
            let lock = run.locks.get(&LockKind::Queue)?;
            let blamed: u64 = lock.blame_ns.iter().filter_map(|row| row.get(holder)).sum();
            Some(blamed as f64 / jobs_of(run))
        };
        analysis.estimate(variant, Bounds::NonNegative, per_job).map_or(0.0, |mean| mean.point)
    };
    let variants = 0..analysis.study.variants.len();
    let holders: Vec<usize> = (0..Activity::ALL.len())
        .filter(|holder| variants.clone().any(|variant| held(variant, *holder) > 0.0))
        .collect();
    let rows = tables::names(analysis);
    let rows = rows.map(|(variant, name)| (name, holders.iter().map(|holder| held(variant, *holder)).collect()));
    let colours = PALETTE.into_iter().cycle();
    let bars = Bars {
        title: "Waiting for the queue lock per job, by what others held it for",
        axis: "waiting per job",
        rows: rows.collect(),
        series: holders.iter().map(|holder| Activity::ALL[*holder].name()).zip(colours).collect(),
        quantity: Time,
    };
    let caption =
        "The blame for waits at the queue lock. Holders in shared mode split it. Whole runs, warm-up included.";
    picture("blame.svg", caption, stacked_bars(&bars))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::VariantInfo;
    use crate::report::sample;

    fn of_matrix(keys: [(&str, usize); 2]) -> Analysis {
        let mut analysis = sample::analysis();
        let [(outer, many), (inner, few)] = keys;
        let changes = (0..many).flat_map(|one| {
            (0..few).map(move |other| vec![(outer.to_owned(), one.to_string()), (inner.to_owned(), other.to_string())])
        });
        let info = |changes| VariantInfo {
            name: String::new(),
            changes,
            compare_with: None,
            point: 0,
            swept: Vec::new(),
            role: None,
        };
        analysis.study.variants = changes.map(info).collect();
        analysis
    }

    #[test]
    fn curves_that_differ_in_one_setting_stand_together() {
        let by_file = panels(&of_matrix([("shape", 6), ("file", 3)]), (0..18).collect());
        assert_eq!(by_file, [[0, 3, 6, 9, 12, 15], [1, 4, 7, 10, 13, 16], [2, 5, 8, 11, 14, 17]]);
        let in_order = panels(&of_matrix([("shape", 7), ("file", 1)]), (0..7).collect());
        assert_eq!(in_order, [vec![0, 1, 2, 3], vec![4, 5, 6]]);
        assert_eq!(panels(&of_matrix([("shape", 2), ("file", 2)]), vec![0, 1, 3]), [[0, 1, 3]]);
        assert_eq!(panels(&of_matrix([("shape", 2), ("file", 2)]), Vec::new()), [[0; 0]; 0]);
    }

    #[test]
    fn what_all_names_of_a_picture_say_is_said_once() {
        let curves = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), Vec::new())).collect::<Vec<Curve>>();
        let mut sizes = curves(&["chain · 1KB · workers 4", "fan-in · 1KB · workers 4"]);
        assert_eq!(take_common_part(&mut sizes), "1KB · workers 4");
        assert_eq!(sizes, curves(&["chain", "fan-in"]));
        let mut unlike = curves(&["chain", "fan-in"]);
        assert_eq!(take_common_part(&mut unlike), "");
        let mut alone = curves(&["chain · 1KB"]);
        assert_eq!((take_common_part(&mut alone), alone), (String::new(), curves(&["chain · 1KB"])));
    }

    #[test]
    fn what_checks_are_made_of_is_never_among_the_rest() {
        // The larger its number, the heavier an account is; those of checks are nothing beside it.
        let weight =
            |account: &Account| if OF_CHECKS.contains(account) { 0.001 } else { *account as usize as f64 + 1.0 };
        let ledger: Vec<f64> = Account::ALL.iter().map(weight).collect();
        let (shown, rest) = shown_accounts(Account::ALL.to_vec(), &[ledger]);
        assert_eq!((shown.len(), shown.len() + rest.len()), (ACCOUNTS_MAX, Account::ALL.len()));
        assert!(OF_CHECKS.iter().all(|account| shown.contains(account)));
        assert!(shown.is_sorted() && rest.is_sorted() && rest.contains(&Account::ALL[0]));
    }
}
