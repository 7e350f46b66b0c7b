//! Jobs: how many, how long, and how variants differ.

use super::names;
use crate::actors::accounting::Account;
use crate::lab::doubts::{self, VariantDoubt};
use crate::lab::statistics::Bounds;
use crate::lab::summary::GroupSummary;
use crate::lab::{Analysis, Group};
use crate::report::document::Block;
use crate::report::figures::Quantity::{Number, Ratio, Time};
use crate::report::figures::{NOTHING, difference, estimate, point, whole};

/// The variants side by side.
pub(in crate::report) fn variants(analysis: &Analysis) -> Block {
    let doubts = doubts::of_variants(analysis);
    let rows = names(analysis).map(|(variant, name)| {
        let group = |figure: fn(&GroupSummary) -> Option<f64>| analysis.group_estimate(variant, Group::All, figure);
        let all = || analysis.runs_of(variant).filter_map(|run| run.groups.first());
        let jobs: u64 = all().map(|jobs| jobs.sojourn.n).sum();
        let unsuccessful: u64 = all().map(|jobs| jobs.unsuccessful).sum();
        vec![
            name,
            whole(jobs),
            point(group(|jobs| jobs.throughput_per_s), Number),
            estimate(group(|jobs| Some(jobs.sojourn.mean_ns)), Time),
            point(group(|jobs| Some(jobs.sojourn.p50_ns as f64)), Time),
            estimate(group(|jobs| Some(jobs.sojourn.p95_ns as f64)), Time),
            point(group(|jobs| Some(jobs.sojourn.p99_ns as f64)), Time),
            whole(unsuccessful),
            marks(&doubts, variant),
        ]
    });
    let head = ["variant", "jobs", "jobs per s", "mean sojourn", "p50", "p95", "p99", "not successful", "doubts"];
    let note = "Sojourn time: from the moment that a job was due to arrive to its last write. Means over replications, with 95 % t \
                intervals where there are three or more. The marks are explained under “Threats to validity”.";
    Block::table(&head, rows.collect(), note)
}

/// Each class of jobs of each variant; none if there is one class.
pub(in crate::report) fn classes(analysis: &Analysis) -> Option<Block> {
    if analysis.study.classes.len() < 2 {
        return None;
    }
    let mut rows = Vec::new();
    for (variant, name) in names(analysis) {
        for (number, class) in analysis.study.classes.iter().enumerate() {
            let group = |figure: fn(&GroupSummary) -> Option<f64>| {
                analysis.group_estimate(variant, Group::Class(number), figure)
            };
            let Some(mean) = group(|jobs| Some(jobs.sojourn.mean_ns)) else { continue };
            let of_class = analysis.runs_of(variant).filter_map(|run| run.groups.get(number + 1));
            let jobs: u64 = of_class.map(|jobs| jobs.sojourn.n).sum();
            let comparison = analysis.compare(variant, Group::Class(number));
            rows.push(vec![
                format!("{name}: {class}"),
                whole(jobs),
                estimate(Some(mean), Time),
                point(group(|jobs| Some(jobs.sojourn.p95_ns as f64)), Time),
                difference(comparison.map(|comparison| comparison.difference_ns), Time),
                estimate(comparison.and_then(|comparison| comparison.ratio), Ratio),
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
pub(in crate::report) fn comparisons(analysis: &Analysis) -> Option<Block> {
    let rows: Vec<Vec<String>> = names(analysis)
        .filter_map(|(variant, name)| {
            let comparison = analysis.compare(variant, Group::All)?;
            let change = comparison.account_difference_ns;
            Some(vec![
                name,
                analysis.study.variants[comparison.with].name.clone(),
                difference(Some(comparison.difference_ns), Time),
                estimate(comparison.ratio, Ratio),
                // What a difference is made of is worth saying only where there is one.
                match comparison.difference_ns.excludes(0.0) {
                    true => format!("{} {}", comparison.account.name(), Time.show_signed(change.point)),
                    false => NOTHING.to_owned(),
                },
            ])
        })
        .collect();
    let head = ["variant", "against", "difference of mean sojourn", "ratio", "most of it in"];
    let note = "Replications are paired by their random streams: arrivals and run times are the same unless a variant changes the \
                workload. Intervals: 95 % t, of the differences, and of the ratios on the log scale. The main contributing \
                account is named only where the interval excludes zero.";
    (!rows.is_empty()).then(|| Block::table(&head, rows, note))
}

/// The variants in short, for a terminal. Doubts stand beside the name.
pub(in crate::report) fn summary(analysis: &Analysis) -> Block {
    let doubts = doubts::of_variants(analysis);
    let rows = names(analysis).map(|(variant, name)| {
        let group = |figure: fn(&GroupSummary) -> Option<f64>| analysis.group_estimate(variant, Group::All, figure);
        let jobs: u64 = analysis.runs_of(variant).filter_map(|run| run.groups.first()).map(|jobs| jobs.sojourn.n).sum();
        let ledger = analysis.ledger(variant, Group::All);
        let biggest = Account::ALL
            .into_iter()
            .filter(|account| ledger[*account as usize] > 0.0)
            .max_by(|one, other| ledger[*one as usize].total_cmp(&ledger[*other as usize]));
        let check = analysis.check_estimate(variant, Bounds::NonNegative, |checks| Some(checks.whole.mean_ns));
        let marks = marks(&doubts, variant);
        vec![
            if marks.is_empty() { name } else { format!("{name} [{marks}]") },
            whole(jobs),
            point(group(|jobs| jobs.throughput_per_s), Number),
            estimate(group(|jobs| Some(jobs.sojourn.mean_ns)), Time),
            point(group(|jobs| Some(jobs.sojourn.p95_ns as f64)), Time),
            point(group(|jobs| Some(jobs.sojourn.p99_ns as f64)), Time),
            point(check, Time),
            biggest.map_or(NOTHING, Account::name).to_owned(),
        ]
    });
    let head = ["variant", "jobs", "jobs/s", "mean sojourn (95 %)", "p95", "p99", "check", "mostly in"];
    Block::table(&head, rows.collect(), "")
}

/// The marks of a variant's doubts.
fn marks(doubts: &[VariantDoubt], variant: usize) -> String {
    doubts.iter().filter(|doubt| doubt.variant == variant).map(|found| found.doubt.mark()).collect()
}
