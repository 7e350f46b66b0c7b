//! Every doubt at its threshold.

use super::in_study::{IDLE_MAX, LOAD_MAX, STEAL_MAX};
use super::of_variant::{
    BACKLOG_BY_CHANCE, BACKLOG_RATIO_MAX, BACKLOG_SHARE_MAX, BEYOND_CONTROL, GROWTH_MAX, MAILBOX_MAX, VARIATION_MAX,
};
use super::*;
use crate::actors::accounting::Account::{Mailbox, Run};
use crate::lab::RunSummary;
use crate::lab::findings::{Effect, Error, Judged, Method, NullControl, Scale, Stalled, Verdict};
use crate::lab::flow::Flow;
use crate::lab::histogram::Spread;
use crate::lab::sample::{analysis, run_of, study};
use crate::lab::study::WaitForQuiet;
use crate::lab::summary::CallSummary;
use crate::scenario::claim::{Claim, Contrast, Expectation, Gate, Measure, Side, Statistic};
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
        Doubt::Saturation { saturated: 1, runs: 1, rates: None },
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
fn four_hundred_jobs_in_all_tell_a_p95_and_a_drain_needs_none() {
    let of = |jobs: u64, is_open: bool| {
        let mut runs = sound();
        runs.truncate(1);
        runs[0].groups[0].sojourn.n = jobs;
        let backlog = is_open.then_some(0);
        runs[0].flow = Some(Flow { backlog_at_last_arrival: backlog, ..flow(0, 1.0) });
        doubts(runs)
    };
    assert_eq!(of(400, true), []);
    assert_eq!(of(399, true), [Doubt::FewSamples { jobs: 399 }]);
    assert_eq!(of(399, false), []);
    let told = Doubt::FewSamples { jobs: 399 }.what();
    assert_eq!(told, "few samples: no p95 of 399 jobs is told, of which 20 have to be slower");
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

/// Mean sojourns of 1 − `by`, 1 and 1 + `by`, which have a standard deviation of `by`.
fn scattered(by: f64) -> Vec<RunSummary> {
    let mut runs = sound();
    runs.iter_mut()
        .for_each(|run| run.groups[0].sojourn.mean_ns = 1e6 * (1.0 + by * (f64::from(run.replication) - 1.0)));
    runs
}

#[test]
fn scatter_is_noise_if_it_keeps_a_claim_undecided() {
    let of = |by: f64, verdict: Verdict, variant: usize| {
        let mut analysis = analysis(study(&[("v", None), ("w", Some(0))]), scattered(by));
        let side = Side { variant, class: None };
        analysis.study.claims = vec![Claim {
            quote: "fast".into(),
            source: Default::default(),
            measure: Measure::Sojourn(Statistic::Mean),
            contrasts: vec![Contrast { of: side, with: None }],
            expect: Expectation::AtMost(1.0),
            gate: Gate::Open,
            says: Default::default(),
            of_prediction: false,
        }];
        let judged = Judged { verdict, contrasts: Vec::new(), decisive: 0, p_value: None, to_decide: None };
        analysis.findings.claims = vec![judged];
        of_variants(&analysis).into_iter().filter(|found| found.variant == 0).map(|found| found.doubt.mark()).collect()
    };
    let is: String = of(VARIATION_MAX + 0.001, Verdict::Undecided, 0);
    assert_eq!(is, "n");
    for (by, verdict, variant) in [
        (VARIATION_MAX - 0.001, Verdict::Undecided, 0),
        (VARIATION_MAX + 0.001, Verdict::Supported, 0),
        (VARIATION_MAX + 0.001, Verdict::Undecided, 1),
    ] {
        let is: String = of(by, verdict, variant);
        assert_eq!(is, "", "{by} {verdict:?} {variant}");
    }
}

#[test]
fn scatter_far_beyond_that_of_identical_designs_is_noise() {
    let of = |by: f64, of_control: f64| {
        let mut analysis = analysis(study(&[("v", None)]), scattered(by));
        // So much scatter of one run is √2 times as much of a pair, and its mean over eight pairs has an eighth of the variance.
        let error = Error { standard: of_control * 0.5, df: 7.0 };
        let effect = Effect::new(0.0, error, 8, Scale::LogRatio, Method::PairedLogRatio);
        let measure = Measure::Sojourn(Statistic::Mean);
        analysis.findings.null_control =
            Some(NullControl { variant: 0, measure, class: None, effect, smallest_share: 0.1 });
        of_variants(&analysis).iter().map(|found| found.doubt.mark()).collect::<String>()
    };
    assert_eq!(of(0.3, 0.3 / BEYOND_CONTROL - 0.001), "n");
    assert_eq!(of(0.3, 0.3 / BEYOND_CONTROL + 0.001), "", "as the machine scatters");
    assert_eq!(of(VARIATION_MAX - 0.001, 0.001), "", "little");
}

#[test]
fn a_single_run_that_never_settled_is_told_where_there_is_a_steady_state() {
    let of = |is_open: bool| {
        marks(|run| {
            run.settled = run.replication > 0;
            run.flow = Some(Flow { backlog_at_last_arrival: is_open.then_some(0), ..flow(0, 1.0) });
        })
    };
    assert_eq!([of(true), of(false)], ["w", ""]);
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
fn a_machine_that_was_waited_for_is_busy_if_it_did_not_become_quiet() {
    let of = |is_quiet: bool| {
        let mut study = study(&[("v", None)]);
        study.machine.load_at_start = Some(9.0);
        study.quiet = Some(WaitForQuiet { waited_ns: 1, busy: Some(0.1), load: Some(0.7), is_quiet });
        study_doubts(&analysis(study, sound()))
    };
    assert_eq!(of(true), []);
    assert_eq!(of(false), [StudyDoubt::BusyMachine { load: 0.7, cores: 2 }]);
}

#[test]
fn workers_that_have_next_to_nothing_to_do_are_told_with_their_utilisation() {
    let of = |busy: f64, is_open: bool| {
        let mut runs = sound();
        for run in &mut runs {
            run.workers_busy = Some(busy);
            run.flow = Some(Flow { backlog_at_last_arrival: is_open.then_some(0), ..flow(0, 0.25) });
        }
        of_study(&analysis(study(&[("v", None)]), runs)).join(" ")
    };
    let told = of(0.08, true);
    assert!(
        told.starts_with("Nothing can queue in 1 of 1 variants: their workers have a job for at most 8 % of"),
        "{told}"
    );
    assert!(told.contains("and 0.25 jobs are in the queue on average. Expect no"), "{told}");
    assert_eq!([of(IDLE_MAX, true), of(0.08, false)], ["", ""]);
}

#[test]
fn stalled_runs_are_named_with_what_they_did_to_a_claim() {
    let mut analysis = analysis(study(&[("v", None)]), sound());
    let stalled = |run: usize, millis: u64| Stalled {
        run,
        what: "writing job 7, most of it in fsync".into(),
        took_ns: millis * 1_000_000,
        count: 1,
        claim: None,
        effect_with_and_without: None,
        decides: false,
    };
    analysis.findings.stalled = vec![stalled(0, 60), stalled(2, 230)];
    analysis.findings.stalled[1].claim = Some(0);
    analysis.findings.stalled[1].effect_with_and_without = Some((1.25, 1.05));
    analysis.findings.stalled[1].decides = true;
    let told = of_study(&analysis);
    let expected = "In 2 of 3 runs something took more than 50 ms; without one of them, a claim would be judged otherwise in 1 \
                    cases. v, replication 3: writing job 7, most of it in fsync, 230 ms (the effect of claim 1 is 1.250 with it \
                    and 1.050 without); v, replication 1: writing job 7, most of it in fsync, 60 ms. Run it again";
    assert!(told.len() == 1 && told[0].starts_with(expected), "{told:?}");
}

#[test]
fn a_build_without_optimisation_and_calls_that_were_too_few_are_told() {
    let mut study = study(&[("v", None)]);
    study.provenance.profile = Some("debug".into());
    let mut runs = sound();
    let call = |n| CallSummary { latency: Spread { n, ..Spread::default() }, refused: 0 };
    for run in &mut runs {
        run.calls = BTreeMap::from([("archive".to_owned(), call(13)), ("submit".to_owned(), call(14))]);
    }
    let told = study_doubts(&analysis(study, runs));
    assert_eq!(told, [StudyDoubt::DebugBuild, StudyDoubt::FewCalls { calls: vec!["archive (39)".into()] }]);
    assert!(told[1].in_words().starts_with("Too few calls for any quantile of their latency: archive (39). Raise"));
}

#[test]
fn faults_refusals_and_missing_intervals_are_told_in_words() {
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
        "1 run is left out of every estimate: v, replication 2, because a job was lost. Mend what broke, and run it again.",
        "Known before the runs: v: more work arrives than the workers can do.",
        "The queue refused 2 calls; their jobs are excluded from every figure. Raise design.queue_size_limit, lower \
         workload.jobs, or remove the drain file.",
        "There are no intervals: they need 3 replications; no variant has more than 1. Raise run.replications.",
    ];
    assert_eq!(told, expected);
}

#[test]
fn many_faults_are_one_line() {
    let mut runs = sound();
    runs.extend((3..6).map(|replication| run_of(0, replication, &[(Run, 1000.0)])));
    runs.iter_mut().skip(1).for_each(|run| run.fault = Some("broken".into()));
    let told = of_study(&analysis(study(&[("v", None)]), runs));
    assert_eq!(
        told[0],
        "5 runs are left out of every estimate: v, replication 2, because broken; v, replication 3, because broken; v, \
         replication 4, because broken; and 2 more. Mend what broke, and run it again."
    );
}
