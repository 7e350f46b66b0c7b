//! A client that watches a job is told of its changes, in virtual time and live, and learns nothing where there is
//! nothing to learn.

#![allow(clippy::unwrap_used)] // helpers of tests

use jqlab::actors::Design;
use jqlab::actors::disk::{DiskCosts, ModelDirectory};
use jqlab::actors::load::LoadPlan;
use jqlab::actors::observation::Trace;
use jqlab::actors::program::Program;
use jqlab::actors::request::{Call, JobRequest, OpcodeRequest, Reply, Watch};
use jqlab::job::JobId;
use jqlab::runtime::Record;
use jqlab::runtime::live::{self, LiveSetup};
use jqlab::runtime::virtual_time::{QueueSimulation, Setup};
use jqlab::units::{Instant, Span};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// One job that runs for 150 ms, and clients that watch it from 50 ms on.
fn load(watches: Vec<Watch>) -> LoadPlan {
    let job = JobRequest {
        opcodes: vec![OpcodeRequest::delay(Program::running(Span::from_millis(150)))],
        ..JobRequest::default()
    };
    let watches = watches.into_iter().map(|watch| (Instant(50_000_000), Call::WaitForChange(Box::new(watch))));
    LoadPlan::Open([(Instant::ZERO, Call::Submit(job))].into_iter().chain(watches).collect())
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
        design: Arc::new(Design::default()),
        load: load(watches),
        directory: ModelDirectory::default(),
        costs: DiskCosts::default(),
        seed: 1,
        tracing: true,
        ends_with_load: true,
        watched: true,
    });
    queue.run(Instant::FAR_FUTURE);
    queue.crash().0
}

fn live(watches: Vec<Watch>) -> Record {
    let directory = tempfile::tempdir().unwrap();
    let setup = LiveSetup {
        design: Design { workers: 1, request_threads: 4, ..Design::default() },
        load: load(watches),
        directory: directory.path().to_owned(),
        seed: 1,
        tracing: true,
        ends_with_load: true,
        limit: None,
        watched: true,
        stop: &AtomicBool::new(false),
    };
    live::run(setup, &mut |_| ()).unwrap()
}

#[test]
fn a_change_is_reported_with_what_it_led_to() {
    let success = Reply::WatchedChange(Some((vec![json!("success")], Vec::new())));
    for record in [in_virtual_time, live].map(|run| run(vec![watch(1, Some("running"), Span::from_secs(60))])) {
        assert_eq!(replies(&record), std::slice::from_ref(&success));
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
