//! The command line, from outside: what it prints, writes and returns.
#![allow(clippy::unwrap_used)] // a test fails by panicking
#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // processes are started and waited for

use assert_cmd::Command;
use jqlab::queue_dir::QueueDirectory;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use tempfile::TempDir;

/// Twelve jobs, some of which depend on others, some of which fail, in two variants.
const TINY: &str = r#"
title = "Tiny"
seed  = 7

[workload]
jobs     = 12
arrivals = { process = "at-once" }

[[workload.class]]
name  = "plain"
share = 0.5
[[workload.class.opcode]]
run          = "1ms"
log_messages = 1

[[workload.class]]
name    = "chained"
share   = 0.5
depends = { on = "previous", count = 2, status = ["success"] }
fails   = 0.6
[[workload.class.opcode]]
run = "1ms"
[[workload.class.opcode]]
run = "0ms"

[design]
workers         = 2
request_threads = 1
durability      = "rename-only"

[[variant]]
name = "files"

[[variant]]
name   = "memory"
design = { storage = "shared-objects", dependency_lookup = "shared-objects" }

[run]
replications = 1
warmup       = "0 jobs"
limit        = "60s"
"#;

/// A directory with the scenario `tiny.toml`.
fn with_tiny() -> (TempDir, PathBuf) {
    let directory = TempDir::new().unwrap();
    let scenario = directory.path().join("tiny.toml");
    fs::write(&scenario, TINY).unwrap();
    (directory, scenario)
}

fn jqlab() -> Command {
    let mut command = Command::cargo_bin("jqlab").unwrap();
    command.env("NO_COLOR", "1");
    command
}

