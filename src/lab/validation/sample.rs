//! Runs made by hand, for tests here and of reports.

use crate::actors::accounting::Account;
use crate::actors::accounting::LockKind;
use crate::lab::histogram::Spread;
use crate::lab::summary::{CountSummary, GroupSummary, LockSummary, RunSummary, SafetySummary};
use std::collections::BTreeMap;

/// A run of 100 jobs, none cut, with these mean times per job in microseconds; percentiles are 1, 3 and 5 times the
/// mean.
pub(crate) fn run(replication: u32, accounts: &[(Account, f64)]) -> RunSummary {
    let mut ledger = vec![0.0; Account::ALL.len()];
    for (account, micros) in accounts {
        ledger[*account as usize] = micros * 1e3;
    }
    let mean_ns: f64 = ledger.iter().sum();
    let times = |factor: f64| {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few milliseconds
        let whole = (mean_ns * factor).round() as u64;
        whole
    };
    let (p50_ns, p95_ns, p99_ns, max_ns) = (times(1.0), times(3.0), times(5.0), times(6.0));
    let group = GroupSummary {
        sojourn: Spread { n: 100, mean_ns, p50_ns, p95_ns, p99_ns, max_ns },
        unsuccessful: 0,
        throughput_per_s: Some(1e9 / mean_ns),
        ledger_mean_ns: ledger,
        unaccounted_mean_ns: 0.0,
        arrivals_per_s: None,
        makespan_ns: None,
        longest_wait_ns: None,
        counts: CountSummary::default(),
        dose: None,
    };
    RunSummary {
        variant: 0,
        replication,
        number: 0,
        control: false,
        conditions: None,
        fault: None,
        partial: false,
        cut: 0,
        settled: true,
        growth: None,
        groups: vec![group],
        checks: None,
        locks: BTreeMap::new(),
        calls: BTreeMap::new(),
        instrument: None,
        elapsed_ns: 1_000_000_000,
        messages: 0,
        found: None,
        flow: None,
        sojourns: Vec::new(),
        start_up_ns: 0,
        workers_busy: None,
        safety: SafetySummary::default(),
        memory: None,
        stalls: Vec::new(),
    }
}

/// The same with a kind of lock taken 200 times, waiting so many microseconds on average.
pub(crate) fn with_lock(mut run: RunSummary, kind: LockKind, mean_wait_micros: f64) -> RunSummary {
    let spread = |mean_ns: f64| Spread { n: 200, mean_ns, p50_ns: 0, p95_ns: 0, p99_ns: 0, max_ns: 0 };
    let lock = LockSummary {
        shared: 50,
        exclusive: 150,
        wait: spread(mean_wait_micros * 1e3),
        hold: spread(1e3),
        utilisation: 0.1,
        queue_max: 1,
        holders_max: 1,
        blame_ns: Vec::new(),
    };
    run.locks.insert(kind, lock);
    run
}
