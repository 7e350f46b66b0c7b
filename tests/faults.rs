//! Faults of the environment: a file that cannot be read is its job's matter, and what ends a run is a value that says
//! which file and why.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // tests of what is written where
#![allow(clippy::unwrap_used)] // helpers of tests

use jqlab::actors::Design;
use jqlab::actors::accounting::Trace;
use jqlab::actors::clients::{Call, JobRequest, Load, Reply};
use jqlab::actors::machine::{File, Keeps, ModelDirectory, Profile};
use jqlab::job::{Fault, FaultSource, FileOperation, JobId, Status};
use jqlab::runtime::live::{self, LiveError, LiveSetup, Progress};
use jqlab::runtime::record::RunFault;
use jqlab::runtime::virtual_time::{QueueSimulation, Setup};
use jqlab::runtime::{Record, RunSetup, Streams};
use jqlab::units::{Instant, Span};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;

fn submit(job: Value) -> Call {
    Call::Submit(JobRequest::read(&job).unwrap())
}

/// A queue directory with this serial and these files besides.
fn queue_with(serial: u64, files: &[(&str, &str)]) -> TempDir {
    let directory = TempDir::new().unwrap();
    let serial = format!("{serial}\n");
    for (name, content) in [("version", "1\n"), ("serial", &serial)].iter().chain(files) {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    directory
}

/// A live run of calls that are all due at the start.
fn run_live(directory: &Path, calls: Vec<Call>, progress: &mut dyn FnMut(Progress)) -> Record {
    let setup = LiveSetup {
        run: RunSetup {
            design: Arc::new(Design { workers: 2, request_threads: 1, ..Design::default() }),
            load: Load::open(calls.into_iter().map(|call| (Instant::ZERO, call))),
            streams: Streams::new(1, 0),
            tracing: true,
            ..RunSetup::default()
        },
        directory: directory.to_owned(),
        limit: Some(Span::from_secs(60)),
        runs_foreign_jobs: false,
        stop: &AtomicBool::new(false),
    };
    live::run(setup, progress).unwrap()
}

fn file_fault(record: &Record) -> &Fault {
    match &record.fault {
        Some(RunFault::File(fault)) => fault,
        other => panic!("a file fault was expected, not {other:?}"),
    }
}

#[test]
fn a_dependency_that_is_there_and_cannot_be_read_fails_its_job_alone() {
    // A folder, a link and a file that is too large: none of them holds a job that could be read.
    let directory = queue_with(3, &[("archive/0/job-1/inner", "")]);
    std::os::unix::fs::symlink("/dev/zero", directory.path().join("archive/0/job-2")).unwrap();
    fs::File::create(directory.path().join("archive/0/job-3")).unwrap().set_len(1 << 40).unwrap();
    let mut calls: Vec<Call> =
        (1..=3).map(|on| submit(json!([{"op_id": "OP_TEST_DELAY", "depends": [[on, ["success"]]]}]))).collect();
    calls.push(submit(json!([{"op_id": "OP_TEST_DELAY"}])));
    calls.push(Call::Query { jobs: Some((1..=3).map(JobId).collect()), fields: vec!["status".to_owned()] });
    let record = run_live(directory.path(), calls, &mut |_| ());
    assert_eq!(record.fault, None);
    let mut ended: Vec<_> = record.jobs.iter().map(|row| (row.id.0, row.status)).collect();
    ended.sort_unstable_by_key(|(id, _)| *id);
    assert_eq!(ended, [(4, Status::Error), (5, Status::Error), (6, Status::Error), (7, Status::Success)]);
    for (job, on) in [(4, 1), (5, 2), (6, 3)] {
        let file: Value =
            serde_json::from_slice(&fs::read(directory.path().join(format!("job-{job}"))).unwrap()).unwrap();
        assert_eq!(file["ops"][0]["result"], json!(["OpExecError", [format!("Dependency error: Job {on} not found")]]));
    }
    let rows = record.traces.iter().find_map(|(_, trace)| match trace {
        Trace::Replied { reply: Reply::Rows(rows), .. } => Some(rows.clone()),
        _ => None,
    });
    assert_eq!(rows.unwrap(), [None, None, None]);
}

#[test]
fn a_queued_job_that_cannot_be_read_keeps_the_queue_closed_and_stays_where_it_is() {
    let directory = queue_with(3, &[("job-2/inner", "")]);
    let record = run_live(directory.path(), vec![submit(json!([{"op_id": "OP_TEST_DELAY"}]))], &mut |_| ());
    let fault = file_fault(&record);
    assert_eq!((fault.operation, &fault.source), (FileOperation::Read, &FaultSource::NotAFile));
    assert_eq!(fault.path, directory.path().join("job-2"));
    assert!(directory.path().join("job-2/inner").exists());
    assert!(record.jobs.is_empty());
}

#[test]
fn a_queue_directory_that_is_removed_ends_the_run_with_a_fault_that_says_so() {
    let parent = TempDir::new().unwrap();
    let directory = parent.path().join("queue");
    // Once the job runs, no file is touched until its end.
    let is_running = || fs::read_to_string(directory.join("job-1")).is_ok_and(|job| job.contains("\"running\""));
    let record = run_live(&directory, vec![submit(json!([{"op_id": "OP_TEST_DELAY", "run_s": 0.5}]))], &mut |_| {
        if is_running() {
            fs::remove_dir_all(&directory).unwrap();
        }
    });
    assert_eq!(file_fault(&record).source, FaultSource::DirectoryRemoved, "{:?}", record.fault);
}

/// A run in virtual time on this directory.
fn simulate(files: &[(&str, &str)], calls: Vec<Call>) -> Record {
    let mut directory = ModelDirectory::default();
    for (path, content) in files {
        directory.put(path, File::Text((*content).to_owned()));
    }
    let mut queue = QueueSimulation::new(Setup {
        run: RunSetup {
            design: Arc::new(Design::default()),
            load: Load::open(calls.into_iter().map(|call| (Instant::ZERO, call))),
            streams: Streams::new(1, 0),
            ..RunSetup::default()
        },
        directory,
        profile: Arc::new(Profile::free()),
        keeps: Keeps::Documents,
    });
    queue.run(Instant::FAR_FUTURE);
    queue.crash().0
}

const DONE: &str = r#"{"id": 1, "ops": [{"input": {"OP_ID": "OP_TEST_DELAY"}, "status": "success", "result": null, "log": []}],
    "received_timestamp": [1, 0], "start_timestamp": [1, 0], "end_timestamp": [2, 0]}"#;

