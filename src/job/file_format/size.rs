//! How large a job's file is, without writing it: what a model of a disk has to know at every write.
//!
//! What does not change between two writes, the input and the log entries of before, is measured once and noted
//! in the opcode. What holds: the size is that of [`encode`](super::encode)'s bytes, to the byte.

use super::Codec;
use crate::job::{Job, LogEntry, Opcode, Timestamp};
use serde_json::{Map, Value};
use std::hash::{Hash, Hasher};

/// What is known of the sizes of an opcode's parts. Not part of what the opcode is: it equals every other.
#[derive(Debug, Clone, Copy, Default)]
pub struct Measured {
    codec: Codec,
    /// Bytes of the input; 0 if it was not measured yet.
    input: u64,
    /// Entries of the input's reason trail.
    reasons: u64,
    /// Log entries that were measured, and their bytes.
    entries: usize,
    entry_bytes: u64,
}

impl PartialEq for Measured {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Measured {}

impl Hash for Measured {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// Size of the file of `job`, and its log and reason entries, on which the time to encode and decode it depends.
/// The input of an opcode must not have changed since it was measured first.
pub fn measure(job: &mut Job, codec: Codec) -> (u64, u64) {
    let layout = Layout(codec);
    let mut entries = 0;
    let mut steps = List::new(layout, 2);
    for opcode in &mut job.opcodes {
        steps.item(layout.opcode(opcode));
        entries += opcode.measured.reasons + opcode.log.len() as u64;
    }
    let mut document = List::new(layout, 1);
    document.entry("id", digits(job.id.0));
    document.entry("ops", steps.size());
    for (key, moment) in
        [("start_timestamp", job.start), ("end_timestamp", job.end), ("received_timestamp", job.received)]
    {
        document.entry(key, layout.moment(moment, 2));
    }
    (document.size() + 1, entries)
}

/// How values are spelt.
#[derive(Clone, Copy)]
struct Layout(Codec);

/// A list or an object whose items stand at a depth.
struct List {
    layout: Layout,
    depth: u64,
    items: u64,
    bytes: u64,
}

impl List {
    const fn new(layout: Layout, depth: u64) -> Self {
        Self { layout, depth, items: 0, bytes: 0 }
    }

    const fn item(&mut self, bytes: u64) {
        self.items += 1;
        self.bytes += bytes;
    }

    const fn entry(&mut self, key: &str, bytes: u64) {
        // Quotes, colon, blank. Keys written here need no escapes.
        self.item(key.len() as u64 + 4 + bytes);
    }

    /// Brackets, separators and, if indented, line breaks and blanks.
    const fn size(&self) -> u64 {
        let around = match (self.items, self.layout.0) {
            (0, _) => 2,
            (items, Codec::Json) => 2 + 2 * (items - 1),
            (items, Codec::JsonIndentedSorted) => {
                let line = 1 + 2 * self.depth;
                2 + (items - 1) + items * line + (line - 2)
            }
        };
        around + self.bytes
    }
}

impl Layout {
    fn opcode(self, opcode: &mut Opcode) -> u64 {
        self.measure(opcode);
        let measured = &opcode.measured;
        let log = List { layout: self, depth: 4, items: measured.entries as u64, bytes: measured.entry_bytes };
        let mut object = List::new(self, 3);
        object.entry("input", measured.input);
        object.entry("status", opcode.status.as_str().len() as u64 + 2);
        object.entry("result", self.value(&opcode.result, 4));
        object.entry("log", log.size());
        object.entry("start_timestamp", self.moment(opcode.start, 4));
        object.entry("exec_timestamp", self.moment(opcode.exec, 4));
        object.entry("end_timestamp", self.moment(opcode.end, 4));
        let priority = opcode.priority.value();
        object.entry("priority", u64::from(priority < 0) + digits(u64::from(priority.unsigned_abs())));
        object.size()
    }

    /// Brings what is known of the opcode's sizes up to date.
    fn measure(self, opcode: &mut Opcode) {
        let Opcode { measured, input, log, .. } = opcode;
        if measured.codec != self.0 || measured.entries > log.len() {
            *measured = Measured { codec: self.0, ..Measured::default() };
        }
        if measured.input == 0 {
            measured.input = self.map(input, 4);
            measured.reasons = input.get("reason").and_then(Value::as_array).map_or(0, |reasons| reasons.len() as u64);
        }
        measured.entry_bytes += log[measured.entries..].iter().map(|entry| self.entry(entry)).sum::<u64>();
        measured.entries = log.len();
    }

    fn entry(self, entry: &LogEntry) -> u64 {
        let mut list = List::new(self, 5);
        list.item(digits(entry.serial));
        list.item(self.moment(Some(entry.at), 6));
        list.item(text(&entry.kind));
        list.item(self.value(&entry.message, 6));
        list.size()
    }

    fn moment(self, moment: Option<Timestamp>, depth: u64) -> u64 {
        let Some(Timestamp { seconds, microseconds }) = moment else { return 4 };
        let mut list = List::new(self, depth);
        list.item(digits(seconds));
        list.item(digits(u64::from(microseconds)));
        list.size()
    }

    /// A value whose own items, if it has any, stand at `depth`.
    fn value(self, value: &Value, depth: u64) -> u64 {
        match value {
            Value::Null => 4,
            Value::Bool(truth) => {
                if *truth {
                    4
                } else {
                    5
                }
            }
            Value::Number(number) => match number.as_u64() {
                Some(number) => digits(number),
                None => number.to_string().len() as u64,
            },
            Value::String(string) => text(string),
            Value::Array(items) => {
                let mut list = List::new(self, depth);
                items.iter().for_each(|item| list.item(self.value(item, depth + 1)));
                list.size()
            }
            Value::Object(map) => self.map(map, depth),
        }
    }

    fn map(self, map: &Map<String, Value>, depth: u64) -> u64 {
        let mut object = List::new(self, depth);
        map.iter().for_each(|(key, value)| object.item(text(key) + 2 + self.value(value, depth + 1)));
        object.size()
    }
}

/// A string with its quotes.
fn text(text: &str) -> u64 {
    if text.bytes().all(|byte| (b' '..0x7f).contains(&byte) && byte != b'"' && byte != b'\\') {
        return text.len() as u64 + 2;
    }
    let escaped = |character: char| match character {
        '"' | '\\' | '\u{8}' | '\u{c}' | '\n' | '\r' | '\t' => 2,
        ' '..='~' => 1,
        other => 6 * other.len_utf16() as u64,
    };
    text.chars().map(escaped).sum::<u64>() + 2
}

/// Decimal digits of a number.
const fn digits(number: u64) -> u64 {
    match number.checked_ilog10() {
        Some(log) => log as u64 + 1,
        None => 1,
    }
}
