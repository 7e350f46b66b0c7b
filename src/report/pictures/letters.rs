//! How much room letters take, told without a font: on the safe side, as no one knows which font a reader has.

/// Size of all letters, in pixels.
pub(super) const SIZE: f64 = 12.0;
/// From one line to the next, in pixels.
pub(super) const LINE_HEIGHT: i32 = 15;

/// Advance widths of the letters from space to tilde, in hundredths of the size: those of DejaVu Sans, which is wider
/// than what most pages are shown in.
#[rustfmt::skip]
const ADVANCES: [u8; 95] = [
    32, 41, 46, 84, 64, 96, 78, 28, 40, 40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 54,
    100, 69, 69, 70, 78, 64, 58, 78, 76, 30, 30, 66, 56, 87, 75, 79, 61, 79, 70, 64, 62, 74, 69, 99, 69, 62, 69, 40, 34, 40, 84, 50,
    50, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62, 64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84,
];

/// The width of a text, in pixels, rounded up.
pub(super) fn width(text: &str) -> i32 {
    let hundredths: u32 = text.chars().map(advance).sum();
    #[allow(clippy::cast_possible_truncation)] // a text of a million letters is a million pixels wide
    let pixels = (f64::from(hundredths) * SIZE / 100.0).ceil() as i32;
    pixels
}

fn advance(letter: char) -> u32 {
    let place = u32::from(letter).wrapping_sub(32) as usize;
    match (ADVANCES.get(place), letter) {
        (Some(advance), _) => u32::from(*advance),
        (None, '·' | '’' | '‘') => 34,
        (None, '“' | '”' | '–') => 52,
        (None, '\u{a0}'..='\u{17f}') => 84,
        // Scripts whose letters are as wide as they are high, and whatever else there is.
        (None, _) => 110,
    }
}

/// A text as it stands in a picture, and as a whole where that is not all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fitted {
    /// What is shown, line by line.
    pub(super) lines: Vec<String>,
    /// The whole, if it is not shown.
    pub(super) whole: Option<String>,
}

/// `text` in at most so many lines of at most `room` pixels. What does not fit is left out of the middle: names of a sweep
/// differ at their ends.
pub(super) fn fit(text: &str, room: i32, lines_max: usize) -> Fitted {
    let lines = wrap(text, room);
    if lines.len() <= lines_max && lines.iter().all(|line| width(line) <= room) {
        return Fitted { lines, whole: None };
    }
    let letters: Vec<char> = text.chars().collect();
    let shortened = |kept: usize| -> String {
        let (front, back) = (kept / 2, kept - kept / 2);
        letters[..front].iter().chain(&['…']).chain(&letters[letters.len() - back..]).collect()
    };
    let fits = |kept: &usize| {
        let lines = broken(&shortened(*kept), room);
        lines.len() <= lines_max && lines.iter().all(|line| width(line) <= room)
    };
    // More letters never take less room, but a break at a blank can: the longest that fits, from below.
    let kept = (1..letters.len()).rev().find(fits).unwrap_or(0);
    Fitted { lines: broken(&shortened(kept), room), whole: Some(text.to_owned()) }
}

/// Lines broken at blanks; a word that is wider than `room` has a line of its own.
fn wrap(text: &str, room: i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(line) + width(" ") + width(word) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The same, with words that are wider than `room` broken as well.
fn broken(text: &str, room: i32) -> Vec<String> {
    let mut lines = Vec::new();
    for line in wrap(text, room) {
        let mut part = String::new();
        for letter in line.chars() {
            if !part.is_empty() && width(&part) + width(letter.encode_utf8(&mut [0; 4])) > room {
                lines.push(std::mem::take(&mut part));
            }
            part.push(letter);
        }
        lines.push(part);
    }
    lines
}

/// Places for labels of `height` pixels that would be at `wanted`, between `low` and `high`: as near as may be, in the same
/// order, none over another. If there are more than fit, they go beyond `high`.
pub(super) fn spread(wanted: &[i32], height: i32, low: i32, high: i32) -> Vec<i32> {
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|place| wanted[*place]);
    let mut places = vec![0; wanted.len()];
    let mut below = low;
    for place in &order {
        places[*place] = wanted[*place].max(below);
        below = places[*place] + height;
    }
    let mut above = high.max(low + height * (i32::try_from(wanted.len()).unwrap_or(i32::MAX / 64) - 1));
    for place in order.iter().rev() {
        places[*place] = places[*place].min(above);
        above = places[*place] - height;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_stays_and_one_that_does_not_loses_its_middle() {
        assert_eq!(fit("plain", 200, 1), Fitted { lines: vec!["plain".into()], whole: None });
        let name = |workers| format!("queue_lock exclusive · dependency_lock register-only · workers {workers}");
        let short = [1, 16].map(|workers| fit(&name(workers), 180, 1));
        assert!(short.iter().all(|short| short.lines.len() == 1 && width(&short.lines[0]) <= 180), "{short:?}");
        assert!(short[1].lines[0].ends_with("workers 16") && short[1].whole == Some(name(16)));
        assert_ne!(short[0].lines, short[1].lines);
        let two = fit(&name(8), 180, 2);
        assert!(two.lines.len() == 2 && two.lines.iter().all(|line| width(line) <= 180), "{two:?}");
    }

    #[test]
    fn no_text_is_too_odd_to_be_fitted() {
        for text in ["", " ", "W", "待ち行列待ち行列待ち行列", &"W".repeat(500), &"i ".repeat(500)] {
            for room in [0, 10, 100] {
                let fitted = fit(text, room, 2);
                assert!(room < 100 || fitted.lines.iter().all(|line| width(line) <= room), "{text}: {fitted:?}");
            }
        }
    }

    #[test]
    fn labels_keep_their_order_and_never_touch() {
        assert_eq!(spread(&[10, 12, 100], 14, 0, 200), [10, 24, 100]);
        assert_eq!(spread(&[198, 199, 200], 14, 0, 200), [172, 186, 200]);
        assert_eq!(spread(&[5, 5, 5, 5], 14, 0, 20), [0, 14, 28, 42]);
    }
}
