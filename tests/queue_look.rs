//! Looking at a queue directory without touching it: list, show, verify.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // tests of what is written where
#![allow(clippy::unwrap_used)] // a test fails by panicking

use jqlab::job::JobId;
use jqlab::queue_dir::{QueueDirectory, Severity, listing, verify};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The queue directory that the real queue left at a crash.
fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/queue")
}

/// A sound queue directory with serial 9 and these files besides.
fn queue_with(files: &[(&str, String)]) -> TempDir {
    let directory = TempDir::new().unwrap();
    let own = [("version", "1\n".to_owned()), ("serial", "9\n".to_owned())];
    for (name, content) in own.iter().chain(files) {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    directory
}

/// An opcode that stands at `status`.
fn opcode(status: &str) -> Value {
    json!({"input": {"OP_ID": "OP_TEST_DELAY", "duration": 0}, "status": status, "result": null, "log": []})
}

/// A job file whose opcodes stand like this, ended if it is final.
fn job(id: u64, statuses: &[&str], is_final: bool) -> Value {
    let ops: Vec<_> = statuses.iter().map(|status| opcode(status)).collect();
    json!({"id": id, "ops": ops, "received_timestamp": [5, 0], "end_timestamp": is_final.then_some([7, 250_000])})
}

/// What the check finds in a queue directory, as text.
fn findings(files: &[(&str, String)]) -> Vec<String> {
    verify(queue_with(files).path()).unwrap().iter().map(ToString::to_string).collect()
}

/// What the check finds in a queue directory whose only job file `job-3` is this.
fn findings_in(job: &Value) -> Vec<String> {
    findings(&[("job-3", job.to_string())])
}

#[test]
fn the_real_queue_is_sound_but_for_a_dependency_on_a_job_that_never_was() {
    let findings = verify(&corpus()).unwrap();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].severity, Severity::Warning);
    assert_eq!(findings[0].to_string(), "warning: job-10031: ops[0].input.depends[0]: there is no job 99999");
}

#[test]
fn a_new_queue_and_jobs_in_every_status_are_sound() {
    assert_eq!(findings(&[]), [""; 0]);
    for (statuses, is_final) in [
        (["queued", "queued"], false),
        (["success", "queued"], false),
        (["waiting", "queued"], false),
        (["waitdeps", "queued"], false),
        (["success", "running"], false),
        (["canceling", "canceling"], false),
        (["success", "success"], true),
        (["success", "error"], true),
        (["error", "error"], true),
        (["canceled", "canceled"], true),
    ] {
        assert_eq!(findings_in(&job(3, &statuses, is_final)), [""; 0], "{statuses:?}");
    }
}

#[test]
fn statuses_that_no_worker_leaves_behind_are_found() {
    for (statuses, is_final, finding) in [
        (["queued", "success"], false, "success, but after opcode 0, which is queued, only queued can come"),
        (["running", "waiting"], false, "waiting, but after opcode 0, which is running, only queued can come"),
        (["error", "queued"], true, "queued, but after opcode 0, which is error, only error can come"),
        (["canceling", "canceled"], false, "canceled, but after opcode 0, which is canceling, only canceling can come"),
    ] {
        let expected = format!("error: job-3: ops[1].status: {finding}");
        assert_eq!(findings_in(&job(3, &statuses, is_final)), [expected]);
    }
}

#[test]
fn an_end_against_the_status_is_found() {
    assert_eq!(
        findings_in(&job(3, &["success"], false)),
        ["error: job-3: end_timestamp: null, but the job is success: expected the time at which it became so"]
    );
    assert_eq!(
        findings_in(&job(3, &["running"], true)),
        ["error: job-3: end_timestamp: set, but the job is running: expected null"]
    );
    let mut early = job(3, &["running"], false);
    early["ops"][0]["end_timestamp"] = json!([6, 0]);
    early["ops"][0]["result"] = json!(1);
    assert_eq!(
        findings_in(&early),
        [
            "error: job-3: ops[0].end_timestamp: set, but the opcode is running: it must be null",
            "error: job-3: ops[0].result: set, but the opcode is running: it must be null"
        ]
    );
}

#[test]
fn log_serials_count_over_the_whole_job() {
    let mut content = job(3, &["success", "running"], false);
    content["ops"][0]["log"] = json!([[1, [5, 0], "message", "a"], [3, [5, 0], "message", "b"]]);
    content["ops"][1]["log"] = json!([[3, [5, 0], "message", "c"]]);
    assert_eq!(
        findings_in(&content),
        ["error: job-3: ops[1].log[0]: serial 3, though 3 came before: serials count up over the job"]
    );
}

