//! Every measure of the vocabulary, read off runs of a small scenario: which of them a run has, and what some of them are,
//! counted by hand.

#![allow(clippy::float_cmp)] // counts of few jobs are exact
#![allow(clippy::unwrap_used)] // tests

use jqlab::lab::{self, Options, RunSummary, measured, named};
use jqlab::scenario::claim::{Measure, Named};
use jqlab::scenario::{self, Runtime};

/// A job of one opcode every 10 ms: every second one depends on three that have ended. It logs two messages.
const SCENARIO: &str = r#"
title = "Doses"
seed  = 5
[workload]
jobs     = 60
arrivals = { process = "fixed", rate = "100/s" }
[[workload.class]]
name  = "none"
share = 0.5
[[workload.class.opcode]]
run          = "2ms"
log_messages = 2
[[workload.class]]
name    = "three"
share   = 0.5
depends = { on = "finished", count = 3 }
[[workload.class.opcode]]
run          = "2ms"
log_messages = 2
[design]
workers         = 2
request_threads = 1
[run]
replications = 1
warmup       = "0 jobs"
"#;

fn run_of(text: &str, runtime: Runtime) -> RunSummary {
    let plan = scenario::read("doses.toml", text).unwrap_or_else(|errors| panic!("{errors}"));
    let mut runs = lab::study(&plan, &Options::new(runtime), &mut ()).unwrap().analysis.runs;
    runs.swap_remove(0)
}

fn of(run: &RunSummary, measure: &str, class: Option<usize>) -> Option<f64> {
    measured(run, &measure.parse().unwrap(), class)
}

/// What this run has not, although others may.
fn is_of_no_such_run(measure: &Measure, runtime: Runtime) -> bool {
    let name = measure.to_string();
    let never_called = ["cancel", "change priority", "archive", "drain", "query", "watch", "submit many"];
    let is_live_only = ["memory peak", "bytes per job", "files unreadable"].contains(&name.as_str());
    let has_no_locks = ["instance locks wait", "node locks wait"];
    measure.is_of_a_sweep()
        || has_no_locks.contains(&name.as_str())
        || never_called.iter().any(|call| name.starts_with(&format!("call {call} ")))
        || (is_live_only && runtime == Runtime::Virtual)
}

#[test]
fn a_run_has_every_measure_but_those_of_what_it_does_not_do() {
    let run = run_of(SCENARIO, Runtime::Virtual);
    for measure in Measure::all() {
        let found = measured(&run, &measure, None);
        assert_eq!(found.is_none(), is_of_no_such_run(&measure, Runtime::Virtual), "{measure}: {found:?}");
        assert!(found.is_none_or(|value| value.is_finite() && value >= 0.0), "{measure}: {found:?}");
        if measure.has_classes() {
            let of_no_class = ["calls"].contains(&measure.to_string().as_str());
            assert_eq!(measured(&run, &measure, Some(1)).is_none(), of_no_class, "{measure} of a class");
            assert_eq!(measured(&run, &measure, Some(7)), None, "{measure} of a class that there is not");
        }
    }
}

#[test]
fn a_live_run_has_memory_and_a_sound_directory_besides() {
    let run = run_of(&SCENARIO.replace("jobs     = 60", "jobs     = 12"), Runtime::Live);
    for measure in Measure::all() {
        let found = measured(&run, &measure, None);
        assert_eq!(found.is_none(), is_of_no_such_run(&measure, Runtime::Live), "{measure}: {found:?}");
    }
    for never in ["jobs lost", "jobs run twice", "files unreadable", "deadlocks"] {
        assert_eq!(of(&run, never, None), Some(0.0), "{never}");
    }
}

#[test]
fn counts_are_those_counted_by_hand() {
    let run = run_of(SCENARIO, Runtime::Virtual);
    let all = |measure: &str| of(&run, measure, None).unwrap();
    // Written when submitted, when taken up, when it starts, for each message, and when it ends.
    assert_eq!(all("writes"), 6.0);
    assert_eq!(all("transitions"), 3.0, "queued, waiting, running, success");
    assert_eq!(all("calls"), 1.0);
    for nothing in ["failed attempts", "raises", "notifications", "jobs lost", "jobs run twice", "deadlocks"] {
        assert_eq!(all(nothing), 0.0, "{nothing}");
    }
    let of_class = |measure: &str, class| of(&run, measure, Some(class)).unwrap();
    assert_eq!([of_class("reads", 0), of_class("parses", 0)], [0.0, 0.0]);
    // The first ones find fewer than three that have ended.
    let (reads, checks) = (of_class("reads", 1), named(&run, Some(1), Named::Checks).unwrap());
    assert!(reads > 2.5 && reads <= 3.0, "{reads}");
    assert_eq!([of_class("parses", 1), checks], [reads, reads]);
    assert_eq!(named(&run, None, Named::Opcodes), Some(1.0));
    assert_eq!(named(&run, None, Named::Messages), Some(2.0));
    assert_eq!(named(&run, Some(0), Named::Attempts), Some(0.0));
    assert_eq!(named(&run, Some(7), Named::Raises), None);
}

#[test]
fn the_slope_over_two_doses_is_the_difference_of_their_sojourns_by_dependency() {
    // Where writing a file takes the same time, whichever it is.
    let run = run_of(&format!("{SCENARIO}[machine]\nprofile = \"tmpfs\"\n"), Runtime::Virtual);
    assert_eq!(run.groups.iter().map(|class| class.dose).collect::<Vec<_>>(), [None, Some(0), Some(3)]);
    let sojourn = |class| of(&run, "sojourn mean", Some(class)).unwrap();
    let expected = (sojourn(1) - sojourn(0)) / 3.0;
    let slope = of(&run, "slope", None).unwrap();
    assert!((slope - expected).abs() < 1e-9 * expected, "{slope} {expected}");
    // A dependency costs what a check does, but for what is drawn.
    let check = of(&run, "check whole", None).unwrap();
    assert!((0.95..1.05).contains(&(slope / check)), "{slope} {check}");
}

#[test]
fn a_drain_has_the_throughput_of_its_makespan_and_open_arrivals_that_of_their_ends() {
    let drain = SCENARIO.replace(r#"process = "fixed", rate = "100/s""#, r#"process = "at-once""#);
    let run = run_of(&drain, Runtime::Virtual);
    let (throughput, makespan) = (of(&run, "throughput", None).unwrap(), of(&run, "makespan", None).unwrap());
    assert!((throughput * makespan / 1e9 - 60.0).abs() < 1e-9, "{throughput} {makespan}");
    assert_eq!(run.groups[0].arrivals_per_s, None);
    let run = run_of(SCENARIO, Runtime::Virtual);
    let arrivals = run.groups[0].arrivals_per_s.unwrap();
    assert!((arrivals - 100.0).abs() < 1e-6, "{arrivals}");
    let throughput = of(&run, "throughput", None).unwrap();
    assert!((99.0..101.0).contains(&throughput), "{throughput}");
}

#[test]
fn jobs_that_never_end_are_lost_and_whether_they_wait_for_each_other_cannot_be_told_at_a_limit() {
    let limited = SCENARIO.replace("replications = 1", "replications = 1\nlimit = \"300ms\"");
    let run = run_of(&limited, Runtime::Virtual);
    let lost = of(&run, "jobs lost", None).unwrap();
    assert!((25.0..=35.0).contains(&lost), "{lost}");
    assert_eq!(of(&run, "deadlocks", None), None);
}
