//! How measures grow over a swept knob, and the law that throughput follows.

use super::blocks::Blocks;
use super::estimating::Estimating;
use super::law::{Coefficients, ScalabilityLaw};
use crate::lab::Study;
use crate::lab::statistics::Estimate;
use crate::scenario::claim::{Measure, Side};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What stands between the parts of a variant's name.
const BETWEEN: &str = " · ";
/// Knobs that are swept before others, if several are.
const FIRST: [&str; 2] = ["workers", "cores"];

/// A measure over a swept knob.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    /// What is measured.
    pub measure: Measure,
    /// Of which class; none: of all jobs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<usize>,
    /// The swept knob.
    pub knob: String,
    /// What tells this curve from the others of its panel; may be empty.
    pub curve: String,
    /// What tells its panel from the others; may be empty.
    pub panel: String,
    /// Whether these are runs of a prediction; the variants are places among its own then.
    #[serde(default)]
    pub is_predicted: bool,
    /// By the value of the knob, in ascending order.
    pub points: Vec<GrowthPoint>,
    /// The law, where the measure is the throughput of all jobs and there are enough points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub law: Option<ScalabilityLaw>,
}

/// A point of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct GrowthPoint {
    /// Value of the swept knob.
    pub at: f64,
    /// Place of the variant.
    pub variant: usize,
    /// What was measured.
    pub estimate: Estimate,
}

/// Variants that differ in one number alone, in its order.
#[derive(Debug, PartialEq)]
struct Curve {
    knob: String,
    /// The parts of their names but for that of the knob.
    rest: Vec<String>,
    /// The number, and the place of the variant.
    points: Vec<(f64, usize)>,
}

/// The growth of these measures over the swept knob of a study; nothing if it has none.
pub(super) fn growth(
    estimating: &Estimating<'_>,
    measures: &[(Measure, Option<usize>)],
    is_predicted: bool,
) -> Vec<Growth> {
    let curves = curves(estimating.blocks.study);
    let labels = labels(&curves);
    let of_measure = |(measure, class): &(Measure, Option<usize>)| -> Vec<Growth> {
        let of_curve = |(curve, (label, panel)): (&Curve, &(String, String))| {
            let point = |(at, variant): &(f64, usize)| {
                let estimate = estimating.estimate(measure, Side { variant: *variant, class: *class })?;
                Some(GrowthPoint { at: *at, variant: *variant, estimate })
            };
            let points: Vec<GrowthPoint> = curve.points.iter().filter_map(point).collect();
            let is_throughput = *measure == Measure::Throughput && class.is_none();
            let first = points.first()?.estimate.point;
            // What stays the same does not grow.
            points.iter().any(|point| (point.estimate.point - first).abs() > 0.0).then(|| Growth {
                measure: measure.clone(),
                class: *class,
                knob: curve.knob.clone(),
                curve: label.clone(),
                panel: panel.clone(),
                is_predicted,
                points,
                law: is_throughput.then(|| ScalabilityLaw::fitted(&curve.throughputs(&estimating.blocks))).flatten(),
            })
        };
        curves.iter().zip(&labels).filter_map(of_curve).collect()
    };
    measures
        .iter()
        .filter(|(measure, _)| !matches!(measure, Measure::Contention | Measure::Coherence))
        .flat_map(of_measure)
        .collect()
}

/// Standard error of a coefficient of the law, fitted to all blocks of the sweep of which `variant` is a point. Fits of single
/// blocks that end at 0 do not scatter, and are not sure for that.
pub(super) fn error_of_fit(blocks: &Blocks<'_>, measure: &Measure, variant: usize) -> Option<f64> {
    let error: fn(&ScalabilityLaw) -> f64 = match measure {
        Measure::Contention => |law| law.contention.1,
        Measure::Coherence => |law| law.coherence.1,
        _ => return None,
    };
    let curves = curves(blocks.study);
    ScalabilityLaw::fitted(&curve_of(&curves, variant)?.throughputs(blocks)).map(|law| error(&law))
}

fn curve_of(curves: &[Curve], variant: usize) -> Option<&Curve> {
    curves.iter().find(|curve| curve.points.iter().any(|(_, place)| *place == variant))
}

/// A measure that takes the whole sweep of which `variant` is a point, in one block.
pub(super) fn of_sweep(blocks: &Blocks<'_>, measure: &Measure, variant: usize, block: u32) -> Option<f64> {
    let curves = curves(blocks.study);
    let curve = curve_of(&curves, variant)?;
    let throughput = |variant| blocks.figure(&Measure::Throughput, Side { variant, class: None }, block);
    if *measure == Measure::SpeedUp {
        return Some(throughput(variant)? / throughput(curve.points.first()?.1)?);
    }
    let points: Option<Vec<(f64, f64)>> =
        curve.points.iter().map(|(at, place)| Some((*at, throughput(*place)?))).collect();
    let fit = Coefficients::fitted(&points?)?;
    Some(if *measure == Measure::Contention { fit.contention } else { fit.coherence })
}

