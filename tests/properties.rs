//! Random loads on random designs, in virtual time, with the invariants checked at every step: whatever happens,
//! every job ends once, its file tells the truth, and its ledger adds up.

#![allow(clippy::unwrap_used)] // helpers of tests

use jqlab::actors::Design;
use jqlab::actors::accounting::Account;
use jqlab::actors::accounting::Trace;
use jqlab::actors::clients::Load;
use jqlab::actors::clients::{Call, JobRequest, Watch};
use jqlab::actors::design::{AfterAttempt, DependencyLock, KNOBS};
use jqlab::actors::knob::Knob;
use jqlab::actors::machine::Profile;
use jqlab::actors::machine::profile::{CodecCosts, Discipline, DiskProfile, FileCost, MessageCosts};
use jqlab::actors::machine::{Cost, Spread};
use jqlab::actors::machine::{File, Keeps, ModelDirectory};
use jqlab::job::{Job, JobId, Status};
use jqlab::runtime::virtual_time::{QueueSimulation, Setup};
use jqlab::runtime::{Record, RunSetup, Streams};
use jqlab::units::{Instant, Span};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An opcode that may depend on any of the `earlier` jobs.
fn opcode(earlier: u64) -> impl Strategy<Value = Value> {
    let status = prop::sample::select(vec!["success", "error", "canceled"]);
    let wanted = prop::collection::vec(status, 0..3);
    let depends = prop::collection::vec((1..=earlier.max(1), wanted), 0..3);
    let mode = prop::sample::select(vec!["shared", "exclusive"]);
    let names = prop::sample::subsequence(vec!["inst1", "inst2", "inst3"], 0..3);
    let priority = prop::sample::select(vec![-10, 0, 10]);
    (0..40_u32, depends, mode, names, priority, 0..3_u32, prop::bool::weighted(0.1)).prop_map(
        move |(run_ms, depends, mode, names, priority, log_messages, fails)| {
            let mut opcode = json!({
                "op_id": "OP_TEST_DELAY",
                "run_s": f64::from(run_ms) / 1000.0,
                "priority": priority,
                "log_messages": log_messages,
            });
            if earlier > 0 && !depends.is_empty() {
                opcode["depends"] = json!(depends);
            }
            if !names.is_empty() {
                opcode["locks"] = json!([{"level": "instance", "names": names, "mode": mode}]);
            }
            if fails {
                opcode["fails_with"] = json!(["OpExecError", "failed"]);
            }
            opcode
        },
    )
}

/// A job depends on earlier ones alone, so that no ring of jobs waits for ever.
fn jobs() -> impl Strategy<Value = Vec<Value>> {
    (1..14_u64).prop_flat_map(|count| {
        (0..count).map(|earlier| prop::collection::vec(opcode(earlier), 1..4).prop_map(Value::from)).collect::<Vec<_>>()
    })
}

/// What happens to jobs besides running: (job, what, when in ms).
fn interference() -> impl Strategy<Value = Vec<(u64, u8, u64)>> {
    prop::collection::vec((1..14_u64, 0..5_u8, 0..300_u64), 0..8)
}

/// Clients that watch jobs: (job, status seen, when in ms, for how many ms).
fn watchers() -> impl Strategy<Value = Vec<(u64, &'static str, u64, u64)>> {
    let seen = prop::sample::select(vec!["queued", "waiting", "running", "success"]);
    prop::collection::vec((1..14_u64, seen, 0..130_u64, 0..160_u64), 0..12)
}

/// Any word of every knob, with what it needs, and small numbers that make jobs meet.
fn design() -> impl Strategy<Value = Design> {
    let words = || KNOBS.iter().filter_map(Knob::words);
    let places: Vec<_> = words().map(|words| 0..words.known.len()).collect();
    (places, 1..6_u32, 1..5_u32, 0..3_u64).prop_map(move |(places, workers, request_threads, ms)| {
        let mut design = Design {
            workers,
            request_threads,
            disk_latency: Span::from_millis(ms),
            lock_attempts: [Span::from_millis(20), Span::from_millis(30)].into(),
            ..Design::default()
        };
        for (words, place) in words().zip(places) {
            words.choose(&mut design, place);
        }
        design.meet_needs();
        design
    })
}

