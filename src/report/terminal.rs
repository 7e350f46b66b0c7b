//! The short table that a run prints.

use super::figures::{estimate, number, point, time};
use crate::actors::accounting::Account;
use crate::lab::statistics::Bounds;
use crate::lab::{Analysis, doubts};
use comfy_table::{CellAlignment, Table, presets};

/// One row for each variant, and what the marks mean.
#[must_use]
pub fn terminal_table(analysis: &Analysis) -> String {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    table.set_header([
        "variant",
        "jobs",
        "jobs/s",
        "mean sojourn (95 %)",
        "p95",
        "p99",
        "dependency check",
        "most time in",
        "",
    ]);
    let doubts = doubts::of_variants(analysis);
    for (variant, info) in analysis.study.variants.iter().enumerate() {
        let group = |figure: &dyn Fn(&crate::lab::summary::GroupSummary) -> Option<f64>| {
            analysis.group_estimate(variant, 0, figure)
        };
        let jobs: u64 = analysis.runs_of(variant).filter_map(|run| run.groups.first()).map(|jobs| jobs.sojourn.n).sum();
        let ledger = analysis.ledger(variant, 0);
        let biggest = Account::ALL
            .into_iter()
            .filter(|account| ledger[*account as usize] > 0.0)
            .max_by(|one, other| ledger[*one as usize].total_cmp(&ledger[*other as usize]));
        let check = analysis.check_estimate(variant, Bounds::NonNegative, |checks| Some(checks.whole.mean_ns));
        let marks: String = doubts.iter().filter(|doubt| doubt.variant == variant).map(|doubt| doubt.mark).collect();
        table.add_row([
            info.name.clone(),
            jobs.to_string(),
            point(group(&|jobs| jobs.throughput_per_s), number),
            estimate(group(&|jobs| Some(jobs.sojourn.mean_ns)), time),
            point(group(&|jobs| Some(jobs.sojourn.p95_ns as f64)), time),
            point(group(&|jobs| Some(jobs.sojourn.p99_ns as f64)), time),
            point(check, time),
            biggest.map_or_else(String::new, |account| account.name().to_owned()),
            marks,
        ]);
    }
    for column in 1..7 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text: String = table.to_string().lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let mut marks: Vec<(char, String)> = doubts.into_iter().map(|doubt| (doubt.mark, meaning(doubt.mark))).collect();
    marks.sort();
    marks.dedup();
    for (mark, meaning) in marks {
        text.push_str(&format!("{mark} {meaning}\n"));
    }
    text
}

/// What a mark means, whatever the variant.
pub(super) fn meaning(mark: char) -> String {
    match mark {
        'f' => "few samples for a p99",
        's' => "saturation: sojourns grew towards the end",
        'n' => "noise: replications scatter",
        'w' => "no steady state found",
        'm' => "mailboxes matter",
        _ => "no sound run",
    }
    .to_owned()
}
