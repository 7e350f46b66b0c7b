//! What an opcode does when it runs: the part of the workload that a job file does not have a field for.
//!
//! So that a queue can be opened again after a crash, a program is written down in the opcode's `comment`
//! (`sim:{…}`), which the modelled system carries along without looking at it.

use super::design::Cluster;
use super::locks::{Level, LockRequest, LockSelection, Mode, WantedLock};
use super::request::JobRequest;
use crate::job::exec_error;
use crate::units::Span;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What marks a comment that describes a program.
const MARK: &str = "sim:";

/// How long an opcode runs that does not describe itself, over and above its duration: it was not made by
/// jqlab, and the real one takes some time even for a delay of nothing.
const UNDESCRIBED: Span = Span::from_millis(1);

/// Errors that are not the modelled system's own but its language's.
const FOREIGN: [&str; 11] = [
    "Exception",
    "AssertionError",
    "AttributeError",
    "IOError",
    "IndexError",
    "KeyError",
    "NotImplementedError",
    "OSError",
    "RuntimeError",
    "TypeError",
    "ValueError",
];

/// What an opcode does when it runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Program {
    /// Time in the running state.
    pub run: Span,
    /// Locks besides the cluster lock, as asked for.
    pub locks: Vec<LockRequest>,
    /// How it holds the cluster lock.
    pub cluster_mode: Mode,
    /// Messages that it logs.
    pub log: LogPlan,
    /// How it ends.
    pub outcome: Outcome,
    /// Jobs that it submits when it ends.
    pub submits: Vec<JobRequest>,
}

/// Messages that an opcode logs, evenly spread over its time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct LogPlan {
    /// How many.
    pub messages: u32,
    /// Their text; `%d` stands for their number.
    pub text: Option<Arc<str>>,
}

/// How an opcode ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// With this return value.
    Success(Value),
    /// With an error of this class and text.
    Failure {
        /// `OpExecError`, `OpPrereqError`, or another of the modelled system's own; those of its language become the
        /// first.
        class: String,
        /// The message.
        text: String,
    },
}

impl Program {
    /// A program that runs for `run`, needs no locks but the cluster's, logs nothing and returns null.
    #[must_use]
    pub const fn running(run: Span) -> Self {
        Self {
            run,
            locks: Vec::new(),
            cluster_mode: Mode::Shared,
            log: LogPlan { messages: 0, text: None },
            outcome: Outcome::Success(Value::Null),
            submits: Vec::new(),
        }
    }

    /// The locks that it needs, in the order of acquiring.
    ///
    /// # Errors
    /// The text of the opcode's result if a lock does not exist.
    pub fn wanted_locks(&self, cluster: &Cluster) -> Result<Arc<[WantedLock]>, String> {
        WantedLock::resolve(cluster, self.cluster_mode, &self.locks)
    }

    /// Text of the `number`th message, from 1.
    #[must_use]
    pub fn log_message(&self, number: u32) -> String {
        self.log.text.as_deref().unwrap_or("log entry %d").replace("%d", &number.to_string())
    }

    /// The comment that describes all but the run time; none if there is nothing to say.
    #[must_use]
    pub fn comment(&self) -> Option<String> {
        let mut note = Map::new();
        if !self.locks.is_empty() {
            note.insert("locks".into(), self.locks.iter().map(describe_lock).collect());
        }
        if self.log.messages > 0 {
            note.insert("log_messages".into(), self.log.messages.into());
        }
        if let Some(text) = &self.log.text {
            note.insert("log_text".into(), (**text).into());
        }
        match &self.outcome {
            Outcome::Success(Value::Null) => {}
            Outcome::Success(value) => drop(note.insert("returns".into(), value.clone())),
            Outcome::Failure { class, text } => drop(note.insert("fails_with".into(), json!([class, text]))),
        }
        if !self.submits.is_empty() {
            note.insert("submits".into(), self.submits.iter().map(JobRequest::describe).collect());
        }
        (!note.is_empty()).then(|| format!("{MARK}{}", Value::Object(note)))
    }

