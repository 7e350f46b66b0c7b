//! Pictures: SVG by plotters, then made fit for light and dark pages and for readers who listen.

// Positions in a picture are rounded: the last bits of a logarithm do not show.
#![allow(clippy::disallowed_methods)]

mod accounts;
mod agreement;
mod bars;
mod curves;

pub(super) use accounts::account_colour;
pub(super) use agreement::{Mark, Panel, agreement};
pub(super) use bars::{Bars, stacked_bars};
pub(super) use curves::{Curve, percentile_curves};

pub(super) use plotters::style::RGBColor;

use super::figures::Quantity;
use super::text::{on_one_line, visible};

/// Why a picture could not be drawn: a bug, as drawing into memory cannot fail otherwise.
pub(super) type Drawn = Result<String, Box<dyn std::error::Error>>;

/// Colours that stay apart for most colour-blind readers (after Okabe and Ito), lightened where needed for both
/// light and dark pages.
pub(super) const PALETTE: [RGBColor; 9] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(0, 158, 115),
    RGBColor(213, 94, 0),
    RGBColor(86, 180, 233),
    RGBColor(204, 121, 167),
    RGBColor(148, 103, 40),
    RGBColor(120, 124, 196),
    RGBColor(150, 158, 170),
];

/// For what is shown together because it is little, or is nobody's.
pub(super) const REST: RGBColor = PALETTE[8];

/// Stands for the page's own text colour until [`finish`] puts that in its place.
pub(super) const INK: RGBColor = RGBColor(1, 2, 3);
/// Likewise for the colour of grid lines.
pub(super) const LINE: RGBColor = RGBColor(3, 2, 1);

/// Gives the picture a title for screen readers, and lets text and lines follow the page: inside a page they take its
/// colour, alone they follow the reader's scheme. No control character stays: XML has none.
pub(super) fn finish(svg: &str, title: &str) -> String {
    let (svg, title) = (visible(svg), escape(&visible(title)));
    let style = "<style>.jqlab{color:#1c2430}@media(prefers-color-scheme:dark){.jqlab{color:#e4e8ee}}</style>";
    let svg = svg.replace("#010203", "currentColor").replace("#030201", "currentColor");
    let head = format!("<svg class=\"jqlab\" role=\"img\" aria-label=\"{title}\" font-family=\"sans-serif\" ");
    let svg = svg.replacen("<svg ", &head, 1);
    match svg.split_once('>') {
        Some((open, rest)) => format!("{open}>\n<title>{title}</title>\n{style}{rest}"),
        None => svg,
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Letters of a name that have room, the same in every picture.
const LETTERS: usize = 72;
/// What a letter takes, in pixels.
const LETTER: i32 = 6;

/// A name as it stands in a picture. One that would not fit is shortened in the middle: names of a sweep differ at their
/// ends.
fn label(name: &str) -> String {
    let name = on_one_line(name);
    let all: Vec<char> = name.chars().collect();
    if all.len() <= LETTERS {
        return name;
    }
    let kept = LETTERS - 1;
    let (front, back) = (kept.div_ceil(2), kept / 2);
    all[..front].iter().chain(&['…']).chain(&all[all.len() - back..]).collect()
}

/// Room for the longest of these labels.
fn room<'a>(labels: impl Iterator<Item = &'a String>) -> i32 {
    let letters = labels.map(|label| label.chars().count()).max().unwrap_or(0);
    i32::try_from(letters).map_or(i32::MAX, |letters| letters * LETTER)
}

/// A value that has a place in a picture: neither below nothing nor, as nanoseconds, above 31 years.
fn drawable(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(0.0, 1e18) }
}

/// Values from 0 to `most`, a few of them, whose distance people like: 1, 2 or 5 times a power of ten.
fn linear_ticks(most: f64) -> Vec<f64> {
    const WANTED: f64 = 5.0;
    if most <= 0.0 {
        return vec![0.0];
    }
    let rough = most / WANTED;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0].into_iter().map(|factor| factor * power).find(|step| *step >= rough);
    let step = step.unwrap_or(10.0 * power);
    (0..=6).map(|number| f64::from(number) * step).take_while(|tick| *tick <= most * 1.0001).collect()
}

/// Values between `low` and `high`, at most so many, that people like on a logarithmic axis.
/// Both are above 0.
fn logarithmic_ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let of = |factors: &[f64]| -> Vec<f64> {
        #[allow(clippy::cast_possible_truncation)] // powers of ten of what can be drawn
        let powers = low.log10().floor() as i32..=high.log10().ceil() as i32;
        let all = powers.flat_map(|power| factors.iter().map(move |factor| factor * 10_f64.powi(power)));
        all.filter(|value| *value >= low * 0.9999 && *value <= high * 1.0001).collect()
    };
    [&[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0][..], &[1.0, 2.0, 5.0], &[1.0, 3.0], &[1.0]]
        .into_iter()
        .map(of)
        .find(|ticks| ticks.len() <= most)
        .unwrap_or_else(|| {
            let powers = of(&[1.0]);
            let every = powers.len().div_ceil(most);
            powers.into_iter().step_by(every).collect()
        })
}

/// A value of an axis, with its unit and no more digits than it needs: `5 ms`.
fn tick(quantity: Quantity, value: f64) -> String {
    let (unit, digits) = quantity.axis(&[value]);
    format!("{} {unit}", digits.concat()).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_at_their_ends_still_differ_when_shortened() {
        let name = |workers: u32| {
            format!("queue_lock exclusive · dependency_lock register-only · file_size 100KB · long · workers {workers}")
        };
        let short = [1, 2, 16].map(|workers| label(&name(workers)));
        assert!(short.iter().all(|name| name.chars().count() == LETTERS));
        assert!(short[2].ends_with("workers 16") && short[0] != short[1]);
        assert_eq!(label("plain"), "plain");
    }

    #[test]
    fn axes_have_a_few_values_whatever_their_range() {
        assert_eq!(linear_ticks(0.0), [0.0]);
        assert_eq!(linear_ticks(7.3), [0.0, 2.0, 4.0, 6.0]);
        assert_eq!(logarithmic_ticks(0.9, 2.2, 7), [1.0, 1.5, 2.0]);
        assert_eq!(logarithmic_ticks(0.9, 120.0, 7), [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]);
        assert!(logarithmic_ticks(1.0, 1e9, 7).len() > 3);
        for huge in [f64::MIN_POSITIVE, 1e-300, 1e300, f64::MAX, f64::INFINITY, f64::NAN, -1.0] {
            let value = drawable(huge);
            assert!((1..=7).contains(&linear_ticks(value).len()), "{huge}");
            assert!(logarithmic_ticks(value.max(1.0), value.max(1.0) * 10.0, 7).len() <= 7, "{huge}");
        }
    }

    #[test]
    fn values_of_an_axis_have_a_unit_and_no_needless_digits() {
        assert_eq!(tick(Quantity::Time, 5e6), "5 ms");
        assert_eq!(tick(Quantity::Time, 1.5e3), "1.5 µs");
        assert_eq!(tick(Quantity::Number, 20.0), "20");
    }

    #[test]
    fn a_picture_is_xml_whatever_stands_in_it() {
        let svg = finish("<svg width=\"1\"><text>a\u{1b}[2J\u{0}</text></svg>", "t\u{7} <\"&");
        assert!(svg.contains(r"a\u{1b}[2J\0") && svg.contains(r"<title>t\u{7} &lt;&quot;&amp;</title>"), "{svg}");
    }
}