/// What `jqlab` with these arguments returns, prints and complains of.
fn outcome(arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = jqlab().args(arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Runs the tiny scenario into `out` of its directory.
fn run_tiny(directory: &Path, out: &str, more: &[&str]) -> (i32, String, String) {
    let (scenario, out) = (directory.join("tiny.toml"), directory.join(out));
    outcome(&[&["run", text(&scenario), "--quiet", "--no-wait", "--rows", "--out", text(&out)], more].concat())
}

/// Every file below `directory`, by its path there.
fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![directory.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(directory).unwrap().to_owned(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Variant, job, class, status and writes of each row of `jobs.csv`, sorted.
fn facts(directory: &Path) -> Vec<[String; 5]> {
    let mut rows = csv::Reader::from_path(directory.join("jobs.csv")).unwrap();
    let mut facts: Vec<[String; 5]> = rows
        .deserialize()
        .map(|row| {
            let row: BTreeMap<String, String> = row.unwrap();
            ["variant", "job", "class", "status", "writes"].map(|column| row[column].clone())
        })
        .collect();
    facts.sort();
    facts
}

#[test]
fn help_has_examples_and_every_command() {
    let (code, help, _) = outcome(&["--help"]);
    assert_eq!(code, 0);
    for word in
        ["run", "check", "validate", "report", "locks", "calibrate", "profile", "queue", "Examples:", "Exit codes:"]
    {
        assert!(help.contains(word), "{word}: {help}");
    }
    for command in ["run", "check", "validate", "report", "locks", "calibrate", "profile"] {
        let (code, help, _) = outcome(&[command, "--help"]);
        assert!(code == 0 && help.contains("Example"), "{help}");
    }
    for command in ["ls", "show", "verify"] {
        let (code, help, _) = outcome(&["queue", command, "--help"]);
        assert!(code == 0 && help.contains("Example"), "{help}");
    }
}

#[test]
fn the_examples_of_help_name_variants_that_their_scenario_has() {
    let scenario = std::fs::read_to_string("scenarios/quickstart.toml").expect("it is shipped");
    for command in ["run", "locks", "sensitivity", "capacity"] {
        let help = outcome(&[command, "--help"]).1.split_whitespace().collect::<Vec<_>>().join(" ");
        let named: Vec<&str> = help.split("--variant '").skip(1).filter_map(|rest| rest.split('\'').next()).collect();
        assert!(!named.is_empty(), "{command} has such an example");
        for name in named {
            assert!(
                scenario.contains(&format!("name = \"{name}\"")) || scenario.contains(&format!("name   = \"{name}\"")),
                "{command}: {name}"
            );
        }
    }
}

#[test]
fn a_wrong_command_line_is_exit_code_2() {
    let (directory, scenario) = with_tiny();
    let out = directory.path().join("out");
    for (arguments, expected) in [
        (vec![], "Usage"),
        (vec!["walk"], "walk"),
        (vec!["run"], "SCENARIO"),
        (vec!["run", text(&scenario), "--replications", "0"], "--replications"),
        (vec!["run", text(&scenario), "--runtime", "real"], "possible values: live, virtual, both"),
        (vec!["run", text(&scenario), "--profile", "nvme"], "add --runtime virtual or both"),
        (vec!["run", text(&scenario), "--threads", "2"], "--threads is for virtual time"),
        (vec!["run", text(&scenario), "--runtime", "virtual", "--dir", "."], "--dir is for live runs"),
        (vec!["run", text(&scenario), "--runtime", "virtual", "--queue-dir", "q"], "--queue-dir is for live runs"),
        (vec!["run", text(&scenario), "--runtime", "virtual", "--keep-queue"], "--keep-queue is for live runs"),
        (
            vec!["run", text(&scenario), "--runtime", "virtual", "--profile", "ganeti"],
            "no shipped profile has this name",
        ),
        (vec!["run", text(&scenario), "--runtime", "both", "--profile", "/nowhere/p.toml"], "/nowhere/p.toml"),
        (vec!["calibrate", "--quick", "--dir", "/nowhere"], "/nowhere"),
        (vec!["calibrate", "--quick", "--out", "/nowhere/mine.toml"], "/nowhere"),
        (vec!["calibrate", "--quick", "--out", "/"], "it is a directory"),
        (vec!["profile", "show", "ganeti"], "ganeti-2.9.7-cpython"),
        (vec!["run", text(&scenario), "--variant", "fiels", "--out", text(&out)], "fiels"),
        (vec!["run", text(&scenario), "--queue-dir", text(directory.path())], "--queue-dir takes one run"),
        (vec!["run", "/nowhere/x.toml", "--out", text(&out)], "/nowhere/x.toml"),
        (vec!["locks", text(&scenario), "--at", "250"], "unit"),
        (vec!["check", "/nowhere/x.toml"], "/nowhere/x.toml"),
        (vec!["validate", "/nowhere/x.toml"], "/nowhere/x.toml"),
        (vec!["validate", text(&scenario), "--tolerance", "p96=3", "--out", text(&out)], "expected one of throughput"),
        (vec!["validate", text(&scenario), "--profile", "ganeti", "--out", text(&out)], "no shipped profile"),
        (vec!["validate", text(&scenario), "--variant", "fiels", "--out", text(&out)], "fiels"),
        (vec!["validate", text(&scenario), "--runs", "0"], "--runs"),
        (vec!["report", "/nowhere/results.json"], "/nowhere/results.json"),
        (vec!["queue", "ls", "/nowhere/queue"], "/nowhere/queue"),
        (vec!["queue", "verify", "/nowhere/queue"], "/nowhere/queue"),
    ] {
        let Output { status, stdout: _, stderr } = jqlab().args(&arguments).current_dir(&directory).output().unwrap();
        let stderr = String::from_utf8(stderr).unwrap();
        assert_eq!(status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(expected), "{arguments:?}: {stderr}");
    }
    let half_written = files(directory.path()).into_keys().filter(|path| !path.ends_with("tiny.toml")).count();
    assert_eq!(half_written, 0);
}

#[test]
fn a_live_run_of_more_jobs_than_can_be_made_ready_is_refused_before_it_begins() {
    let (directory, scenario) = with_tiny();
    let out = directory.path().join("out");
    let arguments = ["run", text(&scenario), "--runtime", "live", "--jobs", "2000001", "--out", text(&out)];
    let (code, _, errors) = outcome(&arguments);
    assert_eq!(code, 2);
    assert!(errors.contains("more than a live run can have ready"), "{errors}");
    assert!(!out.exists());
}

#[test]
fn a_scenario_with_a_mistake_is_shown_with_its_place_and_exit_code_2() {
    let directory = TempDir::new().unwrap();
    let scenario = directory.path().join("wrong.toml");
    fs::write(&scenario, TINY.replace("workers ", "wrokers ")).unwrap();
    for command in ["check", "run"] {
        let (code, _, complaint) = outcome(&[command, text(&scenario)]);
        assert_eq!(code, 2, "{complaint}");
        for word in ["wrong.toml:27:1", "wrokers", "workers"] {
            assert!(complaint.contains(word), "{word}: {complaint}");
        }
    }
}

#[test]
fn a_valid_scenario_is_summed_up() {
    let (_directory, scenario) = with_tiny();
    let (code, summary, _) = outcome(&["check", text(&scenario)]);
    assert_eq!(code, 0);
    assert!(summary.contains("2 variants × 1 replication = 2 runs"), "{summary}");
}

#[test]
fn live_and_virtual_runs_agree_on_how_each_job_ends_and_how_often_it_is_written() {
    let (directory, _) = with_tiny();
    let directory = directory.path();
    for runtime in ["live", "virtual"] {
        let (code, table, complaint) = run_tiny(directory, runtime, &["--runtime", runtime]);
        assert_eq!(code, 0, "{complaint}");
        assert!(table.contains("files") && table.contains("memory") && table.contains("report.md"), "{table}");
        assert_eq!(complaint, "", "quiet is quiet");
    }
    let live = facts(&directory.join("live"));
    assert_eq!(live.len(), 24);
    assert!(live.iter().any(|[_, _, _, status, _]| status == "error"), "some are to fail: {live:?}");
    assert!(live.iter().any(|[_, _, _, status, _]| status == "success"));
    assert_eq!(live, facts(&directory.join("virtual")));
}

#[test]
fn a_report_in_virtual_time_is_the_same_every_time_and_can_be_drawn_again() {
    let (directory, _) = with_tiny();
    let directory = directory.path();
    for out in ["one", "two"] {
        assert_eq!(run_tiny(directory, out, &["--runtime", "virtual"]).0, 0);
    }
    let mut first = files(&directory.join("one"));
    assert!(first.contains_key(Path::new("report.md")) && first.contains_key(Path::new("report.html")));
    assert_eq!(first, files(&directory.join("two")));
    let (results, again) = (directory.join("one/results.json"), directory.join("again"));
    let (code, _, complaint) = outcome(&["report", text(&results), "--out", text(&again)]);
    assert_eq!(code, 0, "{complaint}");
    first.remove(Path::new("jobs.csv"));
    assert_eq!(first, files(&again));
    assert_eq!(run_tiny(directory, "other", &["--runtime", "virtual", "--seed", "8"]).0, 0);
    assert_ne!(facts(&directory.join("one")), facts(&directory.join("other")));
}

#[test]
fn the_machine_of_the_command_line_takes_the_place_of_the_scenarios() {
    let (directory, scenario) = with_tiny();
    let directory = directory.path();
    for (out, profile) in [("one", "ganeti-2.9.7-cpython"), ("two", "mine.toml")] {
        let (_, shown, _) = outcome(&["profile", "show", "--toml", "ganeti-2.9.7-cpython"]);
        fs::write(directory.join("mine.toml"), shown.replace("cores = 2", "cores = 1")).unwrap();
        let profile = if out == "one" { profile.to_owned() } else { text(&directory.join(profile)).to_owned() };
        assert_eq!(run_tiny(directory, out, &["--runtime", "virtual", "--profile", &profile]).0, 0);
    }
    assert_eq!(run_tiny(directory, "base", &["--runtime", "virtual"]).0, 0);
    let rows = |out: &str| fs::read_to_string(directory.join(out).join("jobs.csv")).unwrap();
    assert_ne!(rows("one"), rows("two"), "one core less");
    assert_ne!(rows("one"), rows("base"));
    assert_eq!(facts(&directory.join("one")), facts(&directory.join("base")));

    let swept = TINY.replace("[run]", "[matrix.machine]\ncores = [1, 2]\n[run]\nruntime = \"virtual\"");
    fs::write(&scenario, swept).unwrap();
    let (code, _, complaint) = run_tiny(directory, "live", &["--runtime", "live"]);
    assert!(code == 2 && complaint.contains("differ in their machine"), "{complaint}");
}

#[test]
fn a_validation_has_a_table_for_each_variant_and_a_verdict_that_is_its_exit_code() {
    let (directory, scenario) = with_tiny();
    let out = directory.path().join("out");
    let arguments = ["validate", text(&scenario), "--profile", "ganeti-2.9.7-cpython", "--runs", "3", "--quiet"];
    let (code, printed, complaint) = outcome(&[&arguments[..], &["--out", text(&out)]].concat());
    let bytes = fs::read(out.join("validation.json")).unwrap();
    let validation: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let variants = validation["variants"].as_array().unwrap();
    let names: Vec<&str> = variants.iter().map(|variant| variant["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["files", "memory"]);
    for variant in variants {
        assert_eq!((&variant["pairs"], &variant["controls"]), (&3.into(), &3.into()));
        let mean = &variant["rows"].as_array().unwrap()[1];
        assert_eq!(mean["figure"], "sojourn_mean_ns");
        assert!(mean["error"]["low"].is_number() && mean["control"]["low"].is_number(), "{mean:#}");
    }
    let is_outside = String::from_utf8(bytes).unwrap().contains("\"verdict\": \"outside\"");
    assert_eq!(code, i32::from(is_outside), "{complaint}");
    assert!(printed.contains("live against live") && printed.contains("sojourn, p95"), "{printed}");
    for file in ["validation.md", "validation.html", "validation.svg", "live/results.json", "virtual/results.json"] {
        assert!(out.join(file).exists(), "{file}");
    }
}

#[test]
fn a_report_of_both_runtimes_has_the_predictions_beside_the_measurements_and_is_drawn_again_with_them() {
    let (directory, _) = with_tiny();
    let directory = directory.path();
    let (code, _, complaint) = run_tiny(directory, "out", &["--runtime", "both", "--replications", "3"]);
    assert_eq!(code, 0, "{complaint}");
    let out = directory.join("out");
    let read = |folder: &Path| fs::read_to_string(folder.join("report.md")).unwrap();
    let report = read(&out);
    assert!(report.contains("## Prediction against measurement"), "{report}");
    assert!(!read(&out.join("virtual")).contains("## Prediction against measurement"));
    let again = directory.join("again");
    assert_eq!(outcome(&["report", text(&out.join("results.json")), "--out", text(&again)]).0, 0);
    assert_eq!(read(&again), report);
    assert_eq!(run_tiny(directory, "out", &[]).0, 0);
    assert!(!out.join("validation.json").exists(), "an older validation is not of this run");
}

#[test]
fn an_interrupted_validation_compares_what_was_measured() {
    let (directory, _) = with_tiny();
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("jqlab"))
        .args(["validate", "tiny.toml", "--profile", "ganeti-2.9.7-cpython", "--runs", "1000", "--no-control"])
        .args(["--out", "out", "--dir", "."])
        .current_dir(directory.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut complaints = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("block 3 of 1000, run 2 of 2: ") {
        line.clear();
        assert!(complaints.read_line(&mut line).unwrap() > 0);
    }
    interrupt(&child);
    let rest: Vec<String> = complaints.lines().map(Result::unwrap).collect();
    let output = child.wait_with_output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("validation (partial): "), "{printed} {rest:?}");
    let bytes = fs::read(directory.path().join("out/validation.json")).unwrap();
    let validation: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let pairs = validation["variants"][0]["pairs"].as_u64().unwrap();
    assert!((3..1000).contains(&pairs), "{pairs}");
}

#[test]
fn a_calibration_is_a_profile_in_which_nothing_that_takes_time_is_free() {
    let directory = TempDir::new().unwrap();
    let out = directory.path().join("mine.toml");
    let arguments = ["calibrate", "--quick", "--quiet", "--dir", text(directory.path()), "--out", text(&out)];
    let (code, table, complaint) = outcome(&arguments);
    assert_eq!(code, 0, "{complaint}");
    assert!(table.contains("update, durable") && table.contains("rounds differ by"), "{table}");
    assert!(complaint.contains("the figures are coarse"), "{complaint}");
    assert_eq!(files(directory.path()).into_keys().collect::<Vec<_>>(), [Path::new("mine.toml")]);

    let measured = jqlab::profile::find(text(&out)).unwrap();
    assert!(measured.cores > 0 && measured.disk.queue_depth > 0 && measured.source.contains("Linux"));
    let (disk, messages) = (&measured.disk, measured.messages.clone().unwrap());
    let codecs = [&measured.json, &measured.json_indented_sorted];
    for cost in codecs.iter().flat_map(|codec| [&codec.encode, &codec.parse, &codec.build, &codec.status_only]) {
        assert!(!cost.is_zero(), "{measured:#?}");
    }
    for file in [&disk.create, &disk.fsync, &disk.rename, &disk.read, &disk.read_uncached, &disk.list] {
        assert!(!file.cpu.is_zero(), "{measured:#?}");
    }
    for cost in [&messages.hop_asleep, &messages.timer, &messages.step, &messages.lock] {
        assert!(!cost.is_zero(), "{messages:#?}");
    }
    assert!(disk.crowding.is_sorted() && disk.crowding[0] == (1, 1000));
}

#[test]
fn results_that_are_none_are_refused() {
    let directory = TempDir::new().unwrap();
    let results = directory.path().join("results.json");
    for (content, expected) in [("{}", "not the results"), ("no", "not the results"), ("{\"format\": 99}", "format 99")]
    {
        fs::write(&results, content).unwrap();
        let (code, _, complaint) = outcome(&["report", text(&results)]);
        assert_eq!(code, 2, "{complaint}");
        assert!(complaint.contains(expected) && complaint.contains(text(&results)), "{complaint}");
    }
    assert_eq!(files(directory.path()).len(), 1, "nothing is written beside them");
}

#[test]
fn a_queue_of_a_run_can_be_kept_looked_at_and_used_again() {
    let (directory, _) = with_tiny();
    let directory = directory.path();
    let queue = directory.join("queue");
    let queue = text(&queue);
    let one = ["--variant", "files", "--queue-dir", queue];
    let (code, printed, complaint) = run_tiny(directory, "out", &one);
    assert_eq!(code, 0, "{complaint}");
    assert!(printed.contains(queue), "{printed}");
    let (code, listing, _) = outcome(&["queue", "ls", queue]);
    assert_eq!((code, listing.lines().count()), (0, 13), "{listing}");
    let (code, job, _) = outcome(&["queue", "show", queue, "12"]);
    assert!(code == 0 && job.starts_with("job 12: "), "{job}");
    let (code, _, complaint) = outcome(&["queue", "show", queue, "13"]);
    assert!(code == 2 && complaint.contains("no job 13"), "{complaint}");
    assert_eq!(outcome(&["queue", "verify", queue]).0, 0);

    assert_eq!(run_tiny(directory, "out", &one).0, 0, "a queue may be used again");
    assert_eq!(outcome(&["queue", "ls", queue]).1.lines().count(), 25);
    fs::write(Path::new(queue).join("job-3"), "{").unwrap();
    let (code, findings, _) = outcome(&["queue", "verify", queue]);
    assert!(code == 1 && findings.contains("error: job-3"), "{findings}");
    let (code, _, complaint) = outcome(&["queue", "ls", queue]);
    assert!(
        code == 1 && complaint.contains("1 job file cannot be read") && complaint.contains("job-3: "),
        "{complaint}"
    );
}

#[test]
fn jobs_that_a_queue_held_before_a_run_are_told_of_and_are_in_no_figure() {
    let (directory, _) = with_tiny();
    let directory = directory.path();
    let queue = directory.join("queue");
    drop(QueueDirectory::open(&queue).unwrap());
    fs::write(queue.join("serial"), "2\n").unwrap();
    let job = r#"{"id": 1, "ops": [{"input": {"OP_ID": "OP_TEST_DELAY", "comment": "sim:{}"}, "status": "queued",
        "result": null, "log": []}], "received_timestamp": [1, 0]}"#;
    fs::write(queue.join("job-1"), job).unwrap();
    fs::write(queue.join("job-2"), "{").unwrap();
    let one = ["--variant", "files", "--queue-dir", text(&queue)];
    let (code, _, complaint) = run_tiny(directory, "out", &one);
    assert_eq!(code, 0, "{complaint}");
    assert!(complaint.contains("warning: ") && complaint.contains("hold no job: 2."), "{complaint}");
    let results = fs::read_to_string(directory.join("out/results.json")).unwrap();
    let results: serde_json::Value = serde_json::from_str(&results).unwrap();
    let run = &results["runs"][0];
    assert_eq!(run["found"], serde_json::json!({"readable": 1, "unfinished": 1, "set_aside": [2]}));
    assert_eq!(run["groups"][0]["sojourn"]["n"], 12);
    let rows = fs::read_to_string(directory.join("out/jobs.csv")).unwrap();
    assert_eq!(rows.lines().count(), 13, "{rows}");
    let report = fs::read_to_string(directory.join("out/report.md")).unwrap();
    assert!(report.contains("in the queue directory before: 1, of which unfinished: 1"), "{report}");
    assert!(report.contains("because their files hold no job: 2."), "{report}");

    // Work of somebody else's is not marked as done.
    let foreign = job.replace(r#", "comment": "sim:{}""#, "").replace("\"id\": 1", "\"id\": 99");
    fs::write(queue.join("serial"), "99\n").unwrap();
    fs::write(queue.join("job-99"), &foreign).unwrap();
    let (code, _, complaint) = run_tiny(directory, "out2", &one);
    assert!(code == 2 && complaint.contains("job 99 has an unfinished opcode"), "{complaint}");
    assert_eq!(fs::read_to_string(queue.join("job-99")).unwrap(), foreign);
}

#[test]
fn a_help_that_cannot_be_printed_is_a_failure() {
    for argument in ["--help", "--version"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let Output { status, stderr, .. } = std::process::Command::new(assert_cmd::cargo::cargo_bin!("jqlab"))
            .arg(argument)
            .stdout(full)
            .stderr(Stdio::piped())
            .spawn()
            .and_then(std::process::Child::wait_with_output)
            .unwrap();
        assert_eq!(status.code(), Some(1), "{argument}");
        assert!(String::from_utf8_lossy(&stderr).contains("cannot write the result"));
    }
}

#[test]
fn a_directory_of_other_files_is_left_alone() {
    let (directory, scenario) = with_tiny();
    let directory = directory.path();
    let (code, _, complaint) = run_tiny(directory, "out", &["--variant", "files", "--queue-dir", text(directory)]);
    assert_eq!(code, 2, "{complaint}");
    assert!(complaint.contains("neither empty nor a queue"), "{complaint}");
    assert!(scenario.exists());
    let (code, _, complaint) = outcome(&["queue", "ls", text(directory)]);
    assert!(code == 2 && complaint.contains("version"), "{complaint}");
}

#[test]
fn a_run_that_is_over_before_its_jobs_says_so() {
    let (directory, scenario) = with_tiny();
    fs::write(&scenario, TINY.replace("\"60s\"", "\"2ms\"")).unwrap();
    let (code, _, complaint) = run_tiny(directory.path(), "out", &["--runtime", "virtual"]);
    assert_eq!(code, 1, "{complaint}");
    assert!(complaint.contains("files, replication 1: ") && complaint.contains("of 12 jobs"), "{complaint}");
    assert!(directory.path().join("out/report.md").exists(), "what was measured is kept");
}

#[test]
fn the_lock_monitor_shows_who_waits_for_which_job() {
    let (_directory, scenario) = with_tiny();
    let (code, table, complaint) = outcome(&["locks", text(&scenario), "--at", "4ms"]);
    assert_eq!(code, 0, "{complaint}");
    assert!(table.contains("Name") && table.contains("success:job/"), "{table}");
    let (_, shipped, _) = outcome(&["locks", text(&scenario), "--at", "4ms", "--shipped"]);
    assert!(shipped.contains("job:") && !shipped.contains("success:"), "{shipped}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let (directory, _) = with_tiny();
    let queue = directory.path().join("queue");
    assert_eq!(run_tiny(directory.path(), "out", &["--variant", "files", "--queue-dir", text(&queue)]).0, 0);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = std::process::Command::new(assert_cmd::cargo::cargo_bin!("jqlab"))
        .args(["queue", "ls", text(&queue)])
        .stdout(writer)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

/// Starts a live run of many jobs and waits until its first run is done.
fn started(directory: &Path) -> (Child, BufReader<std::process::ChildStderr>) {
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("jqlab"))
        .args(["run", "tiny.toml", "--rows", "--replications", "1000", "--out", "out", "--dir", ".", "--no-wait"])
        .current_dir(directory)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut complaints = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    complaints.read_line(&mut line).unwrap();
    assert!(line.starts_with("3000 runs"), "{line}");
    line.clear();
    complaints.read_line(&mut line).unwrap();
    assert!(line.starts_with("block 1 of 1000, run 1 of 3: "), "{line}");
    (child, complaints)
}

fn interrupt(child: &Child) {
    let process = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(process, rustix::process::Signal::INT).unwrap();
}

#[test]
fn an_interrupt_ends_the_study_early_and_reports_what_was_measured() {
    let (directory, _) = with_tiny();
    let (child, complaints) = started(directory.path());
    interrupt(&child);
    let rest: Vec<String> = complaints.lines().map(Result::unwrap).collect();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{rest:?}");
    assert!(rest.iter().any(|line| line.starts_with("interrupted: ")), "{rest:?}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("report (partial): "));
    let out = directory.path().join("out");
    assert!(fs::read_to_string(out.join("report.md")).unwrap().contains("stopped before its end"));
    assert!(facts(&out).len() >= 12);
    let left = fs::read_dir(directory.path()).unwrap().count();
    assert_eq!(left, 2, "the scenario and the report, but no queue directory");
}

#[test]
fn a_second_interrupt_ends_at_once_and_what_is_left_opens_again() {
    let (directory, _) = with_tiny();
    let scenario = TINY.replace("run          = \"1ms\"", "run          = \"30s\"");
    fs::write(directory.path().join("slow.toml"), scenario).unwrap();
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin!("jqlab"))
        .args(["run", "slow.toml", "--variant", "files", "--queue-dir", "queue", "--out", "out", "--no-wait"])
        .current_dir(directory.path())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut complaints = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    complaints.read_line(&mut line).unwrap();
    assert!(line.starts_with("1 run: "), "{line}");
    for expected in ["interrupted: ", "interrupted again: "] {
        interrupt(&child);
        line.clear();
        complaints.read_line(&mut line).unwrap();
        assert!(line.starts_with(expected), "{line}");
    }
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let queue = directory.path().join("queue");
    if queue.join("version").exists() {
        assert_eq!(outcome(&["queue", "verify", text(&queue)]).0, 0);
    }
    assert!(QueueDirectory::open(&queue).is_ok());
}

#[test]
fn a_file_that_grows_beyond_its_limit_is_reported_and_ends_no_program() {
    let (directory, scenario) = with_tiny();
    let run = format!(
        "ulimit -f 0; exec '{}' run '{}' --variant files --quiet --out '{}'",
        assert_cmd::cargo::cargo_bin!("jqlab").display(),
        scenario.display(),
        directory.path().join("out").display()
    );
    let output = std::process::Command::new("sh").args(["-c", &run]).output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{complaint}");
    assert!(complaint.contains("File too large"), "{complaint}");
}
