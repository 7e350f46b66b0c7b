//! Results side by side.

use super::{columns, effect_of};
use crate::lab::Compared;
use crate::lab::compare::{Beside, ComparedRow};
use crate::report::document::{Block, Page, Row, Table};
use crate::report::figures::{self, Quantity};
use crate::report::words;

/// A page on results side by side.
#[must_use]
pub fn compared_page(found: &Compared) -> Page {
    let title = format!("Against {}", found.against);
    let mut blocks = vec![Block::heading(1, title.clone())];
    found.others.iter().enumerate().for_each(|(place, other)| section(found, place, other, &mut blocks));
    Page { title, variants: Vec::new(), blocks }
}

fn section(found: &Compared, place: usize, other: &Beside, blocks: &mut Vec<Block>) {
    blocks.push(Block::heading(2, other.name.clone()));
    for obstacle in &other.obstacles {
        blocks.push(Block::text(format!("Forced, although {obstacle}.")));
    }
    if other.differences.is_empty() {
        blocks.push(Block::text("Nothing else differs: neither commit, versions, machine nor profile."));
    } else {
        let rows = other.differences.iter().map(|of| vec![of.what.clone(), of.first.clone(), of.other.clone()]);
        blocks.push(Block::table(&["What differs", &found.against, &other.name], rows.collect(), ""));
    }
    let rows = other.rows.iter().map(row);
    let method = match other.is_paired {
        true => "by pairs of blocks, which had the same random numbers (Student’s t)",
        false => "of independent blocks (Welch’s t)",
    };
    let note = format!(
        "Ratios {method}, with 95 % intervals. A regression is worse by more than {}, surely so after Holm’s correction for all {} \
         comparisons.",
        figures::percent(found.margin),
        found.others.iter().map(|other| other.rows.len()).sum::<usize>(),
    );
    let columns = columns(&["Variant", "Measure"], ["First", "Other", "Change", ""].map(str::to_owned));
    let table =
        Table::new(format!("compared-{}", place + 1), format!("{} against {}.", other.name, found.against), columns);
    blocks.push(table.rows(rows).note(note).into());
    for change in &other.verdicts {
        let (first, now) = (words::verdict(change.first), words::verdict(change.other));
        blocks.push(Block::text(format!("Verdict changed, {first} → {now}: “{}”", change.quote)));
    }
}

fn row(row: &ComparedRow) -> Row {
    let quantity = Quantity::of(&row.measure);
    let ends = row.effect.and_then(|effect| effect.low.zip(effect.high));
    let class = row.class.as_ref().map_or_else(String::new, |class| format!(" of {class}"));
    let mark = if row.is_regression { "REGRESSION" } else { "" };
    Row::from(vec![
        row.variant.clone(),
        format!("{}{class}", row.measure),
        figures::point(row.first, quantity),
        figures::point(row.other, quantity),
        effect_of(row.effect.as_ref(), ends, &row.measure),
        mark.to_owned(),
    ])
}
