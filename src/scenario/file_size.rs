//! Filling job files up to a wanted size.
//!
//! The size is that of the file of the finished job, found by encoding a job that did what its class says. Real
//! ids, timestamps and statuses differ by a few bytes.

use super::plan::Filling;
use crate::actors::clients::{JobRequest, On, OpcodeRequest};
use crate::actors::design::EPOCH;
use crate::job::file_format::{Codec, encode};
use crate::job::{Job, JobId, Timestamp};
use crate::units::Instant;
use serde_json::{Value, json};

/// A reason: who, why, when. As long as a usual log entry.
const REASON_TEXT: &str = "step of a longer story, noted here";
/// Ids of a long queue, so that the size is not below what was asked for by the digits of the ids.
const ID: JobId = JobId(12_345);

/// Adds what is missing from `size` to the first opcode of `request`.
pub(crate) fn fill(request: &mut JobRequest, size: u32, filling: Filling) {
    // The key that the first byte of padding brings with it is there already where a program is noted down.
    let missing = size.saturating_sub(finished_size(request));
    let Some(opcode) = request.opcodes.first_mut() else { return };
    match filling {
        Filling::Comment => opcode.padding = missing,
        Filling::Reasons => add_reasons(opcode, missing),
    }
}

/// Reason entries of `missing` bytes in all.
fn add_reasons(opcode: &mut OpcodeRequest, missing: u32) {
    let entry = |number: u32| json!(["jqlab:client", REASON_TEXT, 1_300_000_000_000_000_000_u64 + u64::from(number)]);
    let each = u32::try_from(entry(0).to_string().len() + 4).unwrap_or(u32::MAX);
    let entries: Vec<Value> = (0..missing / each).map(entry).collect();
    if !entries.is_empty() {
        opcode.parameters.insert("reason".to_owned(), Value::Array(entries));
    }
}

/// Bytes of the file of the job when it has ended well.
fn finished_size(request: &JobRequest) -> u32 {
    let size = finished(request, ID).map_or(0, |job| encode(&job, Codec::Json).len());
    u32::try_from(size).unwrap_or(u32::MAX)
}

/// The job of `request`, as `id`, when it has ended well.
pub(crate) fn finished(request: &JobRequest, id: JobId) -> Option<Job> {
    let mut request = request.clone();
    for depends in request.opcodes.iter_mut().filter_map(|opcode| opcode.depends.as_mut().ok()) {
        for dependency in depends {
            dependency.on = On::Id(ID);
        }
    }
    let now = EPOCH;
    let mut job = request.into_job(id, None, Instant::ZERO, now).ok()?;
    let later = Timestamp { microseconds: 123_456, ..now };
    for index in 0..job.document.opcodes.len() {
        job.document.opcodes[index].start = Some(later);
        job.document.start = Some(later);
        job.document.start_running(index, later);
        for number in 1..=job.programs[index].log.messages {
            let text = job.programs[index].log_message(number);
            job.document.log(index, later, text);
        }
        job.document.succeed(index, Value::Null, later);
    }
    Some(job.document)
}
