//! Pages on what would be: sensitivity, capacity; and on results side by side. They are short enough for a terminal.

mod capacity;
mod compared;
mod sensitivity;

pub use capacity::capacity_page;
pub use compared::compared_page;
pub use sensitivity::sensitivity_page;

use super::document::{Column, Line};
use super::figures::{self, NOTHING};
use crate::lab::findings::Effect;
use crate::scenario::claim::Measure;

/// An effect with its interval, in one text.
fn effect_of(effect: Option<&Effect>, ends: Option<(f64, f64)>, measure: &Measure) -> String {
    let Some(effect) = effect else { return NOTHING.to_owned() };
    match figures::effect(effect, ends, measure) {
        (point, None) => point,
        (point, Some(ends)) => format!("{point} ({ends})"),
    }
}

fn columns(words: &[&str], figures: impl IntoIterator<Item = String>) -> Vec<Column> {
    let words = words.iter().map(|title| Column::words(Line::from(*title)));
    words.chain(figures.into_iter().map(Column::figures)).collect()
}
