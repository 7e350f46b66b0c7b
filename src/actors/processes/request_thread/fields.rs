//! Fields of a job, as clients ask for them by name.

use crate::job::{Job, Opcode, Timestamp};
use serde_json::{Value, json};

/// The value of field `name` of `job`; none if there is no such field.
#[must_use]
pub fn field(job: &Job, name: &str) -> Option<Value> {
    let each = |value: &dyn Fn(&Opcode) -> Value| job.opcodes.iter().map(value).collect::<Value>();
    Some(match name {
        "id" => json!(job.id.0),
        "status" => json!(job.status().as_str()),
        "priority" => json!(job.priority().value()),
        "received_ts" => timestamp(job.received),
        "start_ts" => timestamp(job.start),
        "end_ts" => timestamp(job.end),
        "ops" => each(&|opcode| Value::Object((*opcode.input).clone())),
        "opstatus" => each(&|opcode| json!(opcode.status.as_str())),
        "opresult" => each(&|opcode| opcode.result.clone()),
        "oppriority" => each(&|opcode| json!(opcode.priority.value())),
        "oplog" => each(&|opcode| opcode.log.iter().map(log_entry).collect()),
        "opstart" => each(&|opcode| timestamp(opcode.start)),
        "opexec" => each(&|opcode| timestamp(opcode.exec)),
        "opend" => each(&|opcode| timestamp(opcode.end)),
        "summary" => each(&|opcode| json!(summary(opcode))),
        _ => return None,
    })
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
#[must_use]
pub fn log_after(job: &Job, serial: u64) -> Vec<Value> {
    let entries = job.opcodes.iter().flat_map(|opcode| &opcode.log);
    entries.filter(|entry| entry.serial > serial).map(log_entry).collect()
}

fn log_entry(entry: &crate::job::LogEntry) -> Value {
    json!([entry.serial, timestamp(Some(entry.at)), entry.kind, entry.message])
}

fn timestamp(timestamp: Option<Timestamp>) -> Value {
    timestamp.map_or(Value::Null, |at| json!([at.seconds, at.microseconds]))
}