#[test]
fn a_file_that_holds_no_job_is_found_with_the_field() {
    let mut content = job(3, &["queued"], false);
    content["ops"][0]["log"] = json!(["text"]);
    assert_eq!(
        findings_in(&content),
        [r#"error: job-3: ops[0].log[0]: expected [serial, [s, us], type, message], found the string "text""#]
    );
    assert_eq!(
        findings(&[("job-3", "{\n\"id\": ]".to_owned())]),
        ["error: job-3: line 2, column 7 (byte 8): expected value; expected one JSON document"]
    );
}

#[test]
fn ids_names_and_places_that_disagree_are_found() {
    let done = |id| job(id, &["success"], true).to_string();
    assert_eq!(findings(&[("job-3", done(4))]), ["error: job-3: id: the file's name says job 3, its content job 4"]);
    assert_eq!(
        findings(&[("job-3", done(3)), ("archive/0/job-3", done(3))]),
        ["error: job-3: also in archive/0/job-3; keep the one that is final"]
    );
    assert_eq!(
        findings(&[("archive/1/job-3", done(3))]),
        ["error: archive/1/job-3: job 3 is looked for in archive/0/job-3; move it there"]
    );
    assert_eq!(
        findings(&[("job-12", done(12))]),
        ["error: serial: the serial is 9, but there is a job 12; write 12 there, or new jobs would overwrite old ones"]
    );
}

#[test]
fn what_does_not_belong_in_a_queue_is_a_warning() {
    let nothing = String::new;
    assert_eq!(
        findings(&[("job-3-0.new", nothing()), ("notes", nothing()), ("archive/old/job-1", nothing())]),
        [
            "warning: job-3-0.new: left over from a write that was cut short; remove it while the queue is not open",
            "warning: notes: not a file of a queue; move it elsewhere",
            "warning: archive/old: not a file of a queue; move it elsewhere",
        ]
    );
}

#[test]
fn a_job_set_aside_in_the_archive_is_a_warning() {
    let out_of_order = job(2, &["queued", "success"], false).to_string();
    let forgotten = job(3, &["queued"], false).to_string();
    let files =
        [("archive/0/job-1", "{garbage".to_owned()), ("archive/0/job-2", out_of_order), ("archive/0/job-3", forgotten)];
    let findings = findings(&files);
    assert_eq!(findings.len(), 3);
    assert!(findings[0].starts_with("warning: archive/0/job-1: line 1"), "{findings:?}");
    assert!(findings[1].starts_with("warning: archive/0/job-2: ops[1].status: success"), "{findings:?}");
    assert_eq!(findings[2], "warning: archive/0/job-3: ops: the job is archived, but queued: it will never run");
}

#[test]
fn jobs_that_wait_for_each_other_are_a_warning() {
    let waiting = |id: u64, on: u64| {
        let mut content = job(id, &["success", "waiting"], false);
        content["ops"][1]["input"]["depends"] = json!([[on, []]]);
        content.to_string()
    };
    assert_eq!(
        findings(&[("job-3", waiting(3, 5)), ("job-4", waiting(4, 3)), ("job-5", waiting(5, 3))]),
        ["warning: job-3: jobs wait for each other: 3 → 5 → 3; none can go on: cancel one of them"]
    );
}

#[test]
fn a_long_ring_is_named_on_a_short_line() {
    let ring = 12;
    let waiting = |id: u64| {
        let mut content = job(id, &["waiting"], false);
        content["ops"][0]["input"]["depends"] = json!([[id % ring + 1, []]]);
        (format!("job-{id}"), content.to_string())
    };
    let files: Vec<_> = (1..=ring).map(waiting).collect();
    let mut files: Vec<(&str, String)> = files.iter().map(|(name, content)| (name.as_str(), content.clone())).collect();
    files.push(("serial", "12\n".to_owned()));
    let found = findings(&files);
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with(" → 8 → 4 more → 1; none can go on: cancel one of them"), "{found:?}");
}

#[test]
fn file_names_cannot_play_with_the_terminal() {
    let found = findings(&[("job-\u{1b}[31m", String::new())]);
    assert_eq!(found, ["warning: job-\\u{1b}[31m: not a file of a queue; move it elsewhere"]);
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("\u{1b}]0;x\u{7}"), "").unwrap();
    let refusal = QueueDirectory::open(directory.path()).unwrap_err().to_string();
    assert!(refusal.contains("\\u{1b}]0;x\\u{7}") && !refusal.contains('\u{1b}'), "{refusal}");
}

#[test]
fn a_missing_serial_is_told_as_missing() {
    let directory = queue_with(&[]);
    fs::remove_file(directory.path().join("serial")).unwrap();
    let found = verify(directory.path()).unwrap();
    assert!(found[0].to_string().starts_with("error: serial: missing; write the highest job id there"), "{found:?}");
}

