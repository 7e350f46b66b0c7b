//! Requests and programs as text.
//!
//! So that a queue can be opened again after a crash, a program is written down in the opcode's `comment`
//! (`sim:{…}`), which the modelled system carries along without looking at it.

use super::request::{DependencyRequest, JobRequest, LogPlan, On, OpcodeOutcome, OpcodeRequest, Program};
use crate::actors::locks::grant::Mode;
use crate::actors::locks::name::{Level, LockRequest, LockSelection};
use crate::job::{JobId, Status};
use crate::units::Span;
use serde_json::{Map, Value, json};
use std::sync::Arc;

impl JobRequest {
    /// As text that [`Self::read`] understands.
    #[must_use]
    pub fn describe(&self) -> Value {
        self.opcodes.iter().map(OpcodeRequest::describe).collect()
    }

    /// A request from a list of opcodes, each with `op_id`, `run_s`, `locks`, `depends`, `priority`,
    /// `fails_with`, `returns`, `log_messages`, `log_text`, `submits` and `other` (all but the first optional).
    ///
    /// # Errors
    /// What is wrong with the text. (What is wrong with the request is for the queue to say.)
    pub fn read(job: &Value) -> Result<Self, String> {
        let opcodes = job.as_array().ok_or_else(|| format!("a job must be a list of opcodes, not {job}"))?;
        let opcodes = opcodes.iter().map(OpcodeRequest::read).collect::<Result<_, _>>()?;
        Ok(Self { opcodes, ..Self::default() })
    }
}

impl OpcodeRequest {
    fn describe(&self) -> Value {
        let mut text = Map::new();
        text.insert("op_id".into(), Value::from(&*self.op_id));
        text.insert("run_s".into(), json!(self.program.run.as_secs_f64()));
        if let Some(asked) = self.priority {
            text.insert("priority".into(), asked.into());
        }
        if let Ok(depends) = &self.depends
            && !depends.is_empty()
        {
            let list = depends.iter().map(|one| json!([one.on.describe(), wanted_words(&one.wanted)])).collect();
            text.insert("depends".into(), list);
        }
        if !self.parameters.is_empty() {
            text.insert("other".into(), Value::Object(self.parameters.clone()));
        }
        text.extend(self.program.note());
        Value::Object(text)
    }

    fn read(opcode: &Value) -> Result<Self, String> {
        let fields = opcode.as_object().ok_or_else(|| format!("an opcode must be an object, not {opcode}"))?;
        let op_id = fields.get("op_id").and_then(Value::as_str).ok_or("an opcode needs an op_id")?;
        let run = Span::from_secs_f64(fields.get("run_s").and_then(Value::as_f64).unwrap_or(0.0));
        Ok(Self {
            op_id: op_id.into(),
            parameters: fields.get("other").and_then(Value::as_object).cloned().unwrap_or_default(),
            program: Program::described(op_id, run, fields)?,
            depends: fields.get("depends").map_or(Ok(Vec::new()), read_depends),
            priority: fields.get("priority").and_then(Value::as_i64),
            padding: 0,
        })
    }
}

impl On {
    #[allow(clippy::cast_possible_wrap)] // ids of a real queue
    fn describe(self) -> Value {
        match self {
            Self::Id(id) => json!(id.0),
            Self::Relative(back) => json!(back),
            Self::Submission(_) | Self::Finished(_) | Self::FinishedOf(..) => Value::Null,
        }
    }
}

impl Program {
    /// The comment that describes all but the run time.
    #[must_use]
    pub fn comment(&self) -> String {
        format!("{MARK}{}", Value::Object(self.note()))
    }

    /// All but the run time, as [`Self::described`] understands it.
    fn note(&self) -> Map<String, Value> {
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
            // What an opcode without a note does.
            OpcodeOutcome::Success(Value::Null) => {}
            OpcodeOutcome::Success(value) => drop(note.insert("returns".into(), value.clone())),
            OpcodeOutcome::Failure { class, text } => drop(note.insert("fails_with".into(), json!([class, text]))),
        }
        if !self.submits.is_empty() {
            note.insert("submits".into(), self.submits.iter().map(JobRequest::describe).collect());
        }
        note
    }

    /// Whether there is anything to say besides the run time.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self { cluster_mode: self.cluster_mode, ..Self::running(self.run) }
    }

    /// Whether an opcode that was found in a job file describes its program, as all that jqlab writes do.
    #[must_use]
    pub fn is_described_in(input: &Map<String, Value>) -> bool {
        input.get("comment").and_then(Value::as_str).is_some_and(|comment| comment.starts_with(MARK))
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
                None => OpcodeOutcome::Success(note.get("returns").cloned().unwrap_or_default()),
            },
            submits: list("submits").iter().map(JobRequest::read).collect::<Result<_, _>>()?,
        })
    }
}

/// Reads `depends`: a list of `[job id, [final statuses]]`, where ids may be digit strings.
fn read_depends(depends: &Value) -> Result<Vec<DependencyRequest>, String> {
    let wrong = || format!("must be a list of [job id, [final statuses]], not {depends}");
    match depends {
        Value::Null => Ok(Vec::new()),
        Value::Array(list) => list.iter().map(|one| read_dependency(one).ok_or_else(wrong)).collect(),
        _ => Err(wrong()),
    }
}

fn read_dependency(one: &Value) -> Option<DependencyRequest> {
    let [on, wanted] = one.as_array()?.as_slice() else { return None };
    let on = match on {
        Value::String(digits) => digits.parse().ok()?,
        number => number.as_i64()?,
    };
    let on = if on < 0 { On::Relative(on) } else { On::Id(JobId(on.unsigned_abs())) };
    let status = |word: &Value| Status::from_word(word.as_str()?).filter(|status| status.is_final());
    let wanted = wanted.as_array()?.iter().map(status).collect::<Option<_>>()?;
    Some(DependencyRequest { on, wanted })
}

/// Final statuses as words.
pub(in crate::actors) fn wanted_words(wanted: &[Status]) -> Vec<&'static str> {
    wanted.iter().map(|status| status.as_str()).collect()
}

/// What marks a comment that describes a program.
const MARK: &str = "sim:";

/// How long an opcode runs that does not describe itself, over and above its duration: it was not made by
/// jqlab, and the real one takes some time even for a delay of nothing.
const UNDESCRIBED: Span = Span::from_millis(1);

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

fn read_failure(failure: &Value) -> Result<OpcodeOutcome, String> {
    let text = |index: usize| failure.get(index).and_then(Value::as_str).map(str::to_owned);
    match (text(0), text(1)) {
        (Some(class), Some(text)) => Ok(OpcodeOutcome::Failure { class, text }),
        _ => Err(format!("fails_with must be [class, text], not {failure}")),
    }
}
