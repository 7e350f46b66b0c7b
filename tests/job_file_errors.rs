//! Bytes that are no job file: each gives an error that names the place, and none a panic.
#![allow(clippy::unwrap_used)] // a test fails by panicking

use jqlab::job::file_format::{Codec, FormatError, MAX_BYTES, check_order, decode, encode, status_only};
use jqlab::job::{Job, JobId, Priority, Status, Timestamp};
use serde_json::{Value, json};

/// A job file like a small real one.
fn document() -> Value {
    json!({"id": 7, "received_timestamp": [5, 6], "start_timestamp": null, "end_timestamp": null, "ops": [
        {"input": {"OP_ID": "OP_TEST_DELAY", "duration": 0.5, "depends": [[3, ["success", "error"]]]},
         "status": "success", "result": [1], "log": [[1, [5, 7], "message", "text"]], "priority": -10},
        {"input": {"OP_ID": "OP_TEST_DELAY"}, "status": "queued", "result": null, "log": []}]})
}

/// The error for the document with the value at `pointer` replaced.
fn error_with(pointer: &str, value: Value) -> String {
    let mut document = document();
    *document.pointer_mut(pointer).unwrap() = value;
    decode(document.to_string().as_bytes()).unwrap_err().to_string()
}

/// The error for the document without `key` of the object at `pointer`.
fn error_without(pointer: &str, key: &str) -> String {
    let mut document = document();
    document.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key).unwrap();
    decode(document.to_string().as_bytes()).unwrap_err().to_string()
}

fn read(document: &Value) -> Job {
    decode(document.to_string().as_bytes()).unwrap()
}

#[test]
fn every_field_that_holds_the_wrong_thing_is_named() {
    let id = "a job id, a whole number from 0";
    let moment = "a timestamp, [seconds, microseconds under 1000000]";
    let pair = "[job id, [final statuses]]";
    for (pointer, value, path, expected, found) in [
        ("", json!([]), "the document", "an object with `id` and `ops`", "an empty list"),
        ("/id", json!(-1), "id", id, "the number -1"),
        ("/id", json!("seven"), "id", id, "the string \"seven\""),
        ("/id", json!(""), "id", id, "the string \"\""),
        ("/id", json!(1.5), "id", id, "the number 1.5"),
        ("/ops", json!([]), "ops", "a list of at least one opcode", "an empty list"),
        ("/ops", json!({}), "ops", "a list of at least one opcode", "an object"),
        ("/received_timestamp", json!([1]), "received_timestamp", moment, "a list of one item"),
        ("/start_timestamp", json!([1, 1_000_000]), "start_timestamp", moment, "a list of 2 items"),
        ("/end_timestamp", json!(12.5), "end_timestamp", moment, "the number 12.5"),
        ("/ops/1/input", json!(null), "ops[1].input", "an object with `OP_ID` and parameters", "null"),
        ("/ops/1/input/OP_ID", json!(1), "ops[1].input.OP_ID", "the kind of opcode", "the number 1"),
        (
            "/ops/0/input/depends",
            json!(3),
            "ops[0].input.depends",
            "null or a list of [job id, [final statuses]]",
            "the number 3",
        ),
        ("/ops/0/input/depends/0", json!([3]), "ops[0].input.depends[0]", pair, "a list of one item"),
        ("/ops/0/input/depends/0/0", json!(-1), "ops[0].input.depends[0][0]", id, "the number -1"),
        (
            "/ops/0/input/depends/0/1/1",
            json!("queued"),
            "ops[0].input.depends[0][1][1]",
            "success, error or canceled",
            "the string \"queued\"",
        ),
        ("/ops/0/log", json!(null), "ops[0].log", "a list of log entries", "null"),
        (
            "/ops/0/log/0",
            json!("x".repeat(99)),
            "ops[0].log[0]",
            "[serial, [s, us], type, message]",
            "a string of 99 bytes",
        ),
        (
            "/ops/0/log/0",
            json!([1, [2, 3], "message"]),
            "ops[0].log[0]",
            "[serial, [s, us], type, message]",
            "a list of 3 items",
        ),
        ("/ops/0/log/0/0", json!(true), "ops[0].log[0][0]", "a serial, a whole number", "true"),
        ("/ops/0/log/0/1", json!(null), "ops[0].log[0][1]", moment, "null"),
        ("/ops/0/log/0/2", json!(2), "ops[0].log[0][2]", "the type of the entry, a string", "the number 2"),
        ("/ops/0/priority", json!(20), "ops[0].priority", "a priority from -20 to 19", "the number 20"),
        ("/ops/1", json!(null), "ops[1]", "an opcode, an object with `input`, `status`, `result` and `log`", "null"),
    ] {
        assert_eq!(error_with(pointer, value), format!("{path}: expected {expected}, found {found}"));
    }
}

