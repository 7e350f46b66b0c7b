//! Every doubt at its threshold.

use super::of_study::{LOAD_MAX, STEAL_MAX};
use super::of_variant::{
    BACKLOG_BY_CHANCE, BACKLOG_RATIO_MAX, BACKLOG_SHARE_MAX, GROWTH_MAX, MAILBOX_MAX, P99_SAMPLES_MIN, VARIATION_MAX,
};
use super::*;
use crate::actors::accounting::Account::{Mailbox, Run};
use crate::lab::RunSummary;
use crate::lab::flow::Flow;
use crate::lab::sample::{analysis, run_of, study};
use crate::lab::summary::CallSummary;
use std::collections::BTreeMap;

/// Runs of one variant without a doubt: three replications of 1000 jobs, 1000 µs each.
fn sound() -> Vec<RunSummary> {
    let mut runs: Vec<RunSummary> = (0..3).map(|replication| run_of(0, replication, &[(Run, 1000.0)])).collect();
    runs.iter_mut().for_each(|run| run.groups[0].sojourn.n = 1000);
    runs
}

/// The marks of runs that `change` made doubtful.
fn marks(change: impl Fn(&mut RunSummary)) -> String {
    let mut runs = sound();
    runs.iter_mut().for_each(change);
    doubts(runs).iter().map(|doubt| doubt.mark()).collect()
}

fn doubts(runs: Vec<RunSummary>) -> Vec<Doubt> {
    of_variants(&analysis(study(&[("v", None)]), runs)).into_iter().map(|found| found.doubt).collect()
}

fn flow(backlog: u64, mean: f64) -> Flow {
    Flow {
        jobs_in_queue_mean: mean,
        jobs_in_queue_max: 0,
        arrivals_per_s: 1.0,
        sojourn_mean_ns: 1.0,
        window_ns: 1,
        area_ns: 1,
        backlog_at_last_arrival: Some(backlog),
        sojourns_ns: 1,
    }
}

#[test]
fn sound_runs_raise_no_doubt() {
    assert_eq!(marks(|_| ()), "");
}

#[test]
fn every_doubt_has_a_mark_a_name_and_a_remedy_of_its_own() {
    let all = [
        Doubt::NoSoundRun,
        Doubt::NothingMeasured { cut: 0, refused: 1 },
        Doubt::FewSamples { jobs: 1 },
        Doubt::Saturation { saturated: 1, runs: 1 },
        Doubt::Noise { variation: 1.0 },
        Doubt::NoSteadyState { unsettled: 1, runs: 1 },
        Doubt::Mailboxes { share: 1.0 },
    ];
    let by_mark: BTreeMap<char, (&str, &str)> =
        all.iter().map(|doubt| (doubt.mark(), (doubt.name(), doubt.remedy()))).collect();
    assert_eq!(by_mark.len(), all.len());
    assert!(by_mark.values().all(|(name, remedy)| !name.ends_with('.') && remedy.ends_with('.')), "{by_mark:?}");
}

#[test]
fn a_variant_whose_runs_all_have_a_fault_has_no_sound_run() {
    assert_eq!(marks(|run| run.fault = Some("broken".into())), "x");
    assert_eq!(doubts(Vec::new()), [Doubt::NoSoundRun]);
    let mut runs = sound();
    runs[0].fault = Some("broken".into());
    assert_eq!(doubts(runs), [], "two of three are left");
}

#[test]
fn a_variant_in_which_no_job_counts_says_why() {
    let refused = || BTreeMap::from([("submit".to_owned(), CallSummary { latency: Default::default(), refused: 4 })]);
    let empty = |cut: usize, refuses: bool| {
        let mut runs = sound();
        for run in &mut runs {
            run.groups[0].sojourn.n = 0;
            run.cut = cut;
            run.calls = if refuses { refused() } else { BTreeMap::new() };
        }
        doubts(runs)
    };
    let of = |cut, refused| [Doubt::NothingMeasured { cut, refused }];
    assert_eq!(empty(20, false), of(60, 0));
    assert_eq!(of(60, 0)[0].what(), "no job was measured: the warm-up cut off all 60 jobs");
    assert!(of(60, 0)[0].remedy().contains("run.warmup"));
    assert_eq!(empty(0, false), of(0, 0));
    assert!(of(0, 0)[0].remedy().contains("run.limit"));
    assert_eq!(empty(0, true), of(0, 12));
    assert_eq!(of(0, 12)[0].what(), "no job was measured: the queue refused all 12 calls");
    assert!(of(0, 12)[0].remedy().contains("queue_size_limit"));
}

#[test]
fn a_thousand_jobs_in_all_are_enough_for_a_p99() {
    let of = |jobs: u64| {
        let mut runs = sound();
        runs.truncate(1);
        runs[0].groups[0].sojourn.n = jobs;
        doubts(runs)
    };
    assert_eq!(of(P99_SAMPLES_MIN), []);
    assert_eq!(of(P99_SAMPLES_MIN - 1), [Doubt::FewSamples { jobs: 999 }]);
    assert_eq!(Doubt::FewSamples { jobs: 999 }.what(), "few samples: p99 rests on 999 jobs, of which 1 % are 9");
}

