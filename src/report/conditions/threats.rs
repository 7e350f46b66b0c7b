//! Before you cite this: what the figures stand for, what they hold for, and how sure they are. Each with its size and
//! direction, and what to change.

use super::instrument::instrument_share;
use super::{doubts_by_kind, machine, modelled_machines, warmup};
use crate::lab::doubts;
use crate::lab::findings::{Drift, NullControl, Stalled};
use crate::lab::{Analysis, Study};
use crate::report::document::Line;
use crate::report::figures::{Quantity, change, percent_in_short, time};
use crate::report::words;
use crate::scenario::Runtime;
use crate::units::counted;

/// A chance smaller than this is worth a word.
const CHANCE_MAX: f64 = 0.05;

/// Threats to what a study concludes, by kind.
pub(in crate::report) struct Threats {
    /// Whether what is measured is what is meant.
    pub(in crate::report) construct: Vec<Line>,
    /// Whether it holds elsewhere.
    pub(in crate::report) external: Vec<Line>,
    /// Whether it could be chance.
    pub(in crate::report) conclusion: Vec<Line>,
}

/// All of them.
pub(in crate::report) fn threats(analysis: &Analysis) -> Threats {
    Threats { construct: construct(analysis), external: external(analysis), conclusion: conclusion(analysis) }
}

fn construct(analysis: &Analysis) -> Vec<Line> {
    let mut points = vec![plain(
        "The queue is made of Rust actors, each worker on a thread of its own, not of the modelled system’s CPython threads. Times are \
         shorter than that system’s, and nothing waits for an interpreter lock unless it is modelled, so that concurrency is \
         overstated: hold designs of this page against each other, not against times of another system.",
    )];
    points.extend(instrument_share(analysis).map(|range| {
        plain(format!(
            "Messages between actors, and threads that wait for a core with them, are {range} of the mean sojourn, by variant. They make \
             every sojourn and every whole check longer. The cost of a check that this page states is without them; trust no \
             difference of sojourns that is smaller than that of the mailboxes."
        ))
    }));
    points.push(plain(format!("Warm-up: {}.", warmup(analysis))));
    points
}

fn external(analysis: &Analysis) -> Vec<Line> {
    let study = &analysis.study;
    let mut points = match study.runtime {
        Runtime::Live => machine(&study.machine).into_iter().map(plain).collect(),
        Runtime::Virtual => predicted(study),
    };
    if let Some(prediction) = &analysis.prediction {
        points.extend(predicted(&prediction.study));
    }
    points.push(plain(
        "One parser and one format: job files are JSON, read by this program’s own code. Another parser has other costs; the share of \
         parsing in a check is its own.",
    ));
    points
}

/// What a prediction holds for.
fn predicted(study: &Study) -> Vec<Line> {
    let first = "What is predicted was computed in virtual time, not measured: every duration is that of a modelled machine, as good \
                 as its profile. `jqlab validate` says how far it is off.";
    std::iter::once(plain(first)).chain(modelled_machines(study).into_iter().map(plain)).collect()
}

fn conclusion(analysis: &Analysis) -> Vec<Line> {
    let mut points: Vec<Line> = power(analysis).into_iter().collect();
    points.extend(multiplicity(analysis));
    points.extend(analysis.findings.drift.as_ref().map(drift));
    points.extend(analysis.findings.stalled.iter().enumerate().map(|(place, stalled)| stall(analysis, place, stalled)));
    points.extend(doubts::of_study(analysis).into_iter().map(plain));
    points.extend(doubts_by_kind(analysis).into_iter().map(plain));
    points
}

/// The smallest difference that the study can tell.
fn power(analysis: &Analysis) -> Option<Line> {
    let control = analysis.findings.null_control.as_ref()?;
    let variant = words::variant(&analysis.study, control.variant);
    let class = control.class.and_then(|class| analysis.study.classes.get(class));
    let class = class.map_or(String::new(), |class| format!(" of “{class}” jobs"));
    let line = Line::from(format!("The same design run twice in each block ({variant}) differs by "))
        .figure(change(control.effect.point), "findings.null_control.effect.point")
        .text(format!(" in {}{class}", words::measure(&control.measure)));
    Some(if is_unlike_itself(control) {
        line.text(
            ", more than chance: what surrounds a run changed it, and may have made differences of that size between designs. Keep the \
             machine idle, or make more blocks.",
        )
    } else {
        line.text("; a difference below ±")
            .figure(percent_in_short(control.smallest_share), "findings.null_control.smallest_share")
            .text(" cannot be told from the machine’s noise, in either direction. More blocks make it smaller.")
    })
}

fn multiplicity(analysis: &Analysis) -> Option<Line> {
    let claims = analysis.findings.claims.len();
    (claims > 0).then(|| {
        plain(format!(
            "{} judged together (Holm): were none of them true, one would be supported by chance in at most {} of such studies. Every \
             other difference on this page is exploratory: among many, some look clear by chance.",
            if claims == 1 { "1 claim is".to_owned() } else { format!("{claims} claims are") },
            percent_in_short(1.0 - analysis.findings.level),
        ))
    })
}

