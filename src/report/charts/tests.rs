//! Every picture of hostile studies can be read, at both widths.

use super::*;
use crate::actors::accounting::Account;
use crate::lab::findings::{
    CheckSplit, Effect, Growth, GrowthPoint, Judged, JudgedContrast, NullControl, ScalabilityLaw, Scale, Slope, Verdict,
};
use crate::lab::sensitivity::{Scaled, Setting};
use crate::lab::statistics::Method;
use crate::lab::{Analysis, Sensitivity, VariantInfo};
use crate::report::pictures::{Drawn, assert_legible};
use crate::report::sample;
use crate::scenario::Role;
use crate::scenario::claim::{Bound, CheckMeasure, Contrast, Measure, Region, Side, Statistic};

fn estimate(point: f64, width: Option<f64>) -> Estimate {
    let (low, high) = (width.map(|width| point - width), width.map(|width| point + width));
    Estimate { point, low, high, n: 5, method: Method::TInterval }
}

/// A study of so many variants, with names of so many letters, each run as the sample's first.
fn of_many(variants: usize, letters: usize) -> Analysis {
    let mut analysis = sample::without_findings();
    let run = analysis.runs[0].clone();
    let name = |variant: usize| {
        let whole =
            format!("queue_lock exclusive · dependency_lock <register> & more · file_size 100KB · long · {variant}");
        whole.chars().skip(whole.chars().count().saturating_sub(letters)).collect::<String>()
    };
    let info = |variant: usize| VariantInfo {
        name: name(variant),
        role: (variant == 0).then_some(Role::Shipped),
        compare_with: (variant > 0).then_some(0),
        ..analysis.study.variants[0].clone()
    };
    analysis.study.variants = (0..variants).map(info).collect();
    analysis.runs = (0..variants)
        .flat_map(|variant| (0..3).map(move |replication| (variant, replication)))
        .map(|(variant, replication)| {
            let mut run = crate::lab::RunSummary { variant, replication, ..run.clone() };
            let factor = 1.0 + variant as f64 / 7.0 + f64::from(replication) / 50.0;
            for group in &mut run.groups {
                group.sojourn.mean_ns *= factor;
                group.ledger_mean_ns.iter_mut().for_each(|part| *part *= factor);
            }
            run
        })
        .collect();
    analysis.study.claims.clear();
    analysis
}

/// With findings of every kind, of values this large.
fn with_findings(mut analysis: Analysis, size: f64, width: Option<f64>) -> Analysis {
    let variants = analysis.study.variants.len();
    let side = |variant, class| Side { variant, class };
    analysis.findings.level = 0.95;
    analysis.findings.checks = (0..variants)
        .map(|variant| CheckSplit {
            variant,
            bytes_mean: 1e5,
            design: estimate(size * 4.0, width),
            parts: [
                CheckMeasure::Lock,
                CheckMeasure::Read,
                CheckMeasure::Parse,
                CheckMeasure::Build,
                CheckMeasure::Instrument,
            ]
            .into_iter()
            .enumerate()
            .map(|(place, part)| (Measure::Check(part), estimate(size * place as f64, width)))
            .collect(),
        })
        .collect();
    let law = ScalabilityLaw {
        of_one: size,
        contention: (0.05, 0.01),
        coherence: (0.001, 0.0001),
        peak_at: Some(30.0),
        limit: Some(size * 9.0),
        r_squared: 0.99,
    };
    analysis.findings.growth = (0..variants.min(9))
        .flat_map(|curve| [false, true].map(|is_predicted| (curve, is_predicted)))
        .map(|(curve, is_predicted)| Growth {
            measure: Measure::Throughput,
            class: None,
            knob: "design.workers".into(),
            curve: analysis.study.variants[curve].name.clone(),
            panel: ["queue_lock exclusive", "queue_lock shared"][curve % 2].into(),
            is_predicted,
            points: (0..if is_predicted { 7 } else { 3 })
                .map(|power: i32| GrowthPoint {
                    at: 2_f64.powi(power),
                    variant: curve,
                    estimate: estimate(size * (1.0 + f64::from(power) * (curve + 1) as f64), width),
                })
                .collect(),
            law: (curve % 2 == 0).then_some(law),
        })
        .collect();
    analysis.findings.slopes = (0..variants.min(9))
        .map(|variant| Slope {
            variant,
            points: [0.0, 1.0, 3.0, 10.0, 30.0]
                .map(|dose| (dose, side(variant, Some(0)), estimate(size * (20.0 + dose + variant as f64), width)))
                .to_vec(),
            slope: estimate(size, width.map(|width| width / 10.0)),
            check_whole: None,
        })
        .collect();
    claims(&mut analysis, size, width);
    analysis
}

