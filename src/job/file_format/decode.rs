//! Bytes to jobs, in the two steps that are timed apart.

use super::Measured;
use super::error::{Flaw, FormatError, Step, describe, describe_text};
use crate::job::{Dependency, Job, JobId, LogEntry, Opcode, Priority, Status, Timestamp};
use serde_json::{Map, Value};
use std::sync::Arc;

type Read<T> = Result<T, Flaw>;

/// Step one: the bytes of a job file to a tree of values.
///
/// # Errors
/// If the bytes are not one JSON document in UTF-8, or are more than [`super::MAX_BYTES`], or could hold more
/// than [`super::VALUES_MAX`] values, or nest deeper than 127 levels.
pub fn parse(bytes: &[u8]) -> Result<Value, FormatError> {
    if bytes.len() > super::MAX_BYTES {
        return Err(FormatError::TooLong { bytes: bytes.len(), limit: super::MAX_BYTES });
    }
    // Shorter files cannot hold too much, and are spared the count.
    if bytes.len() > super::VALUES_MAX {
        let values = bytes.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count();
        if values > super::VALUES_MAX {
            return Err(FormatError::TooMany { values, limit: super::VALUES_MAX });
        }
    }
    serde_json::from_slice(bytes).map_err(|error| FormatError::from_json(bytes, &error))
}

/// Step two: the tree of values to a job. Strings and trees move; nothing is copied but what `depends` names.
///
/// A missing timestamp reads as null and a missing priority as 0; ids may be strings of digits; keys that a
/// job or an opcode does not have are dropped.
///
/// # Errors
/// If a field is missing, or does not hold what belongs there; the error names it.
pub fn build(document: Value) -> Result<Job, FormatError> {
    read_job(document).map_err(Flaw::into_error)
}

/// Both steps.
///
/// # Errors
/// Those of [`parse`] and [`build`].
pub fn decode(bytes: &[u8]) -> Result<Job, FormatError> {
    build(parse(bytes)?)
}

fn read_job(document: Value) -> Read<Job> {
    let Value::Object(fields) = document else {
        return Err(Flaw::new("an object with `id` and `ops`", describe(&document)));
    };
    let (mut id, mut opcodes) = (None, None);
    let (mut received, mut start, mut end) = (None, None, None);
    for (key, value) in fields {
        match key.as_str() {
            "id" => id = Some(field("id", value, |value| read_id(&value))?),
            "ops" => opcodes = Some(field("ops", value, read_opcodes)?),
            "received_timestamp" => received = field("received_timestamp", value, |value| read_moment(&value))?,
            "start_timestamp" => start = field("start_timestamp", value, |value| read_moment(&value))?,
            "end_timestamp" => end = field("end_timestamp", value, |value| read_moment(&value))?,
            _ => {}
        }
    }
    let id = id.ok_or_else(|| Flaw::missing("id", ID))?;
    let opcodes = opcodes.ok_or_else(|| Flaw::missing("ops", OPCODES))?;
    Ok(Job { id, opcodes, received, start, end })
}

const ID: &str = "a job id, a whole number from 0";
pub(super) const OPCODES: &str = "a list of at least one opcode";
pub(super) const OPCODE: &str = "an opcode, an object with `input`, `status`, `result` and `log`";
const INPUT: &str = "an object with `OP_ID` and parameters";
pub(super) const STATUS: &str = "queued, waitdeps, waiting, canceling, running, canceled, success or error";
const LOG: &str = "a list of log entries";
const ENTRY: &str = "[serial, [s, us], type, message]";
const MOMENT: &str = "a timestamp, [seconds, microseconds under 1000000]";
const DEPENDS: &str = "null or a list of [job id, [final statuses]]";
const FINAL: &str = "success, error or canceled";

/// Reads the value of a field; a flaw in it is told with its name.
fn field<T>(name: &'static str, value: Value, read: impl FnOnce(Value) -> Read<T>) -> Read<T> {
    read(value).map_err(|flaw| flaw.within(Step::Field(name)))
}

fn read_opcodes(value: Value) -> Read<Vec<Opcode>> {
    match value {
        Value::Array(items) if !items.is_empty() => read_items(items, read_opcode),
        other => Err(Flaw::new(OPCODES, describe(&other))),
    }
}

/// Reads each item of a list; a flaw in one is told with its index.
fn read_items<T>(items: Vec<Value>, read: impl Fn(Value) -> Read<T>) -> Read<Vec<T>> {
    let read = |(index, item)| read(item).map_err(|flaw| flaw.within(Step::Item(index)));
    items.into_iter().enumerate().map(read).collect()
}