#[test]
fn archiving_over_a_file_is_refused_in_every_runtime() {
    let files = [("job-1", DONE), ("archive/0/job-1", DONE)];
    let both = || vec![Call::Archive(JobId(1))];
    let directory = queue_with(1, &files);
    let live = run_live(directory.path(), both(), &mut |_| ());
    let simulated = simulate(&[("version", "1\n"), ("serial", "1\n"), files[0], files[1]], both());
    for record in [live, simulated] {
        let fault = file_fault(&record);
        assert_eq!((fault.operation, &fault.source), (FileOperation::Archive, &FaultSource::AlreadyArchived));
    }
    assert_eq!(fs::read_to_string(directory.path().join("archive/0/job-1")).unwrap(), DONE);
}

#[test]
fn every_runtime_refuses_the_same_versions_and_serials() {
    let version = ["1", "1\n\n", " 1\n", "2\n", "", "1\n"];
    let serial = ["+5\n", "5 \n", " 5\n", "5", "", "x\n", "18446744073709551615\n", "5\n"];
    let contents = version.map(|version| (version, "5\n")).into_iter().chain(serial.map(|serial| ("1\n", serial)));
    for (version, serial) in contents {
        let directory = queue_with(0, &[("version", version), ("serial", serial)]);
        let opens = jqlab::queue_dir::QueueDirectory::open(directory.path()).is_ok();
        let simulated = simulate(&[("version", version), ("serial", serial)], Vec::new());
        assert_eq!(opens, simulated.fault.is_none(), "version {version:?}, serial {serial:?}");
        assert_eq!(opens, (version, serial) == ("1\n", "5\n"), "version {version:?}, serial {serial:?}");
    }
}

#[test]
fn a_load_that_reads_jobs_finds_them_even_where_digests_would_do_for_all_others() {
    let mut queue = QueueSimulation::new(Setup {
        run: RunSetup {
            load: Load::open([
                (Instant::ZERO, submit(json!([{"op_id": "OP_TEST_DELAY"}]))),
                (Instant(1_000_000_000), Call::Query { jobs: Some(vec![JobId(1)]), fields: vec!["status".to_owned()] }),
            ]),
            tracing: true,
            ..RunSetup::default()
        },
        directory: ModelDirectory::default(),
        keeps: Keeps::Digests,
        profile: Arc::new(Profile::free()),
    });
    queue.run(Instant::FAR_FUTURE);
    let rows = queue.record().traces.iter().find_map(|(_, trace)| match trace {
        Trace::Replied { reply: Reply::Rows(rows), .. } => Some(rows.clone()),
        _ => None,
    });
    assert_eq!(rows.unwrap(), [Some(vec![json!("success")])]);
}

