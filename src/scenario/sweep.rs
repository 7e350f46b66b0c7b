//! Curves: variants that differ in one swept number alone, such as 1, 4 and 16 workers.

use super::plan::Variant;

/// Knobs that say how many work at the same time. The first of them that is swept is what speed-up is over.
const PARALLEL: [&str; 2] = ["workers", "cores"];

/// Points of a curve that a law can be fitted to.
const POINTS_MIN: usize = 3;

/// The curves of a plan's variants over the number of those that work at the same time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sweep {
    /// The swept knob.
    pub knob: &'static str,
    /// For each curve the places of its variants, by the value of the knob; at least two each.
    pub curves: Vec<Vec<usize>>,
}

impl Sweep {
    /// What is swept in these variants, if anything is.
    #[must_use]
    pub fn of(variants: &[Variant]) -> Option<Self> {
        PARALLEL.into_iter().find_map(|knob| {
            let curves = curves(variants, knob);
            curves.iter().any(|curve| curve.len() >= POINTS_MIN).then_some(Self { knob, curves })
        })
    }

    /// The curve that a variant is on.
    #[must_use]
    pub fn curve(&self, variant: usize) -> Option<&[usize]> {
        self.curves.iter().find(|curve| curve.contains(&variant)).map(Vec::as_slice)
    }
}

fn curves(variants: &[Variant], knob: &str) -> Vec<Vec<usize>> {
    let mut curves: Vec<Vec<usize>> = Vec::new();
    for place in (0..variants.len()).filter(|place| value(&variants[*place], knob).is_some()) {
        match curves.iter_mut().find(|curve| is_beside(&variants[curve[0]], &variants[place], knob)) {
            Some(curve) => curve.push(place),
            None => curves.push(vec![place]),
        }
    }
    curves.retain(|curve| curve.len() > 1);
    for curve in &mut curves {
        curve.sort_by_key(|place| value(&variants[*place], knob));
    }
    curves
}

/// Whether two variants differ in the swept `knob` alone.
fn is_beside(one: &Variant, other: &Variant, knob: &str) -> bool {
    let rest = |variant: &Variant| -> Vec<(String, String)> {
        variant.swept.iter().filter(|(key, _)| key != knob).cloned().collect()
    };
    one.family == other.family && rest(one) == rest(other)
}

fn value(variant: &Variant, knob: &str) -> Option<u32> {
    let (_, value) = variant.swept.iter().find(|(key, _)| key == knob)?;
    value.parse().ok()
}
