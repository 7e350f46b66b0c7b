//! A small analysis made by hand, for tests of whole pages: every figure has a value of its own, so that two columns or rows
//! that change places show.

pub(super) mod found;

use crate::actors::accounting::{Account, LockKind, Verdict};
use crate::actors::locks::Activity;
use crate::lab::findings::Findings;
use crate::lab::histogram::{Spread, StoredHistogram};
use crate::lab::readers::Readers;
use crate::lab::summary::{
    CallSummary, CheckSummary, CountSummary, GroupSummary, InstrumentSummary, LockSummary, RunSummary, TypicalSummary,
};
use crate::lab::{self, Analysis, DesignOfRuns, FORMAT, Machine, Provenance, Study, VariantInfo};
use crate::runtime::record::{latencies, note};
use crate::scenario::{Runtime, WarmUp};
use crate::units::Span;
use std::collections::BTreeMap;

/// How the three replications of a variant differ.
const NOISE: [f64; 3] = [1.0, 1.02, 0.97];
/// Microseconds.
const MICRO: f64 = 1e3;
/// Accounts of "no dependencies", in microseconds per job.
const PLAIN: [(Account, f64); 6] = [
    (Account::Worker, 0.004),
    (Account::QueueLock, 120.0),
    (Account::Write, 230.0),
    (Account::Fsync, 340.0),
    (Account::Run, 2450.0),
    (Account::Mailbox, 160.0),
];
/// Accounts that jobs have besides, where they have dependencies.
const CHECKED: [(Account, f64); 5] = [
    (Account::Siblings, 66.0),
    (Account::DependencyLock, 27.0),
    (Account::Read, 38.0),
    (Account::Parse, 49.0),
    (Account::Build, 15.0),
];

/// A study of three variants in two classes.
pub(super) fn study() -> Study {
    let variant = |name: &str, changes: &[(&str, &str)], compare_with| VariantInfo {
        name: name.into(),
        changes: changes.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
        compare_with,
        point: 0,
        swept: Vec::new(),
        role: None,
    };
    Study {
        title: "Made by hand".into(),
        name: "by-hand".into(),
        question: "What does a <check> cost?".into(),
        source: "design.rst, “Cost”".into(),
        seed: 7,
        scenario_hash: "0123abcd".into(),
        scenario_text: "[design]\nworkers = 4\n".into(),
        classes: vec!["plain".into(), "chained".into()],
        variants: vec![
            variant("no dependencies", &[("chained.depends", "none")], None),
            variant("as designed", &[], Some(0)),
            variant("lock | shared", &[("dependency_lock", "shared")], Some(1)),
        ],
        claims: found::claims(),
        runtime: Runtime::Live,
        warmup: WarmUp::Jobs(20),
        design_of_runs: DesignOfRuns::default(),
        saturations: Vec::new(),
        quiet: None,
        machine: Machine {
            cpu: "A processor".into(),
            cores: 2,
            kernel: "6.1".into(),
            virtualised: true,
            file_system: "ext4".into(),
            mount_options: "rw".into(),
            load_at_start: Some(0.05),
            load_at_end: Some(1.25),
            ..Machine::default()
        },
        command: "jqlab run by-hand.toml".into(),
        provenance: Provenance {
            version: "0.1.0".into(),
            sources: "5a".repeat(32),
            commit: Some("c0ffee".repeat(6) + "c0ff"),
            is_clean: Some(true),
            profile: Some("release".into()),
            rustc: Some("rustc 1.95.0".into()),
            binary_sha256: Some("b1".repeat(32)),
        },
        started: "2026-01-02 03:04:05 UTC".into(),
        ..lab::sample::study(&[])
    }
}

/// The analysis of [`study`], with three replications of each variant.
pub(super) fn analysis() -> Analysis {
    let study = study();
    let runs = (0..study.variants.len()).flat_map(|variant| (0..3).map(move |replication| run(variant, replication)));
    Analysis {
        format: FORMAT,
        runs: runs.collect(),
        findings: found::findings(),
        prediction: None,
        sensitivity: None,
        capacity: None,
        study,
    }
}

/// The same, of which nothing was found and nothing is claimed.
pub(super) fn without_findings() -> Analysis {
    let mut analysis = analysis();
    (analysis.findings, analysis.study.claims) = (Findings::default(), Vec::new());
    analysis
}

