//! Claims in words: what each compares, and what it expects.

use crate::scenario::claim::{Claim, Gate, Side};
use crate::scenario::plan::{Plan, Variant};
use crate::units::counted;
use std::collections::BTreeSet;

/// A line for each claim.
pub(super) fn claims(plan: &Plan) -> Vec<String> {
    let number = |(place, claim): (usize, &Claim)| format!("claim {}: {}", place + 1, in_words(plan, claim));
    plan.claims.iter().enumerate().map(number).collect()
}

fn in_words(plan: &Plan, claim: &Claim) -> String {
    let variants = match &plan.prediction {
        Some(prediction) if claim.of_prediction => &prediction.variants,
        _ => &plan.variants,
    };
    let classes: Vec<String> = variants[0].workload.classes.iter().map(|class| class.name.clone()).collect();
    let measure = claim.measure_in_words(&classes);
    let predicted = if claim.of_prediction { ", predicted" } else { "" };
    let gate = match claim.gate {
        Gate::Open => "",
        Gate::Refuted => "; the run fails if it is refuted",
        Gate::Undecided => "; the run fails if it is refuted or undecided",
    };
    format!(
        "{measure}{predicted}, {}: {}{gate}",
        compared(claim, variants, &classes),
        claim.expect.in_words(claim.measure.unit())
    )
}

/// `“as shipped” against “as designed”, at each of 3 points`.
fn compared(claim: &Claim, variants: &[Variant], classes: &[String]) -> String {
    let of: Vec<Side> = claim.contrasts.iter().map(|contrast| contrast.of).collect();
    let with: Vec<Side> = claim.contrasts.iter().filter_map(|contrast| contrast.with).collect();
    let class = |side: &Side| side.class.and_then(|number| classes.get(number)).map_or("?", String::as_str);
    let within = |(of, with): (&Side, &Side)| of.variant == with.variant;
    match with.first() {
        None => format!("of {}", called(&of, variants)),
        Some(first) if of.iter().zip(&with).all(within) => {
            format!("“{}” against “{}” in the runs of {}", class(&of[0]), class(first), called(&of, variants))
        }
        Some(_) => {
            let points = if of.len() > 1 { format!(", at each of {} points", of.len()) } else { String::new() };
            format!("{} against {}{points}", one_name(&of, variants), one_name(&with, variants))
        }
    }
}

/// One variant by its name, several by their number.
fn called(sides: &[Side], variants: &[Variant]) -> String {
    match sides {
        [side] => format!("“{}”", variants[side.variant].name),
        _ if sides.len() == variants.len() => "every variant".to_owned(),
        _ => format!("{} of “{}”", counted(sides.len(), "variant"), variants[sides[0].variant].family),
    }
}

/// The name that several variants have in common.
fn one_name(sides: &[Side], variants: &[Variant]) -> String {
    let places: BTreeSet<usize> = sides.iter().map(|side| side.variant).collect();
    match places.len() {
        1 => format!("“{}”", variants[sides[0].variant].name),
        _ => format!("“{}”", variants[sides[0].variant].family),
    }
}
