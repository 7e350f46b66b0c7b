//! What each variant is compared with: its baseline, else the first.

use super::variants::Written;
use crate::written::{Problem, Problems, suggest};

/// What each variant is compared with, by place, if nothing is wrong with the baselines. The variants of a
/// `[[variant]]` stand together, one for each of the `points` of the matrix.
pub(super) fn comparisons(written: &[Written<'_>], points: usize, problems: &mut Problems) -> Vec<Option<usize>> {
    let bases: Vec<Option<usize>> = written.iter().map(|one| base_of(one, written, problems)).collect();
    refuse_circle(written, &bases, problems);
    compared(&bases, points)
}

/// The place of the `[[variant]]` that is named as the baseline of another.
fn base_of(one: &Written<'_>, written: &[Written<'_>], problems: &mut Problems) -> Option<usize> {
    let (name, place) = one.baseline.as_ref()?;
    let base = written.iter().position(|other| other.name == *name);
    if base.is_none() {
        let names: Vec<&str> =
            written.iter().map(|other| other.name.as_str()).filter(|name| *name != one.name).collect();
        let found = format!("no variant is called `{name}`");
        let problem = Problem::new(place.clone(), found, "expected the name of another variant");
        problems.push(problem.with_help(suggest(name, &names)));
    }
    base
}

/// Refuses baselines that lead back to where they began.
fn refuse_circle(written: &[Written<'_>], bases: &[Option<usize>], problems: &mut Problems) {
    for (place, one) in written.iter().enumerate() {
        let Some((_, span)) = &one.baseline else { continue };
        let chain = chain_from(place, bases);
        if chain.last().is_some_and(|last| bases[*last] == Some(place)) {
            let names: Vec<&str> = chain.iter().chain([&place]).map(|at| written[*at].name.as_str()).collect();
            let found = format!("the baselines go round in a circle: {}", names.join(" → "));
            problems.push(Problem::new(span.clone(), found, "expected a variant that is not compared with this one"));
            return;
        }
    }
}

/// `place`, its baseline, the baseline of that and so on, each once.
fn chain_from(place: usize, bases: &[Option<usize>]) -> Vec<usize> {
    let mut chain = vec![place];
    while let Some(next) = bases[chain[chain.len() - 1]].filter(|next| !chain.contains(next)) {
        chain.push(next);
    }
    chain
}

/// What each variant is compared with: its baseline at the same point of the matrix, else the first `[[variant]]` at
/// the same point. Where that chain ends, the first point stands for the others to be compared with, and is
/// itself compared with nothing.
fn compared(bases: &[Option<usize>], points: usize) -> Vec<Option<usize>> {
    let root = chain_from(0, bases).last().copied().unwrap_or(0);
    let with = |one: usize, point: usize| match bases[one] {
        Some(base) => Some(base * points + point),
        None if one == root => (point > 0).then_some(root * points),
        None => Some(point),
    };
    (0..bases.len())
        .flat_map(|one| (0..points).map(move |point| (one, point)))
        .map(|(one, point)| with(one, point))
        .collect()
}
