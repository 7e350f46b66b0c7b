//! The appendix: everything that was measured, and how.

use super::first_page::{REPRODUCE, THREATS};
use super::reproduce;
use crate::actors::accounting::LockKind;
use crate::lab::{Analysis, Validation};
use crate::report::document::{Block, Line};
use crate::report::{charts, conditions, tables, validation};

/// A part of the appendix, with the anchor of its heading.
struct Section {
    title: &'static str,
    anchor: &'static str,
    blocks: Vec<Block>,
}

fn section(title: &'static str, anchor: &'static str, blocks: impl IntoIterator<Item = Block>) -> Section {
    Section { title, anchor, blocks: blocks.into_iter().collect() }
}

pub(super) fn blocks(analysis: &Analysis, validation: Option<&Validation>) -> Vec<Block> {
    let sections = sections(analysis, validation).into_iter().filter(|section| !section.blocks.is_empty());
    let with_heading = |Section { title, anchor, blocks }: Section| {
        std::iter::once(Block::Heading(2, title.into(), anchor.into())).chain(blocks)
    };
    sections.flat_map(with_heading).collect()
}

fn sections(analysis: &Analysis, validation: Option<&Validation>) -> Vec<Section> {
    let has_claims = !analysis.study.claims.is_empty();
    // A study without claims has them on its first page.
    let variants = has_claims.then(|| tables::variants(analysis));
    let checks = charts::readers(analysis).into_iter().chain(tables::checks(analysis));
    let doses = charts::doses(analysis).into_iter().chain(tables::slopes(analysis));
    // The first picture is on the first page.
    let pictures = charts::growth(analysis).into_iter().skip(1);
    let growth = pictures.chain(tables::growth(analysis)).chain(tables::laws(analysis));
    let locks = charts::waits(analysis).into_iter().chain([tables::locks(analysis)]).chain(charts::blame(analysis));
    let blame = [LockKind::Queue, LockKind::Dependency].into_iter().filter_map(|kind| tables::blame(analysis, kind));
    vec![
        section("Every comparison", "comparisons", tables::contrasts(analysis)),
        section("Designs", "all-designs", tables::designs(analysis)),
        section("The variants side by side", "side-by-side", variants.into_iter().chain(tables::classes(analysis))),
        section("Where the time goes", "time", charts::ledger(analysis).into_iter().chain([tables::ledger(analysis)])),
        section("How sojourn times spread", "spread", charts::curves(analysis)),
        section("Dependency checks", "dependency-checks", checks.chain(doses)),
        section("Growth", "scaling", growth),
        section("Locks", "all-locks", locks.chain(blame)),
        section("Files", "all-files", [tables::files(analysis)]),
        section("Calls", "all-calls", [tables::calls(analysis)]),
        section("What would it change?", "what-if", what_if(analysis)),
        section("Predictions", "predictions", predictions(analysis, validation)),
        section("The instrument", "instrument", [Block::list(conditions::instrument(analysis))]),
        section("Before you cite this", THREATS, threats(analysis)),
        section("Reproduce", REPRODUCE, reproduce::blocks(analysis)),
    ]
}

fn predictions(analysis: &Analysis, validation: Option<&Validation>) -> Vec<Block> {
    let predicted = tables::predicted(analysis);
    predicted.into_iter().chain(validation.map(validation::section).into_iter().flatten()).collect()
}

/// What would change the study's measure, how much the variants bear, and what saturates them.
fn what_if(analysis: &Analysis) -> Vec<Block> {
    let study = &analysis.study;
    let sensitivity = analysis.sensitivity.iter().flat_map(|sensitivity| {
        charts::tornado(study, sensitivity, "sensitivity").into_iter().chain([tables::sensitivity(study, sensitivity)])
    });
    let capacity = analysis.capacity.iter().map(|capacity| tables::capacity(study, capacity));
    sensitivity.chain(capacity).chain(tables::saturations(study)).collect()
}

fn threats(analysis: &Analysis) -> Vec<Block> {
    let conditions::Threats { construct, external, conclusion } = conditions::threats(analysis);
    let part = |title: &str, points: Vec<Line>| [Block::heading(3, title), Block::List(points)];
    [
        part("Is what is measured what is meant?", construct),
        part("Does it hold elsewhere?", external),
        part("Could it be chance?", conclusion),
    ]
    .into_iter()
    .filter(|[_, list]| *list != Block::List(Vec::new()))
    .flatten()
    .collect()
}