impl Curve {
    /// All points of all blocks.
    fn throughputs(&self, blocks: &Blocks<'_>) -> Vec<(f64, f64)> {
        let of_point = |(at, variant): &(f64, usize)| {
            let figures = blocks.figures(&Measure::Throughput, Side { variant: *variant, class: None });
            figures.into_iter().map(|figure| (*at, figure)).collect::<Vec<_>>()
        };
        self.points.iter().flat_map(of_point).collect()
    }
}

/// The last word of a key: `workers` of `design.workers`.
fn leaf(key: &str) -> &str {
    key.rsplit('.').next().unwrap_or(key)
}

/// The knob that is swept: a number, of which a study has at least three values; of several, that of workers or cores, else the
/// one with the most values.
fn swept(study: &Study) -> Option<&str> {
    let numbers =
        || study.variants.iter().flat_map(|variant| &variant.swept).filter(|(_, value)| number(value).is_some());
    let keys: BTreeSet<&str> = numbers().map(|(key, _)| key.as_str()).collect();
    let values =
        |key: &str| numbers().filter(|(other, _)| other == key).map(|(_, value)| value).collect::<BTreeSet<_>>().len();
    let is_first = |key: &str| FIRST.contains(&leaf(key));
    keys.into_iter().filter(|key| values(key) > 2).max_by_key(|key| (is_first(key), values(key)))
}

fn number(value: &str) -> Option<f64> {
    value.trim_matches('"').parse().ok().filter(|number: &f64| number.is_finite())
}

fn curves(study: &Study) -> Vec<Curve> {
    let Some(key) = swept(study) else { return Vec::new() };
    let mut curves: Vec<Curve> = Vec::new();
    for (place, variant) in study.variants.iter().enumerate() {
        let value = variant.swept.iter().find(|(other, _)| other == key).map(|(_, value)| value);
        let Some((value, at)) = value.and_then(|value| Some((value.trim_matches('"'), number(value)?))) else {
            continue;
        };
        let own = format!("{} {value}", leaf(key));
        let rest: Vec<String> = variant.name.split(BETWEEN).filter(|part| *part != own).map(str::to_owned).collect();
        match curves.iter_mut().find(|curve| curve.rest == rest) {
            Some(curve) => curve.points.push((at, place)),
            None => curves.push(Curve { knob: leaf(key).to_owned(), rest, points: vec![(at, place)] }),
        }
    }
    for curve in &mut curves {
        curve.points.sort_by(|one, other| one.0.total_cmp(&other.0));
    }
    curves.retain(|curve| curve.points.len() > 1);
    curves
}

/// For each curve its label and its panel: the part of the names that has the most values tells curves apart, all others
/// panels.
fn labels(curves: &[Curve]) -> Vec<(String, String)> {
    let most = curves.iter().map(|curve| curve.rest.len()).max().unwrap_or(0);
    let values = |place: usize| curves.iter().filter_map(|curve| curve.rest.get(place)).collect::<BTreeSet<_>>().len();
    let colour = (0..most).max_by_key(|place| values(*place));
    let of = |curve: &Curve| {
        let label = colour.and_then(|place| curve.rest.get(place)).cloned().unwrap_or_default();
        let others = curve.rest.iter().enumerate().filter(|(place, _)| Some(*place) != colour);
        let panel: Vec<&str> = others.map(|(_, part)| part.as_str()).collect();
        (label, panel.join(BETWEEN))
    };
    curves.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::VariantInfo;
    use crate::lab::sample::study;

    fn swept_study() -> Study {
        let mut swept = study(&[]);
        for queue in ["shared", "exclusive"] {
            for tracker in ["exclusive", "shared", "register-only"] {
                for workers in ["1", "16", "4"] {
                    let changes = [("queue_lock", queue), ("dependency_lock", tracker), ("workers", workers)];
                    let name = changes.map(|(key, value)| format!("{key} {value}")).join(BETWEEN);
                    let knobs = changes.map(|(key, value)| (format!("design.{key}"), value.to_owned())).to_vec();
                    swept.variants.push(VariantInfo { name, swept: knobs, ..study(&[("", None)]).variants[0].clone() });
                }
            }
        }
        swept
    }

    #[test]
    fn curves_run_over_the_swept_number_and_have_a_colour_and_a_panel_by_the_other_knobs() {
        let curves = curves(&swept_study());
        assert_eq!(curves.len(), 6);
        assert_eq!(curves[0].points, [(1.0, 0), (4.0, 2), (16.0, 1)]);
        let labels = labels(&curves);
        assert_eq!(labels[1], ("dependency_lock shared".to_owned(), "queue_lock shared".to_owned()));
        assert_eq!(labels[5], ("dependency_lock register-only".to_owned(), "queue_lock exclusive".to_owned()));
    }

    #[test]
    fn a_study_without_a_swept_number_has_no_curves() {
        assert_eq!(curves(&study(&[("a", None), ("b", Some(0))])), []);
    }
}