    /// The program of an opcode that was found in a job file. What cannot be understood is left out.
    #[must_use]
    pub fn of_input(input: &Map<String, Value>) -> Self {
        let op_id = input.get("OP_ID").and_then(Value::as_str).unwrap_or_default();
        let seconds = input.get("duration").and_then(Value::as_f64).unwrap_or(0.0);
        let run = Span::from_secs_f64(seconds);
        let comment = input.get("comment").and_then(Value::as_str).and_then(|comment| comment.strip_prefix(MARK));
        // Padding may follow the note.
        let note = comment.and_then(|note| serde_json::Deserializer::from_str(note).into_iter::<Value>().next());
        match note {
            Some(Ok(Value::Object(note))) => Self::described(op_id, run, &note).unwrap_or_else(|_| Self::running(run)),
            _ => Self { cluster_mode: cluster_mode(op_id), ..Self::running(run + UNDESCRIBED) },
        }
    }

    /// The program that `note` describes.
    ///
    /// # Errors
    /// What is wrong with the note.
    pub fn described(op_id: &str, run: Span, note: &Map<String, Value>) -> Result<Self, String> {
        let list = |key: &str| note.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let messages = note.get("log_messages").and_then(Value::as_u64).unwrap_or(0);
        let text = note.get("log_text").and_then(Value::as_str).map(Arc::from);
        Ok(Self {
            run,
            locks: list("locks").iter().map(read_lock).collect::<Result<_, _>>()?,
            cluster_mode: cluster_mode(op_id),
            log: LogPlan { messages: u32::try_from(messages).map_err(|_| "too many log_messages")?, text },
            outcome: match note.get("fails_with") {
                Some(failure) => read_failure(failure)?,
                None => Outcome::Success(note.get("returns").cloned().unwrap_or_default()),
            },
            submits: list("submits").iter().map(JobRequest::read).collect::<Result<_, _>>()?,
        })
    }
}

impl Outcome {
    /// The result of an opcode that fails with this class and text.
    #[must_use]
    pub fn failure_result(class: &str, text: &str) -> Value {
        match class {
            "OpPrereqError" => json!([class, [text, "wrong_input"]]),
            _ if FOREIGN.contains(&class) => exec_error(text),
            _ => json!([class, [text]]),
        }
    }
}

/// Only one opcode of the modelled system that jqlab knows wants the whole cluster for itself.
fn cluster_mode(op_id: &str) -> Mode {
    if op_id == "OP_TEST_DUMMY" { Mode::Exclusive } else { Mode::Shared }
}

fn describe_lock(lock: &LockRequest) -> Value {
    let names = match &lock.selection {
        LockSelection::All => json!("all"),
        LockSelection::Named(names) => json!(&names[..]),
    };
    json!({"level": lock.level.as_str(), "names": names, "mode": lock.mode.as_str()})
}

fn read_lock(lock: &Value) -> Result<LockRequest, String> {
    let word = |key: &str| lock.get(key).and_then(Value::as_str).unwrap_or_default();
    let level = Level::from_word(word("level")).filter(|level| *level != Level::Cluster);
    let mode = [Mode::Shared, Mode::Exclusive].into_iter().find(|mode| mode.as_str() == word("mode"));
    let selection = match lock.get("names") {
        Some(Value::String(all)) if all == "all" => Some(LockSelection::All),
        Some(Value::Array(names)) => {
            let names: Option<Vec<String>> = names.iter().map(|name| name.as_str().map(str::to_owned)).collect();
            names.map(|names| LockSelection::Named(names.into()))
        }
        _ => None,
    };
    match (level, mode, selection) {
        (Some(level), Some(mode), Some(selection)) => Ok(LockRequest { level, selection, mode }),
        _ => Err(format!("not a lock request with level, names and mode: {lock}")),
    }
}

fn read_failure(failure: &Value) -> Result<Outcome, String> {
    let text = |index: usize| failure.get(index).and_then(Value::as_str).map(str::to_owned);
    match (text(0), text(1)) {
        (Some(class), Some(text)) => Ok(Outcome::Failure { class, text }),
        _ => Err(format!("fails_with must be [class, text], not {failure}")),
    }
}
