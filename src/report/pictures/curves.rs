//! Percentile curves: how long the slowest share takes, on logarithmic axes.

use super::{Drawn, INK, LINE, PALETTE, finish, shortened};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

const WIDTH: i32 = 1090;
const HEIGHT: i32 = 400;
const LEFT: i32 = 86;
const RIGHT: i32 = 440;
const TOP: i32 = 48;
const BOTTOM: i32 = 46;
/// Percentiles that are marked, as shares.
const MARKS: [(f64, &str); 6] =
    [(0.5, "50 %"), (0.75, "75 %"), (0.9, "90 %"), (0.95, "95 %"), (0.99, "99 %"), (0.999, "99.9 %")];

/// A curve: its name, and (share, value) with rising shares below 1 and values above 0.
pub(in crate::report) type Curve = (String, Vec<(f64, f64)>);

/// Draws a curve for each of `curves`.
///
/// # Errors
/// Never in practice: it draws into memory.
pub(in crate::report) fn percentile_curves(title: &str, curves: &[Curve], show: fn(f64) -> String) -> Drawn {
    let values = || curves.iter().flat_map(|(_, points)| points.iter().map(|(_, value)| *value));
    let most = values().fold(1.0, f64::max);
    let least = values().fold(most, f64::min).max(1.0);
    let (low, high) = (least.log10().floor(), most.log10().ceil().max(least.log10().floor() + 1.0));
    // How rare what is slower is, in powers of ten: 50 % → 0.3, 99.9 % → 3.
    let rarity = |share: f64| -(1.0 - share).log10();
    let (first, last) = (rarity(MARKS[0].0), rarity(MARKS[5].0));
    #[allow(clippy::cast_possible_truncation)] // within the picture
    let x =
        |share: f64| LEFT + ((rarity(share) - first) / (last - first) * f64::from(WIDTH - LEFT - RIGHT)).round() as i32;
    #[allow(clippy::cast_possible_truncation)] // within the picture
    let y = |value: f64| {
        HEIGHT
            - BOTTOM
            - ((value.max(1.0).log10() - low) / (high - low) * f64::from(HEIGHT - TOP - BOTTOM)).round() as i32
    };

    let mut svg = String::new();
    {
        let area =
            SVGBackend::with_string(&mut svg, (u32::try_from(WIDTH)?, u32::try_from(HEIGHT)?)).into_drawing_area();
        let text = |size: i32| ("sans-serif", size).into_font().color(&INK);
        let at = |size: i32, horizontal, vertical| text(size).pos(Pos::new(horizontal, vertical));
        area.draw(&Text::new(title, (8, 20), at(16, HPos::Left, VPos::Center)))?;
        let mut power = low;
        while power <= high + 1e-9 {
            for factor in [1.0, 2.0, 5.0] {
                let value = factor * 10_f64.powf(power);
                if value.log10() > high + 1e-9 {
                    break;
                }
                let height = y(value);
                area.draw(&PathElement::new([(LEFT, height), (WIDTH - RIGHT, height)], LINE.mix(0.15)))?;
                area.draw(&Text::new(show(value), (LEFT - 8, height), at(12, HPos::Right, VPos::Center)))?;
            }
            power += 1.0;
        }
        for (share, name) in MARKS {
            let place = x(share);
            area.draw(&PathElement::new([(place, TOP - 4), (place, HEIGHT - BOTTOM + 4)], LINE.mix(0.15)))?;
            area.draw(&Text::new(name, (place, HEIGHT - BOTTOM + 18), at(12, HPos::Center, VPos::Center)))?;
        }
        for (number, (name, points)) in curves.iter().enumerate() {
            let colour = PALETTE[number % PALETTE.len()];
            let shown = points.iter().filter(|(share, _)| (0.5..=0.999).contains(share));
            let path: Vec<(i32, i32)> = shown.map(|(share, value)| (x(*share), y(*value))).collect();
            area.draw(&PathElement::new(path, colour.stroke_width(2)))?;
            let middle = TOP + i32::try_from(number)? * 20;
            let left = WIDTH - RIGHT + 18;
            area.draw(&PathElement::new([(left, middle), (left + 16, middle)], colour.stroke_width(3)))?;
            area.draw(&Text::new(shortened(name, 58), (left + 22, middle), at(13, HPos::Left, VPos::Center)))?;
        }
        area.present()?;
    }
    Ok(finish(&svg, title))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_curve_and_mark_is_named() {
        let points = vec![(0.5, 1e6), (0.9, 5e6), (0.99, 2e7), (0.999, 3e7)];
        let svg = percentile_curves("sojourn", &[("plain".into(), points)], |ns| format!("{} ms", ns / 1e6)).unwrap();
        for text in ["plain", "99.9 %", "10 ms", "<polyline"] {
            assert!(svg.contains(text), "{text} is not in {svg}");
        }
    }
}
