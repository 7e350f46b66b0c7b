//! What is wrong with bytes that should be a job file: where, what is there, and what was expected.

use serde_json::Value;
use serde_json::error::Category;

/// Why bytes are not a job file. The name of the file is for the one who read it to add.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// The bytes are no JSON document.
    #[error("line {line}, column {column} (byte {offset}): {what}; expected one JSON document")]
    Json {
        /// Counts from 1.
        line: usize,
        /// Bytes into the line, from 1; 0 if the line has none.
        column: usize,
        /// Bytes before the place.
        offset: usize,
        /// What the parser did not like.
        what: String,
    },
    /// The document is JSON, but no job.
    #[error("{path}: expected {expected}, found {found}")]
    Field {
        /// Where in the document: `ops[2].log[5]`.
        path: String,
        /// What belongs there.
        expected: String,
        /// What is there: `a string`, `nothing`.
        found: String,
    },
    /// More bytes than are ever read, see [`super::MAX_BYTES`].
    #[error("{bytes} bytes; expected at most {limit}: no job has so much to say")]
    TooLong {
        /// How many there are.
        bytes: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// More lists, objects and items than are ever made of a file, see [`super::VALUES_MAX`].
    #[error("{values} lists, objects and items; expected at most {limit}: no job has so much to say")]
    TooMany {
        /// How many the file might hold.
        values: usize,
        /// How many are allowed.
        limit: usize,
    },
}

impl FormatError {
    /// Turns the JSON parser's complaint about `bytes` into one with a byte offset.
    pub(super) fn from_json(bytes: &[u8], error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let text = without_place(error);
        let what = match (error.classify(), text.as_str()) {
            (Category::Eof, what) => format!("the file ends too early ({what})"),
            (_, "recursion limit exceeded") => "lists or objects nested deeper than 127 levels".to_owned(),
            (_, "invalid unicode code point") => "a string that is not UTF-8".to_owned(),
            (_, what) => what.to_owned(),
        };
        Self::Json { line, column, offset: offset_of(bytes, line, column), what }
    }

    /// `what` belongs at the top of the document, but `found` is there.
    pub(super) fn at(path: impl Into<String>, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self::Field { path: path.into(), expected: expected.into(), found: found.into() }
    }
}

/// The JSON parser's complaint, without the line and column that it ends with.
pub(super) fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(what, _)| what.to_owned())
}

/// The bytes before column `column` of line `line`, both from 1.
fn offset_of(bytes: &[u8], line: usize, column: usize) -> usize {
    let mut newlines = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(index, _)| index + 1);
    let start = if line < 2 { 0 } else { newlines.nth(line - 2).unwrap_or(bytes.len()) };
    (start + column.saturating_sub(1)).min(bytes.len())
}

/// A wrong value, on its way out to the caller: each level that it passes adds its step to the path.
#[derive(Debug)]
pub(super) struct Flaw {
    /// Innermost first.
    steps: Vec<Step>,
    expected: &'static str,
    found: String,
}

/// One step of the path to a value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// Of an object.
    Field(&'static str),
    /// Of a list.
    Item(usize),
}

impl Flaw {
    /// `expected` was not there, but `found`, described by [`describe`].
    pub(super) fn new(expected: &'static str, found: impl Into<String>) -> Self {
        Self { steps: Vec::new(), expected, found: found.into() }
    }

    /// `expected` belongs there, and nothing is.
    pub(super) fn missing(field: &'static str, expected: &'static str) -> Self {
        Self::new(expected, "nothing: the field is missing").within(Step::Field(field))
    }

    /// The same flaw, seen from one level further out.
    pub(super) fn within(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// The flaw, as the caller is told of it.
    pub(super) fn into_error(self) -> FormatError {
        let mut path = String::new();
        for step in self.steps.iter().rev() {
            match step {
                Step::Field(name) if path.is_empty() => path.push_str(name),
                Step::Field(name) => path.extend([".", name]),
                Step::Item(index) => path.push_str(&format!("[{index}]")),
            }
        }
        if path.is_empty() {
            path.push_str("the document");
        }
        FormatError::at(path, self.expected, self.found)
    }
}

/// What a value is, in an error: short however long the value.
pub(super) fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => describe_text(text),
        Value::Array(items) => match items.len() {
            0 => "an empty list".to_owned(),
            1 => "a list of one item".to_owned(),
            length => format!("a list of {length} items"),
        },
        Value::Object(_) => "an object".to_owned(),
    }
}

/// A string, in an error: quoted if it is short.
pub(super) fn describe_text(text: &str) -> String {
    if text.len() <= 40 { format!("the string {text:?}") } else { format!("a string of {} bytes", text.len()) }
}