const QUEUED: &str = r#"{"id": 1, "ops": [{"input": {"OP_ID": "OP_INSTANCE_REMOVE"}, "status": "queued", "result": null, "log": []}],
    "received_timestamp": [1, 0], "start_timestamp": null, "end_timestamp": null}"#;

#[test]
fn unfinished_work_of_somebody_else_is_refused_before_anything_runs() {
    let directory = queue_with(2, &[("job-1", QUEUED), ("job-2", &QUEUED.replace("\"id\": 1", "\"id\": 2"))]);
    let setup = LiveSetup {
        run: RunSetup::default(),
        directory: directory.path().to_owned(),
        limit: None,
        runs_foreign_jobs: false,
        stop: &AtomicBool::new(false),
    };
    let error = live::run(setup, &mut |_| ()).unwrap_err();
    assert!(matches!(&error, LiveError::ForeignJobs { job: JobId(1), others: 1, .. }), "{error:?}");
    let text = error.to_string();
    assert!(
        text.contains(
            "job 1 has an unfinished opcode OP_INSTANCE_REMOVE that jqlab did not write (and so have 1 more)"
        )
    );
    assert_eq!(fs::read_to_string(directory.path().join("job-1")).unwrap(), QUEUED);
}

#[test]
fn jobs_that_a_queue_held_before_go_on_and_are_told_from_those_of_the_load() {
    let ours = QUEUED.replace(r#""OP_ID": "OP_INSTANCE_REMOVE""#, r#""OP_ID": "OP_TEST_DELAY", "comment": "sim:{}""#);
    let done = DONE.replace("\"id\": 1", "\"id\": 3");
    let directory = queue_with(3, &[("job-1", &ours), ("job-2", "{"), ("job-3", &done)]);
    let record = run_live(directory.path(), vec![submit(json!([{"op_id": "OP_TEST_DELAY"}]))], &mut |_| ());
    let found = record.found.as_ref().unwrap();
    assert_eq!((found.readable, found.unfinished, &found.set_aside[..]), (2, 1, &[JobId(2)][..]));
    let of_load = |row: &&jqlab::actors::accounting::JobRow| row.submission.is_some();
    assert_eq!(record.jobs.iter().filter(of_load).map(|row| row.id).collect::<Vec<_>>(), [JobId(4)]);
}

#[test]
fn what_stands_still_says_who_waits_for_whom() {
    let lock = json!([{"level": "instance", "names": ["inst1"], "mode": "exclusive"}]);
    let long = json!([{"op_id": "OP_TEST_DELAY", "run_s": 900.0, "locks": lock}]);
    let calls = [
        // Each waits for the other.
        submit(json!([{"op_id": "OP_TEST_DELAY", "depends": [[2, ["success"]]]}])),
        submit(json!([{"op_id": "OP_TEST_DELAY", "depends": [[1, ["success"]]]}])),
        submit(long.clone()),
        submit(long),
    ];
    let mut queue = QueueSimulation::new(Setup {
        run: RunSetup { load: Load::open(calls.map(|call| (Instant::ZERO, call))), ..RunSetup::default() },
        directory: ModelDirectory::default(),
        keeps: Keeps::Digests,
        profile: Arc::new(Profile::free()),
    });
    // In the middle of a lock attempt.
    queue.run(Instant(500_000_000));
    let left = queue.left();
    for expected in ["job 1 waits for job 2", "job 2 waits for job 1", "works on job 3", "works on job 4"] {
        assert!(left.iter().any(|line| line.ends_with(expected)), "{expected}: {left:?}");
    }
    let lock = left.iter().find(|line| line.starts_with("instance/inst1 is held by ")).unwrap();
    let (holder, waiting) = lock.split_once(", awaited by ").unwrap();
    assert!(holder.contains("Job3") && waiting.contains("Job4"), "{lock}");
    queue.run(Instant::FAR_FUTURE);
    assert_eq!(queue.left(), ["job 2 waits for job 1", "job 1 waits for job 2"], "only the ring is left");
}
