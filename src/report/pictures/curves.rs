//! Percentile curves: how long the slowest share takes, on logarithmic axes.

use super::{Drawn, INK, LINE, PALETTE, drawable, finish, label, logarithmic_ticks, room, tick};
use crate::report::figures::Quantity;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const SIDE: i32 = 560;
const HEIGHT: i32 = 400;
const LEFT: i32 = 104;
const TOP: i32 = 48;
const BOTTOM: i32 = 64;
/// Least room for names.
const NAMES_MIN: i32 = 150;
/// Percentiles that are marked, as shares.
const MARKS: [(f64, &str); 6] =
    [(0.5, "50 %"), (0.75, "75 %"), (0.9, "90 %"), (0.95, "95 %"), (0.99, "99 %"), (0.999, "99.9 %")];

/// A curve: its name, and (share, value) with rising shares below 1.
pub(in crate::report) type Curve = (String, Vec<(f64, f64)>);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Done = Result<(), Box<dyn std::error::Error>>;

/// Draws a curve for each of `curves`. `axis` says what values are.
///
/// # Errors
/// Never in practice: it draws into memory.
pub(in crate::report) fn percentile_curves(title: &str, axis: &str, curves: &[Curve], quantity: Quantity) -> Drawn {
    let range = range(curves);
    let labels: Vec<String> = curves.iter().map(|(name, _)| label(name)).collect();
    let width = LEFT + SIDE + (room(labels.iter()) + 60).max(NAMES_MIN);
    let mut svg = String::new();
    {
        let area =
            SVGBackend::with_string(&mut svg, (u32::try_from(width)?, u32::try_from(HEIGHT)?)).into_drawing_area();
        area.draw(&Text::new(title, (8, 20), text(16, HPos::Left)))?;
        grid(&area, range, axis, quantity)?;
        for (number, ((_, points), label)) in curves.iter().zip(labels).enumerate() {
            let colour = PALETTE[number % PALETTE.len()];
            let shown = points.iter().filter(|(share, _)| (0.5..=0.999).contains(share));
            let path: Vec<(i32, i32)> = shown.map(|(share, value)| (x(*share), y(*value, range))).collect();
            area.draw(&PathElement::new(path, colour.stroke_width(2)))?;
            let middle = TOP + i32::try_from(number)? * 20;
            let left = LEFT + SIDE + 18;
            area.draw(&PathElement::new([(left, middle), (left + 16, middle)], colour.stroke_width(3)))?;
            area.draw(&Text::new(label, (left + 22, middle), text(13, HPos::Left)))?;
        }
        area.present()?;
    }
    Ok(finish(&svg, title))
}

fn text(size: i32, horizontal: HPos) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK).pos(Pos::new(horizontal, VPos::Center))
}

/// From a value that people like below all curves to one above them; five times as much at least.
fn range(curves: &[Curve]) -> (f64, f64) {
    let values = || curves.iter().flat_map(|(_, points)| points.iter().map(|(_, value)| drawable(*value).max(1.0)));
    let most = values().fold(1.0, f64::max);
    let least = values().fold(most, f64::min);
    let near = |value: f64| logarithmic_ticks(value / 10.0, value * 10.0, 9);
    let low = near(least).into_iter().rfind(|tick| *tick <= least).unwrap_or(least);
    let high = near(most).into_iter().find(|tick| *tick >= most).unwrap_or(most);
    (low, high.max(low * 5.0))
}

/// How rare what is slower is, in powers of ten: 50 % → 0.3, 99.9 % → 3.
fn rarity(share: f64) -> f64 {
    -(1.0 - share).log10()
}

#[allow(clippy::cast_possible_truncation)] // within the picture
fn x(share: f64) -> i32 {
    let (first, last) = (rarity(MARKS[0].0), rarity(MARKS[5].0));
    LEFT + ((rarity(share) - first) / (last - first) * f64::from(SIDE)).round() as i32
}

#[allow(clippy::cast_possible_truncation)] // within the picture
fn y(value: f64, (low, high): (f64, f64)) -> i32 {
    let share = (drawable(value).max(1.0) / low).log10() / (high / low).log10();
    HEIGHT - BOTTOM - (share * f64::from(HEIGHT - TOP - BOTTOM)).round() as i32
}

fn grid(area: &Area<'_>, range: (f64, f64), axis: &str, quantity: Quantity) -> Done {
    for value in logarithmic_ticks(range.0, range.1, 9) {
        let height = y(value, range);
        area.draw(&PathElement::new([(LEFT, height), (LEFT + SIDE, height)], LINE.mix(0.15)))?;
        area.draw(&Text::new(tick(quantity, value), (LEFT - 8, height), text(12, HPos::Right)))?;
    }
    for (share, name) in MARKS {
        let place = x(share);
        area.draw(&PathElement::new([(place, TOP - 4), (place, HEIGHT - BOTTOM + 4)], LINE.mix(0.15)))?;
        area.draw(&Text::new(name, (place, HEIGHT - BOTTOM + 18), text(12, HPos::Center)))?;
    }
    let below = (LEFT + SIDE / 2, HEIGHT - BOTTOM + 42);
    area.draw(&Text::new("share of jobs that are at least as fast", below, text(12, HPos::Center)))?;
    let upright = text(12, HPos::Center).transform(FontTransform::Rotate270);
    area.draw(&Text::new(axis.to_owned(), (22, (TOP + HEIGHT - BOTTOM) / 2), upright))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_curve_mark_and_axis_is_named() {
        let points = vec![(0.5, 1e6), (0.9, 5e6), (0.99, 2e7), (0.999, 3e7)];
        let svg = percentile_curves("title", "sojourn time", &[("plain".into(), points)], Quantity::Time).unwrap();
        for text in ["plain", "99.9 %", "10 ms", "<polyline", "sojourn time", "share of jobs"] {
            assert!(svg.contains(text), "{text} is not in {svg}");
        }
    }

    #[test]
    fn no_value_is_too_large_or_too_odd_to_be_drawn() {
        for odd in [0.0, 1.0, 1e-300, 1e300, f64::MAX, f64::INFINITY, f64::NAN] {
            let svg = percentile_curves("t", "a", &[("odd".into(), vec![(0.5, odd), (0.99, odd)])], Quantity::Time);
            assert!(svg.unwrap().len() < 20_000, "{odd}");
        }
    }

    #[test]
    fn an_axis_reaches_no_further_than_its_curves() {
        let curve = |values: [f64; 2]| [("one".to_owned(), vec![(0.5, values[0]), (0.9, values[1])])];
        assert_eq!(range(&curve([2.3e6, 3.1e7])), (2e6, 5e7));
        assert_eq!(range(&curve([2e6, 2e6])), (2e6, 1e7));
    }
}