/// Machines from free ones to slow ones with one core, an interpreter lock and costly messages.
fn profile() -> impl Strategy<Value = Profile> {
    let cost = || {
        let spread = prop::sample::select(vec![Spread::None, Spread::Exponential, Spread::lognormal(4_000)]);
        (0..400_u64, 0..50_u64, spread).prop_map(|(base, per_kib, spread)| Cost {
            base: Span::from_micros(base),
            per_kib: Span::from_micros(per_kib),
            per_entry: Span::from_micros(1),
            spread,
        })
    };
    let file = move || (cost(), cost()).prop_map(|(cpu, device)| FileCost { cpu, device });
    let disk = (1..4_u32, prop::sample::select(vec![Discipline::Fifo, Discipline::ReadsFirst]), file(), file(), file())
        .prop_map(|(queue_depth, discipline, write, fsync, read)| DiskProfile {
            queue_depth,
            discipline,
            crowding: [(1, 1_000), (3, 2_000)].into(),
            create: write.clone(),
            rename: write.clone(),
            rename_new: write.clone(),
            write,
            fsync_directory: fsync.clone(),
            fsync,
            read_uncached: read.clone(),
            read,
            page_cache: Some(2_000),
            ..DiskProfile::free()
        });
    let codec = (cost(), cost(), cost()).prop_map(|(encode, parse, build)| CodecCosts {
        status_only: parse.clone(),
        encode,
        parse,
        build,
    });
    let messages = (cost(), cost(), cost()).prop_map(|(hop, timer, step)| MessageCosts {
        hop_awake: step.clone(),
        hop_asleep: hop,
        awake_for: Span::from_micros(50),
        timer,
        lock: step.clone(),
        step,
    });
    let interval = prop::option::of((1..3_000_u64).prop_map(Span::from_micros));
    (1..4_u32, 50..3_000_u64, interval, disk, codec, prop::option::of(messages), prop::bool::weighted(0.2)).prop_map(
        |(cores, slice, interpreter_lock, disk, json, messages, free)| {
            if free {
                return Profile::free();
            }
            let time_slice = Span::from_micros(slice);
            Profile { cores, time_slice, interpreter_lock, disk, json, messages, ..Profile::free() }
        },
    )
}

fn run(
    design: Design,
    profile: Profile,
    jobs: &[Value],
    interference: &[(u64, u8, u64)],
    watchers: &[(u64, &str, u64, u64)],
    seed: u64,
) -> (Record, ModelDirectory) {
    let requests: Vec<JobRequest> = jobs.iter().map(|job| JobRequest::read(job).unwrap()).collect();
    let mut calls: Vec<(Instant, Call)> =
        (0..).map(|at| Instant(at * 9_000_000)).zip(requests.into_iter().map(Call::Submit)).collect();
    for (job, what, at_ms) in interference {
        let job = JobId(*job);
        let call = match what {
            0 => Call::Cancel(job),
            1 => Call::ChangePriority(job, -10),
            2 => Call::Archive(job),
            3 => Call::Query { jobs: Some(vec![job]), fields: vec!["status".into()] },
            _ => Call::Query { jobs: None, fields: vec!["id".into()] },
        };
        calls.push((Instant(at_ms * 1_000_000), call));
    }
    for (job, seen, at_ms, timeout_ms) in watchers {
        let watch = Watch {
            job: JobId(*job),
            fields: vec!["status".into()],
            seen: Some(vec![json!(seen)]),
            log_serial: 0,
            timeout: Span::from_millis(*timeout_ms),
        };
        calls.push((Instant(at_ms * 1_000_000), Call::WaitForChange(Box::new(watch))));
    }
    calls.sort_by_key(|(at, _)| *at);
    simulate(design, profile, calls, seed)
}

