//! Text from files and file names, made harmless for a terminal.

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
            // Beyond control characters, those that turn the direction of writing or break lines.
            if character.is_control()
                || matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            {
                write!(f, "{}", character.escape_debug())?;
            } else {
                f.write_char(character)?;
            }
        }
        Ok(())
    }
}
