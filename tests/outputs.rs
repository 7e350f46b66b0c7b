//! What commands write: whole or not at all, never over what is no file, and nothing measured is lost.

#![allow(clippy::unwrap_used)] // tests
#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // processes are started and waited for

use rustix::fs::{FileType, FlockOperation, Mode};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::{FileTypeExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

const TINY: &str = r#"
title = "Tiny"
[workload]
jobs     = 8
arrivals = { process = "at-once" }
[[workload.class]]
name    = "chained"
depends = "previous"
[[workload.class.opcode]]
run = "1ms"
[design]
workers         = 2
request_threads = 1
durability      = "rename-only"
[run]
replications = 1
warmup       = "0 jobs"
runtime      = "virtual"
"#;

/// A directory with `tiny.toml`.
fn with_tiny() -> TempDir {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("tiny.toml"), TINY).unwrap();
    directory
}

fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("jqlab"));
    command.args(arguments).current_dir(directory).env("NO_COLOR", "1");
    command
}

/// Exit code, and what is complained of.
fn outcome(directory: &Path, arguments: &[&str]) -> (i32, String) {
    let Output { status, stderr, .. } = command(directory, arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stderr).unwrap())
}

fn run(directory: &Path, more: &[&str]) -> (i32, String) {
    outcome(directory, &[&["run", "tiny.toml", "--quiet", "--no-wait", "--out", "out"], more].concat())
}

fn names(directory: &Path) -> BTreeSet<String> {
    fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Starts a study of many runs, and waits until it is under way.
fn started(directory: &Path, more: &[&str]) -> (Child, BufReader<std::process::ChildStderr>) {
    let arguments =
        [&["run", "tiny.toml", "--runtime", "live", "--replications", "1000", "--dir", ".", "--no-wait"], more]
            .concat();
    let mut child = command(directory, &arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut complaints = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("block 1 of 1000, run 1 of ") {
        line.clear();
        assert!(complaints.read_line(&mut line).unwrap() > 0);
    }
    (child, complaints)
}

fn interrupt(child: &Child) {
    let process = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
}

#[test]
fn a_profile_goes_through_a_link_and_into_a_pipe_and_replaces_neither() {
    let directory = TempDir::new().unwrap();
    let directory = directory.path();
    symlink("there.toml", directory.join("link.toml")).unwrap();
    let calibrate = |out: &str| outcome(directory, &["calibrate", "--quick", "--quiet", "--dir", ".", "--out", out]);
    let (code, complaint) = calibrate("link.toml");
    assert_eq!(code, 0, "{complaint}");
    assert!(directory.join("link.toml").is_symlink());
    assert!(fs::read_to_string(directory.join("there.toml")).unwrap().contains("\n[disk]\n"));

    let pipe = directory.join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || {
            let mut text = String::new();
            File::open(pipe).unwrap().read_to_string(&mut text).unwrap();
            text
        }
    });
    let (code, complaint) = calibrate("pipe");
    assert_eq!(code, 0, "{complaint}");
    assert!(fs::symlink_metadata(&pipe).unwrap().file_type().is_fifo());
    assert!(reader.join().unwrap().contains("\n[disk]\n"));
    assert_eq!(calibrate("/dev/null").0, 0);
    assert!(fs::symlink_metadata("/dev/null").unwrap().file_type().is_char_device());
}

#[test]
fn a_file_in_the_place_of_the_directory_is_found_before_the_first_run() {
    let directory = with_tiny();
    fs::write(directory.path().join("out"), "mine").unwrap();
    let (code, complaint) = run(directory.path(), &[]);
    assert_eq!(code, 2, "{complaint}");
    assert!(complaint.contains("cannot write into out"), "{complaint}");
    assert_eq!(fs::read_to_string(directory.path().join("out")).unwrap(), "mine");
}

#[test]
fn two_runs_do_not_write_into_one_directory() {
    let directory = with_tiny();
    let directory = directory.path();
    fs::create_dir(directory.join("out")).unwrap();
    let held = File::open(directory.join("out")).unwrap();
    rustix::fs::flock(&held, FlockOperation::LockExclusive).unwrap();
    let (code, complaint) = run(directory, &[]);
    assert_eq!(code, 2, "{complaint}");
    assert!(complaint.contains("out is in use") && complaint.contains("--out"), "{complaint}");
    assert_eq!(names(&directory.join("out")), BTreeSet::new());
    drop(held);
    assert_eq!(run(directory, &[]).0, 0);
}

