//! Text that others wrote, made harmless for a terminal.

use std::fmt::{self, Write as _};

/// Text with control characters escaped: `\u{1b}`.
#[derive(Debug, Clone, Copy)]
pub struct Printable<'a>(
    /// The text.
    pub &'a str,
);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            if is_printable(character) {
                f.write_char(character)?;
            } else {
                write!(f, "{}", character.escape_debug())?;
            }
        }
        Ok(())
    }
}

/// False for what steers a terminal: control characters, and those that turn the direction of writing or break lines.
#[must_use]
pub fn is_printable(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_escaped_and_all_else_stays() {
        let text = Printable("a\u{1b}[2Jµ\nb\u{202e}c").to_string();
        assert_eq!(text, "a\\u{1b}[2Jµ\\nb\\u{202e}c");
    }
}