fn read_opcode(value: Value) -> Read<Opcode> {
    let Value::Object(fields) = value else { return Err(Flaw::new(OPCODE, describe(&value))) };
    let (mut input, mut status, mut result, mut log) = (None, None, None, None);
    let (mut start, mut exec, mut end, mut priority) = (None, None, None, Priority::NORMAL);
    for (key, value) in fields {
        match key.as_str() {
            "input" => input = Some(field("input", value, read_input)?),
            "status" => status = Some(field("status", value, |value| read_status(&value))?),
            "result" => result = Some(value),
            "log" => log = Some(field("log", value, read_log)?),
            "start_timestamp" => start = field("start_timestamp", value, |value| read_moment(&value))?,
            "exec_timestamp" => exec = field("exec_timestamp", value, |value| read_moment(&value))?,
            "end_timestamp" => end = field("end_timestamp", value, |value| read_moment(&value))?,
            "priority" => priority = field("priority", value, |value| read_priority(&value))?,
            _ => {}
        }
    }
    let (input, depends) = input.ok_or_else(|| Flaw::missing("input", INPUT))?;
    Ok(Opcode {
        input: Arc::new(input),
        status: status.ok_or_else(|| Flaw::missing("status", STATUS))?,
        result: result.ok_or_else(|| Flaw::missing("result", "a value, null while the opcode has none"))?,
        log: log.ok_or_else(|| Flaw::missing("log", LOG))?,
        start,
        exec,
        end,
        priority,
        depends,
        measured: Measured::default(),
    })
}

fn read_input(value: Value) -> Read<(Map<String, Value>, Vec<Dependency>)> {
    let Value::Object(input) = value else { return Err(Flaw::new(INPUT, describe(&value))) };
    match input.get("OP_ID") {
        Some(Value::String(name)) if !name.is_empty() => {}
        Some(other) => return Err(Flaw::new("the kind of opcode", describe(other)).within(Step::Field("OP_ID"))),
        None => return Err(Flaw::missing("OP_ID", "the kind of opcode")),
    }
    let depends = input.get("depends").map_or(Ok(Vec::new()), read_depends);
    let depends = depends.map_err(|flaw| flaw.within(Step::Field("depends")))?;
    Ok((input, depends))
}

fn read_depends(value: &Value) -> Read<Vec<Dependency>> {
    let items = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(items) => items,
        other => return Err(Flaw::new(DEPENDS, describe(other))),
    };
    let read = |(index, item)| read_dependency(item).map_err(|flaw| flaw.within(Step::Item(index)));
    items.iter().enumerate().map(read).collect()
}

fn read_dependency(value: &Value) -> Read<Dependency> {
    let Some([on, Value::Array(words)]) = value.as_array().map(Vec::as_slice) else {
        return Err(Flaw::new("[job id, [final statuses]]", describe(value)));
    };
    let on = read_id(on).map_err(|flaw| flaw.within(Step::Item(0)))?;
    let wanted = words.iter().enumerate().map(|(index, word)| match word.as_str().and_then(Status::from_word) {
        Some(status) if status.is_final() => Ok(status),
        _ => Err(Flaw::new(FINAL, describe(word)).within(Step::Item(index)).within(Step::Item(1))),
    });
    Ok(Dependency { on, wanted: wanted.collect::<Read<_>>()? })
}

fn read_id(value: &Value) -> Read<JobId> {
    let id = match value {
        Value::Number(number) => number.as_u64(),
        Value::String(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
        _ => None,
    };
    id.map(JobId).ok_or_else(|| Flaw::new(ID, describe(value)))
}

fn read_status(value: &Value) -> Read<Status> {
    match value {
        Value::String(word) => Status::from_word(word).ok_or_else(|| Flaw::new(STATUS, describe_text(word))),
        other => Err(Flaw::new(STATUS, describe(other))),
    }
}

fn read_priority(value: &Value) -> Read<Priority> {
    let priority = value.as_i64().and_then(Priority::new);
    priority.ok_or_else(|| Flaw::new("a priority from -20 to 19", describe(value)))
}

fn read_moment(value: &Value) -> Read<Option<Timestamp>> {
    match value {
        Value::Null => Ok(None),
        other => read_timestamp(other).map(Some),
    }
}

fn read_timestamp(value: &Value) -> Read<Timestamp> {
    let parts = match value.as_array().map(Vec::as_slice) {
        Some([seconds, microseconds]) => seconds.as_u64().zip(microseconds.as_u64()),
        _ => None,
    };
    let read = |(seconds, microseconds)| match u32::try_from(microseconds) {
        Ok(microseconds) if microseconds < 1_000_000 => Some(Timestamp { seconds, microseconds }),
        _ => None,
    };
    parts.and_then(read).ok_or_else(|| Flaw::new(MOMENT, describe(value)))
}

fn read_log(value: Value) -> Read<Vec<LogEntry>> {
    match value {
        Value::Array(items) => read_items(items, read_entry),
        other => Err(Flaw::new(LOG, describe(&other))),
    }
}

fn read_entry(value: Value) -> Read<LogEntry> {
    let Value::Array(parts) = value else { return Err(Flaw::new(ENTRY, describe(&value))) };
    let length = parts.len();
    let Ok([serial, at, kind, message]) = <[Value; 4]>::try_from(parts) else {
        return Err(Flaw::new(ENTRY, format!("a list of {length} items")));
    };
    let Some(serial) = serial.as_u64() else {
        return Err(Flaw::new("a serial, a whole number", describe(&serial)).within(Step::Item(0)));
    };
    let at = read_timestamp(&at).map_err(|flaw| flaw.within(Step::Item(1)))?;
    let Value::String(kind) = kind else {
        return Err(Flaw::new("the type of the entry, a string", describe(&kind)).within(Step::Item(2)));
    };
    Ok(LogEntry { serial, at, kind, message })
}
