//! Fields of a job, as clients ask for them by name.

use crate::job::{Job, LogEntry, Opcode, Timestamp};
use serde_json::{Value, json};

/// A field of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Id,
    Status,
    Priority,
    Received,
    Start,
    End,
    Inputs,
    OpcodeStatuses,
    Results,
    OpcodePriorities,
    Logs,
    OpcodeStarts,
    OpcodeExecs,
    OpcodeEnds,
    Summaries,
}

impl Field {
    const ALL: [(&str, Self); 15] = [
        ("id", Self::Id),
        ("status", Self::Status),
        ("priority", Self::Priority),
        ("received_ts", Self::Received),
        ("start_ts", Self::Start),
        ("end_ts", Self::End),
        ("ops", Self::Inputs),
        ("opstatus", Self::OpcodeStatuses),
        ("opresult", Self::Results),
        ("oppriority", Self::OpcodePriorities),
        ("oplog", Self::Logs),
        ("opstart", Self::OpcodeStarts),
        ("opexec", Self::OpcodeExecs),
        ("opend", Self::OpcodeEnds),
        ("summary", Self::Summaries),
    ];

    /// The fields of these names.
    ///
    /// # Errors
    /// Those that do not exist, as the modelled queue words it.
    pub(super) fn read_all(names: &[String]) -> Result<Vec<Self>, String> {
        let find = |name: &String| Self::ALL.iter().find(|(known, _)| known == name).map(|(_, field)| *field);
        let unknown: Vec<&str> = names.iter().filter(|name| find(name).is_none()).map(String::as_str).collect();
        match unknown.is_empty() {
            true => Ok(names.iter().filter_map(find).collect()),
            false => Err(format!("Unknown output fields selected: {}", unknown.join(", "))),
        }
    }

    /// The values of `fields` of `job`.
    pub(super) fn values(fields: &[Self], job: &Job) -> Vec<Value> {
        fields.iter().map(|field| field.value(job)).collect()
    }

    fn value(self, job: &Job) -> Value {
        let each = |value: &dyn Fn(&Opcode) -> Value| job.opcodes.iter().map(value).collect::<Value>();
        match self {
            Self::Id => json!(job.id.0),
            Self::Status => json!(job.status().as_str()),
            Self::Priority => json!(job.priority().value()),
            Self::Received => timestamp(job.received),
            Self::Start => timestamp(job.start),
            Self::End => timestamp(job.end),
            Self::Inputs => each(&|opcode| Value::Object((*opcode.input).clone())),
            Self::OpcodeStatuses => each(&|opcode| json!(opcode.status.as_str())),
            Self::Results => each(&|opcode| opcode.result.clone()),
            Self::OpcodePriorities => each(&|opcode| json!(opcode.priority.value())),
            Self::Logs => each(&|opcode| opcode.log.iter().map(log_entry).collect()),
            Self::OpcodeStarts => each(&|opcode| timestamp(opcode.start)),
            Self::OpcodeExecs => each(&|opcode| timestamp(opcode.exec)),
            Self::OpcodeEnds => each(&|opcode| timestamp(opcode.end)),
            Self::Summaries => each(&|opcode| json!(summary(opcode))),
        }
    }
}

/// `TEST_DELAY(0.5)`: its kind, and of a delay how long.
fn summary(opcode: &Opcode) -> String {
    let kind = opcode.op_id().trim_start_matches("OP_");
    match opcode.input.get("duration").and_then(Value::as_f64) {
        Some(duration) if kind == "TEST_DELAY" => format!("{kind}({duration})"),
        _ => kind.to_owned(),
    }
}

/// Log entries after serial `serial`: `[serial, timestamp, type, message]`.
pub(super) fn log_after(job: &Job, serial: u64) -> Vec<Value> {
    let entries = job.opcodes.iter().flat_map(|opcode| &opcode.log);
    entries.filter(|entry| entry.serial > serial).map(log_entry).collect()
}

fn log_entry(entry: &LogEntry) -> Value {
    json!([entry.serial, timestamp(Some(entry.at)), entry.kind, entry.message])
}

fn timestamp(timestamp: Option<Timestamp>) -> Value {
    timestamp.map_or(Value::Null, |at| json!([at.seconds, at.microseconds]))
}
