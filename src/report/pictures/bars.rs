//! Stacked bars that lie: what a time is made of, or what it differs by.

use super::canvas::{Canvas, Done, Fault, Look, Plot, Width, draw, legend_height};
use super::letters::{LINE_HEIGHT, fit, width};
use super::palette::{Colour, GRID, INK, MUTED};
use super::scale::{Scale, drawable};
use crate::report::figures::Quantity;
use plotters::style::text_anchor::HPos;

/// Height of a bar.
const BAR: i32 = 20;
/// Most that names take of a wide picture.
const NAMES_MAX: i32 = 210;
/// Between the parts of a bar, where the page shows.
const GAP: i32 = 1;
/// Room for a heading above a bar.
const HEADING: i32 = LINE_HEIGHT + 8;
/// From the middle of a bar to the interval of the whole, which lies below it: values stand in the bar.
const INTERVAL: i32 = BAR / 2 + 3;
/// An interval that is hardly wider than its own ends says nothing.
const WHISKER_MIN: i32 = 4;
/// Below the bars: names of places, and the title of the axis.
const BOTTOM: i32 = 44;

/// A bar.
#[derive(Debug, Clone)]
pub(in crate::report) struct Row {
    /// What it and those below it have in common, above it; may be empty.
    pub(in crate::report) heading: String,
    /// What it is called.
    pub(in crate::report) name: String,
    /// Place of its variant.
    pub(in crate::report) variant: Option<usize>,
    /// A length for each series; those below nothing go the other way.
    pub(in crate::report) parts: Vec<f64>,
    /// The interval of the whole, if it has one.
    pub(in crate::report) interval: Option<(f64, f64)>,
    /// What stands behind the bar.
    pub(in crate::report) total: String,
}

/// What a picture of bars shows.
#[derive(Debug, Clone)]
pub(in crate::report) struct Bars {
    /// What the axis says, without its unit.
    pub(in crate::report) axis: String,
    /// What lengths are.
    pub(in crate::report) quantity: Quantity,
    /// Names and colours of the parts; one alone needs no legend.
    pub(in crate::report) series: Vec<(String, Colour)>,
    /// The bars, from top to bottom.
    pub(in crate::report) rows: Vec<Row>,
}

/// Where things stand, in pixels.
struct Layout {
    paper: Width,
    top: i32,
    /// Height of a row without a heading.
    pitch: i32,
    left: i32,
    right: i32,
}

impl Layout {
    fn of(bars: &Bars, legend: &[(String, Colour)], paper: Width) -> Self {
        let totals = bars.rows.iter().map(|row| width(&row.total)).max().unwrap_or(0);
        let names = bars.rows.iter().flat_map(|row| fit(&row.name, NAMES_MAX, 2).lines);
        let widest = names.map(|line| width(&line)).max().unwrap_or(0);
        let is_tall = bars.rows.iter().any(|row| fit(&row.name, NAMES_MAX, 2).lines.len() > 1);
        let (left, pitch) = match paper {
            Width::Narrow => (6, BAR + LINE_HEIGHT + 12),
            Width::Wide => (widest + 16, if is_tall { 2 * LINE_HEIGHT + 4 } else { BAR + 10 }),
        };
        let top = legend_height(paper.pixels() - 8, legend) + 4;
        Self { paper, top, pitch, left, right: paper.pixels() - totals - 14 }
    }

    /// The upper end of each row, below its heading, and the lower end of the last.
    fn tops(&self, rows: &[Row]) -> (Vec<i32>, i32) {
        let mut bottom = self.top;
        let mut top_of = |row: &Row| {
            let top = bottom + if row.heading.is_empty() { 0 } else { HEADING };
            bottom = top + self.pitch;
            top
        };
        (rows.iter().map(&mut top_of).collect(), bottom)
    }
}

/// Draws bars.
///
/// # Errors
/// Never in practice: it draws into memory.
pub(in crate::report) fn bars(bars: &Bars, alt: &str, paper: Width) -> Result<String, Fault> {
    let legend = if bars.series.len() > 1 { bars.series.clone() } else { Vec::new() };
    let layout = Layout::of(bars, &legend, paper);
    let (tops, bottom) = layout.tops(&bars.rows);
    draw(paper, bottom + BOTTOM, alt, |canvas| {
        canvas.legend((4, 2), paper.pixels() - 8, &legend)?;
        let (low, high) = range(bars);
        let count = if paper.is_narrow() { 4 } else { 5 };
        let (scale, unit) = Scale::of_quantity(low, high, count, bars.quantity);
        let y = (Scale::plain(0.0, 1.0), layout.top..bottom);
        let plot = canvas.plot((scale, layout.left..layout.right), y);
        plot.grid(canvas, Look::of(GRID))?;
        plot.names_below(canvas, bottom + 13)?;
        let title = if unit.is_empty() { bars.axis.clone() } else { format!("{}, {unit}", bars.axis) };
        let room = paper.pixels() - 8;
        let half = width(&fit(&title, room, 1).lines.concat()) / 2;
        let middle = i32::midpoint(layout.left, layout.right).min(paper.pixels() - half - 2).max(half + 2);
        canvas.text((middle, bottom + 31), HPos::Center, &title, (room, 1), Look::of(MUTED))?;
        for (top, row) in tops.into_iter().zip(&bars.rows) {
            if !row.heading.is_empty() {
                canvas.text((4, top - HEADING / 2 + 3), HPos::Left, &row.heading, (room, 1), Look::of(INK).bold())?;
            }
            draw_row(canvas, &plot, bars, row, (top, &layout))?;
        }
        Ok(())
    })
}

