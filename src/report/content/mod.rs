//! What stands in a report, and in which order: a first page that answers, and an appendix.

mod appendix;
mod first_page;
mod reproduce;

pub(super) use reproduce::{program, run_id};

use super::document::{Block, Page};
use super::tables;
use super::words;
use super::{answer, conditions};
use crate::lab::{Analysis, Validation};

/// So many columns can be read on a printed sheet.
const COLUMNS_MAX: usize = 12;

/// The report of an analysis.
#[must_use]
pub(super) fn page(analysis: &Analysis, validation: Option<&Validation>) -> Page {
    let study = &analysis.study;
    let mut blocks = first_page::blocks(analysis);
    blocks.push(Block::FirstPageEnd);
    blocks.extend(appendix::blocks(analysis, validation).into_iter().flat_map(in_columns_that_fit));
    let variants = study.variants.iter().map(|variant| variant.name.clone()).collect();
    Page { title: study.title.clone(), variants, blocks }
}

/// A table with more columns than fit on a sheet as several, of about as many each; anything else as it is.
fn in_columns_that_fit(block: Block) -> Vec<Block> {
    match block {
        Block::Table(table) if table.columns.len() > COLUMNS_MAX => {
            table.in_parts(COLUMNS_MAX).into_iter().map(Block::from).collect()
        }
        block => vec![block],
    }
}

/// What a terminal shows of it: answer, claims, and what to know before citing them.
#[must_use]
pub(super) fn summary(analysis: &Analysis) -> Vec<Block> {
    let (verdict, line) = answer::answer(analysis);
    let mut blocks = vec![Block::Answer(verdict.map(words::tone), vec![line])];
    match tables::claims_in_short(analysis) {
        Some(claims) => blocks.push(claims),
        None => blocks.push(tables::variants_in_short(analysis)),
    }
    blocks.push(Block::Aside(conditions::in_short(analysis)));
    blocks
}
