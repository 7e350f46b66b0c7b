//! Jobs to bytes. The writer walks the job itself: no tree of values is made in between.

use super::ascii::Ascii;
use crate::job::{Job, LogEntry, Opcode, Timestamp};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// How a job is spelt in its file. Both are ASCII, with everything else as `\uXXXX`, and end with a newline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Codec {
    /// On one line, with `, ` and `: ` between the parts, as the modelled queue writes it.
    #[default]
    Json,
    /// Keys sorted, indented by two, as releases before it wrote it.
    JsonIndentedSorted,
}

/// The content of the file of `job`.
#[must_use]
pub fn encode(job: &Job, codec: Codec) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1024);
    encode_into(job, codec, &mut bytes);
    bytes
}

/// Replaces what is in `bytes` by the content of the file of `job`, so that a buffer can be used again.
pub fn encode_into(job: &Job, codec: Codec, bytes: &mut Vec<u8>) {
    bytes.clear();
    let written = match codec {
        Codec::Json => write_document::<false>(job, bytes),
        Codec::JsonIndentedSorted => write_document::<true>(job, bytes),
    };
    written.expect("a job has only keys that are strings, and memory takes every byte");
    bytes.push(b'\n');
}

fn write_document<const INDENTED: bool>(job: &Job, bytes: &mut Vec<u8>) -> serde_json::Result<()> {
    let mut serializer = serde_json::Serializer::with_formatter(bytes, Ascii::<INDENTED>::default());
    Document { job, sorted: INDENTED }.serialize(&mut serializer)
}

/// A job, with its keys in the modelled queue's order or sorted.
struct Document<'a> {
    job: &'a Job,
    sorted: bool,
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { job, sorted } = self;
        let mut map = serializer.serialize_map(Some(5))?;
        if *sorted {
            map.serialize_entry("end_timestamp", &Moment(job.end))?;
        }
        map.serialize_entry("id", &job.id.0)?;
        map.serialize_entry("ops", &Steps { opcodes: &job.opcodes, sorted: *sorted })?;
        if *sorted {
            map.serialize_entry("received_timestamp", &Moment(job.received))?;
        }
        map.serialize_entry("start_timestamp", &Moment(job.start))?;
        if !*sorted {
            map.serialize_entry("end_timestamp", &Moment(job.end))?;
            map.serialize_entry("received_timestamp", &Moment(job.received))?;
        }
        map.end()
    }
}

/// The opcodes of a job.
struct Steps<'a> {
    opcodes: &'a [Opcode],
    sorted: bool,
}

impl Serialize for Steps<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.opcodes.iter().map(|opcode| OneStep { opcode, sorted: self.sorted }))
    }
}

/// One opcode.
struct OneStep<'a> {
    opcode: &'a Opcode,
    sorted: bool,
}

impl Serialize for OneStep<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let opcode = self.opcode;
        let mut map = serializer.serialize_map(Some(8))?;
        if self.sorted {
            map.serialize_entry("end_timestamp", &Moment(opcode.end))?;
            map.serialize_entry("exec_timestamp", &Moment(opcode.exec))?;
            map.serialize_entry("input", &*opcode.input)?;
            map.serialize_entry("log", &Log(&opcode.log))?;
            map.serialize_entry("priority", &opcode.priority.value())?;
            map.serialize_entry("result", &opcode.result)?;
            map.serialize_entry("start_timestamp", &Moment(opcode.start))?;
            map.serialize_entry("status", opcode.status.as_str())?;
        } else {
            map.serialize_entry("input", &*opcode.input)?;
            map.serialize_entry("status", opcode.status.as_str())?;
            map.serialize_entry("result", &opcode.result)?;
            map.serialize_entry("log", &Log(&opcode.log))?;
            map.serialize_entry("start_timestamp", &Moment(opcode.start))?;
            map.serialize_entry("exec_timestamp", &Moment(opcode.exec))?;
            map.serialize_entry("end_timestamp", &Moment(opcode.end))?;
            map.serialize_entry("priority", &opcode.priority.value())?;
        }
        map.end()
    }
}

/// A timestamp as `[seconds, microseconds]` or null.
struct Moment(Option<Timestamp>);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.map(|at| (at.seconds, at.microseconds)).serialize(serializer)
    }
}

/// Log entries as `[serial, [seconds, microseconds], type, message]`.
struct Log<'a>(&'a [LogEntry]);

impl Serialize for Log<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|entry| {
            let LogEntry { serial, at, kind, message } = entry;
            (serial, (at.seconds, at.microseconds), kind, message)
        }))
    }
}
