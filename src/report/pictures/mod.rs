//! Pictures: SVG by plotters, then made fit for pages that are light, dark or narrow, and for readers who listen or point.
//!
//! Each is drawn twice, for a page and for a phone: letters keep their size. A picture has no title, as its caption says what
//! it shows, but axes have one each, with their unit. All values of a mark stand in its title; marks of a variant carry its
//! place.

mod agreement;
mod bars;
mod canvas;
mod forest;
mod letters;
mod line_axes;
mod lines;
mod palette;
mod scale;
mod svg;
mod tornado;

#[cfg(test)]
mod legible;
#[cfg(test)]
pub(super) use legible::assert_legible;

pub(super) use agreement::{Agreement, Mark, agreement};
pub(super) use bars::{Bars, Row as BarRow, bars};
pub(super) use canvas::{Fault, Width};
pub(super) use forest::{Axis as ForestAxis, Row as ForestRow, forest};
pub(super) use lines::{Line, Lines, Panel, Point, lines};
pub(super) use palette::{CURVES_MAX, Colour, of_account, of_activity, of_curve, of_instrument, of_lock, rest};
pub(super) use tornado::{Row as TornadoRow, Tornado, tornado};

/// A picture for a page and for a phone.
#[derive(Debug, Clone)]
pub(super) struct Drawn {
    pub(super) wide: String,
    pub(super) narrow: String,
}

/// Draws for both.
pub(super) fn both(draw: impl Fn(Width) -> Result<String, Fault>) -> Result<Drawn, Fault> {
    Ok(Drawn { wide: draw(Width::Wide)?, narrow: draw(Width::Narrow)? })
}
