//! Predicted against measured, on logarithmic axes, with the band of the tolerance around equality.

use super::canvas::{Canvas, Done, Fault, Look, Plot, Width, draw};
use super::letters::LINE_HEIGHT;
use super::palette::{GRID, INK, MARGIN, MUTED, of_verdict};
use super::scale::{Scale, drawable, logarithmic_places, tick};
use crate::lab::findings::Verdict;
use crate::report::figures::Quantity;
use plotters::style::text_anchor::HPos;

/// A panel is as high as it is wide.
const SIDE: i32 = 218;
const LEFT: i32 = 70;
const TOP: i32 = 2 * LINE_HEIGHT + 10;
const BOTTOM: i32 = 44;
/// What the marks mean.
const LEGEND: i32 = 30;

/// How a point came out, which is its shape and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Mark {
    Within,
    Undecided,
    Outside,
}

/// One square.
#[derive(Debug)]
pub(in crate::report) struct Agreement {
    /// What is shown.
    pub(in crate::report) title: String,
    /// What values are.
    pub(in crate::report) quantity: Quantity,
    /// Half width of the band, as a share; none: no band.
    pub(in crate::report) tolerance: Option<f64>,
    /// Name of the variant, measured, predicted, both above 0, and how it came out.
    pub(in crate::report) points: Vec<(String, f64, f64, Mark)>,
}

/// Draws the panels, two in a row where there is room.
///
/// # Errors
/// Never in practice: it draws into memory.
pub(in crate::report) fn agreement(panels: &[Agreement], alt: &str, paper: Width) -> Result<String, Fault> {
    let columns = if paper.is_narrow() { 1 } else { 2 };
    let count = i32::try_from(panels.len())?;
    let height = TOP + SIDE + BOTTOM;
    draw(paper, LEGEND + (count + columns - 1) / columns * height, alt, |canvas| {
        for (place, (mark, name)) in
            (0..).zip([(Mark::Within, "within"), (Mark::Undecided, "undecided"), (Mark::Outside, "outside")])
        {
            let left = 12 + place * 105;
            draw_mark(canvas, (left, 14), mark, "")?;
            canvas.line_of_text((left + 12, 14), HPos::Left, name, Look::of(INK))?;
        }
        for (place, panel) in (0..).zip(panels) {
            let at = (place % columns * (paper.pixels() / columns), LEGEND + place / columns * height);
            draw_panel(canvas, panel, at)?;
        }
        Ok(())
    })
}

/// From the least to the greatest, with some room, and never less than a factor of two in all.
fn range(panel: &Agreement) -> (f64, f64) {
    let values = || panel.points.iter().flat_map(|(_, measured, predicted, _)| [*measured, *predicted].map(drawable));
    let (least, most) = (values().fold(f64::MAX, f64::min), values().fold(0.0, f64::max));
    if panel.points.is_empty() { (1.0, 10.0) } else { ((least / 1.3).min(most / 2.0), (most * 1.3).max(least * 2.0)) }
}

fn draw_panel(canvas: &mut Canvas<'_>, panel: &Agreement, (left, top): (i32, i32)) -> Done {
    let (low, high) = range(panel);
    let scale = |most: usize| {
        let named = logarithmic_places(low, high, most).into_iter().map(|value| (value, tick(panel.quantity, value)));
        Scale::logarithmic(low, high).with_places(named.collect())
    };
    let (x, y) = (left + LEFT..left + LEFT + SIDE, top + TOP..top + TOP + SIDE);
    let plot = canvas.plot((scale(5), x.clone()), (scale(7), y.clone()));
    canvas.text((left + 4, top + 10), HPos::Left, &panel.title, (LEFT + SIDE, 1), Look::of(INK).bold())?;
    let title = (left + 4, top + 10 + LINE_HEIGHT + 2);
    canvas.line_of_text(title, HPos::Left, "predicted", Look::of(MUTED))?;
    band(canvas, &plot, panel.tolerance, (low, high))?;
    plot.grid(canvas, Look::of(GRID))?;
    plot.names_left(canvas, x.start - 8)?;
    plot.names_below(canvas, y.end + 13)?;
    let below = (i32::midpoint(x.start, x.end), y.end + 31);
    canvas.line_of_text(below, HPos::Center, "measured", Look::of(MUTED))?;
    plot.line(canvas, vec![(low, low), (high, high)], 1, Look::of(MUTED))?;
    for (name, measured, predicted, mark) in &panel.points {
        let [shown, computed] = [measured, predicted].map(|value| panel.quantity.show(*value));
        let said = format!("{name}: measured {shown}, predicted {computed}");
        draw_mark(canvas, plot.at(*measured, *predicted), *mark, &said)?;
    }
    Ok(())
}

/// The tolerance around equality, in many short steps: its edges bend where the square cuts them off.
fn band(canvas: &mut Canvas<'_>, plot: &Plot<'_>, tolerance: Option<f64>, (low, high): (f64, f64)) -> Done {
    let Some(tolerance) = tolerance else { return Ok(()) };
    let steps = || (0..=60).map(|step| low * libm::pow(high / low, f64::from(step) / 60.0));
    let upper = steps().map(|value| (value, value * (1.0 + tolerance)));
    let lower: Vec<(f64, f64)> = steps().map(|value| (value, value * (1.0 - tolerance).max(0.01))).collect();
    plot.surface(
        canvas,
        upper.chain(lower.into_iter().rev()).collect(),
        Look::of(MARGIN).saying("within the tolerance"),
    )
}

fn draw_mark(canvas: &mut Canvas<'_>, at: (i32, i32), mark: Mark, said: &str) -> Done {
    let look = |verdict| Look::of(of_verdict(verdict)).saying(said);
    match mark {
        Mark::Within => canvas.dot(at, 4, false, look(Verdict::Supported)),
        Mark::Undecided => canvas.dot(at, 4, true, look(Verdict::Undecided)),
        Mark::Outside => canvas.cross(at, 4, look(Verdict::Refuted)),
    }
}