fn simulate(design: Design, profile: Profile, calls: Vec<(Instant, Call)>, seed: u64) -> (Record, ModelDirectory) {
    let mut queue = QueueSimulation::new(Setup {
        run: RunSetup {
            design: Arc::new(design),
            load: Load::open(calls),
            streams: Streams::new(seed, 0),
            tracing: true,
            watched: true,
            ..RunSetup::default()
        },
        directory: ModelDirectory::default(),
        profile: Arc::new(profile),
        keeps: Keeps::Documents,
    });
    queue.run(Instant::FAR_FUTURE);
    // It halts when all calls are answered and all jobs have ended.
    assert!(queue.is_halted(), "nothing is left to happen, but the load is not done: {:?}", queue.directory());
    queue.crash()
}

/// How far an opcode is. Going back is allowed from waiting to queued alone, where the design retries so.
fn rank(status: Status) -> u8 {
    match status {
        Status::Queued => 0,
        Status::WaitDeps => 1,
        Status::Waiting => 2,
        Status::Canceling => 3,
        Status::Running => 4,
        Status::Canceled | Status::Success | Status::Error => 5,
    }
}

/// Without costly messages, no time goes anywhere but where the models spent it.
fn check_nothing_is_lost(record: &Record) {
    for row in &record.jobs {
        assert_eq!(row.ledger.total(Account::Mailbox), Span::ZERO, "job {}: {:?}", row.id, row.ledger);
    }
}