fn run(variant: usize, replication: u32) -> RunSummary {
    let mut histogram = latencies();
    (1..=100).for_each(|millis| note(&mut histogram, Span::from_millis(millis)));
    let of_variant = [1.0, 1.1, 1.3][variant];
    let noise = NOISE[replication as usize] * of_variant;
    let groups = [(400, 1.0), (300, 0.9), (100, 1.3)].map(|(jobs, size)| group(variant, jobs, size * noise));
    let lock = |kind, size: f64| (kind, lock(variant, size * noise));
    let locks = [lock(LockKind::Queue, 1.0), lock(LockKind::Dependency, 0.1)];
    let calls = [("submit", 400, 510.0), ("archive", 3, 620.0)].map(|(name, n, mean)| {
        let latency = spread(n, mean * noise);
        (name.to_owned(), CallSummary { latency, refused: u64::from(replication == 0 && n == 3) })
    });
    RunSummary {
        variant,
        cut: 20,
        growth: Some([1.0, 1.0, 1.75][variant]),
        groups: groups.to_vec(),
        checks: (variant > 0).then(|| checks(variant, noise)),
        locks: locks.into_iter().take(if variant == 0 { 1 } else { 2 }).collect(),
        calls: calls.into(),
        instrument: Some(InstrumentSummary {
            clock_reading: typical(24 + u64::from(replication)),
            hop_awake: typical(2_500),
            hop_asleep: typical(8_500),
            timer: None,
            step: typical(310),
            lock: typical(95),
        }),
        elapsed_ns: 9_000_000_000,
        messages: 12_345,
        sojourns: vec![StoredHistogram::of(&histogram); 3],
        ..lab::validation::sample::run(replication, &[])
    }
}

/// Percentiles are 0.9, 2, 3 and 4 times the mean, which is in microseconds.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few milliseconds
fn spread(n: u64, mean: f64) -> Spread {
    let times = |factor: f64| (mean * MICRO * factor).round() as u64;
    let [p50_ns, p95_ns, p99_ns, max_ns] = [0.9, 2.0, 3.0, 4.0].map(times);
    Spread { n, mean_ns: mean * MICRO, p50_ns, p95_ns, p99_ns, max_ns }
}

fn group(variant: usize, jobs: u64, size: f64) -> GroupSummary {
    let mut ledger_mean_ns = vec![0.0; Account::ALL.len()];
    let checked = CHECKED.iter().filter(|_| variant > 0);
    for (account, micros) in PLAIN.iter().chain(checked) {
        ledger_mean_ns[*account as usize] = micros * MICRO * size;
    }
    let mean: f64 = ledger_mean_ns.iter().sum::<f64>() / MICRO;
    GroupSummary {
        sojourn: spread(jobs, mean),
        unsuccessful: variant as u64,
        throughput_per_s: Some(84.5 / size),
        ledger_mean_ns,
        counts: CountSummary {
            writes: 4.0 + variant as f64,
            bytes_written: 8_760.0 * [1.0, 1.1, 1.3][variant],
            reads: [0.0, 0.25, 0.25][variant],
            bytes_read: [0.0, 321.0, 345.0][variant],
            fsyncs: 3.0 - variant as f64,
            renames: 5.0 * [1.0, 1.1, 1.3][variant],
            ..CountSummary::default()
        },
        ..lab::validation::sample::run(0, &[]).groups.swap_remove(0)
    }
}

fn checks(variant: usize, noise: f64) -> CheckSummary {
    let part = |mean: f64| spread(90, mean * noise);
    CheckSummary {
        verdicts: BTreeMap::from([(Verdict::Continue, 80), (Verdict::Wait, 10)]),
        whole: part(200.0),
        queue_lock: part(310.0),
        dependency_lock: part(30.0),
        read: part(41.0),
        parse: part(52.0),
        build: part(17.0),
        bytes_mean: 1_340.0,
        readers: Some(match variant {
            1 => Readers { mean: 1.0, peak: 1, overlap_share: 0.0, reading_ns: 1_000_000 },
            _ => Readers { mean: 1.5, peak: 3, overlap_share: 0.4, reading_ns: 2_000_000 },
        }),
    }
}

/// A lock with a wait for each pair of two activities that submit, and one that checks.
fn lock(variant: usize, size: f64) -> LockSummary {
    let mut blame_ns = vec![vec![0; Activity::ALL.len()]; Activity::ALL.len()];
    let [submit, check, finish] = [Activity::Submit, Activity::CheckDependencies, Activity::Finish]
        .map(|activity| Activity::ALL.iter().position(|other| *other == activity).unwrap());
    for (waiter, holder, share) in
        [(submit, check, 10), (submit, finish, 20), (check, submit, 30), (finish, submit, 40)]
    {
        blame_ns[waiter][holder] = share * 1_000 * (variant as u64 + 1);
    }
    LockSummary {
        shared: 1_200 + variant as u64,
        exclusive: 410 - variant as u64,
        wait: spread(1_610, 76.0 * size),
        hold: spread(1_610, 187.0 * size),
        utilisation: 0.22 * size,
        queue_max: 4,
        holders_max: 3,
        blame_ns,
    }
}

/// Times about `median_ns`.
fn typical(median_ns: u64) -> Option<TypicalSummary> {
    Some(TypicalSummary { p10_ns: median_ns / 2, median_ns, p90_ns: median_ns * 3 })
}
