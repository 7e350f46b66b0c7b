//! What the answer of a study says, for findings made by hand.

use super::answer::{answer, tally};
use super::sample::analysis;
use crate::lab::Analysis;
use crate::lab::findings::{Scale, Verdict};
use crate::scenario::Role;
use crate::scenario::claim::{Expectation, Measure, Says};

fn said(analysis: &Analysis) -> String {
    answer(analysis).1.plain()
}

/// The claims of the sample in another order, the one at `first` alone or before the others.
fn of(places: &[usize]) -> Analysis {
    let mut analysis = analysis();
    analysis.study.claims = places.iter().map(|place| analysis.study.claims[*place].clone()).collect();
    analysis.findings.claims = places.iter().map(|place| analysis.findings.claims[*place].clone()).collect();
    analysis
}

#[test]
fn a_claim_is_said_to_be_what_it_was_found_to_be() {
    assert_eq!(said(&of(&[0])), "Refuted: readers at once (most) in “as designed”: 1 (exact); claimed ≥ 2.");
    assert_eq!(
        said(&of(&[1])),
        "Supported: p95 of the sojourn of “plain” jobs is 1.2 % higher in “as designed” than in “no dependencies” (−2.1 to +4.6 %); \
         claimed within ±10 %."
    );
    assert_eq!(
        said(&of(&[2])),
        "Undecided: mean sojourn of “chained” jobs is 6 % higher in “as designed” than in “no dependencies” (−3 to +16 %); claimed \
         > 0 %, and about 9 more blocks would decide (35 s)."
    );
    for (place, verdict) in [Verdict::Refuted, Verdict::Supported, Verdict::Undecided].into_iter().enumerate() {
        assert_eq!(answer(&of(&[place])).0, Some(verdict));
    }
}

#[test]
fn the_answer_leads_with_the_first_claim_and_has_one_more_clause_at_most() {
    let text = said(&of(&[1, 2, 0]));
    assert!(text.starts_with("Supported: ") && text.contains("; undecided: ") && !text.contains("refuted"), "{text}");
    assert_eq!(tally(&analysis()).unwrap(), "Of 3 claims, 1 is supported, 1 is refuted and 1 is undecided.");
}

#[test]
fn roles_and_times_are_said_in_words() {
    let mut analysis = of(&[1]);
    analysis.study.variants[1].role = Some(Role::Shipped);
    analysis.study.claims[0].measure = Measure::Throughput;
    let contrast = &mut analysis.findings.claims[0].contrasts[0];
    contrast.effect.as_mut().unwrap().point = 7.6;
    contrast.corrected = Some((7.1, 8.1));
    assert_eq!(
        said(&analysis),
        "Supported: throughput of “plain” jobs is 7.6 times as high as shipped as in “no dependencies” (7.1 to 8.1); claimed within \
         ±10 %."
    );
}

#[test]
fn of_several_comparisons_it_is_said_how_many_there_are() {
    let mut analysis = of(&[1]);
    let contrast = analysis.study.claims[0].contrasts[0];
    analysis.study.claims[0].contrasts.push(contrast);
    let judged = analysis.findings.claims[0].contrasts[0].clone();
    analysis.findings.claims[0].contrasts.push(judged);
    assert!(
        said(&analysis).starts_with("Supported in each of 2 comparisons; nearest to the bound: p95 "),
        "{}",
        said(&analysis)
    );
    analysis.findings.claims[0].verdict = Verdict::Refuted;
    analysis.findings.claims[0].contrasts[1].verdict = Verdict::Refuted;
    assert!(
        said(&analysis).starts_with("Refuted in 1 of 2 comparisons; furthest from the claim: p95 "),
        "{}",
        said(&analysis)
    );
}

#[test]
fn an_authors_sentence_is_that_of_the_verdict_found_with_its_places_filled() {
    let mut analysis = of(&[1]);
    analysis.study.claims[0].says = Says {
        supported: Some("Not affected: {effect} ({interval}), {of} against {with}.".into()),
        refuted: Some("Affected.".into()),
        undecided: None,
    };
    assert_eq!(said(&analysis), "Not affected: +1.2 % (−2.1 to +4.6 %), 9.40 ms against 9.30 ms.");
    analysis.study.claims[0].says.supported = Some("The first: {of 1}; there is no ninth: {of 9}.".into());
    assert_eq!(said(&analysis), "The first: 9.40 ms; there is no ninth: –.");
    analysis.findings.claims[0].verdict = Verdict::Refuted;
    assert_eq!(said(&analysis), "Affected.");
    // Nobody wrote a sentence for this verdict: none of the others is said.
    analysis.findings.claims[0].verdict = Verdict::Undecided;
    assert!(said(&analysis).starts_with("Undecided: p95 of the sojourn"), "{}", said(&analysis));
}

#[test]
fn what_was_not_measured_is_said_not_to_be() {
    let mut analysis = of(&[0]);
    analysis.findings.claims[0].contrasts[0].effect = None;
    analysis.findings.claims[0].verdict = Verdict::Undecided;
    assert_eq!(said(&analysis), "Undecided: readers at once (most) was not measured; claimed ≥ 2.");
}

#[test]
fn a_study_without_claims_says_that_nothing_is_judged() {
    let mut analysis = of(&[]);
    assert!(said(&analysis).starts_with("Nothing is claimed of the 3 variants"), "{}", said(&analysis));
    assert_eq!((answer(&analysis).0, tally(&analysis)), (None, None));
    analysis.study.variants.truncate(1);
    assert!(said(&analysis).starts_with("Nothing is claimed of the one variant"));
}

#[test]
fn a_value_that_is_no_count_has_its_unit_and_interval() {
    let mut analysis = of(&[0]);
    analysis.study.claims[0].measure = "check design".parse().unwrap();
    analysis.study.claims[0].expect = Expectation::AtMost(2e6);
    let contrast = &mut analysis.findings.claims[0].contrasts[0];
    let effect = contrast.effect.as_mut().unwrap();
    (effect.point, effect.scale, effect.method) = (1.27e6, Scale::Value, crate::lab::statistics::Method::TInterval);
    contrast.corrected = Some((1.2e6, 1.34e6));
    assert_eq!(
        said(&analysis),
        "Refuted: cost of a dependency check in “as designed”: 1.27 ms (1.20 to 1.34 ms); claimed ≤ 2.00 ms."
    );
}

#[test]
fn what_is_the_same_in_every_comparison_is_said_once() {
    let mut analysis = of(&[0]);
    for variant in &mut analysis.study.variants[1..] {
        variant.role = Some(Role::Shipped);
    }
    let mut other = analysis.study.claims[0].contrasts[0];
    other.of.variant = 2;
    analysis.study.claims[0].contrasts.push(other);
    let judged = analysis.findings.claims[0].contrasts[0].clone();
    analysis.findings.claims[0].contrasts.push(judged);
    assert_eq!(
        said(&analysis),
        "Refuted: readers at once (most) as shipped: 1 (exact, in each of 2 comparisons); claimed ≥ 2."
    );
}
