//! Stacked bars that lie, so that long names have room.

use super::{Drawn, INK, LINE, finish, nice_step, shortened};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Room for the bars themselves.
const BARS: i32 = 560;
const ROW: i32 = 26;
/// Least room for names, and how much a letter takes.
const NAMES_MIN: i32 = 170;
const LETTER: i32 = 7;
const RIGHT: i32 = 90;
const LETTERS: usize = 64;

/// What a picture of bars shows.
#[derive(Debug)]
pub(in crate::report) struct Bars<'a> {
    /// Its title.
    pub(in crate::report) title: &'a str,
    /// One name and one length per series for each bar.
    pub(in crate::report) rows: Vec<(String, Vec<f64>)>,
    /// Names of the series.
    pub(in crate::report) series: Vec<&'a str>,
    /// Colours of the series.
    pub(in crate::report) colours: Vec<RGBColor>,
    /// How lengths are written.
    pub(in crate::report) show: fn(f64) -> String,
    /// Whether the parts of a bar stand in line and add up to its total (or are written one by one).
    pub(in crate::report) total: bool,
}

/// Draws bars.
///
/// # Errors
/// Never in practice: it draws into memory.
pub(in crate::report) fn stacked_bars(bars: &Bars<'_>) -> Drawn {
    let legend_rows = i32::try_from(bars.series.len().div_ceil(4))?;
    let top = 44 + 20 * legend_rows;
    let rows = i32::try_from(bars.rows.len())?;
    let letters = bars.rows.iter().map(|(name, _)| name.chars().count().min(LETTERS)).max().unwrap_or(0);
    let names = (i32::try_from(letters)? * LETTER + 24).max(NAMES_MIN);
    let width = (names + BARS + RIGHT).max(960);
    let height = top + rows * ROW + 44;
    let sums = bars.rows.iter().map(|(_, parts)| parts.iter().sum::<f64>());
    let most = sums.fold(0.0, f64::max).max(1e-9);
    let step = nice_step(most, 5.0);
    let scale = f64::from(width - names - RIGHT) / most;
    #[allow(clippy::cast_possible_truncation)] // within the picture
    let x = |value: f64| names + (value * scale).round() as i32;

    let mut svg = String::new();
    {
        let area =
            SVGBackend::with_string(&mut svg, (u32::try_from(width)?, u32::try_from(height)?)).into_drawing_area();
        let text = |size: i32| ("sans-serif", size).into_font().color(&INK);
        let at = |size: i32, horizontal, vertical| text(size).pos(Pos::new(horizontal, vertical));
        area.draw(&Text::new(bars.title, (8, 20), at(16, HPos::Left, VPos::Center)))?;
        for (place, (name, colour)) in bars.series.iter().zip(&bars.colours).enumerate() {
            let place = i32::try_from(place)?;
            let (left, middle) = (8 + (place % 4) * 235, 46 + (place / 4) * 20);
            let swatch = [(left, middle - 5), (left + 12, middle + 6)];
            area.draw(&Rectangle::new(swatch, colour.filled()))?;
            area.draw(&Text::new(*name, (left + 18, middle), at(13, HPos::Left, VPos::Center)))?;
        }
        let bottom = top + rows * ROW;
        let mut tick = 0.0;
        while tick <= most * 1.0001 {
            let place = x(tick);
            area.draw(&PathElement::new([(place, top - 4), (place, bottom + 4)], LINE.mix(0.2)))?;
            area.draw(&Text::new((bars.show)(tick), (place, bottom + 16), at(12, HPos::Center, VPos::Center)))?;
            tick += step;
        }
        for (row, (name, parts)) in bars.rows.iter().enumerate() {
            let upper = top + i32::try_from(row)? * ROW + 4;
            let (lower, middle) = (upper + ROW - 8, upper + (ROW - 8) / 2);
            area.draw(&Text::new(shortened(name, LETTERS), (names - 8, middle), at(13, HPos::Right, VPos::Center)))?;
            let mut sum = 0.0;
            for (part, colour) in parts.iter().zip(&bars.colours) {
                let corners = [(x(sum), upper), (x(sum + part), lower)];
                sum += part;
                if corners[1].0 > corners[0].0 {
                    area.draw(&Rectangle::new(corners, colour.filled()))?;
                }
            }
            if bars.total {
                area.draw(&Text::new((bars.show)(sum), (x(sum) + 6, middle), at(12, HPos::Left, VPos::Center)))?;
            }
        }
        area.present()?;
    }
    Ok(finish(&svg, bars.title))
}

#[cfg(test)]
mod tests {
    use super::super::PALETTE;
    use super::*;

    #[test]
    fn every_bar_and_series_is_named_and_markup_in_names_is_text() {
        let svg = stacked_bars(&Bars {
            title: "a & b",
            rows: vec![("one <two>".into(), vec![1.0, 2.0]), ("three".into(), vec![0.0, 0.0])],
            series: vec!["read", "parse"],
            colours: vec![PALETTE[0], PALETTE[1]],
            show: |value| format!("{value:.0} s"),
            total: true,
        })
        .unwrap();
        for text in ["a &amp; b", "one &lt;two&gt;", "three", "read", "parse", "3 s", "role=\"img\""] {
            assert!(svg.contains(text), "{text} is not in {svg}");
        }
    }
}
