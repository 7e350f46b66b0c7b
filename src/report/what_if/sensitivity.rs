//! What would change if a cost were another.

use super::{columns, effect_of};
use crate::lab::sensitivity::{EFFECT_MIN, Scaled};
use crate::lab::{Sensitivity, Study};
use crate::report::charts;
use crate::report::document::{Block, Page, Row, Table};
use crate::report::figures::{self, NOTHING, Quantity};
use crate::report::words;

/// A page on the sensitivity of a variant of `study`.
#[must_use]
pub fn sensitivity_page(study: &Study, found: &Sensitivity) -> Page {
    let title = format!("What would change: {}", study.title);
    let measure = found.measure.in_words(found.class, &study.classes);
    let variant = study.variants.get(found.variant).map_or("?", |variant| variant.name.as_str());
    let base = figures::estimate(Some(found.base), Quantity::of(&found.measure));
    let mut blocks = vec![
        Block::heading(1, title.clone()),
        Block::text(format!(
            "The {} of “{variant}” is {base}, in virtual time on “{}”. Each of the following is scaled alone, with the same random \
             numbers; the change is that of pairs of runs, {} replications of {} jobs each, with its 95 % interval.",
            words::measure(&found.measure),
            found.profile,
            found.replications,
            figures::whole(u64::from(found.jobs)),
        )),
    ];
    if found.partial {
        blocks.push(Block::text("PARTIAL: stopped before everything was scaled."));
    }
    blocks.extend(charts::tornado(study, found, "sensitivity"));
    if found.knobs.is_empty() {
        blocks.push(Block::text(format!("Nothing that was scaled changes the {measure}.")));
    } else {
        blocks.push(table(found).into());
    }
    if !found.without_effect.is_empty() {
        let names: Vec<&str> = found.without_effect.iter().map(String::as_str).collect();
        let least = figures::percent(EFFECT_MIN);
        blocks.push(Block::text(format!("No effect of {least} or more: {}.", names.join(", "))));
    }
    let held = "Holding a lock means all work of whoever holds it: the file operations that it begins there and, under locks of \
                opcodes, their running. What it waits for there, and messages, are not scaled.";
    if found.knobs.iter().any(|knob| knob.name.starts_with("holding")) {
        blocks.push(Block::Aside(held.into()));
    }
    Page { title, variants: Vec::new(), blocks }
}

/// One row for each knob, one column for each factor.
fn table(found: &Sensitivity) -> Table {
    let mut factors: Vec<Option<f64>> = Vec::new();
    for setting in found.knobs.iter().flat_map(|knob| &knob.settings) {
        if !factors.contains(&setting.factor) {
            factors.push(setting.factor);
        }
    }
    factors.sort_by(|one, other| one.unwrap_or(f64::INFINITY).total_cmp(&other.unwrap_or(f64::INFINITY)));
    let titles =
        factors.iter().map(|factor| factor.map_or_else(|| "unlimited".to_owned(), |factor| format!("× {factor}")));
    let row = |knob: &Scaled| {
        let cell = |factor: &Option<f64>| {
            let setting = knob.settings.iter().find(|setting| setting.factor == *factor);
            let effect = setting.and_then(|setting| setting.effect.as_ref());
            setting.map_or_else(
                || NOTHING.to_owned(),
                |_| effect_of(effect, effect.and_then(|effect| effect.low.zip(effect.high)), &found.measure),
            )
        };
        let now = if knob.now.is_empty() { NOTHING.to_owned() } else { knob.now.clone() };
        Row::from([knob.name.clone(), now].into_iter().chain(factors.iter().map(cell)).collect::<Vec<String>>())
    };
    let columns = columns(&["What is scaled", "Now"], titles);
    Table::new("sensitivity", "What the measure would be, against what it is, by the factor.", columns)
        .rows(found.knobs.iter().map(row))
}
