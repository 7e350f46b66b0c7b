//! Stacked bars that lie, so that long names have room.

use super::{Drawn, INK, LINE, drawable, finish, label, linear_ticks, room};
use crate::report::figures::Quantity;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Room for the bars themselves.
const BARS: i32 = 560;
const ROW: i32 = 26;
/// Least room for names.
const NAMES_MIN: i32 = 170;
const RIGHT: i32 = 90;
const BOTTOM: i32 = 62;
/// Between the parts of a bar, where the page shows.
const GAP: i32 = 1;
/// Series in a row of the legend.
const LEGEND: usize = 4;

/// What a picture of bars shows.
#[derive(Debug)]
pub(in crate::report) struct Bars<'a> {
    /// Its title.
    pub(in crate::report) title: &'a str,
    /// What the axis says, without its unit.
    pub(in crate::report) axis: &'a str,
    /// One name and one length per series for each bar.
    pub(in crate::report) rows: Vec<(String, Vec<f64>)>,
    /// Names and colours of the series.
    pub(in crate::report) series: Vec<(&'a str, RGBColor)>,
    /// What lengths are.
    pub(in crate::report) quantity: Quantity,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Done = Result<(), Box<dyn std::error::Error>>;

/// Where things stand, in pixels.
struct Frame {
    top: i32,
    bottom: i32,
    left: i32,
    right: i32,
    /// Pixels for one of the quantity.
    scale: f64,
}

impl Frame {
    /// The place of a value that can be drawn.
    #[allow(clippy::cast_possible_truncation)] // within the picture
    fn x(&self, value: f64) -> i32 {
        self.left + (value * self.scale).round() as i32
    }
}

/// Draws bars.
///
/// # Errors
/// Never in practice: it draws into memory.
pub(in crate::report) fn stacked_bars(bars: &Bars<'_>) -> Drawn {
    let labels: Vec<String> = bars.rows.iter().map(|(name, _)| label(name)).collect();
    let left = (room(labels.iter()) + 24).max(NAMES_MIN);
    let width = (left + BARS + RIGHT).max(960);
    let top = 44 + 20 * i32::try_from(bars.series.len().div_ceil(LEGEND))?;
    let bottom = top + i32::try_from(bars.rows.len())? * ROW;
    let sums = bars.rows.iter().map(|(_, parts)| parts.iter().copied().map(drawable).sum::<f64>());
    let most = drawable(sums.fold(0.0, f64::max));
    let scale = if most > 0.0 { f64::from(width - left - RIGHT) / most } else { 0.0 };
    let frame = Frame { top, bottom, left, right: width - RIGHT, scale };
    let mut svg = String::new();
    {
        let size = (u32::try_from(width)?, u32::try_from(bottom + BOTTOM)?);
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        area.draw(&Text::new(bars.title, (8, 20), text(16, HPos::Left)))?;
        legend(&area, &bars.series)?;
        axis(&area, &frame, bars, &linear_ticks(most))?;
        for ((number, label), (_, parts)) in labels.into_iter().enumerate().zip(&bars.rows) {
            let upper = frame.top + i32::try_from(number)? * ROW + 4;
            let middle = upper + (ROW - 8) / 2;
            area.draw(&Text::new(label, (frame.left - 8, middle), text(13, HPos::Right)))?;
            let end = bar(&area, &frame, parts, &bars.series, upper)?;
            let total = bars.quantity.show(parts.iter().sum());
            area.draw(&Text::new(total, (end + 6, middle), text(12, HPos::Left)))?;
        }
        area.present()?;
    }
    Ok(finish(&svg, bars.title))
}

fn text(size: i32, horizontal: HPos) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&INK).pos(Pos::new(horizontal, VPos::Center))
}

fn legend(area: &Area<'_>, series: &[(&str, RGBColor)]) -> Done {
    for (place, (name, colour)) in series.iter().enumerate() {
        let (column, row) = (i32::try_from(place % LEGEND)?, i32::try_from(place / LEGEND)?);
        let (left, middle) = (8 + column * 235, 46 + row * 20);
        area.draw(&Rectangle::new([(left, middle - 5), (left + 12, middle + 6)], colour.filled()))?;
        area.draw(&Text::new(*name, (left + 18, middle), text(13, HPos::Left)))?;
    }
    Ok(())
}

