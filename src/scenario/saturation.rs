//! Rates that are a share of what a queue can do at most: whose saturation must be found first, and where it goes.
//!
//! All variants of a comparison see the same arrivals. So a share refers to the saturation of the variant that theirs is
//! finally compared with at the same point of the matrix, not to each one's own.

use super::arrivals::Rate;
use super::plan::{Plan, Variant};
use std::collections::BTreeMap;

/// A variant whose saturation must be known, and the variants whose rates follow from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pilot {
    /// Place of the variant whose saturation it is, in jobs per second.
    pub variant: usize,
    /// Places of the variants whose rate is a share of it, in order.
    pub serves: Vec<usize>,
}

impl Plan {
    /// Whether a saturation must be found before all its variants can be run.
    #[must_use]
    pub fn needs_saturation(&self) -> bool {
        self.variants.iter().any(is_open_question)
    }

    /// Whose saturations must be found. Variants that differ in their arrivals alone share a pilot.
    #[must_use]
    pub fn pilots(&self) -> Vec<Pilot> {
        let mut pilots: Vec<Pilot> = Vec::new();
        for place in (0..self.variants.len()).filter(|place| is_open_question(&self.variants[*place])) {
            let root = self.finally_compared_with(place);
            let is_alike = |pilot: &&mut Pilot| self.saturate_alike(pilot.variant, root);
            match pilots.iter_mut().find(is_alike) {
                Some(pilot) => pilot.serves.push(place),
                None => pilots.push(Pilot { variant: root, serves: vec![place] }),
            }
        }
        pilots
    }

    /// Puts in what pilots found: jobs per second, by [`Pilot::variant`]. Shares of what was not found stay open.
    pub fn resolve_rates(&mut self, saturations: &BTreeMap<usize, f64>) {
        for pilot in self.pilots() {
            let Some(saturation) = saturations.get(&pilot.variant) else { continue };
            for place in pilot.serves {
                if let Some(Rate::OfSaturation { share, per_second }) =
                    self.variants[place].workload.arrivals.rate_mut()
                {
                    *per_second = Some(*share * saturation);
                }
            }
        }
    }

    /// The variant at the same point of the matrix that comparisons lead to: the same of all that are to be told apart.
    #[must_use]
    pub fn finally_compared_with(&self, place: usize) -> usize {
        let point = self.variants[place].point;
        let mut at = place;
        // Comparisons have no circle.
        while let Some(next) = self.variants[at].compare_with.filter(|next| self.variants[*next].point == point) {
            at = next;
        }
        at
    }

    /// Whether two variants differ in nothing that matters to their saturation.
    fn saturate_alike(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.variants[one], &self.variants[other]);
        let (a, b) = (&one.workload, &other.workload);
        one.design == other.design
            && one.machine == other.machine
            && (a.jobs, &a.classes, &a.cluster) == (b.jobs, &b.classes, &b.cluster)
    }
}

/// Whether its rate is a share of a saturation that is not known yet.
fn is_open_question(variant: &Variant) -> bool {
    variant.workload.arrivals.rate().is_some_and(|rate| rate.per_second().is_none())
}
