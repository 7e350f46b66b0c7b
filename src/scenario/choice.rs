//! A part of a plan: some of its variants, and what of the plan is about them.

use super::claim::{Claim, Contrast, Side};
use super::plan::{Plan, Variant};
use crate::units::counted;

impl Plan {
    /// Leaves the variants of these names alone, if any are named. Those that were compared with one that is gone are
    /// compared with the first of them. What speaks of variants that are gone goes with them, and is named in
    /// [`Plan::left_out`]: claims, the sensitivity of a variant, and predictions of other `[[variant]]`s.
    ///
    /// # Errors
    /// That there is no variant of one of the names, with the nearest name.
    pub fn choose_variants(&mut self, names: &[String]) -> Result<(), String> {
        for name in names {
            self.variant(name)?;
        }
        if names.is_empty() {
            return Ok(());
        }
        let kept = self.keep(|variant| names.contains(&variant.name));
        let predicted = self.keep_predicted();
        self.move_claims(&kept, &predicted);
        if let Some(sensitivity) = &mut self.sensitivity {
            match place_now(sensitivity.variant, &kept) {
                Some(place) => sensitivity.variant = place,
                None => {
                    self.sensitivity = None;
                    self.left_out.push("the sensitivity of a variant that was not chosen".to_owned());
                }
            }
        }
        Ok(())
    }

    fn move_claims(&mut self, kept: &[usize], predicted: &[usize]) {
        let (mut gone, mut narrowed) = (0_usize, 0_usize);
        for claim in std::mem::take(&mut self.claims) {
            let before = claim.contrasts.len();
            let places = if claim.of_prediction { predicted } else { kept };
            match moved(claim, places) {
                None => gone += 1,
                Some(claim) => {
                    narrowed += usize::from(claim.contrasts.len() < before);
                    self.claims.push(claim);
                }
            }
        }
        if gone > 0 {
            self.left_out.push(format!("{} about variants that were not chosen", counted(gone, "claim")));
        }
        if narrowed > 0 {
            self.left_out
                .push(format!("a part of {}, about variants that were not chosen", counted(narrowed, "claim")));
        }
    }

    /// Keeps those that are `chosen`; gives the places that they had.
    fn keep(&mut self, chosen: impl Fn(&Variant) -> bool) -> Vec<usize> {
        let kept: Vec<usize> = (0..self.variants.len()).filter(|place| chosen(&self.variants[*place])).collect();
        self.variants.retain(chosen);
        let mut first = None;
        for (place, variant) in self.variants.iter_mut().enumerate() {
            let with = variant.compare_with.and_then(|with| place_now(with, &kept));
            variant.compare_with = with.or(first);
            first = first.or(with.is_none().then_some(place));
        }
        kept
    }

    /// Keeps the predictions of the `[[variant]]`s that are left, if there are any; gives the places that they had.
    fn keep_predicted(&mut self) -> Vec<usize> {
        let Some(prediction) = &mut self.prediction else { return Vec::new() };
        let is_left = |predicted: &Variant| self.variants.iter().any(|variant| variant.family == predicted.family);
        let before = prediction.variants.len();
        let kept = prediction.keep(is_left);
        if kept.len() < before {
            let gone = counted(before - kept.len(), "predicted variant");
            self.left_out.push(format!("{gone}, since theirs were not chosen"));
        }
        if kept.is_empty() {
            self.prediction = None;
        }
        kept
    }
}

/// The claim about what is left of its contrasts, with the places that their variants have now; none if nothing is left.
fn moved(mut claim: Claim, kept: &[usize]) -> Option<Claim> {
    let side = |side: Side| Some(Side { variant: place_now(side.variant, kept)?, ..side });
    let contrast = |contrast: &Contrast| {
        let with = match contrast.with {
            Some(with) => Some(side(with)?),
            None => None,
        };
        Some(Contrast { of: side(contrast.of)?, with })
    };
    claim.contrasts = claim.contrasts.iter().filter_map(contrast).collect();
    Some(claim).filter(|claim| !claim.contrasts.is_empty())
}

fn place_now(old: usize, kept: &[usize]) -> Option<usize> {
    kept.iter().position(|place| *place == old)
}
