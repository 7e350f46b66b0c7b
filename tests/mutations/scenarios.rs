//! Mutated scenarios.

use crate::mutator;
use jqlab::printable::is_printable;
use jqlab::runtime::Streams;
use jqlab::scenario::claim::Expectation;
use jqlab::scenario::{self, Plan, Variant, limits};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::PathBuf;

#[test]
fn a_mutated_scenario_is_refused_with_its_mistakes_or_can_be_run() {
    let (accepted, refused) = (Cell::new(0), Cell::new(0));
    let shipped = mutator::files("scenarios", "toml");
    // The one with every key as often as all others together.
    let every_key = mutator::files("tests/corpus/scenarios", "toml");
    let every_key: Vec<PathBuf> = every_key.into_iter().cycle().take(shipped.len()).collect();
    mutator::each(&[shipped, every_key].concat(), 4_000, |bytes| match scenario::read_bytes("mutated.toml", bytes) {
        Ok(plan) => {
            accepted.set(accepted.get() + 1);
            check(&plan);
        }
        Err(errors) => {
            refused.set(refused.get() + 1);
            assert!(!errors.problems.is_empty());
            let shown = errors.render(false);
            assert!(shown.chars().all(|letter| is_printable(letter) || letter == '\n' || letter == '\t'), "{shown:?}");
        }
    });
    // Both ways are gone often.
    assert!(accepted.get() > 300 && refused.get() > 300, "{accepted:?} {refused:?}");
}

fn check(plan: &Plan) {
    let (variants, replications) = (plan.variants.len(), plan.run.replications);
    assert!((1..=limits::VARIANTS).contains(&variants) && (1..=limits::REPLICATIONS).contains(&replications));
    assert_eq!(plan.runs(), variants as u64 * u64::from(replications));
    let names: BTreeSet<&str> = plan.variants.iter().map(|variant| variant.name.as_str()).collect();
    assert_eq!(names.len(), variants, "names differ");
    assert!(names.iter().all(|name| name.chars().all(is_printable)));
    for (place, variant) in plan.variants.iter().enumerate() {
        check_comparison(plan, place);
        check_variant(variant);
    }
    check_claims(plan);
    if let Some(prediction) = &plan.prediction {
        assert!((1..=limits::VARIANTS).contains(&prediction.variants.len()) && prediction.claims.is_empty());
        prediction.variants.iter().for_each(check_variant);
    }
    let quick = plan.quick();
    assert!(quick.runs() <= plan.runs().max(plan.variants.len() as u64 * 5));
    check_load(&plan.variants[variants / 2], plan.seed);
    assert!(scenario::summary("mutated.toml", plan).lines().count() >= 4);
}

/// Sides are variants and classes that there are, and what is expected is written as it is read.
fn check_claims(plan: &Plan) {
    for claim in &plan.claims {
        let variants = match &plan.prediction {
            Some(prediction) if claim.of_prediction => &prediction.variants,
            _ => &plan.variants,
        };
        assert!(!claim.contrasts.is_empty());
        for side in claim.contrasts.iter().flat_map(|contrast| std::iter::once(contrast.of).chain(contrast.with)) {
            assert!(side.class.is_none_or(|class| class < variants[side.variant].workload.classes.len()));
        }
        let unit = claim.measure.unit();
        let words = claim.expect.in_words(unit);
        assert_eq!(Expectation::read(&words, unit), Ok(claim.expect.clone()), "{words}");
    }
}

/// What it is compared with is there, and following that leads to a variant that is compared with nothing.
fn check_comparison(plan: &Plan, place: usize) {
    let mut at = place;
    for _ in 0..=plan.variants.len() {
        match plan.variants[at].compare_with {
            Some(with) => at = with,
            None => return,
        }
    }
    panic!("comparisons go round in a circle");
}

fn check_variant(variant: &Variant) {
    let workload = &variant.workload;
    assert!((1..=limits::JOBS).contains(&workload.jobs));
    assert!((1..=limits::CLASSES).contains(&workload.classes.len()));
    let shares: f64 = workload.classes.iter().map(|class| class.share).sum();
    assert!((shares - 1.0).abs() < 1e-5);
    assert!(
        workload.classes.iter().all(|class| !class.opcodes.is_empty() && class.file_size <= Some(limits::FILE_SIZE))
    );
    assert_eq!(workload.cluster, variant.design.cluster);
    assert!(variant.design.workers >= 1 && !variant.design.lock_attempts.is_empty());
}

/// The same seed gives the same load.
fn check_load(variant: &Variant, seed: u64) {
    let mut few = variant.workload.clone();
    few.jobs = few.jobs.min(5);
    for class in &mut few.classes {
        class.file_size = class.file_size.map(|size| size.min(10_000));
    }
    assert!(few.load(Streams::new(seed, 0)) == few.load(Streams::new(seed, 0)));
}
