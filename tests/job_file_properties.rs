//! What holds for every job and for every run of bytes.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // tests of what is written where
#![allow(clippy::unwrap_used)] // a test fails by panicking

use jqlab::job::file_format::{Codec, check_order, decode, encode, measure, status_only};
use jqlab::job::{Dependency, Job, JobId, LogEntry, Opcode, Priority, Status, Timestamp};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

/// Any JSON value of a few levels, with strings in every script.
fn value() -> impl Strategy<Value = Value> {
    let float = any::<f64>().prop_filter("JSON has no such number", |number| number.is_finite());
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        float.prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[ -~\\n\u{e9}\u{1f600}]{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 20, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(any::<String>(), inner, 0..4).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn timestamp() -> impl Strategy<Value = Timestamp> {
    (any::<u64>(), 0..1_000_000_u32).prop_map(|(seconds, microseconds)| Timestamp { seconds, microseconds })
}

fn log_entry() -> impl Strategy<Value = LogEntry> {
    (any::<u64>(), timestamp(), "\\PC*", value()).prop_map(|(serial, at, kind, message)| LogEntry {
        serial,
        at,
        kind,
        message,
    })
}

fn dependency() -> impl Strategy<Value = Dependency> {
    let wanted = proptest::sample::select(vec![Status::Success, Status::Error, Status::Canceled]);
    (any::<u64>(), vec(wanted, 0..4)).prop_map(|(on, wanted)| Dependency { on: JobId(on), wanted })
}

/// An opcode whose `depends` says the same as its input.
fn opcode() -> impl Strategy<Value = Opcode> {
    let input = btree_map("[a-z_]{1,8}", value(), 0..4);
    let moments = (option::of(timestamp()), option::of(timestamp()), option::of(timestamp()));
    let status = proptest::sample::select(Status::ALL.to_vec());
    let parts = (input, vec(dependency(), 0..3), status, value(), vec(log_entry(), 0..4), moments, -20_i64..20);
    parts.prop_map(|(input, depends, status, result, log, (start, exec, end), priority)| {
        let mut input: Map<_, _> = input.into_iter().collect();
        input.insert("OP_ID".into(), json!("OP_TEST_DELAY"));
        let words = |wanted: &[Status]| wanted.iter().map(|status| status.as_str()).collect::<Vec<_>>();
        let spelt: Vec<_> = depends.iter().map(|item| json!([item.on.0, words(&item.wanted)])).collect();
        input.insert("depends".into(), spelt.into());
        let priority = Priority::new(priority).unwrap();
        Opcode { status, result, log, start, exec, end, ..Opcode::new(input, depends, priority) }
    })
}

fn job() -> impl Strategy<Value = Job> {
    let moments = (option::of(timestamp()), option::of(timestamp()), option::of(timestamp()));
    (any::<u64>(), vec(opcode(), 1..4), moments).prop_map(|(id, opcodes, (received, start, end))| Job {
        id: JobId(id),
        opcodes,
        received,
        start,
        end,
    })
}

/// Every reader on these bytes. Whatever is a job to one is the same job to the others.
fn read_all_ways(bytes: &[u8]) {
    let status = status_only(bytes);
    match decode(bytes) {
        Ok(job) => {
            assert_eq!(status, Ok(job.status()));
            let _ = check_order(&job);
            assert_eq!(decode(&encode(&job, Codec::Json)), Ok(job));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// A job file that the real queue left.
fn corpus_file(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/queue").join(name)).unwrap()
}

/// Files with logs, dependencies, errors and several opcodes.
const SAMPLES: [&str; 4] = ["job-10001", "job-10031", "job-10033", "job-9856"];

proptest! {
    #[test]
    fn a_job_reads_back_as_the_same_job_with_either_codec(job in job()) {
        for codec in [Codec::Json, Codec::JsonIndentedSorted] {
            let bytes = encode(&job, codec);
            prop_assert!(bytes.iter().all(|byte| (b' '..=b'~').contains(byte) || *byte == b'\n'));
            prop_assert_eq!(decode(&bytes).unwrap(), job.clone());
            prop_assert_eq!(status_only(&bytes).unwrap(), job.status());
        }
        prop_assert_eq!(encode(&job, Codec::Json).iter().filter(|byte| **byte == b'\n').count(), 1);
    }

    #[test]
    fn a_job_is_measured_to_the_byte_whatever_was_measured_before(job in job(), more in vec(log_entry(), 0..4)) {
        for codec in [Codec::Json, Codec::JsonIndentedSorted] {
            let mut job = job.clone();
            prop_assert_eq!(measure(&mut job, codec).0, encode(&job, codec).len() as u64);
            job.opcodes[0].log.extend(more.clone());
            job.end = None;
            prop_assert_eq!(measure(&mut job, codec).0, encode(&job, codec).len() as u64);
            let other = if codec == Codec::Json { Codec::JsonIndentedSorted } else { Codec::Json };
            prop_assert_eq!(measure(&mut job, other).0, encode(&job, other).len() as u64);
        }
    }

    #[test]
    fn the_indented_codec_writes_a_sorted_tree_in_ascii(job in job()) {
        let bytes = encode(&job, Codec::JsonIndentedSorted);
        // A tree of values keeps its keys sorted, so its own indented spelling is the sorted one.
        let tree: Value = serde_json::from_slice(&bytes).unwrap();
        let mut expected = String::new();
        for character in serde_json::to_string_pretty(&tree).unwrap().chars() {
            match character {
                '\u{0}'..='~' => expected.push(character),
                _ => character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| expected += &format!("\\u{unit:04x}")),
            }
        }
        prop_assert_eq!(String::from_utf8(bytes).unwrap(), expected + "\n");
    }

    #[test]
    fn random_bytes_are_an_error_and_never_a_panic(bytes in vec(any::<u8>(), 0..300)) {
        read_all_ways(&bytes);
    }

    #[test]
    fn random_json_is_an_error_and_never_a_panic(value in value()) {
        read_all_ways(value.to_string().as_bytes());
        read_all_ways(json!({"id": 1, "ops": [value]}).to_string().as_bytes());
    }

    #[test]
    fn a_damaged_file_is_read_or_refused_but_never_a_panic(
        sample in 0..SAMPLES.len(),
        damage in vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
    ) {
        let mut bytes = corpus_file(SAMPLES[sample]);
        for (place, byte, kind) in damage {
            let at = place.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        read_all_ways(&bytes);
    }

    #[test]
    fn a_job_with_any_value_anywhere_is_read_or_refused_but_never_a_panic(
        sample in 0..SAMPLES.len(),
        place in any::<prop::sample::Index>(),
        value in value(),
    ) {
        let mut document: Value = serde_json::from_slice(&corpus_file(SAMPLES[sample])).unwrap();
        let mut pointers = Vec::new();
        collect_pointers(&document, String::new(), &mut pointers);
        *document.pointer_mut(place.get::<String>(&pointers)).unwrap() = value;
        read_all_ways(document.to_string().as_bytes());
    }
}

/// The place of every value in a document.
fn collect_pointers(value: &Value, at: String, pointers: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_pointers(item, format!("{at}/{index}"), pointers);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                collect_pointers(field, format!("{at}/{key}"), pointers);
            }
        }
        _ => {}
    }
    pointers.push(at);
}

#[test]
fn a_file_cut_at_any_byte_is_refused() {
    for name in SAMPLES {
        let bytes = corpus_file(name);
        let document_end = bytes.len() - 1;
        for end in 0..document_end {
            assert!(decode(&bytes[..end]).is_err(), "{name} cut at {end}");
            assert!(status_only(&bytes[..end]).is_err(), "{name} cut at {end}");
        }
        assert!(decode(&bytes[..document_end]).is_ok(), "the newline alone may be missing");
    }
}
