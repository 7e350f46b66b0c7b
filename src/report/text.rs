//! Text that others wrote (names, titles, questions), made fit for where it is shown.

use crate::printable::is_printable;
use std::borrow::Cow;

/// On one line: a scenario may break lines anywhere, but a heading, a point or a cell ends with its line.
#[must_use]
pub(super) fn on_one_line(text: &str) -> String {
    visible(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

/// Escapes every character that would steer a terminal, turn the direction of what follows, or make XML unreadable, as
/// [`Printable`](crate::printable::Printable) does; but lines and tabs stay.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_shown) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_shown(letter) {
            shown.push(letter);
        } else {
            shown.extend(letter.escape_debug());
        }
    }
    Cow::Owned(shown)
}

fn is_shown(letter: char) -> bool {
    // The last three are no characters, or a mark of byte order.
    matches!(letter, '\n' | '\t') || (is_printable(letter) && !matches!(letter, '\u{fffe}' | '\u{ffff}' | '\u{feff}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_command_a_terminal_is_shown_instead() {
        assert_eq!(visible("a\u{1b}[2Jb\u{7}\u{7f}\u{9b}31m\r"), r"a\u{1b}[2Jb\u{7}\u{7f}\u{9b}31m\r");
        assert_eq!(visible("\u{ffff}\u{feff}"), r"\u{ffff}\u{feff}");
        assert_eq!(visible("right\u{202e}tfel"), r"right\u{202e}tfel");
    }

    #[test]
    fn ordinary_text_of_any_script_stays_as_it_is() {
        for text in ["queue · 1KB “é” 待ち行列", "two\nlines\tand a tab", ""] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
        }
        assert_eq!(on_one_line(" a\n\n # b\t\u{1b} "), r"a # b \u{1b}");
    }
}
