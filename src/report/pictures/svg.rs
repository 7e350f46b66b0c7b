//! From what plotters draws to what a page shows: looks in place of the colours that stand for them.

use super::canvas::Look;
use super::palette::{Colour, stylesheet};
use crate::report::text::visible;
use plotters::style::RGBColor;
use std::fmt::Write as _;

/// The colour that stands for the look with this number.
pub(super) fn colour_of(number: usize) -> RGBColor {
    let [.., red, green, blue] = (number as u64 + 1).to_be_bytes();
    RGBColor(red, green, blue)
}

/// The picture as a page takes it: marks have the classes of their colours, titles and variants; text is of the page's own
/// kind. No control character stays: XML has none.
pub(super) fn finish(drawn: &str, looks: &[Look], alt: &str) -> String {
    let drawn = visible(drawn);
    let mut svg = String::with_capacity(drawn.len());
    let mut colours: Vec<Colour> = Vec::new();
    let mut pieces = drawn.split('<').filter(|piece| !piece.is_empty());
    let open = pieces.next().unwrap_or_default();
    for piece in pieces {
        let Some((tag, content)) = piece.split_once('>') else { continue };
        match look_of(tag, looks) {
            Some((look, is_stroke)) => {
                colours.push(look.colour);
                mark(&mut svg, tag, content, look, is_stroke);
            }
            None => {
                let _ = write!(svg, "<{tag}>{}", content.trim());
                svg.push(if content.ends_with('\n') { '\n' } else { ' ' });
            }
        }
    }
    colours.sort_unstable();
    colours.dedup();
    let (open, alt) = (open.trim_end().trim_end_matches('>'), escape(&visible(alt)));
    format!(
        "<{open} class=\"jqlab\" role=\"img\" aria-label=\"{alt}\">\n<style>{}</style>\n{svg}",
        stylesheet(&colours)
    )
}

/// Writes a mark. Whoever knows neither classes nor schemes sees the colours of a light page.
fn mark(svg: &mut String, tag: &str, content: &str, look: &Look, is_stroke: bool) {
    const DROPPED: [&str; 6] = ["fill", "stroke", "opacity", "font-family", "dy", "stroke-width"];
    let is_closed = tag.trim_end().ends_with('/');
    let (name, attributes) = tag.trim_end_matches(['/', ' ']).split_once(' ').unwrap_or((tag, ""));
    let (paint, letter, other) = if is_stroke { ("stroke", 's', "fill") } else { ("fill", 'f', "stroke") };
    let _ = write!(svg, "<{name} class=\"{letter}-{}\" {paint}=\"{}\"", look.colour.name, look.colour.in_light());
    if is_stroke {
        let _ = write!(svg, " {other}=\"none\"");
    }
    for (key, value) in attributes_of(attributes) {
        match key {
            "stroke-width" if is_stroke => {
                let _ = write!(svg, " {key}=\"{value}\"");
            }
            // What plotters writes for letters in the middle is not the same in every font.
            "dy" => svg.push_str(" dy=\"0.35em\""),
            "font-size" => {
                let _ = write!(svg, " font-size=\"{}\"", super::letters::SIZE);
            }
            key if DROPPED.contains(&key) => {}
            _ => {
                let _ = write!(svg, " {key}=\"{value}\"");
            }
        }
    }
    if look.is_bold {
        svg.push_str(" font-weight=\"600\"");
    }
    if look.opacity < 100 {
        let _ = write!(svg, " opacity=\"{:.2}\"", f64::from(look.opacity) / 100.0);
    }
    if let Some(dashes) = look.dashes {
        let _ = write!(svg, " stroke-dasharray=\"{dashes}\"");
    }
    if let Some(variant) = look.variant {
        let _ = write!(svg, " data-variant=\"{variant}\"");
    }
    let title = look.title.as_ref().map(|title| format!("<title>{}</title>", escape(&visible(title))));
    match (is_closed, title) {
        (true, None) => svg.push_str("/>\n"),
        (true, Some(title)) => {
            let _ = writeln!(svg, ">{title}</{name}>");
        }
        (false, title) => {
            let _ = write!(svg, ">{}{}", content.trim(), title.unwrap_or_default());
        }
    }
}

/// The look whose colour is in a tag, and whether it is that of its line.
fn look_of<'a>(tag: &str, looks: &'a [Look]) -> Option<(&'a Look, bool)> {
    let find = |key: &str| {
        let (_, value) = attributes_of(tag).find(|(other, _)| *other == key)?;
        let number = usize::from_str_radix(value.strip_prefix('#')?, 16).ok()?;
        looks.get(number.checked_sub(1)?)
    };
    find("fill").map(|look| (look, false)).or_else(|| find("stroke").map(|look| (look, true)))
}

/// Keys and values in a tag.
fn attributes_of(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag;
    std::iter::from_fn(move || {
        let (before, after) = rest.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        rest = after;
        Some((before.rsplit(' ').next().unwrap_or(before), value))
    })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
