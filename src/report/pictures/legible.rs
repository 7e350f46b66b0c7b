//! Whether the letters of a picture can be read: none cut off, none over another, none smaller than eleven pixels, all of it
//! XML. What letters take is estimated on the safe side.

use super::Drawn;
use super::letters::width;
use std::fmt;

/// A text as it stands: what, and the box around it, in pixels.
#[derive(Debug)]
struct Shown {
    text: String,
    left: f64,
    right: f64,
    middle: f64,
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "“{}”, {} to {}, at {}", self.text, self.left, self.right, self.middle)
    }
}

fn attribute<'a>(tag: &'a str, key: &str) -> Option<&'a str> {
    tag.split_once(&format!(" {key}=\""))?.1.split_once('"').map(|(value, _)| value)
}

fn number(tag: &str, key: &str) -> f64 {
    attribute(tag, key).and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("no number {key} in {tag}"))
}

fn texts(svg: &str) -> Vec<Shown> {
    svg.split("<text")
        .skip(1)
        .map(|piece| {
            let (tag, rest) = piece.split_once('>').unwrap();
            let text = rest.split('<').next().unwrap().trim();
            let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
            let weight = if tag.contains("font-weight") { 1.25 } else { 1.0 };
            let (x, takes) = (number(tag, "x"), f64::from(width(&text)) * weight);
            let left = match attribute(tag, "text-anchor") {
                Some("middle") => x - takes / 2.0,
                Some("end") => x - takes,
                _ => x,
            };
            assert!(number(tag, "font-size") >= 11.0, "{tag}");
            Shown { text, left, right: left + takes, middle: number(tag, "y") }
        })
        .collect()
}

/// Panics if a text of the picture cannot be read.
#[track_caller]
pub(in crate::report) fn assert_legible(drawn: &Drawn) {
    for svg in [&drawn.wide, &drawn.narrow] {
        let open = svg.split_once('>').unwrap().0;
        let (across, down) = (number(open, "width"), number(open, "height"));
        assert!(across <= 640.0 && down < 20_000.0, "{across} by {down}");
        let texts = texts(svg);
        for (place, one) in texts.iter().enumerate() {
            let is_inside =
                one.left >= -0.5 && one.right <= across + 0.5 && one.middle >= 6.0 && one.middle <= down - 5.0;
            assert!(is_inside, "cut off at {across}: {one}");
            for other in &texts[..place] {
                let is_beside = one.left >= other.right - 0.5 || one.right <= other.left + 0.5;
                assert!(
                    is_beside || (one.middle - other.middle).abs() >= 12.0,
                    "over another at {across}: {one}, {other}"
                );
            }
        }
        assert!(open.contains(" aria-label=\"") && !open.contains("aria-label=\"\""), "{open}");
        assert!(!svg.contains(" opacity=\"1\""), "a mark has no look: {svg}");
        assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
        assert!(svg.contains("prefers-color-scheme:dark") && svg.trim_end().ends_with("</svg>"));
    }
}
