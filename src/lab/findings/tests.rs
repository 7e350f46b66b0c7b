//! Studies made by hand, with known figures, and what is found in them.

use super::*;
use crate::actors::accounting::Account::{QueueLock, Run};
use crate::lab::histogram::StoredHistogram;
use crate::lab::sample::{run_of, study};
use crate::lab::summary::Stall;
use crate::runtime::record::{latencies, note};
use crate::scenario::Role;
use crate::scenario::claim::{Citation, Claim, Contrast, Expectation, Gate, Safety, Says, Side};
use crate::units::Span;

const MEAN: Measure = Measure::Sojourn(Statistic::Mean);
const ALL: fn(usize) -> Side = |variant| Side { variant, class: None };

fn claim(measure: Measure, of: usize, with: Option<usize>, expect: Expectation) -> Claim {
    Claim {
        quote: "it is so".into(),
        source: Citation::default(),
        measure,
        contrasts: vec![Contrast { of: ALL(of), with: with.map(ALL) }],
        expect,
        gate: Gate::Open,
        says: Says::default(),
        of_prediction: false,
    }
}

/// Two variants, in so many blocks; the second takes `factor` times as long as the first, give or take some per cent.
fn two(blocks: u32, factor: f64) -> Vec<RunSummary> {
    let run = |variant: usize, block: u32| {
        let noise = [1.00, 0.98, 1.03, 0.99, 1.02, 0.97][((block as usize) * 5 + variant * 3) % 6];
        let own = if variant == 0 { 1.0 } else { factor };
        run_of(variant, block, &[(Run, 1000.0 * (1.0 + 0.3 * f64::from(block)) * noise * own), (QueueLock, 0.0)])
    };
    (0..2).flat_map(|variant| (0..blocks).map(move |block| run(variant, block))).collect()
}

fn found(claims: Vec<Claim>, runs: &[RunSummary]) -> Findings {
    let mut study = study(&[("base", None), ("other", Some(0))]);
    study.claims = claims;
    Findings::of(&study, runs, None)
}

#[test]
fn a_claim_is_supported_refuted_or_undecided_by_where_its_interval_lies() {
    let runs = two(10, 1.10);
    let expect = |expect| claim(MEAN, 1, Some(0), expect);
    let findings = found(
        vec![
            expect(Expectation::Greater),
            expect(Expectation::Equivalent(0.02)),
            expect(Expectation::AtLeastGreater(0.10)),
        ],
        &runs,
    );
    let verdicts: Vec<Verdict> = findings.claims.iter().map(|claim| claim.verdict).collect();
    assert_eq!(verdicts, [Verdict::Supported, Verdict::Refuted, Verdict::Undecided]);
    let [supported, refuted, undecided] = &findings.claims[..] else { unreachable!() };
    let contrast = &supported.contrasts[0];
    let effect = contrast.effect.unwrap();
    assert!((effect.point - 1.10).abs() < 0.02 && effect.blocks == 10, "{effect:?}");
    assert!(contrast.corrected.unwrap().0 > 1.0 && contrast.level > 0.95, "Holm over three claims: {contrast:?}");
    assert!(refuted.contrasts[0].corrected.unwrap().0 > 1.02);
    assert!(supported.to_decide.is_none());
    assert_eq!(undecided.to_decide, None, "no number of blocks tells an effect from the bound that it lies at");
    // A bound just within the interval: a few more blocks would do.
    let bound = effect.interval(0.95).unwrap().0 - 1.0 + 1e-4;
    let nearly = found(vec![expect(Expectation::AtLeastGreater(bound))], &runs).claims.remove(0);
    assert_eq!(nearly.verdict, Verdict::Undecided);
    assert!((1..100).contains(&nearly.to_decide.unwrap().blocks), "{:?}", nearly.to_decide);
}

#[test]
fn enough_is_when_all_is_decided_or_as_precise_as_was_asked_for() {
    let claims = vec![claim(MEAN, 1, Some(0), Expectation::Greater)];
    let few = found(claims.clone(), &two(2, 1.10));
    assert!(!few.is_enough(Until::Decided, &claims));
    assert_eq!(few.claims[0].contrasts[0].note, "too few blocks for an interval");
    let many = found(claims.clone(), &two(10, 1.10));
    assert!(many.is_enough(Until::Decided, &claims) && !many.is_enough(Until::Fixed, &claims));
    assert!(many.is_enough(Until::Precision(0.05), &claims) && !many.is_enough(Until::Precision(0.001), &claims));
}

#[test]
fn a_study_that_may_stop_early_has_wider_intervals() {
    let mut study = study(&[("base", None), ("other", Some(0))]);
    study.claims = vec![claim(MEAN, 1, Some(0), Expectation::Greater)];
    study.design_of_runs.until = Until::Decided;
    let level = |study: &Study| Findings::at_a_look(study, &two(6, 1.10)).level;
    let levels = [vec![4], vec![4, 8], vec![4, 8, 12]].map(|looks| {
        study.design_of_runs.looks = looks;
        level(&study)
    });
    assert!(levels.iter().zip([0.95, 0.9706, 0.9779]).all(|(level, expected)| (level - expected).abs() < 1e-9));
}

