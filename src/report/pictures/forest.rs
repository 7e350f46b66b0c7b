//! Effects against their margins: a row for each contrast of a claim, and one for what identical designs differ by.

use super::canvas::{Canvas, Done, Fault, Look, Plot, Width, draw};
use super::letters::{LINE_HEIGHT, fit, width};
use super::palette::{Colour, GRID, INK, MARGIN, MUTED, of_instrument, of_verdict};
use super::scale::{Scale, logarithmic_places, round_places, tick};
use crate::lab::findings::Verdict;
use crate::report::figures::Quantity;
use plotters::style::text_anchor::HPos;
use std::ops::Range;

/// Most that names take of a wide picture.
const NAMES_MAX: i32 = 220;
/// And most lines.
const LINES_MAX: usize = 3;
/// An axis goes at least so far beyond its effects: exact effects have no width of their own.
const BEYOND_MIN: f64 = 0.01;
/// Below the rows of an axis: names of places, and its title.
const BOTTOM: i32 = 44;

/// An effect.
#[derive(Debug, Clone)]
pub(in crate::report) struct Row {
    /// Of what.
    pub(in crate::report) name: String,
    /// How it was judged; none: it was not, it is what identical designs differ by.
    pub(in crate::report) verdict: Option<Verdict>,
    /// Place of the variant.
    pub(in crate::report) variant: Option<usize>,
    /// On the scale of its axis.
    pub(in crate::report) point: f64,
    /// Its interval.
    pub(in crate::report) interval: Option<(f64, f64)>,
    /// The same after the correction for all claims.
    pub(in crate::report) corrected: Option<(f64, f64)>,
    /// What would be as expected: from, to; none: on and on.
    pub(in crate::report) margin: Option<(Option<f64>, Option<f64>)>,
    /// The effect with its interval, in words.
    pub(in crate::report) value: String,
}

/// Rows that share an axis.
#[derive(Debug, Clone)]
pub(in crate::report) struct Axis {
    /// Its title, with its unit.
    pub(in crate::report) title: String,
    pub(super) scale: Scale,
    /// Where there is no effect, or the bound is.
    pub(in crate::report) origin: f64,
    /// At least one.
    pub(in crate::report) rows: Vec<Row>,
}

struct Layout {
    paper: Width,
    pitch: i32,
    left: i32,
    right: i32,
}

impl Layout {
    fn of(axes: &[Axis], paper: Width) -> Self {
        let rows = || axes.iter().flat_map(|axis| &axis.rows);
        let values = rows().map(|row| width(&shown_value(row))).max().unwrap_or(0);
        let names = || rows().map(|row| fit(&row.name, NAMES_MAX, LINES_MAX).lines);
        let widest = names().flatten().map(|line| width(&line)).max().unwrap_or(0);
        let is_tall = names().any(|lines| lines.len() == LINES_MAX);
        match paper {
            Width::Wide => {
                let pitch = if is_tall { 3 * LINE_HEIGHT + 6 } else { 2 * LINE_HEIGHT + 6 };
                Self { paper, pitch, left: widest + 20, right: paper.pixels() - values - 14 }
            }
            Width::Narrow => Self { paper, pitch: 3 * LINE_HEIGHT + 26, left: 18, right: 342 },
        }
    }
}

impl Layout {
    /// Where the marks of a row are: all of it, or what is below its name.
    const fn strip(&self, top: i32) -> Range<i32> {
        match self.paper {
            Width::Wide => top + 1..top + self.pitch - 1,
            Width::Narrow => top + self.pitch - 19..top + self.pitch - 1,
        }
    }
}

fn shown_value(row: &Row) -> String {
    match row.verdict {
        None => row.value.clone(),
        Some(verdict) => format!("{} {}", sign(verdict), row.value),
    }
}

const fn sign(verdict: Verdict) -> char {
    match verdict {
        Verdict::Supported => '✓',
        Verdict::Refuted => '✗',
        Verdict::Undecided => '?',
    }
}

