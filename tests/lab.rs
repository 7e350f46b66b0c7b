//! Studies as the library and the command line make them: what is compared, in which order runs are made, and that the
//! lock monitor shows the very run that `run` makes.

#![allow(clippy::unwrap_used)] // tests
#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // processes are started and waited for

use jqlab::actors::accounting::{LockKind, Observation};
use jqlab::lab::runner::{Controls, Event, simulation_of};
use jqlab::lab::{self, Analysis, Options, Progress, RunError};
use jqlab::runtime::virtual_time::QueueSimulation;
use jqlab::runtime::{Recorder, Streams};
use jqlab::scenario::{self, Plan, Runtime};
use jqlab::units::Instant;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::AtomicBool;

/// Jobs that want the same two instances, in four variants.
const LOCKED: &str = r#"
title = "Locked"
seed  = 11
[workload]
jobs     = 30
arrivals = { process = "poisson", rate = "200/s" }
cluster  = { instances = 2, nodes = 1 }
[[workload.class]]
name = "locked"
[[workload.class.opcode]]
run   = "4ms"
locks = [{ level = "instance", count = 1, mode = "exclusive" }]
[design]
workers = 6
[[variant]]
name = "no dependencies"
[[variant]]
name   = "one lock"
design = { queue_lock = "exclusive" }
[[variant]]
name     = "slow disk"
baseline = "one lock"
design   = { disk_latency = "2ms", queue_lock = "exclusive" }
[[variant]]
name   = "slower disk"
design = { disk_latency = "4ms" }
[run]
replications = 3
runtime      = "virtual"
warmup       = "0 jobs"
"#;

fn plan() -> Plan {
    scenario::read("locked.toml", LOCKED).unwrap_or_else(|errors| panic!("{errors}"))
}

fn study(plan: &Plan) -> Analysis {
    lab::study(plan, &Options::new(Runtime::Virtual), &mut ()).unwrap().analysis
}

fn jqlab(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("jqlab"));
    let Output { status, stdout, stderr } = command.args(arguments).current_dir(directory).output().unwrap();
    assert!(status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).unwrap()
}

/// For each variant, with which it is compared.
fn compared(analysis: &Analysis) -> Vec<Option<&str>> {
    let name = |place: usize| analysis.study.variants[place].name.as_str();
    analysis.study.variants.iter().map(|variant| variant.compare_with.map(name)).collect()
}

#[test]
fn variants_are_compared_with_their_baseline_or_the_first() {
    let analysis = study(&plan());
    let first = Some("no dependencies");
    assert_eq!(compared(&analysis), [None, first, Some("one lock"), first]);
    // A disk that takes 2 ms longer for each of at least four writes.
    let slow = analysis.difference_ns(2).unwrap();
    assert!(slow.low.unwrap() > 8e6, "{slow:?}");
}

#[test]
fn a_variant_without_its_baseline_is_compared_with_the_first_that_is_left() {
    let mut plan = plan();
    plan.choose_variants(&["slow disk".into(), "slower disk".into()]).unwrap();
    assert_eq!(compared(&study(&plan)), [None, Some("slow disk")]);
    let mut plan = self::plan();
    plan.choose_variants(&["one lock".into(), "slow disk".into()]).unwrap();
    assert_eq!(compared(&study(&plan)), [None, Some("one lock")]);
}

#[test]
fn every_run_has_its_place_in_the_running_order_and_virtual_time_knows_no_machine() {
    let analysis = study(&plan());
    let mut numbers: Vec<usize> = analysis.runs.iter().map(|run| run.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
    // The runs of a replication come together.
    assert!(analysis.runs.iter().all(|run| (run.number - 1) / 4 == run.replication as usize));
    assert!(analysis.runs.iter().all(|run| run.conditions.is_none() && !run.control));
}

#[test]
fn live_runs_tell_when_they_began_and_what_the_machine_did_meanwhile() {
    let mut plan = plan();
    plan.choose_variants(&["no dependencies".into()]).unwrap();
    plan.run.replications = 2;
    plan.variants[0].workload.jobs = 5;
    let options = Options { controls: Controls::Every, ..Options::new(Runtime::Live) };
    let studied = lab::study(&plan, &options, &mut ()).unwrap();
    assert_eq!(studied.faults, [""; 0]);
    let runs = studied.analysis.runs;
    let sides: Vec<(u32, bool)> = runs.iter().map(|run| (run.replication, run.control)).collect();
    assert_eq!(sides, [(0, false), (0, true), (1, false), (1, true)]);
    for run in runs {
        let conditions = run.conditions.unwrap();
        assert!(conditions.started.ends_with(" UTC") && conditions.started.len() == 23, "{conditions:?}");
        assert!(conditions.load_before.is_some() && conditions.steal_ns.is_some(), "{conditions:?}");
    }
}

/// Removes a directory once the first run is over.
struct RemoveAfterFirst(PathBuf);

impl Progress for RemoveAfterFirst {
    fn tell(&mut self, event: Event<'_>) {
        if matches!(event, Event::Ended { run, .. } if run.number == 1) {
            fs::remove_dir(&self.0).unwrap();
        }
    }
}

#[test]
fn a_later_run_that_cannot_begin_ends_the_study_and_what_was_measured_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let base = folder.path().join("queues");
    fs::create_dir(&base).unwrap();
    let mut plan = plan();
    plan.choose_variants(&["no dependencies".into()]).unwrap();
    plan.variants[0].workload.jobs = 5;
    let options = Options { base: Some(base.clone()), ..Options::new(Runtime::Live) };
    let studied = lab::study(&plan, &options, &mut RemoveAfterFirst(base.clone())).unwrap();
    assert_eq!((studied.analysis.runs.len(), studied.analysis.study.partial), (1, true));
    assert!(studied.faults[0].starts_with("cannot make a queue directory in "), "{:?}", studied.faults);
    let none = lab::study(&plan, &options, &mut ()).unwrap_err();
    assert!(matches!(none, RunError::Directory { .. }), "the first run cannot begin: {none:?}");
}