#[test]
fn what_is_said_of_each_run_is_counted_run_by_run_and_one_that_differs_refutes() {
    let lost = || Measure::Safety(Safety::JobsLost);
    let mut runs = two(4, 1.0);
    runs.iter_mut().for_each(|run| run.safety.jobs_lost = Some(0));
    let judge = |runs: &[RunSummary], expect| found(vec![claim(lost(), 1, None, expect)], runs).claims.remove(0);
    let never = judge(&runs, Expectation::Never);
    assert_eq!((never.verdict, never.contrasts[0].note.as_str()), (Verdict::Supported, "none in 4 of 4 runs"));
    // A run with a fault is in no estimate, but this is about faults.
    runs[5].safety.jobs_lost = Some(3);
    runs[5].fault = Some("3 jobs have not ended".into());
    let never = judge(&runs, Expectation::Never);
    assert_eq!((never.verdict, never.contrasts[0].note.as_str()), (Verdict::Refuted, "none in 3 of 4 runs"));
    assert_eq!(judge(&runs, Expectation::Always).verdict, Verdict::Refuted);
}

#[test]
fn a_formula_is_held_against_each_run_and_a_count_that_never_differs_is_exact() {
    let mut runs = two(3, 1.0);
    for run in &mut runs {
        run.groups[0].counts.opcodes = 2.0;
        run.groups[0].counts.writes = 6.0;
    }
    let writes = Measure::Count(crate::scenario::claim::Count::Writes);
    let formula = |text| Expectation::Exactly(crate::scenario::claim::Formula::read(text).unwrap());
    let findings = found(
        vec![
            claim(writes.clone(), 0, None, formula("2 + 2 * opcodes")),
            claim(writes.clone(), 0, None, formula("2 * opcodes")),
            claim(writes, 1, Some(0), Expectation::Less),
        ],
        &runs,
    );
    let verdicts: Vec<Verdict> = findings.claims.iter().map(|claim| claim.verdict).collect();
    assert_eq!(verdicts, [Verdict::Supported, Verdict::Refuted, Verdict::Refuted]);
    assert_eq!(findings.claims[0].contrasts[0].note, "in 3 of 3 runs");
    assert!((findings.claims[1].contrasts[0].with.unwrap().point - 4.0).abs() < 1e-12);
    assert_eq!(findings.claims[2].contrasts[0].effect.unwrap().method, Method::Exact);
}

#[test]
fn a_side_of_nothing_has_no_ratio_and_still_a_verdict() {
    let wait = || Measure::Account(QueueLock);
    let mut runs = two(8, 1.0);
    let both = |runs: &[RunSummary], expect| found(vec![claim(wait(), 1, Some(0), expect)], runs).claims.remove(0);
    assert_eq!(both(&runs, Expectation::Equivalent(0.05)).verdict, Verdict::Supported, "nothing on either side");
    assert_eq!(both(&runs, Expectation::Greater).verdict, Verdict::Refuted);
    for run in runs.iter_mut().filter(|run| run.variant == 1) {
        run.groups[0].ledger_mean_ns[QueueLock as usize] = 5.0;
    }
    let more = both(&runs, Expectation::Greater);
    assert_eq!((more.verdict, more.contrasts[0].effect), (Verdict::Supported, None));
    assert_eq!(more.contrasts[0].note, "nothing of it on the other side");
    assert_eq!(both(&runs, Expectation::Less).verdict, Verdict::Refuted);
    // The other way round the ratio is nothing, in every block.
    let less = found(vec![claim(wait(), 0, Some(1), Expectation::Less)], &runs).claims.remove(0);
    assert_eq!((less.verdict, less.contrasts[0].effect.unwrap().method), (Verdict::Supported, Method::Exact));
}

#[test]
fn a_quantile_is_of_all_jobs_of_all_blocks_and_needs_twenty_beyond_it() {
    let with_jobs = |jobs: u64| {
        let mut runs = two(5, 1.0);
        for run in &mut runs {
            let mut histogram = latencies();
            (1..=jobs).for_each(|job| note(&mut histogram, Span(job * 1000 * (1 + run.variant as u64))));
            run.sojourns = vec![StoredHistogram::of(&histogram)];
        }
        let p95 = Measure::Sojourn(Statistic::P95);
        found(vec![claim(p95, 1, Some(0), Expectation::Greater)], &runs).claims.remove(0)
    };
    let few = with_jobs(79);
    assert_eq!((few.verdict, few.contrasts[0].effect), (Verdict::Undecided, None), "19.75 beyond");
    let enough = with_jobs(100);
    assert!((enough.contrasts[0].effect.unwrap().point - 2.0).abs() < 0.01);
    assert!((enough.contrasts[0].with.unwrap().point - 95_000.0).abs() < 100.0);
}