/// Draws the effects.
///
/// # Errors
/// Never in practice: it draws into memory.
pub(in crate::report) fn forest(axes: &[Axis], alt: &str, paper: Width) -> Result<String, Fault> {
    let layout = Layout::of(axes, paper);
    let height_of = |axis: &Axis| i32::try_from(axis.rows.len()).map(|rows| rows * layout.pitch + BOTTOM + 8);
    let height = axes.iter().map(height_of).sum::<Result<i32, _>>()?;
    draw(paper, height, alt, |canvas| {
        let mut top = 6;
        for axis in axes {
            draw_axis(canvas, axis, top, &layout)?;
            top += height_of(axis)?;
        }
        Ok(())
    })
}

fn draw_axis(canvas: &mut Canvas<'_>, axis: &Axis, top: i32, layout: &Layout) -> Done {
    let bottom = top + i32::try_from(axis.rows.len())? * layout.pitch;
    let y = (Scale::plain(0.0, 1.0), top..bottom);
    let plot = canvas.plot((axis.scale.clone(), layout.left..layout.right), y);
    let strips = |number: i32| layout.strip(top + number * layout.pitch);
    for (number, row) in (0..).zip(&axis.rows) {
        if let Some((low, high)) = row.margin {
            let at = |end: Option<f64>, else_at: f64| plot.at(end.unwrap_or(else_at), 0.0).0;
            let (low, high) = (at(low, axis.scale.low()), at(high, axis.scale.high()));
            let look = Look::of(MARGIN).saying(format!("{}: as expected in the shaded part", row.name));
            canvas.block(low..high.max(low + 2), strips(number), look)?;
        }
    }
    if !layout.paper.is_narrow() {
        plot.grid(canvas, Look::of(GRID))?;
    }
    let origin = plot.at(axis.origin, 0.0).0;
    for (number, _) in (0..).zip(&axis.rows) {
        let strip = strips(number);
        canvas.line(vec![(origin, strip.start), (origin, strip.end)], 1, Look::of(MUTED))?;
    }
    plot.names_below(canvas, bottom + 13)?;
    let half = width(&axis.title) / 2 + 2;
    let middle = i32::midpoint(layout.left, layout.right).min(layout.paper.pixels() - half).max(half);
    let room = (layout.paper.pixels() - 8, 1);
    canvas.text((middle, bottom + 31), HPos::Center, &axis.title, room, Look::of(MUTED))?;
    for (number, row) in (0..).zip(&axis.rows) {
        draw_row(canvas, &plot, row, top + number * layout.pitch, layout)?;
    }
    Ok(())
}

fn draw_row(canvas: &mut Canvas<'_>, plot: &Plot<'_>, row: &Row, top: i32, layout: &Layout) -> Done {
    let colour = row.verdict.map_or(of_instrument(), of_verdict);
    let look = || Look::of(colour).of_variant(row.variant).saying(format!("{}: {}", row.name, row.value));
    let ink = Look::of(INK).of_variant(row.variant);
    let value = Look { colour: letters(row), ..ink.clone() };
    let middle = match layout.paper {
        Width::Wide => {
            let middle = top + layout.pitch / 2;
            canvas.text((layout.left - 12, middle), HPos::Right, &row.name, (NAMES_MAX, LINES_MAX), ink)?;
            canvas.line_of_text((layout.right + 10, middle), HPos::Left, &shown_value(row), value)?;
            middle
        }
        Width::Narrow => {
            canvas.text((6, top + LINE_HEIGHT + 4), HPos::Left, &row.name, (346, 2), ink)?;
            let room = (346, 1);
            canvas.text((6, top + 2 * LINE_HEIGHT + 12), HPos::Left, &shown_value(row), room, value)?;
            top + layout.pitch - 10
        }
    };
    for ((low, high), thickness) in
        row.corrected.map(|ends| (ends, 1)).into_iter().chain(row.interval.map(|ends| (ends, 3)))
    {
        let (low, high) = (plot.at(low, 0.0).0, plot.at(high, 0.0).0);
        canvas.line(vec![(low, middle), (high, middle)], thickness, look())?;
        if thickness == 1 {
            for end in [low, high] {
                canvas.line(vec![(end, middle - 4), (end, middle + 4)], 1, look())?;
            }
        }
    }
    let at = plot.at(row.point, 0.0).0;
    mark(canvas, (at, middle), row.verdict, look())
}

