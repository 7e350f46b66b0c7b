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
pub(super) use curves::percentile_curves;

pub(super) use plotters::style::RGBColor;

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
/// colour, alone they follow the reader's scheme.
pub(super) fn finish(svg: &str, title: &str) -> String {
    let title = escape(title);
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

/// A step for an axis up to `most` that people like: 1, 2 or 5 times a power of ten, about `ticks` of them.
pub(super) fn nice_step(most: f64, ticks: f64) -> f64 {
    let rough = (most / ticks).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0].into_iter().map(|factor| factor * power).find(|step| *step >= rough).unwrap_or(rough)
}

/// Shortens a name that would not fit, in the middle: names of a sweep differ at their ends.
pub(super) fn shortened(name: &str, letters: usize) -> String {
    let all: Vec<char> = name.chars().collect();
    if all.len() <= letters {
        return name.to_owned();
    }
    let kept = letters.saturating_sub(1);
    let (front, back) = (kept.div_ceil(2), kept / 2);
    all[..front].iter().chain(&['…']).chain(&all[all.len() - back..]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_at_their_ends_still_differ_when_shortened() {
        let name = |workers: u32| format!("queue_lock exclusive · dependency_lock register-only · workers {workers}");
        let short = [1, 2, 16].map(|workers| shortened(&name(workers), 40));
        assert!(short.iter().all(|name| name.chars().count() == 40));
        assert!(short[2].ends_with("workers 16") && short[0] != short[1]);
        assert_eq!(shortened("plain", 40), "plain");
    }
}