#[test]
fn every_field_that_is_missing_is_named() {
    for (pointer, key, path) in [
        ("", "id", "id"),
        ("", "ops", "ops"),
        ("/ops/1", "input", "ops[1].input"),
        ("/ops/1", "status", "ops[1].status"),
        ("/ops/1", "result", "ops[1].result"),
        ("/ops/1", "log", "ops[1].log"),
        ("/ops/0/input", "OP_ID", "ops[0].input.OP_ID"),
    ] {
        let error = error_without(pointer, key);
        assert!(error.starts_with(&format!("{path}: expected ")), "{error}");
        assert!(error.ends_with("found nothing: the field is missing"), "{error}");
    }
}

#[test]
fn a_wrong_status_is_named_by_the_whole_reader_and_by_the_status_reader() {
    let statuses = "queued, waitdeps, waiting, canceling, running, canceled, success or error";
    let opcode = "an opcode, an object with `input`, `status`, `result` and `log`";
    for (pointer, value, error) in [
        ("/ops/1/status", json!("done"), format!("ops[1].status: expected {statuses}, found the string \"done\"")),
        ("/ops/1/status", json!(null), format!("ops[1].status: expected {statuses}, found null")),
        ("/ops/1", json!([]), format!("ops[1]: expected {opcode}, found an empty list")),
        ("/ops", json!([]), "ops: expected a list of at least one opcode, found an empty list".to_owned()),
        ("/ops", json!(5), "ops: expected a list of at least one opcode, found the number 5".to_owned()),
    ] {
        let mut document = document();
        *document.pointer_mut(pointer).unwrap() = value.clone();
        let bytes = document.to_string().into_bytes();
        assert_eq!(decode(&bytes).unwrap_err().to_string(), error);
        let short_cut = status_only(&bytes).unwrap_err().to_string();
        let up_to_found = |text: &str| text.split(", found ").next().unwrap().to_owned();
        assert_eq!(up_to_found(&short_cut), up_to_found(&error), "{short_cut}");
    }
    for text in ["{}", r#"{"id": 1}"#, r#"{"ops": [{}]}"#] {
        let error = status_only(text.as_bytes()).unwrap_err().to_string();
        assert!(error.ends_with("found nothing: the field is missing"), "{error}");
    }
}

#[test]
fn broken_json_is_told_by_line_and_byte() {
    for (bytes, error) in [
        (
            b"".as_slice(),
            "line 1, column 0 (byte 0): the file ends too early (EOF while parsing a value); expected one JSON document",
        ),
        (b"{\n\"id\" 7}", "line 2, column 6 (byte 7): expected `:`; expected one JSON document"),
        (
            b"{\"id\": \"\xff\xfe\"}",
            "line 1, column 9 (byte 8): a string that is not UTF-8; expected one JSON document",
        ),
        (b"{} {}", "line 1, column 4 (byte 3): trailing characters; expected one JSON document"),
        (b"{\"id\": NaN}", "line 1, column 8 (byte 7): expected value; expected one JSON document"),
    ] {
        assert_eq!(decode(bytes).unwrap_err().to_string(), error);
    }
}

#[test]
fn deep_nesting_is_refused_and_cannot_exhaust_the_stack() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(1_000_000), close.repeat(1_000_000));
        let error = decode(deep.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("lists or objects nested deeper than 127 levels"), "{error}");
        let inside = format!(r#"{{"junk": {deep}, "ops": [{{"status": "queued"}}]}}"#);
        assert!(decode(inside.as_bytes()).is_err());
        // What is skipped is not kept, so that its depth does no harm.
        assert_eq!(status_only(inside.as_bytes()), Ok(Status::Queued));
    }
}

#[test]
fn a_huge_file_is_refused_unread() {
    let bytes = vec![b' '; MAX_BYTES + 1];
    let error = FormatError::TooLong { bytes: MAX_BYTES + 1, limit: MAX_BYTES };
    assert_eq!(decode(&bytes), Err(error.clone()));
    assert_eq!(status_only(&bytes), Err(error));
}

