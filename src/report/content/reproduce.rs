//! How to do it again: the run's id, the program, the command, the machine, and the order of the runs.

use crate::lab::{Analysis, Study};
use crate::report::document::Block;
use crate::report::{conditions, tables, to_results};
use sha2::{Digest, Sha256};

/// The id of a run: the first of the digits that its results come to, `7f3a·c19e`.
pub(in crate::report) fn run_id(analysis: &Analysis) -> String {
    let digest = Sha256::digest(to_results(analysis).unwrap_or_default());
    let pairs = |from: usize| digest.iter().skip(from).take(2).map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("{}·{}", pairs(0), pairs(2))
}

/// The program that ran it: its commit if that is known, else its version.
pub(in crate::report) fn program(study: &Study) -> String {
    let provenance = &study.provenance;
    match provenance.commit.as_deref().map(|commit| commit.get(..10).unwrap_or(commit)) {
        Some(commit) if provenance.is_clean == Some(false) => format!("commit {commit} with changes"),
        Some(commit) => format!("commit {commit}"),
        None => format!("jqlab {}", provenance.version),
    }
}

pub(super) fn blocks(analysis: &Analysis) -> Vec<Block> {
    let study = &analysis.study;
    let mut blocks = vec![Block::Code(study.command.clone())];
    blocks.push(tables::facts(analysis, &run_id(analysis)));
    blocks.push(Block::text(
        "`jqlab report results.json` draws this report again without running anything. A run with `--rows` also writes a row for each \
         job into `jobs.csv`.",
    ));
    blocks.extend(conditions::loads(analysis).map(Block::text));
    blocks.extend(tables::order(analysis));
    blocks
}
