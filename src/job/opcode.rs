//! One step of a job.

use super::file_format::Measured;
use super::{Dependency, Priority, Status, Timestamp};
use serde_json::{Map, Value};
use std::sync::Arc;

/// One step of a job: what was asked for, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Opcode {
    /// The request as submitted: `OP_ID`, parameters, and `depends` with absolute ids.
    pub input: Arc<Map<String, Value>>,
    /// Where it stands.
    pub status: Status,
    /// Null until it ended; then its return value, or `["OpExecError", ["text"]]`.
    pub result: Value,
    /// Messages, oldest first.
    pub log: Vec<LogEntry>,
    /// When it was first marked waiting.
    pub start: Option<Timestamp>,
    /// When it began to run.
    pub exec: Option<Timestamp>,
    /// When the worker that processed it ended it.
    pub end: Option<Timestamp>,
    /// Its current priority, which may differ from the requested one.
    pub priority: Priority,
    /// `input["depends"]`, resolved, so that nobody parses it again.
    pub depends: Vec<Dependency>,
    /// What is known of the sizes of its parts.
    pub measured: Measured,
}

/// A message that an opcode logged while it ran.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogEntry {
    /// Counts over the whole job, from 1.
    pub serial: u64,
    /// When.
    pub at: Timestamp,
    /// What sort of entry: `message` for text.
    pub kind: String,
    /// The entry itself, text as a rule.
    pub message: Value,
}

impl Opcode {
    /// A queued opcode for `input`, whose dependencies are `depends`.
    #[must_use]
    pub fn new(input: Map<String, Value>, depends: Vec<Dependency>, priority: Priority) -> Self {
        Self {
            input: Arc::new(input),
            status: Status::Queued,
            result: Value::Null,
            log: Vec::new(),
            start: None,
            exec: None,
            end: None,
            priority,
            depends,
            measured: Measured::default(),
        }
    }

    /// The kind of opcode: `OP_TEST_DELAY`; empty if the input names none.
    #[must_use]
    pub fn op_id(&self) -> &str {
        self.input.get("OP_ID").and_then(Value::as_str).unwrap_or_default()
    }
}
