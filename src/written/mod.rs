//! What people write by hand, scenarios and profiles: TOML text, read so that every mistake is shown with its place.
//!
//! `read` parses a text and hands its tables to whoever knows what they mean; values know where they stand, and are
//! asked what they should be. All mistakes that can be told at once are told at once.
//!
//! What always holds: no input makes it panic, and none is read beyond its limit.

mod error;
mod file;
mod quantity;
mod value;

pub use error::{Problem, TextErrors};
pub use file::read_within;
pub use quantity::parse_span;
pub(crate) use quantity::{duration, exact_span, rate, size};
pub(crate) use value::{Item, Problems, Table, Value, list, suggest};

use toml::de::DeTable;

/// The longest text that is read, in bytes.
pub(crate) const BYTES_MAX: usize = 4 << 20;

/// What `make` makes of the tables of `text`; `name` is the file's name, for messages, and `what` it is: "a scenario".
///
/// # Errors
/// All that is wrong with it, as far as it can be told at once.
pub(crate) fn read<T>(
    name: &str,
    text: &str,
    what: &str,
    make: impl FnOnce(&Table<'_>, &mut Problems) -> T,
) -> Result<T, TextErrors> {
    if text.len() > BYTES_MAX {
        let found = format!("the file has {} bytes", text.len());
        return Err(TextErrors::unreadable(name, found, &format!("{what} has at most 4 MiB"), "give another file"));
    }
    let (parsed, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(TextErrors::new(name, text, syntax_errors(&errors, text)));
    }
    let file = Table::of_file(&parsed, text);
    let mut problems = Problems::default();
    let made = make(&file, &mut problems);
    match problems.0.is_empty() {
        true => Ok(made),
        false => Err(TextErrors::new(name, text, problems.0)),
    }
}

/// These bytes as text, which must be UTF-8.
///
/// # Errors
/// That they are no text.
pub(crate) fn as_text<'b>(name: &str, bytes: &'b [u8]) -> Result<&'b str, TextErrors> {
    std::str::from_utf8(bytes).map_err(|error| {
        // What can be shown: the text up to the broken byte, and a mark in its place.
        let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
        let at = good.len();
        let byte = bytes.get(at).copied().unwrap_or_default();
        let problem = Problem::new(at..at + 3, format!("byte 0x{byte:02x} is not UTF-8"), "expected text in UTF-8");
        let problem = problem.with_help("save the file in UTF-8");
        TextErrors::new(name, &format!("{good}\u{fffd}"), vec![problem])
    })
}

/// What is not valid TOML, the first on each line: what comes after mostly follows from it.
fn syntax_errors(errors: &[toml::de::Error], text: &str) -> Vec<Problem> {
    let mut problems: Vec<Problem> = errors.iter().map(|error| syntax(error, text)).collect();
    problems.sort_by_key(|problem| problem.span.start);
    let mut last = None;
    problems.retain(|problem| {
        let start = problem.span.start.min(text.len());
        let is_new = last.is_none_or(|last: usize| text.as_bytes()[last.min(start)..start].contains(&b'\n'));
        last = Some(start);
        is_new
    });
    problems
}

fn syntax(error: &toml::de::Error, text: &str) -> Problem {
    let end = text.len();
    let span = error.span().unwrap_or(end..end);
    Problem::new(span, "this is not valid TOML", error.message().replace('\n', ", "))
}
