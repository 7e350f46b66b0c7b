//! Same scenario and seed, same bytes: every time, and with any number of threads.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // processes are started and waited for
#![allow(clippy::unwrap_used)] // tests

use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn shipped() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    files
}

/// The bytes of `results.json` and `jobs.csv` of a short run in virtual time.
fn run(scenario: &Path, jobs: u32, replications: u32, threads: u32) -> [Vec<u8>; 2] {
    let out = tempfile::tempdir().unwrap();
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("jqlab"));
    command.args(["run", "--runtime", "virtual", "--rows", "--quiet"]).arg(scenario);
    for (option, number) in [("--jobs", jobs), ("--replications", replications), ("--threads", threads)] {
        command.args([option, &number.to_string()]);
    }
    let ran = command.arg("--out").arg(out.path()).output().unwrap();
    assert!(ran.status.success(), "{}: {}", scenario.display(), String::from_utf8_lossy(&ran.stderr));
    ["results.json", "jobs.csv"].map(|name| fs::read(out.path().join(name)).unwrap())
}

#[test]
fn every_shipped_scenario_gives_the_same_bytes_a_second_time_and_with_two_threads() {
    let scenarios = shipped();
    assert!(scenarios.len() >= 4);
    for scenario in scenarios {
        let [results, rows] = run(&scenario, 8, 1, 1);
        let again = run(&scenario, 8, 1, 2);
        assert!(results == again[0] && rows == again[1], "{}", scenario.display());
    }
}

/// A small scenario with something of everything: locks, logs, failures, dependencies, cores and an interpreter lock.
const SMALL: &str = r#"
title = "small"
seed  = 5
[workload]
jobs     = 120
arrivals = { process = "poisson", rate = "150/s" }
cluster  = { instances = 4, nodes = 2 }
[[workload.class]]
name  = "plain"
share = 0.5
fails = 0.1
[[workload.class.opcode]]
run          = { lognormal = { median = "4ms", p99 = "20ms" } }
locks        = [{ level = "instance", count = 1, mode = "exclusive" }]
log_messages = 2
[[workload.class]]
name    = "chained"
share   = 0.3
depends = { on = "chain", of = 3 }
[[workload.class.opcode]]
run = { exponential = { mean = "3ms" } }
[[workload.class]]
name    = "late"
share   = 0.2
depends = { on = "random-earlier", count = 2, within = 20 }
[[workload.class.opcode]]
run = "1ms"
[machine]
profile = "ganeti-2.9.7-cpython"
[design]
workers         = 3
request_threads = 2
[[variant]]
name = "as it is"
[[variant]]
name = "one lock"
design = { queue_lock = "exclusive" }
"#;

/// To renew it: run this test and copy the digest that it prints. A change of the digest is a change of behaviour (or
/// of the format), which CHANGELOG.md has to explain.
const SMALL_DIGEST: &str = "1249bfc573e1a779453576c19335896351357273f71e2620170d9fc3a5cf4c3f";

#[test]
fn the_rows_of_a_small_scenario_are_those_that_they_were() {
    let directory = tempfile::tempdir().unwrap();
    let scenario = directory.path().join("small.toml");
    fs::write(&scenario, SMALL).unwrap();
    let [_, rows] = run(&scenario, 120, 2, 2);
    let digest: String = Sha256::digest(&rows).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, SMALL_DIGEST, "behaviour changed: see the comment at SMALL_DIGEST");
}