#[test]
fn a_file_that_would_take_forty_times_its_size_in_memory_is_refused() {
    let bytes = format!("[{}0]", "[0],".repeat(2_000_000)).into_bytes();
    assert!(bytes.len() < MAX_BYTES);
    assert_eq!(
        decode(&bytes).unwrap_err().to_string(),
        "4000001 lists, objects and items; expected at most 2000000: no job has so much to say"
    );
}

#[test]
fn older_spellings_are_read() {
    let text = r#"{"id": "12", "ops": [
        {"input": {"OP_ID": "OP_X", "depends": [["3", []], [4, ["error", "error"]]]}, "status": "waitdeps", "result": null, "log": []},
        {"input": {"OP_ID": "OP_X", "depends": null}, "status": "queued", "result": null, "log": []}]}"#;
    let job = decode(text.as_bytes()).unwrap();
    assert_eq!(job.id, JobId(12));
    assert_eq!((job.received, job.start, job.end), (None, None, None));
    assert_eq!(job.status(), Status::WaitDeps);
    assert_eq!(status_only(text.as_bytes()), Ok(Status::WaitDeps));
    let first = &job.opcodes[0];
    assert_eq!((first.priority, first.start, first.exec, first.end), (Priority::NORMAL, None, None, None));
    let depends: Vec<_> = first.depends.iter().map(|dependency| (dependency.on.0, dependency.wanted.clone())).collect();
    assert_eq!(depends, [(3, vec![]), (4, vec![Status::Error, Status::Error])]);
    assert_eq!(first.input["depends"], json!([["3", []], [4, ["error", "error"]]]), "the input is kept as it was");
    assert!(job.opcodes[1].depends.is_empty());
}

#[test]
fn unknown_keys_are_dropped_except_in_the_input() {
    let mut document = document();
    document["extra"] = json!(1);
    document["ops"][0]["extra"] = json!(2);
    document["ops"][0]["input"]["extra"] = json!({"kept": [3]});
    let written: Value = serde_json::from_slice(&encode(&read(&document), Codec::Json)).unwrap();
    assert_eq!(written.get("extra"), None);
    assert_eq!(written["ops"][0].get("extra"), None);
    assert_eq!(written["ops"][0]["input"]["extra"], json!({"kept": [3]}));
}

#[test]
fn a_final_opcode_after_an_unfinished_one_is_out_of_order() {
    let mut document = document();
    assert_eq!(check_order(&read(&document)), Ok(()));
    document["ops"][0]["status"] = json!("running");
    document["ops"][1]["status"] = json!("canceled");
    assert_eq!(
        check_order(&read(&document)).unwrap_err().to_string(),
        "ops[1].status: expected a status that is not final, found canceled, though opcode 0 before it is not final"
    );
}

#[test]
fn a_job_is_spelt_as_the_modelled_queue_spells_it() {
    let mut job = read(&document());
    job.opcodes.truncate(1);
    job.end = Some(Timestamp { seconds: 9, microseconds: 0 });
    job.opcodes[0].result = json!("\u{e9}\u{1f600}\u{7f}\u{1}\"\\/\n\t");
    let line = r#"{"id": 7, "ops": [{"input": {"OP_ID": "OP_TEST_DELAY", "depends": [[3, ["success", "error"]]], "duration": 0.5}, "status": "success", "result": "\u00e9\ud83d\ude00\u007f\u0001\"\\/\n\t", "log": [[1, [5, 7], "message", "text"]], "start_timestamp": null, "exec_timestamp": null, "end_timestamp": null, "priority": -10}], "start_timestamp": null, "end_timestamp": [9, 0], "received_timestamp": [5, 6]}"#;
    assert_eq!(String::from_utf8(encode(&job, Codec::Json)).unwrap(), format!("{line}\n"));
    job.opcodes[0].log.clear();
    std::sync::Arc::make_mut(&mut job.opcodes[0].input).remove("depends");
    job.opcodes[0].result = json!({"b": [], "a": {}});
    let indented = r#"{
  "end_timestamp": [
    9,
    0
  ],
  "id": 7,
  "ops": [
    {
      "end_timestamp": null,
      "exec_timestamp": null,
      "input": {
        "OP_ID": "OP_TEST_DELAY",
        "duration": 0.5
      },
      "log": [],
      "priority": -10,
      "result": {
        "a": {},
        "b": []
      },
      "start_timestamp": null,
      "status": "success"
    }
  ],
  "received_timestamp": [
    5,
    6
  ],
  "start_timestamp": null
}
"#;
    assert_eq!(String::from_utf8(encode(&job, Codec::JsonIndentedSorted)).unwrap(), indented);
}
