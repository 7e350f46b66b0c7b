//! Printing, where a reader that has gone away is no error.

use super::failure::Failure;
use crate::printable::Printable;
use crate::report::{Block, on_terminal, visible};
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::Path;

/// Prints to standard output.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    match output.write_all(harmless(text).as_bytes()).and_then(|()| output.flush()) {
        Ok(()) => Ok(()),
        Err(error) => Err(not_printed(&error)),
    }
}

/// Why what was asked for did not reach its reader.
pub(super) fn not_printed(error: &io::Error) -> Failure {
    match error.kind() {
        ErrorKind::BrokenPipe => Failure::BrokenPipe,
        _ => Failure::Run(format!("cannot write the result: {error}")),
    }
}

/// A path on a terminal. Unlike texts of ours, it may not even set a colour.
pub(super) fn path(path: &Path) -> String {
    Printable(&path.to_string_lossy()).to_string()
}

/// Prints a line to standard error; if that cannot be, there is nobody to tell.
pub(super) fn complain(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", harmless(line));
}

/// Lets colours through, and shows whatever else would command a terminal: names and texts come from files.
fn harmless(text: &str) -> String {
    const BEGIN: &str = "\u{1b}[";
    let mut parts = text.split(BEGIN);
    let mut shown = visible(parts.next().unwrap_or_default()).into_owned();
    for part in parts {
        let is_colour =
            part.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ';').starts_with('m');
        shown.push_str(if is_colour { BEGIN } else { r"\u{1b}[" });
        shown.push_str(&visible(part));
    }
    shown
}

/// Whether errors are shown in colours: on a terminal, unless `NO_COLOR` is set.
pub(super) fn is_colourful() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Columns that tables may take: those of `COLUMNS`, else of the terminal; any number where the output goes elsewhere.
pub(super) fn columns() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
    let shown = || comfy_table::Table::new().width().map(usize::from);
    said.or_else(shown).filter(|columns| *columns > 0).unwrap_or(usize::MAX)
}

/// A table as wide as the terminal at most.
pub(super) fn table(head: &[&str], rows: Vec<Vec<String>>) -> String {
    on_terminal(&[Block::table(head, rows, "")], columns())
}

/// Quotes what a shell would take apart.
pub(super) fn quoted(word: &str) -> String {
    match shlex::Quoter::new().allow_nul(true).quote(word) {
        Ok(quoted) => quoted.into_owned(),
        Err(error) => unreachable!("only a NUL cannot be quoted, and that is allowed: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_reach_a_terminal_and_other_commands_do_not() {
        assert_eq!(harmless("\u{1b}[31mred\u{1b}[0m\n\tplain"), "\u{1b}[31mred\u{1b}[0m\n\tplain");
        assert_eq!(harmless("\u{1b}[2J\u{1b}]0;title\u{7}\r"), r"\u{1b}[2J\u{1b}]0;title\u{7}\r");
    }
}
