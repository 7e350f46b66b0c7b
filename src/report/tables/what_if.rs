//! What would change a study's measure, and how much each variant bears.

use super::sheet::{Figure, Sheet};
use crate::lab::capacity::{Capacity, Found};
use crate::lab::sensitivity::{Scaled, Sensitivity};
use crate::lab::{Estimate, Study};
use crate::report::document::{Block, Line};
use crate::report::figures::Quantity::Number;
use crate::report::figures::{NOTHING, Quantity, change, number};
use crate::report::words;

/// What the measure depends on, the largest effect first: a column for each factor.
pub(in crate::report) fn sensitivity(study: &Study, sensitivity: &Sensitivity) -> Block {
    let mut factors: Vec<Option<f64>> = Vec::new();
    for setting in sensitivity.knobs.iter().flat_map(|knob| &knob.settings) {
        if !factors.contains(&setting.factor) {
            factors.push(setting.factor);
        }
    }
    // Nothing first, without a limit last.
    factors.sort_by(|one, other| one.unwrap_or(f64::MAX).total_cmp(&other.unwrap_or(f64::MAX)));
    let names = sensitivity.knobs.iter().map(|knob| knob.name.clone());
    let sheet = Sheet::new("what is scaled", names).words("now", sensitivity.knobs.iter().map(|knob| knob.now.clone()));
    let sheet = factors.iter().fold(sheet, |sheet, factor| {
        let title =
            factor.map_or("without limit".to_owned(), |factor| format!("×{}", number(factor).trim_end_matches(".00")));
        let cells = sensitivity.knobs.iter().enumerate().map(|(place, knob)| setting(knob, place, *factor));
        sheet.figures(&title, cells)
    });
    let class = sensitivity.class.and_then(|class| study.classes.get(class));
    let class = class.map_or(String::new(), |class| format!(" of “{class}”"));
    let measure = format!("{}{class}", words::measure(&sensitivity.measure));
    let base = Quantity::of(&sensitivity.measure).show(sensitivity.base.point);
    let without = match sensitivity.without_effect.as_slice() {
        [] => String::new(),
        names => format!(" Without any effect: {}.", words::and(names)),
    };
    let note = Line::from(format!("Changes of {measure} {}, which is ", words::variant(study, sensitivity.variant)))
        .figure(base, "sensitivity.base.point")
        .text(format!(
            " as it is, in virtual time on “{}”; one thing is scaled at a time, with the same random numbers.{without}",
            sensitivity.profile
        ));
    sheet.into_block("sensitivity", &format!("What would change {measure}"), note)
}

/// What came of a factor.
fn setting(knob: &Scaled, place: usize, factor: Option<f64>) -> Line {
    let found = knob.settings.iter().enumerate().find(|(_, setting)| setting.factor == factor);
    let Some((number, Some(found))) = found.map(|(number, setting)| (number, setting.effect)) else {
        return Line::from(NOTHING);
    };
    Line::new().figure(change(found.point), format!("sensitivity.knobs[{place}].settings[{number}].effect.point"))
}

/// The highest rate that each variant bears.
pub(in crate::report) fn capacity(study: &Study, capacity: &Capacity) -> Block {
    let name = |variant: usize| study.variants.get(variant).map_or(NOTHING.to_owned(), |variant| variant.name.clone());
    let rate = |found: &Found| match found {
        Found::Rate { capacity, .. } => Some(*capacity),
        Found::Never { .. } | Found::Always { .. } => None,
    };
    let rates: Vec<Option<Estimate>> = capacity.variants.iter().map(|variant| rate(&variant.found)).collect();
    let figures: Vec<Figure> = rates
        .iter()
        .enumerate()
        .map(|(place, estimate)| Figure {
            estimate: *estimate,
            path: format!("capacity.variants[{place}].found.rate.capacity"),
            is_best: false,
        })
        .collect();
    let beyond = |found: &Found| match found {
        Found::Rate { is_saturation: true, .. } => "jobs come faster than they are done".to_owned(),
        Found::Rate { is_saturation: false, .. } => "the condition fails".to_owned(),
        Found::Never { at } => format!("it fails at {}/s already", number(*at)),
        Found::Always { at } => format!("it holds at {}/s still", number(*at)),
    };
    let note = format!(
        "The highest rate of arrivals at which {} holds, by bisection in virtual time to {}; Student’s interval over {} replications.",
        capacity.condition.in_words(&study.classes),
        Quantity::Share.show(capacity.precision),
        capacity.replications,
    );
    Sheet::new("variant", capacity.variants.iter().map(|variant| name(variant.variant)))
        .about(capacity.variants.iter().map(|variant| variant.variant))
        .traced("bears, jobs/s", Number, &figures, true)
        .words("beyond it", capacity.variants.iter().map(|variant| beyond(&variant.found)))
        .into_block("capacity", "How much each variant bears", note)
}
