//! What stands in a report, and in which order.

use super::document::{Block, Page};
use super::{charts, conditions, sentences, tables, validation};
use crate::actors::accounting::LockKind;
use crate::lab::doubts;
use crate::lab::{Analysis, Validation};

/// The report of an analysis.
#[must_use]
pub(super) fn page(analysis: &Analysis, validation: Option<&Validation>) -> Page {
    let study = &analysis.study;
    let mut blocks = vec![Block::heading(1, study.title.clone())];
    if !study.question.is_empty() {
        blocks.push(Block::text(format!("Question: {}", study.question)));
    }
    if !study.source.is_empty() {
        blocks.push(Block::text(format!("Source: {}", study.source)));
    }
    blocks.push(Block::text(conditions::at_a_glance(analysis)));
    if study.partial {
        blocks.push(Block::text("PARTIAL: the study was stopped before its end."));
    }
    blocks.extend([Block::heading(2, "Answer"), Block::list(sentences::answer(analysis))]);
    claims(analysis, &mut blocks);
    blocks.extend([Block::heading(2, "The variants side by side"), tables::variants(analysis)]);
    blocks.extend(tables::comparisons(analysis));
    blocks.extend(tables::classes(analysis));
    blocks.push(Block::heading(2, "Where the time goes"));
    blocks.extend(charts::ledger(analysis));
    blocks.push(tables::ledger(analysis));
    blocks.push(Block::heading(2, "How sojourn times spread"));
    blocks.extend(charts::curves(analysis));
    if let Some(checks) = tables::checks(analysis) {
        blocks.push(Block::heading(2, "Dependency checks"));
        blocks.extend(charts::checks(analysis));
        blocks.extend(charts::readers(analysis));
        blocks.push(checks);
    }
    blocks.push(Block::heading(2, "Locks"));
    blocks.extend(charts::waits(analysis));
    blocks.push(tables::locks(analysis));
    blocks.extend(charts::blame(analysis));
    for kind in [LockKind::Queue, LockKind::Dependency] {
        if let Some((variant, blame)) = tables::blame(analysis, kind) {
            let title = format!("Who waits for whom at the {}: “{variant}”, where the wait is longest", kind.name());
            blocks.extend([Block::heading(3, title), blame]);
        }
    }
    blocks.extend([Block::heading(2, "Files"), tables::files(analysis)]);
    blocks.extend([Block::heading(2, "Calls"), tables::calls(analysis)]);
    blocks.extend(validation.map(validation::section).into_iter().flatten());
    blocks.extend([Block::heading(2, "The instrument"), Block::list(conditions::instrument(analysis))]);
    blocks.extend([Block::heading(2, "Threats to validity"), Block::list(conditions::threats(analysis))]);
    reproduce(analysis, &mut blocks);
    let variants = study.variants.iter().map(|variant| variant.name.clone()).collect();
    Page { title: study.title.clone(), variants, blocks }
}

fn claims(analysis: &Analysis, blocks: &mut Vec<Block>) {
    if analysis.study.claims.is_empty() {
        return;
    }
    blocks.push(Block::heading(2, "Claims"));
    blocks.push(Block::text("Recorded, with what would have to be measured; this version does not evaluate them."));
    for claim in &analysis.study.claims {
        blocks.push(Block::Quote(
            claim.quote.as_str().into(),
            format!("measure: {}; expected: {}", claim.measure, claim.expect.in_words(claim.measure.unit())).into(),
        ));
    }
}

/// What a terminal shows of it: the variants in short, and what their marks mean.
#[must_use]
pub(super) fn summary(analysis: &Analysis) -> Vec<Block> {
    let found = doubts::of_variants(analysis);
    let mut marks: Vec<(char, &str)> = found.iter().map(|found| (found.doubt.mark(), found.doubt.name())).collect();
    marks.sort_unstable();
    marks.dedup();
    let mut blocks = vec![tables::summary(analysis)];
    if !marks.is_empty() {
        blocks.push(Block::list(marks.into_iter().map(|(mark, name)| format!("{mark}: {name}"))));
    }
    blocks
}

fn reproduce(analysis: &Analysis, blocks: &mut Vec<Block>) {
    let study = &analysis.study;
    let started = if study.started.is_empty() { String::new() } else { format!("started    {}\n", study.started) };
    blocks.push(Block::heading(2, "Reproduce"));
    blocks.push(Block::Code(format!(
        "{}\n\nseed       {}\nscenario   sha256 {}\nruntime    {}\nversion    jqlab {}\n{started}",
        study.command,
        study.seed,
        study.scenario_hash,
        study.runtime.as_str(),
        study.provenance.version,
    )));
    blocks.push(Block::text(
        "`jqlab report results.json` draws this report again without running anything. A run with `--rows` also writes a row for each \
         job into `jobs.csv`.",
    ));
}