#[test]
fn what_an_earlier_report_left_goes_and_what_is_no_part_of_one_stays() {
    let directory = with_tiny();
    let directory = directory.path();
    assert_eq!(run(directory, &["--runtime", "both", "--rows", "--replications", "3"]).0, 0);
    let out = directory.join("out");
    fs::write(out.join("notes.txt"), "mine").unwrap();
    let before = names(&out);
    for name in ["jobs.csv", "checks.svg", "validation.json", "validation.svg", "virtual"] {
        assert!(before.contains(name), "{name}: {before:?}");
    }
    let free = TINY.replace("depends = \"previous\"\n", "");
    fs::write(directory.join("tiny.toml"), free).unwrap();
    assert_eq!(run(directory, &[]).0, 0);
    let after = names(&out);
    for name in ["jobs.csv", "checks.svg", "readers.svg", "validation.json", "validation.svg", "virtual"] {
        assert!(!after.contains(name), "{name}: {after:?}");
    }
    for name in ["notes.txt", "results.json", "report.md", "report.html", "ledger.svg"] {
        assert!(after.contains(name), "{name}: {after:?}");
    }
    // Drawn again beside its results, a report keeps its rows.
    assert_eq!(run(directory, &["--rows"]).0, 0);
    assert_eq!(outcome(directory, &["report", "out/results.json"]).0, 0);
    assert!(out.join("jobs.csv").exists());
}

#[test]
fn a_run_and_a_validation_are_not_mixed_in_one_directory() {
    let directory = with_tiny();
    let directory = directory.path();
    let validate =
        ["validate", "tiny.toml", "--profile", "nvme", "--runs", "1", "--no-control", "--quiet", "--out", "out"];
    assert_eq!(outcome(directory, &validate).0, 0);
    let whole = fs::read(directory.join("out/validation.json")).unwrap();
    let (code, complaint) = run(directory, &[]);
    assert!(code == 2 && complaint.contains("jqlab validate"), "{complaint}");
    assert_eq!(fs::read(directory.join("out/validation.json")).unwrap(), whole);
    assert_eq!(outcome(directory, &["run", "tiny.toml", "--quiet", "--no-wait", "--out", "run"]).0, 0);
    let (code, complaint) = outcome(directory, &[&validate[..8], &["--out", "run"]].concat());
    assert!(code == 2 && complaint.contains("the report of a run"), "{complaint}");
}

#[test]
fn results_that_cannot_be_where_they_belong_are_put_elsewhere_and_the_pages_are_written() {
    let directory = with_tiny();
    let directory = directory.path();
    fs::create_dir_all(directory.join("out/results.json")).unwrap();
    fs::create_dir(directory.join("tmp")).unwrap();
    let mut command = command(directory, &["run", "tiny.toml", "--quiet", "--no-wait", "--out", "out"]);
    let Output { status, stderr, .. } = command.env("TMPDIR", directory.join("tmp")).output().unwrap();
    let complaint = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(1), "{complaint}");
    let rescued: Vec<PathBuf> =
        names(&directory.join("tmp")).iter().map(|name| directory.join("tmp").join(name)).collect();
    assert_eq!(rescued.len(), 1, "{complaint}");
    assert!(complaint.contains(rescued[0].to_str().unwrap()) && complaint.contains("jqlab report"), "{complaint}");
    assert!(directory.join("out/report.md").exists());
    let again = outcome(directory, &["report", rescued[0].to_str().unwrap(), "--out", "again"]);
    assert_eq!(again.0, 0, "{}", again.1);
}

