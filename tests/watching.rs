//! A client that watches a job is told of its changes, in virtual time and live, and learns nothing where there is
//! nothing to learn.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // tests of what is written where
#![allow(clippy::unwrap_used)] // helpers of tests

use jqlab::actors::Design;
use jqlab::actors::accounting::Trace;
use jqlab::actors::clients::{Call, JobRequest, OpcodeRequest, Reply, Watch};
use jqlab::actors::clients::{Calls, Load, Program};
use jqlab::actors::machine::Profile;
use jqlab::actors::machine::profile::MessageCosts;
use jqlab::actors::machine::{Cost, Keeps, ModelDirectory};
use jqlab::job::JobId;
use jqlab::runtime::live::{self, LiveSetup};
use jqlab::runtime::virtual_time::{QueueSimulation, Setup};
use jqlab::runtime::{Record, RunSetup, Streams};
use jqlab::units::{Instant, Span};
use proptest::prelude::*;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// One job that runs for 400 ms, and clients that watch it from 50 ms on.
fn load(watches: Vec<Watch>) -> Load {
    let job = JobRequest {
        opcodes: vec![OpcodeRequest::delay(Program::running(Span::from_millis(400)))],
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

fn has(status: &str) -> Reply {
    Reply::Watched { fields: vec![json!(status)], log: Vec::new() }
}

fn answered_at(record: &Record) -> Instant {
    let answered = record.traces.iter().find(|(_, trace)| matches!(trace, Trace::Replied { call: 1, .. }));
    answered.unwrap().0
}

fn in_virtual_time(watches: Vec<Watch>) -> Record {
    run(load(watches), Profile::free())
}

fn run(load: Load, profile: Profile) -> Record {
    run_on(Design::default(), load, profile)
}

fn run_on(design: Design, load: Load, profile: Profile) -> Record {
    let mut queue = QueueSimulation::new(Setup {
        run: RunSetup {
            design: Arc::new(design),
            load,
            streams: Streams::new(1, 0),
            tracing: true,
            watched: true,
            ..RunSetup::default()
        },
        directory: ModelDirectory::default(),
        profile: Arc::new(profile),
        keeps: Keeps::Documents,
    });
    queue.run(Instant::FAR_FUTURE);
    assert!(queue.is_halted(), "a call was not answered");
    queue.crash().0
}

/// The job is in the queue directory from the start, so that no watch comes before it.
fn live(watches: Vec<Watch>) -> Record {
    let directory = tempfile::tempdir().unwrap();
    let job = json!({"id": 1, "ops": [{"input": {"OP_ID": "OP_TEST_DELAY", "duration": 0.15, "comment": "sim:{}"}, "status": "queued", "result": null, "log": []}]});
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
        runs_foreign_jobs: false,
        stop: &AtomicBool::new(false),
    };
    live::run(setup, &mut |_| ()).unwrap()
}

#[test]
fn a_change_is_reported_with_what_it_led_to() {
    let record = in_virtual_time(vec![watch(1, Some("running"), Span::from_secs(60))]);
    assert_eq!(replies(&record), [has("success")]);
}

#[test]
fn changes_of_real_files_are_reported() {
    // Which change it is depends on how far the job is; that the time runs out would mean that one was missed.
    for seen in ["queued", "waiting", "running"] {
        let record = live(vec![watch(1, Some(seen), Span::from_secs(600))]);
        let status = record.traces.iter().find_map(|(_, trace)| match trace {
            Trace::Replied { reply: Reply::Watched { fields, .. }, .. } => Some(fields[0].clone()),
            _ => None,
        });
        assert!(status.as_ref().is_some_and(|status| status != seen), "after {seen} came {status:?}");
    }
}

#[test]
fn a_client_that_has_seen_nothing_is_answered_at_once_and_an_unknown_job_is_lost() {
    let watches = vec![watch(1, None, Span::from_secs(60)), watch(7, None, Span::from_secs(60))];
    assert_eq!(replies(&in_virtual_time(watches)), [has("running"), Reply::JobLost]);
}

/// What a client that has seen `seen` is answered, and when in ms, if it watches the job from 50 ms on for so long.
fn answer(seen: &str, timeout: Span) -> (Reply, u64) {
    let record = in_virtual_time(vec![watch(1, Some(seen), timeout)]);
    (replies(&record)[0].clone(), answered_at(&record).0 / 1_000_000)
}

#[test]
fn each_look_but_the_first_comes_after_time_to_settle_and_one_comes_after_the_end() {
    let ms = Span::from_millis;
    // The job runs until 400 ms.
    assert_eq!(answer("waiting", ms(0)), (has("running"), 50), "the first look is at once");
    assert_eq!(answer("running", ms(0)), (Reply::NotChanged, 50), "no time, no second look");
    assert_eq!(answer("running", ms(20)), (Reply::NotChanged, 150), "the second look is also the last");
    assert_eq!(answer("running", ms(200)), (Reply::NotChanged, 350), "100 ms after the end at 250 ms");
    assert_eq!(answer("running", ms(300)), (has("success"), 450), "which came between the end and the last look");
    assert_eq!(answer("running", ms(60_000)), (has("success"), 500), "100 ms after the change");
}

#[test]
fn a_job_that_will_not_change_by_itself_is_answered_at_once() {
    let mut watches = load(vec![watch(1, Some("success"), Span::from_secs(60))]);
    let Load::Open(Calls::Listed(calls)) = &mut watches else { panic!("an open load of listed calls") };
    calls[1].0 = Span::from_millis(600);
    let record = run(watches, Profile::free());
    assert_eq!(replies(&record), [has("success")]);
    assert_eq!(answered_at(&record), Instant(600_000_000));
}

#[test]
fn a_change_while_the_watch_is_on_its_way_is_not_missed() {
    // The first look comes before the change at 400 ms, the watcher hears of the watch after it.
    let slow = Cost::fixed(Span::from_millis(300));
    let messages = MessageCosts {
        hop_awake: Cost::default(),
        hop_asleep: slow,
        awake_for: Span::ZERO,
        timer: Cost::default(),
        step: Cost::default(),
        lock: Cost::default(),
    };
    let profile = Profile { messages: Some(messages), ..Profile::free() };
    for start in (0..2_000).step_by(20) {
        let mut watches = load(vec![watch(1, Some("running"), Span::from_secs(600))]);
        let Load::Open(Calls::Listed(calls)) = &mut watches else { panic!("an open load of listed calls") };
        calls[1].0 = Span::from_millis(start);
        let record = run(watches, profile.clone());
        let [Reply::Watched { .. } | Reply::JobLost] = replies(&record)[..] else {
            panic!("from {start} ms on: {:?}", replies(&record))
        };
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whoever_watches_no_call_is_lost_and_every_job_runs(
        request_threads in 1..4_u32,
        latency_ms in 0..15_u64,
        jobs in prop::collection::vec((0..1_500_u64, 0..600_u64), 1..12),
        watches in prop::collection::vec(
            (1..12_u64, prop::sample::select(vec!["queued", "waiting", "running"]), 0..1_500_u64, 0..600_u64), 1..20),
    ) {
        let submits = jobs.iter().map(|(at_ms, run_ms)| {
            let opcodes = vec![OpcodeRequest::delay(Program::running(Span::from_millis(*run_ms)))];
            (*at_ms, Call::Submit(JobRequest { opcodes, ..JobRequest::default() }))
        });
        let watches = watches.iter().map(|(job, seen, at_ms, timeout_ms)| {
            (*at_ms, Call::WaitForChange(Box::new(watch(*job, Some(seen), Span::from_millis(*timeout_ms)))))
        });
        let mut calls: Vec<(u64, Call)> = submits.chain(watches).collect();
        calls.sort_by_key(|(at_ms, _)| *at_ms);
        let load = Load::open(calls.into_iter().map(|(at_ms, call)| (Instant(at_ms * 1_000_000), call)));
        let disk_latency = Span::from_millis(latency_ms);
        let record = run_on(Design { request_threads, disk_latency, ..Design::default() }, load, Profile::free());
        prop_assert_eq!(record.jobs.len(), jobs.len());
    }
}
