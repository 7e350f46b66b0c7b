//! Text that others wrote (names, titles, questions), made fit for where it is shown.

use std::borrow::Cow;

/// On one line: a scenario may break lines anywhere, but a heading, a point or a cell ends with its line.
#[must_use]
pub(super) fn on_one_line(text: &str) -> String {
    visible(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

/// Puts a visible sign in the place of every character that would command a terminal, turn the direction of what
/// follows, or make XML unreadable. Lines and tabs stay.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().any(|letter| substitute(letter).is_some()) {
        Cow::Owned(text.chars().map(|letter| substitute(letter).unwrap_or(letter)).collect())
    } else {
        Cow::Borrowed(text)
    }
}

fn substitute(letter: char) -> Option<char> {
    match letter {
        '\n' | '\t' => None,
        // The control pictures of Unicode: ␛ for escape, ␇ for the bell.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(letter)),
        '\u{7f}' => Some('\u{2421}'),
        // C1 controls; marks, embeddings and isolates of direction; what is no character at all.
        '\u{80}'..='\u{9f}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}'
        | '\u{fffe}'
        | '\u{ffff}' => Some(char::REPLACEMENT_CHARACTER),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_command_a_terminal_is_shown_instead() {
        assert_eq!(visible("a\u{1b}[2Jb\u{7}\u{7f}\u{9b}31m\r"), "a␛[2Jb␇␡�31m␍");
        assert_eq!(visible("right\u{202e}tfel"), "right�tfel");
    }

    #[test]
    fn ordinary_text_of_any_script_stays_as_it_is() {
        for text in ["queue · 1KB “é” 待ち行列", "two\nlines\tand a tab", ""] {
            assert!(matches!(visible(text), Cow::Borrowed(same) if same == text));
        }
        assert_eq!(on_one_line(" a\n\n # b\t\u{1b} "), "a # b ␛");
    }
}
