//! How a plan is run: blocks, looks at them, pilots, controls, predictions, and claims that guard a build.

#![allow(clippy::unwrap_used)] // tests
#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // processes are started and waited for

use jqlab::lab::findings::Verdict;
use jqlab::lab::runner::{Event, find_saturations};
use jqlab::lab::{self, Analysis, Options, Progress, StoppedBy};
use jqlab::report::to_results;
use jqlab::scenario::{self, Plan, RandomNumbers, Runtime, Until};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};

/// Two variants, of which the second has a disk that is slower by so much, at a share of what the first can do.
fn text(slower_by: &str) -> String {
    format!(
        r#"
title = "Two disks"
seed  = 13
[workload]
jobs     = 60
arrivals = {{ process = "poisson", rate = "50% of saturation" }}
[[workload.class]]
name = "plain"
[[workload.class.opcode]]
run  = {{ exponential = {{ mean = "4ms" }} }}
[design]
workers = 4
[[variant]]
name = "base"
[[variant]]
name   = "other"
design = {{ disk_latency = "{slower_by}" }}
[[claim]]
quote   = "the other is slower"
measure = "sojourn mean"
compare = ["other", "base"]
expect  = "greater"
gate    = true
[run]
replications   = 4
until          = "decided"
at_most        = 12
random_numbers = "own"
runtime        = "virtual"
warmup         = "10 jobs"
"#
    )
}

fn plan(slower_by: &str) -> Plan {
    scenario::read("disks.toml", &text(slower_by)).unwrap_or_else(|errors| panic!("{errors}"))
}

fn study(plan: &Plan, options: &Options<'_>) -> Analysis {
    lab::study(plan, options, &mut ()).unwrap().analysis
}

fn in_virtual_time() -> Options<'static> {
    Options::new(Runtime::Virtual)
}

#[test]
fn a_study_ends_at_the_first_look_at_which_its_claims_are_decided() {
    let analysis = study(&plan("5ms"), &in_virtual_time());
    let design = &analysis.study.design_of_runs;
    assert_eq!((&design.looks[..], design.blocks, design.stopped_by), (&[4, 8, 12][..], 4, StoppedBy::Enough));
    assert_eq!(analysis.findings.claims[0].verdict, Verdict::Supported);
}

#[test]
fn a_study_whose_claims_stay_undecided_makes_as_many_blocks_as_it_may() {
    let analysis = study(&plan("0s"), &in_virtual_time());
    let design = &analysis.study.design_of_runs;
    assert_eq!((design.blocks, design.stopped_by), (12, StoppedBy::Planned), "{:?}", analysis.findings.claims);
}

#[test]
fn a_study_of_a_precision_ends_once_its_intervals_are_narrow() {
    let mut plan = plan("5ms");
    plan.run.until = Until::Precision(0.5);
    assert_eq!(study(&plan, &in_virtual_time()).study.design_of_runs.stopped_by, StoppedBy::Enough);
    plan.run.until = Until::Precision(0.001);
    assert_eq!(study(&plan, &in_virtual_time()).study.design_of_runs.blocks, 12);
}

#[test]
fn the_results_of_looks_pilots_and_predictions_do_not_depend_on_threads() {
    let mut plan = plan("1ms");
    plan.prediction = Some(Box::new(Plan { claims: Vec::new(), ..self::plan("1ms") }));
    let with = |threads| to_results(&study(&plan, &Options { threads, ..in_virtual_time() })).unwrap();
    assert!(with(1) == with(2));
}

#[test]
fn the_baseline_runs_twice_in_each_block_where_that_tells_something() {
    let mut plan = plan("1ms");
    plan.run.until = Until::Fixed;
    let controls = |plan: &Plan| {
        let runs = study(plan, &in_virtual_time()).runs;
        runs.iter().filter(|run| run.control).map(|run| (run.variant, run.replication)).collect::<Vec<_>>()
    };
    assert_eq!(controls(&plan), [(0, 0), (0, 1), (0, 2), (0, 3)]);
    plan.run.random_numbers = RandomNumbers::Common;
    assert_eq!(controls(&plan), [], "with the same random numbers it would be the same run");
}

#[test]
fn variants_with_random_numbers_of_their_own_share_none_and_nor_does_the_control() {
    let plan = Plan { run: scenario::RunPlan { until: Until::Fixed, ..plan("0s").run }, ..plan("0s") };
    let runs = study(&plan, &in_virtual_time()).runs;
    let mut ends: Vec<u64> = runs.iter().filter(|run| run.replication == 0).map(|run| run.elapsed_ns).collect();
    ends.sort_unstable();
    ends.dedup();
    assert_eq!(ends.len(), 3, "the designs are the same, and so are seed and replication");
}

