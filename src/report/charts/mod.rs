//! The pictures of a report: what each shows of an analysis.
//!
//! Each function gives a picture, or none where there is nothing to be seen: no figures, or the same in every bar.

mod costs;
mod effects;
mod growth;
mod ledger;
mod locks;
mod spread;
#[cfg(test)]
mod tests;

pub(super) use costs::{checks, doses, tornado};
pub(super) use effects::forest;
pub(super) use growth::growth;
pub(super) use ledger::ledger;
pub(super) use locks::{blame, readers, waits};
pub(super) use spread::curves;

use super::document::{Block, Line, Picture};
use super::pictures::{BarRow, Drawn, Fault};
use crate::lab::{Analysis, Estimate, Study};

/// So many bars need no headings.
const UNGROUPED_MAX: usize = 4;

/// What is said of a picture, apart from what it shows.
struct Said {
    /// Of its file, without the ending.
    stem: String,
    /// The finding, for those who do not see it.
    alt: String,
    /// What is shown.
    caption: String,
    /// What its marks mean; may be empty.
    note: String,
}

/// A picture, or the reason why there is none: a bug that must not cost the rest of the report.
fn picture(said: Said, drawn: Result<Drawn, Fault>) -> Block {
    let Said { stem, alt, caption, note } = said;
    match drawn {
        Ok(Drawn { wide, narrow }) => Block::Picture(Picture {
            anchor: format!("figure-{stem}"),
            stem,
            alt,
            caption: caption.into(),
            note: if note.is_empty() { Line::new() } else { note.into() },
            wide,
            narrow,
            is_beside: false,
        }),
        Err(error) => Block::text(format!("({stem} could not be drawn: {error})")),
    }
}

/// A variant by its name, and its role if it alone has that.
fn name(study: &Study, place: usize) -> String {
    let Some(variant) = study.variants.get(place) else { return "?".to_owned() };
    let is_alone = |role| study.variants.iter().filter(|other| other.role == Some(role)).count() == 1;
    match variant.role {
        Some(role) if is_alone(role) && !variant.name.contains(role.name()) => {
            format!("{} ({})", variant.name, role.name())
        }
        _ => variant.name.clone(),
    }
}

/// The level of intervals: `95 %`, `97.8 %`.
fn level(analysis: &Analysis) -> String {
    let tenths = (analysis.findings.level * 1000.0).round() / 10.0;
    format!("{tenths} %")
}

/// Places and names of the variants.
fn names(study: &Study) -> impl Iterator<Item = (usize, String)> {
    (0..study.variants.len()).map(|variant| (variant, name(study, variant)))
}

/// Bars below headings, where there are many and they are points of a matrix: what neighbours have in common is said once.
fn below_headings(rows: Vec<BarRow>) -> Vec<BarRow> {
    const DOT: &str = " · ";
    let apart = |row: &BarRow| row.name.rsplit_once(DOT).map(|(lead, last)| (lead.to_owned(), last.to_owned()));
    let parts: Option<Vec<(String, String)>> = rows.iter().map(apart).collect();
    let Some(parts) = parts.filter(|_| rows.len() > UNGROUPED_MAX) else { return rows };
    let groups = parts.chunk_by(|(one, _), (other, _)| one == other).count();
    if groups * 2 > rows.len() {
        return rows;
    }
    let mut above = String::new();
    let below = |(row, (lead, last)): (BarRow, (String, String))| {
        let heading = if lead == above { String::new() } else { lead.clone() };
        above = lead;
        BarRow { heading, name: last, ..row }
    };
    rows.into_iter().zip(parts).map(below).collect()
}

/// Both ends of an interval.
fn ends(estimate: &Estimate) -> Option<(f64, f64)> {
    estimate.low.zip(estimate.high)
}