#[test]
fn rows_that_cannot_be_written_are_a_fault_and_cost_nothing_else() {
    let options = Options { rows: Some("/dev/full".into()), ..Options::new(Runtime::Virtual) };
    let studied = lab::study(&plan(), &options, &mut ()).unwrap();
    assert!(
        matches!(&studied.faults[..], [fault] if fault.starts_with("the rows of the jobs")),
        "{:?}",
        studied.faults
    );
    assert_eq!((studied.analysis.runs.len(), studied.analysis.study.partial), (12, false));
}

#[test]
fn a_study_that_is_stopped_before_its_first_run_has_nothing_to_say() {
    let stop = AtomicBool::new(true);
    for runtime in [Runtime::Virtual, Runtime::Live] {
        let options = Options { stop: &stop, ..Options::new(runtime) };
        let stopped = lab::study(&plan(), &options, &mut ()).unwrap_err();
        assert!(matches!(stopped, RunError::Stopped), "{stopped:?}");
    }
}

/// When instance locks were granted.
#[derive(Default)]
struct Grants(Vec<Instant>);

impl Recorder<Observation> for Grants {
    fn observe(&mut self, now: Instant, observation: Observation) {
        if matches!(observation, Observation::LockGranted { lock: LockKind::Instance, .. }) {
            self.0.push(now);
        }
    }
}

/// What the lock monitor shows at a moment, in nanoseconds from the start.
fn locks_at(directory: &Path, variant: &str, replication: u32, at: u64) -> String {
    let (at, replication) = (format!("{at}ns"), replication.to_string());
    let arguments = ["--at", &at, "--variant", variant, "--replication", &replication];
    jqlab(directory, &[&["locks", "locked.toml"], &arguments[..]].concat())
}

/// The rows of instance locks that somebody holds.
fn held(shown: &str) -> Vec<&str> {
    shown.lines().filter(|line| line.contains("exclusive")).collect()
}

#[test]
fn the_lock_monitor_shows_a_grant_at_the_instant_at_which_the_run_has_it() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("locked.toml"), LOCKED).unwrap();
    let plan = plan();
    let setup = simulation_of(&plan.variants[0], Streams::new(plan.seed, 2));
    let mut queue = QueueSimulation::recorded_by(Grants::default(), setup);
    queue.run(Instant::FAR_FUTURE);
    let Grants(grants) = queue.into_parts().0;
    assert!(grants.len() >= 30, "{}", grants.len());
    // One that waited for another's lock was granted it after a time that is drawn.
    for at in [grants[0], grants[12], grants[29]] {
        let [before, then] = [at.0 - 1, at.0].map(|at| locks_at(directory.path(), "no dependencies", 3, at));
        assert_ne!(held(&before), held(&then), "at {at:?}: {before}{then}");
    }
}

#[test]
fn the_lock_monitor_counts_jobs_as_ended_from_the_instant_at_which_they_end_in_the_run() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    fs::write(directory.join("locked.toml"), LOCKED).unwrap();
    jqlab(directory, &["run", "locked.toml", "--rows", "--quiet", "--out", "out"]);
    let mut rows = csv::Reader::from_path(directory.join("out/jobs.csv")).unwrap();
    let rows: Vec<BTreeMap<String, String>> = rows.deserialize().map(Result::unwrap).collect();
    for (variant, replication) in [("one lock", 1), ("slower disk", 2)] {
        let of_run = |row: &&BTreeMap<String, String>| {
            row["variant"] == variant && row["replication"] == replication.to_string()
        };
        let mut ends: Vec<u64> = rows.iter().filter(of_run).map(|row| row["finished_ns"].parse().unwrap()).collect();
        ends.sort_unstable();
        assert_eq!(ends.len(), 30);
        for (place, end) in ends.iter().enumerate().step_by(11) {
            let said = |at: u64| locks_at(directory, variant, replication, at);
            assert!(said(end - 1).contains(&format!(": {place} of 30 jobs have ended")), "{}", said(end - 1));
            assert!(said(*end).contains(&format!(": {} of 30 jobs have ended", place + 1)), "{}", said(*end));
        }
    }
}
