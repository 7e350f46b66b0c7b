//! Text that others wrote (names, titles, questions), made fit for where it is shown.

use crate::printable::is_printable;
use std::borrow::Cow;

/// On one line: a scenario may break lines anywhere, but a heading, a point or a cell ends with its line.
#[must_use]
pub(super) fn on_one_line(text: &str) -> String {
    visible(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

/// The same of a part of a line, which keeps a space at either end.
#[must_use]
pub(super) fn within_line(text: &str) -> String {
    let line = on_one_line(text);
    if line.is_empty() {
        return if text.is_empty() { line } else { " ".to_owned() };
    }
    let space = |is_there: bool| if is_there { " " } else { "" };
    let before = space(text.starts_with(char::is_whitespace));
    format!("{before}{line}{}", space(text.ends_with(char::is_whitespace)))
}

/// A path from one page to another, with its anchor, as an address: nothing in it names a scheme, or ends a link.
#[must_use]
pub(super) fn address(path: &str) -> String {
    let mut address = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' | b'#' => {
                address.push(char::from(byte));
            }
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address
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

/// A part of a text: prose, or code that is to be typed as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// Prose.
    Prose(&'a str),
    /// What stands between two single backticks.
    Code(&'a str),
}

/// The parts of a line. A backtick that is not one of a pair, or is beside another, is prose.
pub(super) fn parts(line: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = line;
    while let Some((before, code, after)) = next_code(rest) {
        parts.extend((!before.is_empty()).then_some(Part::Prose(before)));
        parts.push(Part::Code(code));
        rest = after;
    }
    parts.extend((!rest.is_empty()).then_some(Part::Prose(rest)));
    parts
}

/// What stands before the first piece of code, the code, and what stands after it.
fn next_code(line: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = line.split_once('`')?;
    let (code, after) = rest.split_once('`')?;
    let is_code = !code.trim().is_empty() && code.trim() == code && !after.starts_with('`');
    is_code.then_some((before, code, after))
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
        assert_eq!([" a\nb ", "\n", ""].map(within_line), [" a b ", " ", ""]);
    }

    #[test]
    fn a_path_as_an_address_names_no_scheme_and_ends_no_link() {
        assert_eq!(address("chained-jobs/report.html#claim-2"), "chained-jobs/report.html#claim-2");
        assert_eq!(address("javascript:a(\"é\") x"), "javascript%3Aa%28%22%C3%A9%22%29%20x");
    }

    #[test]
    fn code_stands_between_two_single_backticks() {
        use Part::{Code, Prose};
        assert_eq!(
            parts("run `jqlab run` or `x`."),
            [Prose("run "), Code("jqlab run"), Prose(" or "), Code("x"), Prose(".")]
        );
        for prose in ["no code", "one ` alone", "``` fence", "``two``", "` a `", "```` four"] {
            assert_eq!(parts(prose), [Prose(prose)]);
        }
        assert_eq!(parts(""), []);
    }
}
