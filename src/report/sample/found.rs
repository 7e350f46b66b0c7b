//! Findings made by hand: claims of each verdict, and one of everything that a first page shows beside them.

use crate::lab::Estimate;
use crate::lab::findings::{
    CheckSplit, Column, Decision, DecisionCell, DecisionRow, Drift, Effect, Findings, Growth, GrowthPoint, Judged,
    JudgedContrast, NullControl, ScalabilityLaw, Scale, Slope, Stalled, ToDecide, Verdict,
};
use crate::lab::statistics::Method;
use crate::scenario::claim::{
    CheckMeasure, Citation, Claim, Contrast, Count, Expectation, Gate, Measure, ReadersMeasure, Says, Side, Statistic,
};

fn claim(quote: &str, measure: Measure, contrast: Contrast, expect: Expectation) -> Claim {
    Claim {
        quote: quote.into(),
        source: Citation { document: "design.rst".into(), section: "Cost".into(), commit: String::new() },
        measure,
        contrasts: vec![contrast],
        expect,
        gate: Gate::Open,
        says: Says::default(),
        of_prediction: false,
    }
}

/// The claims of the study by hand: one refuted, one supported, one undecided.
pub(in crate::report) fn claims() -> Vec<Claim> {
    let side = |variant, class| Side { variant, class };
    vec![
        claim(
            "so different workers can read at the same time",
            Measure::Readers(ReadersMeasure::Most),
            Contrast { of: side(1, None), with: None },
            Expectation::AtLeast(2.0),
        ),
        claim(
            "the majority won't be affected",
            Measure::Sojourn(Statistic::P95),
            Contrast { of: side(1, Some(0)), with: Some(side(0, Some(0))) },
            Expectation::Equivalent(0.1),
        ),
        claim(
            "certainly has some cost",
            Measure::Sojourn(Statistic::Mean),
            Contrast { of: side(1, Some(1)), with: Some(side(0, Some(1))) },
            Expectation::Greater,
        ),
    ]
}

fn estimate(point: f64) -> Estimate {
    let (low, high) = (Some(point * 0.93), Some(point * 1.07));
    Estimate { point, low, high, n: 12, method: Method::TInterval }
}

fn ratio(point: f64, low: f64, high: f64) -> Effect {
    Effect {
        point,
        low: Some(low),
        high: Some(high),
        scale: Scale::LogRatio,
        standard_error: Some(0.01),
        df: 11.0,
        blocks: 12,
        method: Method::PairedLogRatio,
    }
}

fn judged(verdict: Verdict, effect: Effect, of: f64, with: Option<f64>, corrected: (f64, f64)) -> Judged {
    let contrast = JudgedContrast {
        verdict,
        effect: Some(effect),
        of: Some(estimate(of)),
        with: with.map(estimate),
        region: None,
        level: 0.983,
        corrected: Some(corrected),
        note: String::new(),
    };
    Judged { verdict, contrasts: vec![contrast], decisive: 0, p_value: None, to_decide: None }
}

/// What was found of [`claims`], and the rest of a first page.
pub(in crate::report) fn findings() -> Findings {
    let exact = Effect { scale: Scale::Value, method: Method::Exact, ..ratio(1.0, 1.0, 1.0) };
    let mut undecided = judged(Verdict::Undecided, ratio(1.06, 0.98, 1.14), 3.9e6, Some(3.7e6), (0.97, 1.16));
    undecided.to_decide = Some(ToDecide { blocks: 9, takes_ns: Some(35_000_000_000) });
    Findings {
        level: 0.95,
        blocks: 12,
        claims: vec![
            judged(Verdict::Refuted, exact, 1.0, None, (1.0, 1.0)),
            judged(Verdict::Supported, ratio(1.012, 0.982, 1.043), 9.4e6, Some(9.3e6), (0.979, 1.046)),
            undecided,
        ],
        null_control: Some(NullControl {
            variant: 0,
            measure: Measure::Sojourn(Statistic::P95),
            class: Some(0),
            effect: ratio(1.004, 0.985, 1.023),
            smallest_share: 0.019,
        }),
        decision: Some(decision()),
        checks: vec![check()],
        growth: vec![growth()],
        slopes: vec![slope()],
        drift: Some(Drift {
            from_first_to_last: 0.013,
            p_value: 0.21,
            autocorrelation: -0.11,
            autocorrelation_p_value: 0.34,
        }),
        stalled: vec![Stalled {
            run: 4,
            what: "a file operation".into(),
            took_ns: 231_000_000,
            count: 3,
            claim: Some(1),
            decides: true,
            effect_with_and_without: Some((1.012, 1.009)),
        }],
    }
}

fn decision() -> Decision {
    let column = |measure, class| Column { measure, class };
    let cell = |point: f64, is_best| Some(DecisionCell { estimate: estimate(point), is_best });
    let row = |variant: usize, cells| DecisionRow { variant, cells };
    Decision {
        columns: vec![
            column(Measure::Check(CheckMeasure::Design), None),
            column(Measure::Throughput, None),
            column(Measure::Sojourn(Statistic::P95), Some(0)),
            column(Measure::Count(Count::Writes), None),
        ],
        rows: vec![
            row(0, vec![None, cell(144.0, false), cell(9.3e6, false), cell(4.0, false)]),
            row(1, vec![cell(1.27e6, false), cell(151.0, false), cell(9.4e6, false), cell(5.0, false)]),
            row(2, vec![cell(1.29e6, false), cell(1_090.0, true), cell(9.2e6, false), cell(6.0, false)]),
        ],
    }
}

fn check() -> CheckSplit {
    let part = |part, point: f64| (Measure::Check(part), estimate(point));
    CheckSplit {
        variant: 1,
        bytes_mean: 100_300.0,
        design: estimate(502_000.0),
        parts: vec![
            part(CheckMeasure::Lock, 4_900.0),
            part(CheckMeasure::Read, 45_000.0),
            part(CheckMeasure::Parse, 361_000.0),
            part(CheckMeasure::Build, 96_000.0),
            part(CheckMeasure::Instrument, 88_000.0),
        ],
    }
}

fn growth() -> Growth {
    let point = |at, variant, of| GrowthPoint { at, variant, estimate: estimate(of) };
    Growth {
        measure: Measure::Throughput,
        class: None,
        knob: "workers".into(),
        curve: "as shipped".into(),
        panel: String::new(),
        is_predicted: false,
        points: vec![point(1.0, 0, 140.0), point(2.0, 1, 190.0), point(4.0, 2, 230.0)],
        law: Some(ScalabilityLaw {
            of_one: 139.0,
            contention: (0.68, 0.05),
            coherence: (0.0004, 0.0001),
            peak_at: Some(28.3),
            limit: Some(204.0),
            r_squared: 0.987,
        }),
    }
}

fn slope() -> Slope {
    let point = |dose, class, mean: f64| (dose, Side { variant: 1, class: Some(class) }, estimate(mean));
    Slope {
        variant: 1,
        points: vec![point(0.0, 0, 3.1e6), point(10.0, 1, 3.85e6)],
        slope: estimate(73_000.0),
        check_whole: Some(estimate(72_000.0)),
    }
}