fn claims(analysis: &mut Analysis, size: f64, width: Option<f64>) {
    let variants = analysis.study.variants.len();
    let effect = |point: f64, spread: f64, scale| Effect {
        point,
        low: width.map(|_| point / spread),
        high: width.map(|_| point * spread),
        scale,
        standard_error: width.map(|_| 0.1),
        df: 10.0,
        blocks: 5,
        method: Method::PairedLogRatio,
    };
    let bound = |at| Some(Bound { at, inclusive: true });
    let margins = [
        (Region { low: bound(0.9), high: bound(1.1) }, Scale::LogRatio),
        (Region { low: bound(1.0), high: None }, Scale::LogRatio),
        (Region { low: None, high: bound(2e6) }, Scale::Value),
    ];
    let sample = sample::study().claims[0].clone();
    for (number, (region, scale)) in margins.into_iter().enumerate() {
        let contrast = |variant| Contrast {
            of: Side { variant, class: Some(1) },
            with: (scale != Scale::Value).then_some(Side { variant: 0, class: Some(1) }),
        };
        let found = |variant: usize| {
            let point = if scale == Scale::Value { size * 1e3 } else { 1.0 + variant as f64 * number as f64 / 3.0 };
            let effect = effect(point, 1.05 + number as f64 / 2.0, scale);
            JudgedContrast {
                verdict: [Verdict::Supported, Verdict::Refuted, Verdict::Undecided][variant % 3],
                corrected: effect.low.zip(effect.high).map(|(low, high)| (low * 0.97, high * 1.03)),
                effect: Some(effect),
                of: None,
                with: None,
                region: Some(region),
                level: 0.98,
                note: String::new(),
            }
        };
        let mut claim = sample.clone();
        claim.measure = Measure::Sojourn(Statistic::P95);
        claim.contrasts = (0..variants).map(contrast).collect();
        analysis.study.claims.push(claim);
        analysis.findings.claims.push(Judged {
            verdict: Verdict::Undecided,
            contrasts: (0..variants).map(found).collect(),
            decisive: variants - 1,
            p_value: None,
            to_decide: None,
        });
    }
    analysis.findings.null_control = Some(NullControl {
        variant: 0,
        measure: Measure::Throughput,
        class: None,
        effect: effect(1.001, 1.02, Scale::LogRatio),
        smallest_share: 0.02,
    });
}

fn sensitivity(size: f64, letters: usize) -> Sensitivity {
    let knob = |number: i32| Scaled {
        name: "holding the queue lock ".repeat(6).chars().take(letters).collect(),
        about: String::new(),
        now: "250us + 10us per KiB".into(),
        settings: [(Some(0.0), 0.4), (Some(0.5), 0.7), (Some(2.0), 1.9), (None, 0.5)]
            .map(|(factor, times)| Setting {
                factor,
                value: Some(estimate(size * (1.0 + (times - 1.0) / f64::from(number)), None)),
                effect: None,
            })
            .to_vec(),
    };
    Sensitivity {
        measure: Measure::Sojourn(Statistic::Mean),
        class: None,
        variant: 0,
        profile: "epyc".into(),
        jobs: 100,
        replications: 5,
        base: estimate(size, None),
        knobs: (1..20).map(knob).collect(),
        without_effect: Vec::new(),
        partial: false,
    }
}