#[test]
fn a_load_that_is_a_share_of_the_saturation_is_that_share_of_what_pilots_found() {
    let pilots = find_saturations(&plan("0s"), &in_virtual_time(), &mut ()).unwrap();
    let [found] = &pilots.saturations[..] else { panic!("{:?}", pilots.saturations) };
    assert_eq!((found.variant, found.runs), (0, 3));
    assert!(found.low <= found.per_second && found.per_second <= found.high);
    // Four workers that run for 4 ms and write besides.
    assert!((500.0..1000.0).contains(&found.per_second), "{found:?}");
    for variant in &pilots.plan.variants {
        let rate = variant.workload.arrivals.rate().unwrap().per_second().unwrap();
        assert!((rate - found.per_second / 2.0).abs() < 1e-9, "{rate}");
    }
    assert_eq!(study(&plan("0s"), &in_virtual_time()).study.saturations, pilots.saturations);
}

#[test]
fn nothing_is_cut_off_where_jobs_are_all_there_at_once() {
    let text =
        text("0s").replace(r#"{ process = "poisson", rate = "50% of saturation" }"#, r#"{ process = "at-once" }"#);
    let text = text.replace("sojourn mean", "throughput");
    let text = text.lines().filter(|line| !line.starts_with("warmup")).collect::<Vec<_>>().join("\n");
    let plan = scenario::read("at-once.toml", &text).unwrap_or_else(|errors| panic!("{errors}"));
    let runs = study(&plan, &in_virtual_time()).runs;
    assert!(runs.iter().all(|run| run.cut == 0 && run.settled && run.jobs_ended() == 60), "{runs:?}");
}

/// Asks to stop once a run has ended.
struct StopAfter<'a>(usize, &'a AtomicBool);

impl Progress for StopAfter<'_> {
    fn tell(&mut self, event: Event<'_>) {
        if matches!(event, Event::Ended { run, .. } if run.number == self.0) {
            self.1.store(true, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_study_that_is_stopped_within_a_block_keeps_its_whole_blocks_and_what_else_was_measured() {
    let mut plan = plan("0s");
    plan.run.until = Until::Fixed;
    for variant in &mut plan.variants {
        variant.workload.jobs = 5;
        variant.workload.arrivals = scenario::ArrivalProcess::AtOnce { batch: None };
    }
    let stop = AtomicBool::new(false);
    let options = Options { stop: &stop, ..Options::new(Runtime::Live) };
    // The fifth run is the second of the second block.
    let analysis = lab::study(&plan, &options, &mut StopAfter(5, &stop)).unwrap().analysis;
    let design = &analysis.study.design_of_runs;
    assert_eq!((design.blocks, design.stopped_by), (1, StoppedBy::Interrupted));
    assert_eq!((analysis.runs.len(), analysis.study.partial), (5, true));
    assert!(analysis.runs.iter().all(|run| !run.partial), "each of them came to its end");
}

fn jqlab(directory: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("jqlab"));
    let Output { status, stderr, .. } = command.args(arguments).current_dir(directory).output().unwrap();
    (status.code(), String::from_utf8(stderr).unwrap())
}

#[test]
fn a_claim_that_guards_a_build_decides_the_exit_code_and_the_report_is_there_in_any_case() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let run = |text: &str, more: &[&str]| {
        fs::write(directory.join("disks.toml"), text).unwrap();
        let _ = fs::remove_dir_all(directory.join("out"));
        let outcome = jqlab(directory, &[&["run", "disks.toml", "--quiet", "--out", "out"], more].concat());
        assert!(directory.join("out/report.md").exists());
        outcome
    };
    let holds = text("5ms");
    assert_eq!(run(&holds, &["--fail-on", "undecided"]), (Some(0), String::new()));
    let fails = holds.replace("\"greater\"", "\"less\"");
    let (code, complaint) = run(&fails, &[]);
    assert_eq!(code, Some(1));
    let line = "error: claim 1 is refuted: “the other is slower” (sojourn mean, expected less)\n";
    assert_eq!(complaint, line);
    let open = fails.replace("gate    = true", "");
    assert_eq!(run(&open, &[]).0, Some(0));
    assert_eq!(run(&open, &["--fail-on", "refuted"]).0, Some(1));
    let undecided = text("0s");
    assert_eq!(run(&undecided, &[]).0, Some(0));
    let (code, complaint) = run(&undecided, &["--fail-on", "undecided"]);
    assert_eq!(code, Some(1));
    assert!(complaint.starts_with("error: claim 1 is undecided: "), "{complaint}");
}

#[test]
fn a_quick_look_is_the_same_question_in_virtual_time_and_takes_the_place_of_no_report() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    fs::write(directory.join("disks.toml"), text("5ms").replace("\"virtual\"", "\"live\"")).unwrap();
    assert_eq!(jqlab(directory, &["run", "disks.toml", "--quick", "--quiet"]), (Some(0), String::new()));
    let results = fs::read(directory.join("reports/disks-quick/results.json")).unwrap();
    let analysis = jqlab::report::from_results(&results).unwrap();
    assert_eq!((analysis.study.runtime, analysis.study.design_of_runs.until), (Runtime::Virtual, Until::Fixed));
    assert_eq!(analysis.study.command, "jqlab run disks.toml --quick");
    assert_eq!(analysis.findings.claims[0].verdict, Verdict::Supported);
    assert_eq!(jqlab(directory, &["run", "disks.toml", "--quick", "--runtime", "live"]).0, Some(2));
}