#[test]
fn a_directory_that_is_no_queue_is_not_listed() {
    let directory = TempDir::new().unwrap();
    let no_queue = "no queue: it has no file `version`";
    assert!(listing::list(directory.path()).unwrap_err().to_string().contains(no_queue));
    assert!(listing::show(directory.path(), JobId(1), 1).unwrap_err().to_string().contains(no_queue));
    assert!(listing::list(&directory.path().join("nowhere")).unwrap_err().to_string().contains("nowhere: cannot open"));
}

#[test]
fn a_directory_with_nothing_of_a_queue_is_not_gone_through_file_by_file() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("passwd"), "not ours").unwrap();
    let error = verify(directory.path()).unwrap_err().to_string();
    assert!(error.contains("no queue"), "{error}");
}

#[test]
fn a_broken_version_or_serial_is_found_and_the_check_goes_on() {
    let directory =
        queue_with(&[("version", "2\n".to_owned()), ("serial", "x\n".to_owned()), ("job-3", "".to_owned())]);
    let findings: Vec<_> = verify(directory.path()).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(findings.len(), 3);
    assert!(findings[0].starts_with("error: version: expected `1` and a newline"), "{findings:?}");
    assert!(findings[1].starts_with("error: serial: expected the id of the last job"), "{findings:?}");
    assert!(findings[2].contains("the file ends too early"), "{findings:?}");
}

#[test]
fn the_list_says_what_each_job_waits_for() {
    let mut waiting = job(4, &["success", "waiting"], false);
    waiting["ops"][1]["input"]["depends"] = json!([[2, []], [3, ["success"]], [77, []]]);
    let directory = queue_with(&[
        ("job-2", job(2, &["success"], true).to_string()),
        ("job-3", job(3, &["running"], false).to_string()),
        ("job-4", waiting.to_string()),
        ("job-5", "{".to_owned()),
    ]);
    let listing = listing::list(directory.path()).unwrap();
    let expected = "\
id  status   opcodes  priority  received (UTC)              duration    waits for
2   success  1/1      0         1970-01-01 00:00:05.000000  2.250000 s
3   running  0/1      0         1970-01-01 00:00:05.000000  –
4   waiting  1/2      0         1970-01-01 00:00:05.000000  –           3
";
    assert_eq!(listing.text(), expected);
    assert_eq!(listing.unreadable.len(), 1);
    assert!(listing.unreadable[0].to_string().contains("job-5: line 1"));
}

#[test]
fn one_job_shows_in_full_with_its_log_cut_and_nothing_that_a_terminal_would_obey() {
    let mut content = job(3, &["success"], true);
    let log: Vec<_> = (1..=9).map(|serial| json!([serial, [6, serial], "message", format!("line {serial}")])).collect();
    content["ops"][0]["log"] = log.into();
    content["ops"][0]["result"] = json!("\u{1b}[31mred\nnext");
    content["ops"][0]["input"]["depends"] = json!([[1, ["success", "error"]], [2, []]]);
    content["ops"][0]["input"]["comment"] = json!("é".repeat(300));
    let directory = queue_with(&[("archive/0/job-3", content.to_string())]);
    let expected = format!(
        "\
job 3: success, archived, priority 0
  received  1970-01-01 00:00:05.000000 UTC
  ended     1970-01-01 00:00:07.250000 UTC
  took      2.250000 s

opcode 1 of 1: OP_TEST_DELAY, success
  priority  0
  depends   on job 1: success, error
  depends   on job 2: any final status
  input     comment = {}… (600 bytes)
  input     duration = 0
  result    \\u{{1b}}[31mred\\nnext
  log 1     1970-01-01 00:00:06.000001 line 1
  log       … 7 more entries …
  log 9     1970-01-01 00:00:06.000009 line 9
",
        "é".repeat(200)
    );
    assert_eq!(listing::show(directory.path(), JobId(3), 2).unwrap(), expected);
    let missing = listing::show(directory.path(), JobId(8), 2).unwrap_err().to_string();
    assert!(missing.ends_with("no job 8 in the queue or its archive"), "{missing}");
}

#[test]
fn looking_does_not_need_the_lock() {
    let directory = queue_with(&[("job-3", job(3, &["queued"], false).to_string())]);
    let _queue = QueueDirectory::open(directory.path()).unwrap();
    assert_eq!(verify(directory.path()).unwrap(), []);
    assert_eq!(listing::list(directory.path()).unwrap().rows.len(), 1);
    assert!(listing::show(directory.path(), JobId(3), 9).is_ok());
}
