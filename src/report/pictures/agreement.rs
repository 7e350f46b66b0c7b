//! Predicted against measured, on logarithmic axes, with the band of the tolerance around equality.

use super::{Drawn, INK, LINE, PALETTE, drawable, finish, logarithmic_ticks, tick};
use crate::report::figures::Quantity;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const SIDE: i32 = 270;
const LEFT: i32 = 74;
const GAP: i32 = 26;
const TOP: i32 = 76;
const BOTTOM: i32 = 62;
/// Room for a label below the axis.
const LABEL: i32 = 52;

/// How a point came out, which is its shape and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Mark {
    Within,
    Undecided,
    Outside,
}

/// One square.
#[derive(Debug)]
pub(in crate::report) struct Panel {
    /// What is shown.
    pub(in crate::report) title: String,
    /// What values are.
    pub(in crate::report) quantity: Quantity,
    /// Half width of the band, as a share; none: no band.
    pub(in crate::report) tolerance: Option<f64>,
    /// Measured, predicted, both above 0, and how it came out.
    pub(in crate::report) points: Vec<(f64, f64, Mark)>,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Draws the panels side by side.
///
/// # Errors
/// Never in practice: it draws into memory.
pub(in crate::report) fn agreement(title: &str, panels: &[Panel]) -> Drawn {
    let count = i32::try_from(panels.len())?;
    let (width, height) = ((count * (LEFT + SIDE + GAP) + 8).max(640), TOP + SIDE + BOTTOM);
    let mut svg = String::new();
    {
        let area =
            SVGBackend::with_string(&mut svg, (u32::try_from(width)?, u32::try_from(height)?)).into_drawing_area();
        area.draw(&Text::new(title, (8, 20), text(16, HPos::Left)))?;
        for (place, (mark, name)) in
            [(Mark::Within, "within"), (Mark::Undecided, "undecided"), (Mark::Outside, "outside")]
                .into_iter()
                .enumerate()
        {
            let left = 14 + i32::try_from(place)? * 110;
            draw_mark(&area, (left, 44), mark)?;
            area.draw(&Text::new(name, (left + 12, 44), text(13, HPos::Left)))?;
        }
        area.draw(&Text::new("shaded: the tolerance", (14 + 3 * 110, 44), text(13, HPos::Left)))?;
        for (place, panel) in panels.iter().enumerate() {
            draw_panel(&area, LEFT + i32::try_from(place)? * (LEFT + SIDE + GAP), panel)?;
        }
        area.present()?;
    }
    Ok(finish(&svg, title))
}

fn text(size: i32, horizontal: HPos) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK).pos(Pos::new(horizontal, VPos::Center))
}

fn draw_panel(area: &Area<'_>, left: i32, panel: &Panel) -> Result<(), Box<dyn std::error::Error>> {
    let values = || panel.points.iter().flat_map(|(measured, predicted, _)| [*measured, *predicted].map(drawable));
    let (least, most) = (values().fold(f64::MAX, f64::min), values().fold(0.0, f64::max));
    // Some room around the points, and never less than a factor of two in all.
    let (low, high) = match panel.points.is_empty() {
        true => (1.0, 10.0),
        false => ((least / 1.3).min(most / 2.0), (most * 1.3).max(least * 2.0)),
    };
    #[allow(clippy::cast_possible_truncation)] // within the picture
    let along = |value: f64| {
        let share = (drawable(value).ln() - low.ln()) / (high.ln() - low.ln());
        (share.clamp(0.0, 1.0) * f64::from(SIDE)).round() as i32
    };
    let at = |measured: f64, predicted: f64| (left + along(measured), TOP + SIDE - along(predicted));
    area.draw(&Text::new(panel.title.as_str(), (left, TOP - 12), text(14, HPos::Left)))?;
    if let Some(tolerance) = panel.tolerance {
        // Many short steps: the band's edges bend where the square cuts them off.
        let steps = || (0..=60).map(|step| low * (high / low).powf(f64::from(step) / 60.0));
        let upper = steps().map(|value| at(value, value * (1.0 + tolerance)));
        let lower = steps().map(|value| at(value, value * (1.0 - tolerance).max(0.01)));
        let outline: Vec<(i32, i32)> = upper.chain(lower.collect::<Vec<_>>().into_iter().rev()).collect();
        area.draw(&Polygon::new(outline, PALETTE[2].mix(0.18)))?;
    }
    let mut last = left - LABEL;
    for value in logarithmic_ticks(low, high, 7) {
        let (x, y) = at(value, value);
        area.draw(&PathElement::new([(x, TOP), (x, TOP + SIDE)], LINE.mix(0.12)))?;
        area.draw(&PathElement::new([(left, y), (left + SIDE, y)], LINE.mix(0.12)))?;
        if x - last >= LABEL {
            area.draw(&Text::new(tick(panel.quantity, value), (x, TOP + SIDE + 14), text(11, HPos::Center)))?;
            last = x;
        }
        area.draw(&Text::new(tick(panel.quantity, value), (left - 6, y), text(11, HPos::Right)))?;
    }
    area.draw(&PathElement::new([at(low, low), at(high, high)], LINE.mix(0.6)))?;
    area.draw(&Text::new("measured →, predicted ↑", (left, TOP + SIDE + 38), text(12, HPos::Left)))?;
    for (measured, predicted, mark) in &panel.points {
        draw_mark(area, at(*measured, *predicted), *mark)?;
    }
    Ok(())
}

fn draw_mark(area: &Area<'_>, (x, y): (i32, i32), mark: Mark) -> Result<(), Box<dyn std::error::Error>> {
    match mark {
        Mark::Within => area.draw(&Circle::new((x, y), 4, PALETTE[2].filled()))?,
        Mark::Undecided => area.draw(&Circle::new((x, y), 4, PALETTE[1].stroke_width(2)))?,
        Mark::Outside => area.draw(&Cross::new((x, y), 4, PALETTE[3].stroke_width(2)))?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_have_the_shape_of_their_verdict_and_panels_their_titles() {
        let panel = Panel {
            title: "mean <sojourn>".into(),
            quantity: Quantity::Time,
            tolerance: Some(0.15),
            points: vec![(1e6, 1.1e6, Mark::Within), (4e6, 2e6, Mark::Outside), (2e6, 2.3e6, Mark::Undecided)],
        };
        let svg = agreement("a & b", &[panel]).unwrap();
        for text in ["a &amp; b", "mean &lt;sojourn&gt;", "2 ms", "<polygon", "undecided"] {
            assert!(svg.contains(text), "{text} is not in {svg}");
        }
        // One of each in the legend, and one of each in the panel.
        assert_eq!(svg.matches("<circle").count(), 4);
    }
}
