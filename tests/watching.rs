//! A client that watches a job is told of its changes, in virtual time and live, and learns nothing where there is
//! nothing to learn.

#![allow(clippy::unwrap_used)] // helpers of tests

use jqlab::actors::Design;
use jqlab::actors::accounting::Trace;
use jqlab::actors::clients::Load;
use jqlab::actors::clients::Program;
use jqlab::actors::clients::{Call, JobRequest, OpcodeRequest, Reply, Watch};
use jqlab::actors::machine::Profile;
use jqlab::actors::machine::{Keeps, ModelDirectory};
use jqlab::job::JobId;
use jqlab::runtime::live::{self, LiveSetup};
use jqlab::runtime::virtual_time::{QueueSimulation, Setup};
use jqlab::runtime::{Record, RunSetup, Streams};
use jqlab::units::{Instant, Span};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// One job that runs for 150 ms, and clients that watch it from 50 ms on.
fn load(watches: Vec<Watch>) -> Load {
    let job = JobRequest {
        opcodes: vec![OpcodeRequest::delay(Program::running(Span::from_millis(150)))],
        ..JobRequest::default()
    };
    let watches = watches.into_iter().map(|watch| (Instant(50_000_000), Call::WaitForChange(Box::new(watch))));
    Load::open([(Instant::ZERO, Call::Submit(job))].into_iter().chain(watches))
}

fn watch(job: u64, seen: Option<&str>, timeout: Span) -> Watch {
    let seen = seen.map(|status| vec![json!(status)]);
    Watch { job: JobId(job), fields: vec!["status".into()], seen, log_serial: 0, timeout }
}

fn replies(record: &Record) -> Vec<Reply> {
    let mut replies: Vec<(usize, Reply)> = record
        .traces
        .iter()
        .filter_map(|(_, trace)| match trace {
            Trace::Replied { call, reply } if *call > 0 => Some((*call, reply.clone())),
            _ => None,
        })
        .collect();
    replies.sort_by_key(|(call, _)| *call);
    replies.into_iter().map(|(_, reply)| reply).collect()
}

fn in_virtual_time(watches: Vec<Watch>) -> Record {
    let mut queue = QueueSimulation::new(Setup {
        run: RunSetup {
            design: Arc::new(Design::default()),
            load: load(watches),
            streams: Streams::new(1, 0),
            tracing: true,
            watched: true,
            ..RunSetup::default()
        },
        directory: ModelDirectory::default(),
        profile: Arc::new(Profile::free()),
        keeps: Keeps::Documents,
    });
    queue.run(Instant::FAR_FUTURE);
    queue.crash().0
}

/// The job is in the queue directory from the start, so that no watch comes before it.
fn live(watches: Vec<Watch>) -> Record {
    let directory = tempfile::tempdir().unwrap();
    let job = json!({"id": 1, "ops": [{"input": {"OP_ID": "OP_TEST_DELAY", "duration": 0.15}, "status": "queued", "result": null, "log": []}]});
    for (name, content) in [("version", "1\n".to_owned()), ("serial", "1\n".to_owned()), ("job-1", job.to_string())] {
        std::fs::write(directory.path().join(name), content).unwrap();
    }
    let watches = watches.into_iter().map(|watch| (Instant::ZERO, Call::WaitForChange(Box::new(watch))));
    let setup = LiveSetup {
        run: RunSetup {
            design: Arc::new(Design { workers: 1, request_threads: 4, ..Design::default() }),
            load: Load::open(watches),
            streams: Streams::new(1, 0),
            tracing: true,
            watched: true,
            ..RunSetup::default()
        },
        directory: directory.path().to_owned(),
        limit: None,
        stop: &AtomicBool::new(false),
    };
    live::run(setup, &mut |_| ()).unwrap()
}

#[test]
fn a_change_is_reported_with_what_it_led_to() {
    let record = in_virtual_time(vec![watch(1, Some("running"), Span::from_secs(60))]);
    let success = Reply::WatchedChange(Some((vec![json!("success")], Vec::new())));
    assert_eq!(replies(&record), [success]);
}

#[test]
fn changes_of_real_files_are_reported() {
    // Which change it is depends on how far the job is; that the time runs out would mean that one was missed.
    for seen in ["queued", "waiting", "running"] {
        let record = live(vec![watch(1, Some(seen), Span::from_secs(600))]);
        let status = record.traces.iter().find_map(|(_, trace)| match trace {
            Trace::Replied { reply: Reply::WatchedChange(Some((fields, _))), .. } => Some(fields[0].clone()),
            _ => None,
        });
        assert!(status.as_ref().is_some_and(|status| status != seen), "after {seen} came {status:?}");
    }
}

#[test]
fn a_client_that_has_seen_nothing_is_answered_at_once_and_an_unknown_job_is_lost() {
    let watches = vec![watch(1, None, Span::from_secs(60)), watch(7, None, Span::from_secs(60))];
    let running = Reply::WatchedChange(Some((vec![json!("running")], Vec::new())));
    assert_eq!(replies(&in_virtual_time(watches)), [running, Reply::JobLost]);
}

#[test]
fn a_watch_whose_time_is_over_reports_no_change() {
    let record = in_virtual_time(vec![watch(1, Some("running"), Span::from_millis(20))]);
    assert_eq!(replies(&record), [Reply::WatchedChange(None)]);
}

#[test]
fn changes_are_given_time_to_settle() {
    let record = in_virtual_time(vec![watch(1, Some("running"), Span::from_secs(60))]);
    let answered = record.traces.iter().find(|(_, trace)| matches!(trace, Trace::Replied { call: 1, .. }));
    assert_eq!(answered.unwrap().0, Instant(250_000_000), "150 ms of work and 100 ms of settling");
}