fn axis(area: &Area<'_>, frame: &Frame, bars: &Bars<'_>, ticks: &[f64]) -> Done {
    let (unit, names) = bars.quantity.axis(ticks);
    for (value, name) in ticks.iter().zip(names) {
        let place = frame.x(*value);
        area.draw(&PathElement::new([(place, frame.top - 4), (place, frame.bottom + 4)], LINE.mix(0.2)))?;
        area.draw(&Text::new(name, (place, frame.bottom + 16), text(12, HPos::Center)))?;
    }
    let title = if unit.is_empty() { bars.axis.to_owned() } else { format!("{}, {unit}", bars.axis) };
    let middle = (frame.left + frame.right) / 2;
    area.draw(&Text::new(title, (middle, frame.bottom + 38), text(12, HPos::Center)))?;
    Ok(())
}

/// Draws the parts of a bar in line, and says where it ends.
fn bar(
    area: &Area<'_>,
    frame: &Frame,
    parts: &[f64],
    series: &[(&str, RGBColor)],
    upper: i32,
) -> Result<i32, Box<dyn std::error::Error>> {
    let mut sum = 0.0;
    for (part, (_, colour)) in parts.iter().zip(series) {
        let (begin, end) = (frame.x(drawable(sum)), frame.x(drawable(sum + drawable(*part))));
        sum += drawable(*part);
        // A gap would swallow a part that is hardly wider.
        let end = if end - begin > 2 * GAP { end - GAP } else { end };
        if end > begin {
            area.draw(&Rectangle::new([(begin, upper), (end, upper + ROW - 8)], colour.filled()))?;
        }
    }
    Ok(frame.x(drawable(sum)))
}

#[cfg(test)]
mod tests {
    use super::super::PALETTE;
    use super::*;

    fn bars(rows: Vec<(String, Vec<f64>)>) -> Bars<'static> {
        Bars {
            title: "a & b",
            axis: "mean time",
            rows,
            series: vec![("read", PALETTE[0]), ("parse", PALETTE[1])],
            quantity: Quantity::Time,
        }
    }

    #[test]
    fn every_bar_series_and_axis_is_named_and_markup_in_names_is_text() {
        let rows = vec![("one <two>".into(), vec![1e6, 2e6]), ("three\u{1b}".into(), vec![0.0, 0.0])];
        let svg = stacked_bars(&bars(rows)).unwrap();
        for text in [
            "a &amp; b",
            "one &lt;two&gt;",
            r"three\u{1b}",
            "read",
            "parse",
            "3.00 ms",
            "mean time, ms",
            "role=\"img\"",
        ] {
            assert!(svg.contains(text), "{text} is not in {svg}");
        }
    }

    #[test]
    fn no_figure_is_too_large_or_too_odd_to_be_drawn() {
        for odd in [0.0, -1.0, 1e-300, 1e300, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            let svg =
                stacked_bars(&bars(vec![("odd".into(), vec![odd, 1.0]), ("even".into(), vec![1.0, odd])])).unwrap();
            assert!(svg.contains("odd") && svg.len() < 20_000, "{odd}");
        }
    }

    #[test]
    fn parts_of_a_bar_are_kept_apart() {
        let svg = stacked_bars(&bars(vec![("one".into(), vec![1.0, 1.0])])).unwrap();
        let boxes = svg.split("<rect ").skip(1).filter(|part| part.contains("height=\"18\""));
        let attribute = |part: &str, name: &str| -> i32 {
            let mut attributes = part.split_whitespace().filter_map(|attribute| attribute.split_once('='));
            attributes.find(|(other, _)| *other == name).unwrap().1.trim_matches('"').parse().unwrap()
        };
        let parts: Vec<(i32, i32)> = boxes.map(|part| (attribute(part, "x"), attribute(part, "width"))).collect();
        assert_eq!(parts.len(), 2, "{svg}");
        assert_eq!(parts[0].0 + parts[0].1 + GAP, parts[1].0, "{svg}");
    }
}
