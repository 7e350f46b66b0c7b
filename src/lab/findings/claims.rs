//! Claims, judged together.
//!
//! A contrast is inside what is claimed, or outside, by its point; its p-value is the level of error at which its two-sided
//! interval just touches the nearest end of the region. A claim holds if each of its contrasts does, which needs no correction
//! (an intersection-union test, Berger 1982); it is refuted by one of m, at an m-th of the level (Bonferroni). The claims of a file
//! are corrected together by Holm (1979): the k-th smallest p-value of K at α / (K − k + 1), until one fails.

use super::deciding::to_decide;
use super::estimating::Estimating;
use super::weighing::{Leaning, Weighed, weigh};
use super::{Judged, JudgedContrast, Verdict};
use crate::scenario::claim::Claim;

/// A claim whose contrasts are weighed.
struct Case<'a> {
    estimating: Option<&'a Estimating<'a>>,
    contrasts: Vec<Weighed>,
    leaning: Leaning,
}

/// Judges claims, each on the blocks that `bench` has for it, so that none of them is wrong in a share of `level` of all
/// studies.
pub(super) fn judge<'a>(
    claims: &[Claim],
    bench: impl Fn(&Claim) -> Option<&'a Estimating<'a>>,
    level: f64,
) -> Vec<Judged> {
    let cases: Vec<Case<'_>> = claims
        .iter()
        .map(|claim| {
            let estimating = bench(claim);
            let contrasts: Vec<Weighed> =
                claim.contrasts.iter().map(|contrast| weigh(claim, contrast, estimating)).collect();
            Case { estimating, leaning: together(&contrasts), contrasts }
        })
        .collect();
    let p_values: Vec<f64> = cases.iter().map(|case| case.leaning.p_value().unwrap_or(1.0)).collect();
    let levels = holm(&p_values, 1.0 - level);
    cases.into_iter().zip(levels).map(|(case, alpha)| case.judged(alpha)).collect()
}

/// How a claim of these contrasts leans.
fn together(contrasts: &[Weighed]) -> Leaning {
    let against = contrasts.iter().filter_map(|contrast| match contrast.leaning {
        Leaning::Against(p) => Some(p),
        _ => None,
    });
    if let Some(least) = against.min_by(f64::total_cmp) {
        return Leaning::Against((least * contrasts.len() as f64).min(1.0));
    }
    let inside = contrasts.iter().map(|contrast| match contrast.leaning {
        Leaning::For(p) => Some(p),
        _ => None,
    });
    let all: Option<Vec<f64>> = inside.collect();
    all.and_then(|all| all.into_iter().max_by(f64::total_cmp)).map_or(Leaning::Open, Leaning::For)
}

/// For each of these p-values the level of error at which it is judged, so that all of them together keep `alpha`. Those after
/// the first that fails share its level.
pub(in crate::lab) fn holm(p_values: &[f64], alpha: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|one, other| p_values[*one].total_cmp(&p_values[*other]));
    let mut levels = vec![alpha; p_values.len()];
    let mut failed = None;
    for (rank, place) in order.into_iter().enumerate() {
        let own = alpha / (p_values.len() - rank) as f64;
        levels[place] = failed.unwrap_or(own);
        if p_values[place] > own && failed.is_none() {
            failed = Some(own);
        }
    }
    levels
}

impl Case<'_> {
    /// At this level of error of the claim.
    fn judged(self, alpha: f64) -> Judged {
        let verdict = self.leaning.verdict(alpha);
        let of_each = match self.leaning {
            Leaning::Against(_) => alpha / self.contrasts.len().max(1) as f64,
            Leaning::For(_) | Leaning::Open => alpha,
        };
        let decisive = (0..self.contrasts.len())
            .min_by(|one, other| {
                let standing = |place: &usize| self.contrasts[*place].leaning.standing();
                standing(one).total_cmp(&standing(other))
            })
            .unwrap_or(0);
        let to_decide = self.estimating.filter(|_| verdict == Verdict::Undecided).and_then(|estimating| {
            let decisive = self.contrasts.get(decisive)?;
            let all = if matches!(self.leaning, Leaning::For(_)) {
                &self.contrasts[..]
            } else {
                std::slice::from_ref(decisive)
            };
            to_decide(all, of_each, estimating)
        });
        let p_value = self.leaning.p_value();
        let contrasts = self.contrasts.into_iter().map(|contrast| contrast.judged(of_each)).collect();
        Judged { verdict, contrasts, decisive, p_value, to_decide }
    }
}

impl Weighed {
    fn judged(self, alpha: f64) -> JudgedContrast {
        let level = 1.0 - alpha;
        JudgedContrast {
            verdict: self.leaning.verdict(alpha),
            corrected: self.effect.and_then(|effect| effect.interval(level)),
            effect: self.effect,
            of: self.of,
            with: self.with,
            region: self.region,
            level,
            note: self.note,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holm_steps_down_until_one_fails() {
        // Three claims at 0.05: 0.01 < 0.05/3, 0.03 > 0.05/2, so that 0.04 is judged at 0.05/2 as well.
        let levels = holm(&[0.04, 0.01, 0.03], 0.05);
        let expected = [0.025, 0.05 / 3.0, 0.025];
        assert!(levels.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-12), "{levels:?}");
        let levels = holm(&[0.02, 0.01], 0.05);
        assert!((levels[0] - 0.05).abs() < 1e-12 && (levels[1] - 0.025).abs() < 1e-12, "{levels:?}");
    }

    #[test]
    fn a_claim_is_as_sure_as_its_least_sure_contrast_and_refuted_by_one_of_many_at_a_part_of_the_level() {
        let weighed = |leaning| Weighed { leaning, ..Weighed::default() };
        let of = |leanings: &[Leaning]| together(&leanings.iter().copied().map(weighed).collect::<Vec<_>>());
        assert_eq!(of(&[Leaning::For(0.01), Leaning::For(0.2)]), Leaning::For(0.2));
        assert_eq!(of(&[Leaning::For(0.01), Leaning::Open]), Leaning::Open);
        assert_eq!(of(&[Leaning::For(0.01), Leaning::Against(0.02)]), Leaning::Against(0.04));
        assert_eq!(of(&[]), Leaning::Open);
    }
}