#[test]
fn a_page_that_cannot_be_written_costs_nothing_else() {
    let directory = with_tiny();
    let directory = directory.path();
    for name in ["report.md", "ledger.svg"] {
        fs::create_dir_all(directory.join("out").join(name)).unwrap();
    }
    let output = command(directory, &["run", "tiny.toml", "--quiet", "--no-wait", "--out", "out"]).output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{complaint}");
    assert!(!String::from_utf8(output.stdout).unwrap().contains("report:"), "there is none to be pointed at");
    assert!(complaint.contains("out/report.md") && complaint.contains("out/ledger.svg"), "{complaint}");
    let written = names(&directory.join("out"));
    assert!(written.contains("results.json") && written.contains("report.html"), "{written:?}");
}

#[test]
fn rows_that_cannot_be_begun_are_told_before_the_first_run() {
    let directory = with_tiny();
    let directory = directory.path();
    fs::create_dir_all(directory.join("out/jobs.csv")).unwrap();
    let (code, complaint) = run(directory, &["--rows"]);
    assert_eq!(code, 2, "{complaint}");
    assert!(complaint.contains("jobs.csv") && !directory.join("out/results.json").exists(), "{complaint}");
}

#[test]
fn a_directory_that_is_removed_during_the_run_is_made_again() {
    let directory = with_tiny();
    let directory = directory.path();
    let (child, complaints) = started(directory, &["--out", "out"]);
    fs::remove_dir_all(directory.join("out")).unwrap();
    interrupt(&child);
    let rest: Vec<String> = complaints.lines().map(Result::unwrap).collect();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(4), "{rest:?}");
    assert!(names(&directory.join("out")).contains("results.json"));
}

#[test]
fn a_second_interrupt_leaves_no_temporary_queue_behind() {
    let directory = with_tiny();
    let directory = directory.path();
    let slow = TINY.replace("run = \"1ms\"", "run = \"30s\"");
    fs::write(directory.join("slow.toml"), slow).unwrap();
    fs::create_dir(directory.join("queues")).unwrap();
    let arguments = ["run", "slow.toml", "--runtime", "live", "--dir", "queues", "--out", "out", "--no-wait"];
    let mut child = command(directory, &arguments).stderr(Stdio::piped()).spawn().unwrap();
    let mut complaints = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    complaints.read_line(&mut line).unwrap();
    assert!(line.starts_with("2 runs: "), "{line}");
    for expected in ["interrupted: ", "interrupted again: "] {
        interrupt(&child);
        line.clear();
        complaints.read_line(&mut line).unwrap();
        assert!(line.starts_with(expected), "{line}");
    }
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let left = names(&directory.join("queues"));
    assert!(left.is_empty() || line.contains("left behind: "), "{left:?}, but: {line}");
}

#[test]
fn a_variant_in_which_no_job_is_measured_fails_the_run_and_says_why() {
    let directory = with_tiny();
    let directory = directory.path();
    let cut = TINY.replace("warmup       = \"0 jobs\"", "warmup       = \"1h\"");
    // Of jobs that are all there at once, nothing is cut off.
    let cut = cut.replace("{ process = \"at-once\" }", "{ process = \"fixed\", rate = \"500/s\" }");
    fs::write(directory.join("tiny.toml"), cut).unwrap();
    let (code, complaint) = run(directory, &[]);
    assert_eq!(code, 1, "{complaint}");
    assert!(complaint.contains("the warm-up cut off all 8 jobs") && complaint.contains("run.warmup"), "{complaint}");
    assert!(directory.join("out/report.md").exists(), "what there is, is reported");

    fs::write(directory.join("tiny.toml"), TINY).unwrap();
    let one = ["--runtime", "live", "--queue-dir", "queue"];
    assert_eq!(run(directory, &one).0, 0);
    fs::write(directory.join("queue/drain"), "").unwrap();
    let (code, complaint) = run(directory, &one);
    assert_eq!(code, 1, "{complaint}");
    assert!(complaint.contains("the queue refused all 8 calls"), "{complaint}");
}

#[test]
fn a_full_device_is_the_machines_fault() {
    let directory = with_tiny();
    let directory = directory.path();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = command(directory, &["run", "tiny.toml", "--quiet", "--no-wait", "--out", "out"]);
    let Output { status, stderr, .. } = command.stdout(full).output().unwrap();
    let complaint = String::from_utf8(stderr).unwrap();
    assert_eq!(status.code(), Some(1), "{complaint}");
    assert!(directory.join("out/results.json").exists(), "the report was written before");
}