fn drift(drift: &Drift) -> Line {
    let says = |p: f64| if p < CHANCE_MAX { "more than chance" } else { "no more than chance" };
    let point = Line::from("From the first block to the last, what is measured drifted by ")
        .figure(change(1.0 + drift.from_first_to_last), "findings.drift.from_first_to_last")
        .text(format!(" ({}, p = ", says(drift.p_value)))
        .figure(probability(drift.p_value), "findings.drift.p_value")
        .text("); runs beside each other correlate by ")
        .figure(format!("{:.2}", drift.autocorrelation).replace('-', "−"), "findings.drift.autocorrelation")
        .text(format!(" ({}, p = ", says(drift.autocorrelation_p_value)))
        .figure(probability(drift.autocorrelation_p_value), "findings.drift.autocorrelation_p_value")
        .text(").");
    let is_clear = drift.p_value < CHANCE_MAX || drift.autocorrelation_p_value < CHANCE_MAX;
    match is_clear {
        true => point.text(
            " Intervals may be too narrow; variants of a block stand beside each other, which takes most of it out of their \
             differences. Keep the machine idle, or make more blocks.",
        ),
        false => point,
    }
}

/// A probability: two digits, and none below a thousandth.
fn probability(p: f64) -> String {
    if p < 0.001 { "< 0.001".to_owned() } else { format!("{p:.3}") }
}

fn stall(analysis: &Analysis, place: usize, stalled: &Stalled) -> Line {
    let name = analysis
        .runs
        .get(stalled.run)
        .map_or("a run".to_owned(), |run| analysis.study.run_name(run.variant, run.replication, run.control));
    let others = match stalled.count {
        0 | 1 => String::new(),
        count => format!(", the longest of {count} stalls"),
    };
    let point = Line::from(format!("Stalled: {name}, where {} took ", stalled.what))
        .figure(time(stalled.took_ns as f64), format!("findings.stalled[{place}].took_ns"))
        .text(format!("{others}."));
    let claim = stalled.claim.and_then(|claim| Some((claim, analysis.study.claims.get(claim)?)));
    let (Some((number, claim)), Some((with, without))) = (claim, stalled.effect_with_and_without) else { return point };
    let path = |end: usize| format!("findings.stalled[{place}].effect_with_and_without[{end}]");
    let show = |effect: f64| {
        if claim.expect.is_relative() { change(effect) } else { Quantity::of(&claim.measure).show(effect) }
    };
    let point = point
        .text(" The effect that ")
        .link(format!("claim {}", number + 1), format!("claim-{}", number + 1))
        .text(" rests on is ")
        .figure(show(with), path(0))
        .text(" with it and ")
        .figure(show(without), path(1))
        .text(" without its block.");
    if stalled.decides {
        point.text(" ").strong("Without it, the verdict would be another: run the study again.")
    } else {
        point
    }
}

/// The most that a reader needs before the first figure is cited, in two or three sentences.
pub(in crate::report) fn in_short(analysis: &Analysis) -> Line {
    let study = &analysis.study;
    let place = match (study.runtime, &analysis.prediction) {
        (Runtime::Live, None) => format!("One machine of {}, one parser.", cores(study)),
        (Runtime::Live, Some(_)) => format!(
            "One machine of {}, one parser; what is marked predicted was computed in virtual time.",
            cores(study)
        ),
        (Runtime::Virtual, _) => {
            "Every time was computed in virtual time, for a modelled machine: as good as its profile.".to_owned()
        }
    };
    let line = Line::from(place);
    let line = match &analysis.findings.null_control {
        Some(control) if is_unlike_itself(control) => line
            .text(" The same design twice differed by ")
            .figure(change(control.effect.point), "findings.null_control.effect.point")
            .text(", more than chance: hold no difference of that size for real."),
        Some(control) => line
            .text(" Differences below ±")
            .figure(percent_in_short(control.smallest_share), "findings.null_control.smallest_share")
            .text(" cannot be told from noise."),
        None => line,
    };
    match doubts::study_doubts(analysis).len() + analysis.findings.stalled.len() {
        0 => line,
        count => line.text(format!(" {} about these runs.", counted(count as u64, "doubt"))),
    }
}

/// Whether identical designs differ by more than chance.
pub(in crate::report) fn is_unlike_itself(control: &NullControl) -> bool {
    control.effect.low.is_some_and(|low| low > 1.0) || control.effect.high.is_some_and(|high| high < 1.0)
}

fn plain(text: impl Into<String>) -> Line {
    Line::from(text.into())
}

fn cores(study: &Study) -> String {
    counted(study.machine.cores as u64, "core")
}