/// Letters in the colour of a verdict; those of no verdict in ink.
fn letters(row: &Row) -> Colour {
    row.verdict.map_or(MUTED, of_verdict)
}

/// A dot for what is as claimed, a cross for what is not, a ring for what is open.
fn mark(canvas: &mut Canvas<'_>, at: (i32, i32), verdict: Option<Verdict>, look: Look) -> Done {
    match verdict {
        Some(Verdict::Supported) | None => canvas.dot(at, 5, false, look),
        Some(Verdict::Refuted) => canvas.cross(at, 5, look),
        Some(Verdict::Undecided) => canvas.dot(at, 5, true, look),
    }
}

impl Axis {
    /// Ratios as changes in percent, evenly.
    pub(in crate::report) fn of_percent(title: String, rows: Vec<Row>) -> Self {
        let (low, high) = ends(&rows, 1.0);
        let beyond = ((high - low) * 0.04).max(BEYOND_MIN);
        let (low, high) = (low - beyond, high + beyond);
        let places = round_places((low - 1.0) * 100.0, (high - 1.0) * 100.0, 5);
        let of = |percent: f64| percent / 100.0 + 1.0;
        let scale = Scale::plain(of(*places.first().unwrap_or(&-1.0)), of(*places.last().unwrap_or(&1.0)));
        let named = places.iter().map(|percent| (of(*percent), signed_percent(*percent))).collect();
        Self { title, scale: scale.with_places(named), origin: 1.0, rows }
    }

    /// Ratios as how many times as much, logarithmically.
    pub(in crate::report) fn of_times(title: String, rows: Vec<Row>) -> Self {
        let (low, high) = ends(&rows, 1.0);
        let (low, high) = (low.clamp(0.001, 0.9), high.clamp(1.1, 1e6));
        let places = logarithmic_places(low, high, 6);
        let named = places.iter().map(|times| (*times, format!("×{}", tick(Quantity::Number, *times)))).collect();
        Self { title, scale: Scale::logarithmic(low / 1.05, high * 1.05).with_places(named), origin: 1.0, rows }
    }

    /// Values of one measure in its unit, evenly from nothing: an interval may go below it.
    pub(in crate::report) fn of_values(measure: &str, rows: Vec<Row>, quantity: Quantity) -> Self {
        let (low, high) = ends(&rows, 0.0);
        let beyond = (high - low) * 0.02;
        let low = if low < 0.0 { low - beyond } else { low };
        let (scale, unit) = Scale::of_quantity(low, high + beyond, 5, quantity);
        let title = if unit.is_empty() { measure.to_owned() } else { format!("{measure}, {unit}") };
        Self { title, scale, origin: 0.0, rows }
    }
}

/// From the lowest end of an interval or a margin to the highest, `origin` among them.
fn ends(rows: &[Row], origin: f64) -> (f64, f64) {
    let of = |row: &Row| {
        let margin = row.margin.map_or([None, None], |(low, high)| [low, high]);
        let pairs = [row.interval, row.corrected].into_iter().flatten().flat_map(|(low, high)| [low, high]);
        pairs.chain(margin.into_iter().flatten()).chain([row.point]).collect::<Vec<_>>()
    };
    let all = rows.iter().flat_map(of).filter(|end| end.is_finite()).chain([origin]);
    all.fold((f64::MAX, f64::MIN), |(low, high), end| (low.min(end), high.max(end)))
}

fn signed_percent(percent: f64) -> String {
    let text = tick(Quantity::Number, percent);
    if percent > 0.0 { format!("+{text} %") } else { format!("{text} %") }
}