/// From the lowest end of a bar or interval to the highest.
fn range(bars: &Bars) -> (f64, f64) {
    let ends = bars.rows.iter().flat_map(|row| {
        let part =
            |sign: f64| row.parts.iter().map(|part| drawable(*part) * sign).filter(|part| *part > 0.0).sum::<f64>();
        let (low, high) = row.interval.unwrap_or((0.0, 0.0));
        [-part(-1.0), part(1.0), drawable(low), drawable(high)]
    });
    ends.fold((0.0, 0.0), |(low, high), end| (f64::min(low, end), f64::max(high, end)))
}

fn draw_row(canvas: &mut Canvas<'_>, plot: &Plot<'_>, bars: &Bars, row: &Row, (top, layout): (i32, &Layout)) -> Done {
    let (middle, name, room) = match layout.paper {
        Width::Wide => (top + layout.pitch / 2, (layout.left - 8, top + layout.pitch / 2), NAMES_MAX),
        Width::Narrow => {
            let room = layout.paper.pixels() - 8;
            (top + LINE_HEIGHT + 4 + BAR / 2, (4, top + LINE_HEIGHT / 2 + 2), room)
        }
    };
    let (side, lines) = if layout.paper.is_narrow() { (HPos::Left, 1) } else { (HPos::Right, 2) };
    canvas.text(name, side, &row.name, (room, lines), Look::of(INK).of_variant(row.variant))?;
    let mut ends = [0.0, 0.0];
    for (part, (name, colour)) in row.parts.iter().zip(&bars.series) {
        let part = drawable(*part);
        let end = &mut ends[usize::from(part > 0.0)];
        let (begin, until) = (plot.at(*end, 0.0).0, plot.at(*end + part, 0.0).0);
        *end += part;
        let said = format!("{}: {name} {}", row.name, bars.quantity.show(part));
        let look = Look::of(*colour).of_variant(row.variant).saying(said);
        // One part is all of a bar, and its value stands behind it.
        let value = if bars.series.len() > 1 { bars.quantity.show(part) } else { String::new() };
        draw_part(canvas, (begin.min(until), begin.max(until)), middle, &value, look)?;
    }
    let zero = plot.at(0.0, 0.0).0;
    canvas.line(vec![(zero, middle - BAR / 2 - 3), (zero, middle + BAR / 2 + 2)], 1, Look::of(MUTED))?;
    let interval = row.interval.map(|(low, high)| (plot.at(drawable(low), 0.0).0, plot.at(drawable(high), 0.0).0));
    if let Some((low, high)) = interval.filter(|(low, high)| high - low >= WHISKER_MIN) {
        let look = || Look::of(INK).of_variant(row.variant).saying(format!("{}: {}", row.name, row.total));
        let below = middle + INTERVAL;
        canvas.line(vec![(low, below), (high, below)], 1, look())?;
        for end in [low, high] {
            canvas.line(vec![(end, below - 2), (end, below + 3)], 1, look())?;
        }
    }
    let look = Look::of(INK).of_variant(row.variant);
    canvas.line_of_text((plot.at(ends[1], 0.0).0.max(zero) + 6, middle), HPos::Left, &row.total, look)
}

/// A part of a bar between two ends, with its value in it if there is room.
fn draw_part(canvas: &mut Canvas<'_>, (low, high): (i32, i32), middle: i32, value: &str, look: Look) -> Done {
    // A gap would swallow a part that is hardly wider.
    let high = if high - low > 2 * GAP { high - GAP } else { high };
    if high <= low {
        return Ok(());
    }
    let letters = Look { colour: look.colour.letters_on(), ..look.clone() };
    canvas.block(low..high, middle - BAR / 2..middle + BAR / 2, look)?;
    if !value.is_empty() && width(value) + 8 <= high - low {
        canvas.line_of_text((i32::midpoint(low, high), middle), HPos::Center, value, letters)?;
    }
    Ok(())
}