#[test]
fn controls_are_in_no_estimate_and_tell_what_identical_designs_differ_by() {
    let mut runs = two(6, 1.2);
    let claims = || vec![claim(MEAN, 1, Some(0), Expectation::Greater)];
    let without = found(claims(), &runs);
    assert_eq!(without.null_control, None);
    let controls = two(6, 1.0).into_iter().filter(|run| run.variant == 1);
    runs.extend(controls.map(|run| RunSummary { variant: 0, control: true, ..run }));
    let with = found(claims(), &runs);
    assert_eq!(with.claims, without.claims);
    let control = with.null_control.unwrap();
    assert_eq!((control.variant, &control.measure), (0, &MEAN));
    assert!((control.effect.point - 1.0).abs() < 0.03, "{control:?}");
    assert!(control.smallest_share > 0.005 && control.smallest_share < 0.06, "{control:?}");
}

#[test]
fn a_stalled_run_is_named_with_what_it_does_to_the_effect() {
    let mut runs = two(8, 1.0);
    let stalled = runs.iter().position(|run| run.variant == 1 && run.replication == 3).unwrap();
    runs[stalled].groups[0].sojourn.mean_ns *= 4.0;
    runs[stalled].stalls = vec![Stall { what: "writing job 17".into(), took_ns: 80_000_000 }];
    let findings = found(vec![claim(MEAN, 1, Some(0), Expectation::Equivalent(0.1))], &runs);
    let [named] = &findings.stalled[..] else { panic!("{:?}", findings.stalled) };
    assert_eq!(
        (named.run, named.what.as_str(), named.claim, named.decides),
        (stalled, "writing job 17", Some(0), true)
    );
    let (with, without) = named.effect_with_and_without.unwrap();
    assert!(with > 1.15 && (without - 1.0).abs() < 0.03, "{with} {without}");
}

#[test]
fn claims_of_a_prediction_are_judged_on_its_runs() {
    let mut main = study(&[("base", None), ("other", Some(0))]);
    main.claims = vec![Claim { of_prediction: true, ..claim(MEAN, 1, Some(0), Expectation::Greater) }];
    let (runs, predicted) = (two(6, 1.0), two(6, 1.5));
    let alone = Findings::of(&main, &runs, None);
    assert_eq!((alone.claims[0].verdict, alone.claims[0].p_value), (Verdict::Undecided, None));
    assert!(alone.is_enough(Until::Decided, &main.claims), "live runs cannot decide it");
    let prediction = study(&[("base", None), ("other", Some(0))]);
    let both = Findings::of(&main, &runs, Some((&prediction, &predicted)));
    assert_eq!(both.claims[0].verdict, Verdict::Supported);
}

#[test]
fn the_best_design_of_a_column_is_better_than_all_others_beyond_the_intervals_of_the_differences() {
    let mut roles = study(&[("base", None), ("other", Some(0))]);
    roles.variants[1].role = Some(Role::Proposed);
    roles.variants[0].role = Some(Role::Shipped);
    roles.claims = vec![claim(MEAN, 1, Some(0), Expectation::Greater)];
    let best = |factor: f64| {
        let decision = Findings::of(&roles, &two(8, factor), None).decision.unwrap();
        let column = decision.columns.iter().position(|column| column.measure == MEAN).unwrap();
        decision.rows.iter().map(|row| row.cells[column].unwrap().is_best).collect::<Vec<_>>()
    };
    assert_eq!(best(1.3), [true, false]);
    assert_eq!(best(0.7), [false, true]);
    assert_eq!(best(1.0), [false, false]);
}

#[test]
fn drift_is_looked_for_in_live_studies_alone() {
    let mut runs = two(8, 1.1);
    for (number, run) in (1..).zip(&mut runs) {
        run.number = number;
    }
    let mut live = study(&[("base", None), ("other", Some(0))]);
    let drift = Findings::of(&live, &runs, None).drift.unwrap();
    // Throughput falls as sojourns grow, from block to block.
    assert!(drift.from_first_to_last < -0.5 && drift.p_value < 0.001, "{drift:?}");
    live.runtime = Runtime::Virtual;
    assert_eq!(Findings::of(&live, &runs, None).drift, None);
}

#[test]
fn findings_are_the_same_each_time() {
    let runs = two(8, 1.1);
    let claims = || vec![claim(MEAN, 1, Some(0), Expectation::Greater)];
    assert_eq!(found(claims(), &runs), found(claims(), &runs));
    let text = serde_json::to_string(&found(claims(), &runs)).unwrap();
    assert_eq!(
        serde_json::from_str::<Findings>(&text).unwrap(),
        found(claims(), &runs),
        "nothing in it is not a number"
    );
}