#[test]
fn a_queue_is_saturated_if_its_backlog_is_large_and_larger_than_on_average() {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 50
    let share = (BACKLOG_SHARE_MAX * 1000.0) as u64;
    let mean = |backlog: u64, ratio: f64| backlog as f64 / ratio;
    let mark = |backlog: u64, ratio: f64| marks(|run| run.flow = Some(flow(backlog, mean(backlog, ratio))));
    assert_eq!(mark(share + 1, 2.0), "s");
    assert_eq!(mark(share, 2.0), "", "few of all jobs");
    assert_eq!(mark(share + 1, BACKLOG_RATIO_MAX), "", "not many more than on average");
    assert_eq!(marks(|run| run.flow = Some(Flow { backlog_at_last_arrival: None, ..flow(900, 100.0) })), "", "a drain");
}

#[test]
fn a_few_jobs_in_a_queue_are_no_saturation_however_short_the_run() {
    let mark = |backlog: u64, growth: Option<f64>| {
        marks(|run| {
            run.groups[0].sojourn.n = 1000;
            (run.flow, run.growth) = (Some(flow(backlog, 0.4)), growth);
        })
    };
    assert_eq!(mark(BACKLOG_BY_CHANCE, Some(9.0)), "", "sojourns grew, the queue did not");
    assert_eq!(mark(BACKLOG_BY_CHANCE + 1, Some(9.0)), "s", "both did");
    assert_eq!(mark(BACKLOG_BY_CHANCE + 1, Some(1.0)), "", "few of all jobs");
}

#[test]
fn a_queue_is_saturated_if_its_sojourns_grow_in_most_runs() {
    assert_eq!(marks(|run| run.growth = Some(GROWTH_MAX)), "");
    assert_eq!(marks(|run| run.growth = Some(GROWTH_MAX + 0.01)), "s");
    assert_eq!(marks(|run| run.growth = Some(if run.replication == 0 { 9.0 } else { 1.0 })), "", "one of three");
    assert_eq!(marks(|run| run.growth = Some(if run.replication == 0 { 1.0 } else { 9.0 })), "s", "two of three");
}

#[test]
fn replications_that_scatter_by_more_than_a_fifth_are_noisy() {
    // 1 − a, 1, 1 + a have a standard deviation of a.
    let scattered =
        |by: f64| marks(|run| run.groups[0].sojourn.mean_ns = 1e6 * (1.0 + by * (f64::from(run.replication) - 1.0)));
    assert_eq!(scattered(VARIATION_MAX - 0.001), "");
    assert_eq!(scattered(VARIATION_MAX + 0.001), "n");
}

#[test]
fn a_single_run_that_never_settled_is_told() {
    assert_eq!(marks(|run| run.settled = run.replication > 0), "w");
}

#[test]
fn mailboxes_matter_above_a_tenth_of_the_sojourn() {
    let with = |share: f64| {
        let mailbox = 1000.0 * share;
        let run = |replication| run_of(0, replication, &[(Run, 1000.0 - mailbox), (Mailbox, mailbox)]);
        let mut runs: Vec<RunSummary> = (0..3).map(run).collect();
        runs.iter_mut().for_each(|run| run.groups[0].sojourn.n = 1000);
        doubts(runs).iter().map(|doubt| doubt.mark()).collect::<String>()
    };
    assert_eq!(with(MAILBOX_MAX - 0.001), "");
    assert_eq!(with(MAILBOX_MAX + 0.001), "m");
}

#[test]
fn a_sound_study_raises_no_doubt() {
    assert_eq!(study_doubts(&analysis(study(&[("v", None)]), sound())), []);
}

#[test]
fn a_busy_machine_and_stolen_time_are_told_above_their_thresholds() {
    let at_load = |load: f64| {
        let mut study = study(&[("v", None)]);
        study.machine.load_at_start = Some(load);
        study_doubts(&analysis(study, sound()))
    };
    assert_eq!(at_load(2.0 * LOAD_MAX), [], "two cores");
    assert_eq!(at_load(2.0 * LOAD_MAX + 0.1), [StudyDoubt::BusyMachine { load: 1.1, cores: 2 }]);
    // Runs of a second on two cores.
    let stolen = |share: f64| {
        let mut runs = sound();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // some milliseconds
        for conditions in runs.iter_mut().filter_map(|run| run.conditions.as_mut()) {
            conditions.steal_ns = Some((share * 2e9) as u64);
        }
        study_doubts(&analysis(study(&[("v", None)]), runs))
    };
    assert_eq!(stolen(STEAL_MAX), []);
    assert!(matches!(stolen(2.0 * STEAL_MAX)[..], [StudyDoubt::Steal { share }] if (share - 0.02).abs() < 1e-9));
}

#[test]
fn faults_refusals_controls_and_missing_intervals_are_told_in_words() {
    let mut runs = sound();
    runs[1].fault = Some("a job was lost".into());
    runs[2].control = true;
    runs[0].calls.insert("submit".into(), CallSummary { latency: Default::default(), refused: 2 });
    let mut study = study(&[("v", None)]);
    study.partial = true;
    study.warnings = vec!["v: more work arrives than the workers can do".into()];
    let told = of_study(&analysis(study, runs));
    let expected = [
        "The study was stopped before its end: figures rest on the runs, and parts of runs, listed. Run it again, to its end.",
        "v, replication 2, is left out of every estimate: a job was lost.",
        "Known before the runs: v: more work arrives than the workers can do.",
        "The queue refused 2 calls; their jobs are excluded from every figure. Raise design.queue_size_limit, lower \
         workload.jobs, or remove the drain file.",
        "Live runs made a second time, to tell the machine's noise: 1. They are in no figure here.",
        "There are no intervals: they need 3 replications; no variant has more than 1. Raise run.replications.",
    ];
    assert_eq!(told, expected);
}