fn check(record: &Record, directory: &ModelDirectory, jobs: usize, design: &Design) {
    let retry = Status::from(design.lock_retry_status);
    let cancels_get_lost = design.after_attempt == AfterAttempt::Shipped;
    assert_eq!(record.fault, None);
    let mut ended: Vec<u64> = record.jobs.iter().map(|row| row.id.0).collect();
    ended.sort_unstable();
    assert_eq!(ended, (1..=jobs as u64).collect::<Vec<_>>(), "every job ends once");
    for row in &record.jobs {
        let accounted: Span = row.ledger.totals().iter().copied().sum();
        assert_eq!(accounted, row.finished.since(row.due), "the ledger of job {} adds up", row.id);
        let Some((_, File::Job(job))) = directory.job(row.id) else { panic!("the file of job {} is gone", row.id) };
        assert_eq!(job.status(), row.status);
        assert!(job.end.is_some());
    }
    let mut last: BTreeMap<JobId, Job> = BTreeMap::new();
    let mut running: BTreeMap<JobId, usize> = BTreeMap::new();
    for (_, trace) in &record.traces {
        match trace {
            Trace::Wrote { job, .. } => {
                if let Some(before) = last.get(&job.id) {
                    for (before, now) in before.opcodes.iter().zip(&job.opcodes) {
                        let may_retry = before.status != Status::Canceling || cancels_get_lost;
                        let retried = now.status == retry && may_retry;
                        assert!(rank(now.status) >= rank(before.status) || retried, "{before:?} became {now:?}");
                    }
                    assert!(!before.status().is_final(), "job {} was written after its end", job.id);
                }
                last.insert(job.id, (**job).clone());
            }
            Trace::OpcodeStarted(job, index) => {
                assert_eq!(running.insert(*job, *index), None, "job {job} runs twice at once");
            }
            Trace::OpcodeEnded(job, index, _) => assert_eq!(running.remove(job), Some(*index)),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_job_ends_once_whatever_the_design_and_the_load(
        design in design(), profile in profile(), jobs in jobs(), interference in interference(),
        watchers in watchers(), seed in any::<u64>(),
    ) {
        let messages_are_free = profile.messages.is_none();
        let (record, directory) = run(design.clone(), profile, &jobs, &interference, &watchers, seed);
        check(&record, &directory, jobs.len(), &design);
        if messages_are_free {
            check_nothing_is_lost(&record);
        }
    }

    /// Job 3 is looked at and canceled around the time when the first of the two jobs ends that it depends on. Noted as
    /// waiting before it knows whether it must, it may be woken for a job that it does not wait for any more; the
    /// invariants say that each job noted as waiting is still there.
    #[test]
    fn a_note_of_who_waits_never_outlives_its_job(
        submitted_ms in 540..640_u64, canceled_ms in prop::option::weighted(0.8, 90..130_u64), workers in 3..6_u32,
    ) {
        let job = |seconds: f64| json!([{"op_id": "OP_TEST_DELAY", "run_s": seconds}]);
        let dependent = json!([{"op_id": "OP_TEST_DELAY", "run_s": 0.0, "depends": [[1, []], [2, []]]}]);
        let at = |ms: u64| Instant(ms * 1_000_000);
        let submit = |job: &Value| Call::Submit(JobRequest::read(job).unwrap());
        let both = [job(0.5), job(5.0)].iter().map(|job| JobRequest::read(job).unwrap()).collect();
        let mut calls = vec![(at(0), Call::SubmitMany(both)), (at(submitted_ms), submit(&dependent))];
        calls.extend(canceled_ms.map(|after| (at(submitted_ms + after), Call::Cancel(JobId(3)))));
        let design = Design {
            workers,
            dependency_lock: DependencyLock::RegisterOnly,
            disk_latency: Span::from_millis(10),
            ..Design::default()
        };
        let (record, directory) = simulate(design.clone(), Profile::free(), calls, 1);
        check(&record, &directory, 3, &design);
        let waited = record.jobs.iter().find(|row| row.id == JobId(3)).unwrap();
        prop_assert!(canceled_ms.is_some() || waited.finished >= at(5_000), "it waited for both: {waited:?}");
    }

    #[test]
    fn the_same_seed_gives_the_same_run(
        design in design(), profile in profile(), jobs in jobs(), interference in interference(),
        watchers in watchers(), seed in any::<u64>(),
    ) {
        let run = || run(design.clone(), profile.clone(), &jobs, &interference, &watchers, seed);
        let (first, second) = (run(), run());
        prop_assert_eq!(first.0.traces, second.0.traces);
        prop_assert_eq!(first.0.jobs, second.0.jobs);
        prop_assert_eq!(first.1, second.1);
    }
}

/// How job 2 ends, which waits for a lock and is canceled so many milliseconds after the start. Its first attempt ends
/// after 500 ms; writing takes 20 ms, in which the canceling thread has the queue lock.
fn canceled_at(ms: u64, after_attempt: AfterAttempt) -> Status {
    let locks = json!([{"level": "instance", "names": ["inst1"], "mode": "exclusive"}]);
    let submit = |seconds: f64| {
        let job = json!([{"op_id": "OP_TEST_DELAY", "run_s": seconds, "locks": locks}]);
        Call::Submit(JobRequest::read(&job).unwrap())
    };
    let calls = vec![
        (Instant::ZERO, submit(1.5)),
        (Instant(100_000_000), submit(0.01)),
        (Instant(ms * 1_000_000), Call::Cancel(JobId(2))),
    ];
    let design = Design {
        after_attempt,
        disk_latency: Span::from_millis(10),
        lock_attempts: [Span::from_millis(500), Span::from_secs(5)].into(),
        lock_jitter: false,
        ..Design::default()
    };
    let (record, directory) = simulate(design.clone(), Profile::free(), calls, 1);
    check(&record, &directory, 2, &design);
    record.jobs.iter().find(|row| row.id == JobId(2)).unwrap().status
}

#[test]
fn as_shipped_a_cancel_is_lost_that_comes_between_the_end_of_a_lock_attempt_and_the_queue_lock() {
    let ends = |after_attempt| (600..800).step_by(5).map(move |ms| canceled_at(ms, after_attempt));
    assert!(ends(AfterAttempt::DecideAgain).all(|status| status == Status::Canceled));
    let lost = ends(AfterAttempt::Shipped).filter(|status| *status == Status::Success).count();
    assert!((1..10).contains(&lost), "{lost} of 40 cancels were lost");
}
