//! The first page: the answer, the claims with their verdicts, and what shows them. It prints on two sheets at most.

use super::reproduce;
use crate::lab::Analysis;
use crate::report::document::{Block, Line};
use crate::report::figures::percent_in_short;
use crate::report::{answer, charts, conditions, tables, words};
use crate::scenario::Runtime;
use crate::units::counted;

/// Anchor of the threats in full.
pub(super) const THREATS: &str = "threats";
/// Anchor of how to do it again.
pub(super) const REPRODUCE: &str = "reproduce";

/// So many fitted laws are told in a caption.
const FITS_MAX: usize = 4;

pub(super) fn blocks(analysis: &Analysis) -> Vec<Block> {
    let study = &analysis.study;
    let mut blocks = vec![Block::Meta(meta(analysis)), Block::heading(1, study.title.clone())];
    let source = [study.question.as_str(), study.source.as_str()].into_iter().filter(|text| !text.is_empty());
    let source: Vec<&str> = source.collect();
    if !source.is_empty() {
        blocks.push(Block::Aside(source.join(" · ").into()));
    }
    let (verdict, line) = answer::answer(analysis);
    let tally = answer::tally(analysis).map(|tally| Line::new().small(tally));
    let lines = std::iter::once(line).chain(tally.filter(|_| study.claims.len() > 1)).collect();
    blocks.push(Block::Answer(verdict.map(words::tone), lines));
    blocks.push(Block::Aside(conditions::at_a_glance(analysis).into()));
    if let Some(claims) = tables::claims(analysis) {
        blocks.extend([Block::heading(2, "Claims"), claims]);
    }
    blocks.extend(charts::forest(analysis).map(|picture| with_control(picture, analysis)));
    if let Some(decision) = tables::decision(analysis) {
        blocks.extend([Block::heading(2, "Which design?"), decision]);
    }
    blocks.extend(charts::checks(analysis));
    blocks.extend(charts::growth(analysis).into_iter().take(1).map(|picture| with_fits(picture, analysis)));
    if study.claims.is_empty() {
        blocks.extend([Block::heading(2, "What was measured"), tables::variants(analysis)]);
    }
    blocks.push(Block::heading(2, "Before you cite this"));
    let links = Line::new().link("All threats", THREATS).text(" · ").link("Reproduce", REPRODUCE);
    blocks.push(Block::text(conditions::in_short(analysis).text(" ").then(links)));
    blocks.push(Block::Code(study.command.clone()));
    blocks
}

/// The picture of the claims with what identical designs differ by in its caption.
fn with_control(block: Block, analysis: &Analysis) -> Block {
    let (mut picture, control) = match (block, &analysis.findings.null_control) {
        // What differs from itself cannot tell how small a difference could be told.
        (Block::Picture(picture), Some(control)) if !conditions::is_unlike_itself(control) => (picture, control),
        (block, _) => return block,
    };
    picture.caption = picture
        .caption
        .text(" Same system twice: ±")
        .figure(percent_in_short(control.smallest_share), "findings.null_control.smallest_share")
        .text(", the smallest difference that this study can tell.");
    Block::Picture(picture)
}

/// The picture of growth with the fitted laws in its caption: `Fitted contention: as shipped 0.68 ± 0.05.`
fn with_fits(block: Block, analysis: &Analysis) -> Block {
    let Block::Picture(mut picture) = block else { return block };
    let fits = tables::fits(analysis).into_iter().take(FITS_MAX).enumerate();
    let told = fits.fold(Line::new(), |line, (place, (curve, contention))| {
        line.text(format!("{} {curve} ", if place == 0 { " Fitted contention:" } else { "," })).then(contention)
    });
    if !told.is_empty() {
        picture.caption = picture.caption.then(told).text(".");
    }
    Block::Picture(picture)
}

/// Run, date, runtime, blocks in so much time, commit.
fn meta(analysis: &Analysis) -> Line {
    let study = &analysis.study;
    let runtime = match (study.runtime, &analysis.prediction) {
        (Runtime::Live, None) => "measured live",
        (Runtime::Live, Some(_)) => "measured live, and predicted",
        (Runtime::Virtual, _) => "predicted in virtual time",
    };
    let blocks = analysis.findings.blocks.max(study.design_of_runs.blocks as usize);
    let took = study.design_of_runs.took_ns.map_or(String::new(), |ns| format!(" in {}", words::duration(ns)));
    let date = study.started.split(' ').next().unwrap_or_default();
    let line = Line::from("jqlab study · run ").strong(reproduce::run_id(analysis));
    let line = if date.is_empty() { line } else { line.text(format!(" · {date}")) };
    let line = line.text(format!(" · {runtime} · {}{took}", counted(blocks as u64, "block")));
    let line = line.text(format!(" · {}", reproduce::program(study)));
    if study.partial { line.text(" · ").strong("PARTIAL: stopped before its end") } else { line }
}
