//! How much each variant bears.

use super::columns;
use crate::lab::capacity::{Found, VariantCapacity};
use crate::lab::{Capacity, Study};
use crate::report::document::{Block, Page, Row, Table};
use crate::report::figures::{self, NOTHING, Quantity};

/// A page on how much the variants of `study` bear.
#[must_use]
pub fn capacity_page(study: &Study, found: &Capacity) -> Page {
    let title = format!("How much it can bear: {}", study.title);
    let condition = found.condition.in_words(&study.classes);
    let mut blocks = vec![
        Block::heading(1, title.clone()),
        Block::text(format!(
            "The highest rate of arrivals at which {condition}, by bisection in virtual time to within {}: where it holds of all {} \
             replications of {} jobs together, with Student’s 95 % interval over the rates at which it holds of each alone.",
            figures::percent(found.precision),
            found.replications,
            figures::whole(u64::from(found.jobs)),
        )),
    ];
    if found.partial {
        blocks.push(Block::text("PARTIAL: stopped before all variants were done."));
    }
    let columns = columns(&["Variant", "Machine", "Beyond it"], ["Capacity, jobs/s".to_owned()]);
    let rows = found.variants.iter().map(|variant| row(study, variant));
    blocks.push(Table::new("capacity", format!("Jobs per second while {condition}."), columns).rows(rows).into());
    let replaced = found.variants.iter().filter_map(|variant| Some((variant.variant, variant.instead_of.as_ref()?)));
    blocks.extend(replaced.map(|(variant, instead)| {
        Block::text(format!("“{}”: Poisson arrivals in the place of: {instead}.", name(study, variant)))
    }));
    Page { title, variants: Vec::new(), blocks }
}

fn row(study: &Study, variant: &VariantCapacity) -> Row {
    let (beyond, capacity) = match variant.found {
        Found::Rate { capacity, is_saturation } => {
            let beyond = if is_saturation { "jobs outrun the queue" } else { "the condition fails" };
            (beyond.to_owned(), figures::estimate(Some(capacity), Quantity::Number))
        }
        Found::Never { at } => (format!("does not hold even at {} jobs/s", figures::number(at)), NOTHING.to_owned()),
        Found::Always { at } => ("still holds there".to_owned(), format!("> {}", figures::number(at))),
    };
    Row::from(vec![name(study, variant.variant).to_owned(), variant.profile.clone(), beyond, capacity])
}

fn name(study: &Study, variant: usize) -> &str {
    study.variants.get(variant).map_or("?", |variant| variant.name.as_str())
}