fn all(analysis: &Analysis, sensitivity: &Sensitivity) -> Vec<Block> {
    let mut blocks: Vec<Block> = [
        forest(analysis),
        checks(analysis),
        doses(analysis),
        tornado(&analysis.study, sensitivity, "sensitivity"),
        ledger(analysis),
        curves(analysis),
        readers(analysis),
        waits(analysis),
        blame(analysis),
    ]
    .into_iter()
    .flatten()
    .collect();
    blocks.extend(growth(analysis));
    blocks
}

/// Names of the pictures, after it was seen that each can be read.
fn seen(analysis: &Analysis, sensitivity: &Sensitivity, case: &str) -> Vec<String> {
    let mut stems = Vec::new();
    for block in all(analysis, sensitivity) {
        let Block::Picture(picture) = block else { panic!("{case}: {block:?}") };
        assert_legible(&Drawn { wide: picture.wide, narrow: picture.narrow });
        assert!(!picture.alt.is_empty() && !picture.caption.is_empty(), "{}", picture.stem);
        stems.push(picture.stem);
    }
    stems
}

#[test]
fn pictures_of_every_size_can_be_read_at_both_widths() {
    for (case, variants, letters, size, width) in [
        ("three", 3, 14, 5e4, Some(6e3)),
        ("thirty", 30, 60, 5e4, Some(6e3)),
        ("one", 1, 60, 5e4, None),
        ("nothing", 3, 60, 0.0, None),
        ("huge", 9, 30, 1e17, Some(1e17)),
        ("tiny", 5, 20, 0.7, Some(40.0)),
        ("odd", 5, 20, f64::NAN, Some(f64::INFINITY)),
    ] {
        let analysis = with_findings(of_many(variants, letters), size, width);
        let stems = seen(&analysis, &sensitivity(size, letters), case);
        assert!(stems.len() >= 6, "{case}: {stems:?}");
    }
}

#[test]
fn a_study_without_findings_has_the_pictures_of_its_runs_alone() {
    let analysis = sample::without_findings();
    assert!(forest(&analysis).is_none() && checks(&analysis).is_none() && doses(&analysis).is_none());
    assert!(growth(&analysis).is_empty());
    assert!(ledger(&analysis).is_some() && waits(&analysis).is_some() && blame(&analysis).is_some());
}

#[test]
fn where_waiting_is_nearly_all_only_differences_are_shown() {
    let mut analysis = of_many(3, 20);
    for run in &mut analysis.runs {
        run.groups[0].ledger_mean_ns[Account::Worker as usize] = 1e12;
    }
    let Some(Block::Picture(picture)) = ledger(&analysis) else { panic!() };
    assert!(picture.alt.contains("against the baseline") && !picture.wide.contains("f-worker"), "{}", picture.alt);
}

#[test]
fn marks_say_their_values_and_whose_they_are() {
    let analysis = with_findings(of_many(3, 14), 5e4, Some(6e3));
    let Some(Block::Picture(picture)) = checks(&analysis) else { panic!() };
    assert!(
        picture.wide.contains("data-variant=\"2\"") && picture.wide.contains("parse 100 µs</title>"),
        "{}",
        picture.wide
    );
    assert!(picture.wide.contains("&lt;") || !picture.wide.contains("<register"), "names are escaped");
    let Some(Block::Picture(picture)) = forest(&analysis) else { panic!() };
    assert!(picture.wide.contains("the same design twice") && picture.alt.contains("undecided"), "{}", picture.alt);
}

#[test]
fn the_same_analysis_gives_the_same_bytes() {
    let analysis = with_findings(of_many(9, 40), 5e4, Some(6e3));
    assert_eq!(all(&analysis, &sensitivity(1e6, 30)), all(&analysis, &sensitivity(1e6, 30)));
}
