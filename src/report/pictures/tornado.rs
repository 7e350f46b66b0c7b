//! What a measure would be if a factor were nothing, half or twice what it is: the factor that changes it most on top.

use super::canvas::{Canvas, Done, Fault, Look, Plot, Width, draw, legend_height};
use super::letters::{LINE_HEIGHT, fit, width};
use super::palette::{Colour, GRID, INK, MUTED, of_curve};
use super::scale::Scale;
use crate::report::figures::{Quantity, change};
use plotters::style::text_anchor::HPos;

/// Most that names take of a wide picture.
const NAMES_MAX: i32 = 190;
const BAR: i32 = 16;
/// Below the rows: names of places, and the title of the axis.
const BOTTOM: i32 = 44;

/// A factor.
#[derive(Debug, Clone)]
pub(in crate::report) struct Row {
    /// What is scaled.
    pub(in crate::report) name: String,
    /// What it was scaled by, none: without a limit, and what came of it.
    pub(in crate::report) effects: Vec<(Option<f64>, f64)>,
}

/// A measure and what changes it.
#[derive(Debug, Clone)]
pub(in crate::report) struct Tornado {
    /// The measure, without its unit.
    pub(in crate::report) axis: String,
    /// What values are.
    pub(in crate::report) quantity: Quantity,
    /// What it is where nothing is scaled.
    pub(in crate::report) base: f64,
    /// Factors, that with the greatest effect first.
    pub(in crate::report) rows: Vec<Row>,
}

/// Draws the factors.
///
/// # Errors
/// Never in practice: it draws into memory.
pub(in crate::report) fn tornado(tornado: &Tornado, alt: &str, paper: Width) -> Result<String, Fault> {
    let narrow = paper.is_narrow();
    let names = tornado.rows.iter().flat_map(|row| fit(&row.name, NAMES_MAX, 2).lines).map(|line| width(&line)).max();
    // A value stands on either side of a bar.
    let values = tornado.rows.iter().map(|row| said(tornado, row)).flat_map(|(low, high)| [width(&low), width(&high)]);
    let room = values.max().unwrap_or(0) + 8;
    let (left, pitch) = if narrow { (room, 46) } else { (names.unwrap_or(0) + 18 + room, 34) };
    let right = paper.pixels() - room;
    let legend = legend(tornado);
    let top = legend_height(paper.pixels() - 8, &legend) + 2;
    let bottom = top + i32::try_from(tornado.rows.len())? * pitch;
    draw(paper, bottom + BOTTOM, alt, |canvas| {
        canvas.legend((4, 2), paper.pixels() - 8, &legend)?;
        let ends = tornado.rows.iter().flat_map(|row| &row.effects).map(|(_, value)| *value).chain([tornado.base]);
        let (low, high) = ends.fold((f64::MAX, f64::MIN), |(low, high), end| (low.min(end), high.max(end)));
        let (scale, unit) = Scale::around(low, high, if narrow { 3 } else { 4 }, tornado.quantity);
        let plot = canvas.plot((scale, left..right), (Scale::plain(0.0, 1.0), top..bottom));
        plot.grid(canvas, Look::of(GRID))?;
        plot.names_below(canvas, bottom + 13)?;
        let title = if unit.is_empty() { tornado.axis.clone() } else { format!("{}, {unit}", tornado.axis) };
        let room = paper.pixels() - 8;
        let half = width(&fit(&title, room, 1).lines.concat()) / 2 + 2;
        let middle = i32::midpoint(left, right).min(paper.pixels() - half).max(half);
        canvas.text((middle, bottom + 31), HPos::Center, &title, (room, 1), Look::of(MUTED))?;
        let base = plot.at(tornado.base, 0.0).0;
        for (number, row) in (0..).zip(&tornado.rows) {
            let begin = top + number * pitch;
            let middle = if narrow { begin + LINE_HEIGHT + 16 } else { begin + pitch / 2 };
            let (at, side, room) = match narrow {
                true => ((4, begin + 12), HPos::Left, (352, 1)),
                false => ((names.unwrap_or(0) + 8, middle), HPos::Right, (NAMES_MAX, 2)),
            };
            canvas.text(at, side, &row.name, room, Look::of(INK))?;
            draw_row(canvas, &plot, tornado, row, (base, middle))?;
        }
        Ok(())
    })
}

fn legend(tornado: &Tornado) -> Vec<(String, Colour)> {
    let all = [("at nothing", Some(0.0)), ("at half", Some(0.5)), ("at twice", Some(2.0)), ("without limit", None)];
    let is_used = |scale: Option<f64>| {
        let effects = || tornado.rows.iter().flat_map(|row| &row.effects);
        effects().any(|(other, _)| colour(*other) == colour(scale))
    };
    all.into_iter().filter(|(_, scale)| is_used(*scale)).map(|(name, scale)| (name.to_owned(), colour(scale))).collect()
}

fn colour(scale: Option<f64>) -> Colour {
    match scale {
        Some(scale) if scale < 0.25 => of_curve(0),
        Some(scale) if scale < 1.0 => of_curve(5),
        Some(_) => of_curve(1),
        None => of_curve(3),
    }
}

/// The lowest and the highest of a row's effects as changes of the base.
fn said(tornado: &Tornado, row: &Row) -> (String, String) {
    let values = || row.effects.iter().map(|(_, value)| *value);
    let (low, high) = (values().fold(tornado.base, f64::min), values().fold(tornado.base, f64::max));
    let is_base = |value: f64| (value - tornado.base).abs() <= f64::EPSILON * tornado.base.abs();
    let say = |value: f64| match is_base(value) || tornado.base <= 0.0 {
        true => String::new(),
        false => change(value / tornado.base),
    };
    (say(low), say(high))
}

fn draw_row(
    canvas: &mut Canvas<'_>,
    plot: &Plot<'_>,
    tornado: &Tornado,
    row: &Row,
    (base, middle): (i32, i32),
) -> Done {
    // The longest first: what is nearer to the base lies over it.
    let mut effects = row.effects.clone();
    effects.sort_by(|(_, one), (_, other)| (other - tornado.base).abs().total_cmp(&(one - tornado.base).abs()));
    let (mut low, mut high) = (base, base);
    for (scale, value) in effects {
        let at = plot.at(value, 0.0).0;
        (low, high) = (low.min(at), high.max(at));
        let times = scale.map_or_else(|| "without limit".to_owned(), |scale| format!("× {scale}"));
        let said = format!("{} {times}: {}", row.name, tornado.quantity.show(value));
        let (from, to) = (at.min(base), at.max(base).max(at.min(base) + 1));
        canvas.block(from..to, middle - BAR / 2..middle + BAR / 2, Look::of(colour(scale)).saying(said))?;
    }
    canvas.line(vec![(base, middle - BAR / 2 - 3), (base, middle + BAR / 2 + 2)], 1, Look::of(INK))?;
    let (below, above) = said(tornado, row);
    canvas.line_of_text((low - 5, middle), HPos::Right, &below, Look::of(INK))?;
    canvas.line_of_text((high + 5, middle), HPos::Left, &above, Look::of(INK))
}
