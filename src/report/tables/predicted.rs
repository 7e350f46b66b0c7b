//! What was predicted beside what was measured, where both have a variant of the same name.

use super::per_variant;
use super::sheet::Sheet;
use crate::lab::{Analysis, Estimate, Group};
use crate::report::document::Block;
use crate::report::figures::Quantity::{Number, Time};
use crate::report::figures::{NOTHING, change};

/// Measured and predicted side by side; none without a prediction that has a variant of the same name.
pub(in crate::report) fn predicted(analysis: &Analysis) -> Option<Block> {
    let prediction = analysis.prediction.as_ref()?;
    let predicted = Analysis {
        format: analysis.format,
        study: prediction.study.clone(),
        runs: prediction.runs.clone(),
        findings: prediction.findings.clone(),
        prediction: None,
        ..analysis.clone()
    };
    let place = |name: &str| predicted.study.variants.iter().position(|variant| variant.name == name);
    let pairs = per_variant(analysis, |variant| Some((variant, place(&analysis.study.variants[variant].name)?)));
    let pairs: Vec<(usize, usize)> = pairs.into_iter().flatten().collect();
    if pairs.is_empty() {
        return None;
    }
    let throughput = |of: &Analysis, variant| of.group_estimate(variant, Group::All, |jobs| jobs.throughput_per_s);
    let sojourn = |of: &Analysis, variant| of.group_estimate(variant, Group::All, |jobs| Some(jobs.sojourn.mean_ns));
    type Figure<'a> = &'a dyn Fn(&Analysis, usize) -> Option<Estimate>;
    let columns = |figure: Figure<'_>| -> (Vec<Option<Estimate>>, Vec<Option<Estimate>>) {
        pairs.iter().map(|(one, other)| (figure(analysis, *one), figure(&predicted, *other))).unzip()
    };
    let off = |(measured, predicted): (&Option<Estimate>, &Option<Estimate>)| match (measured, predicted) {
        (Some(measured), Some(predicted)) if measured.point > 0.0 => change(predicted.point / measured.point),
        _ => NOTHING.to_owned(),
    };
    let (rates, predicted_rates) = columns(&throughput);
    let (sojourns, predicted_sojourns) = columns(&sojourn);
    let names = pairs.iter().map(|(variant, _)| analysis.study.variants[*variant].name.clone());
    let sheet = Sheet::new("variant", names)
        .about(pairs.iter().map(|(variant, _)| *variant))
        .estimates("jobs/s, measured", Number, &rates)
        .points("predicted", Number, &predicted_rates)
        .figures("off by", rates.iter().zip(&predicted_rates).map(off))
        .estimates("mean sojourn, measured", Time, &sojourns)
        .points("predicted", Time, &predicted_sojourns)
        .figures("off by", sojourns.iter().zip(&predicted_sojourns).map(off));
    let note = "Off by: how much more is predicted than was measured. `jqlab validate` tells more.";
    Some(sheet.into_block("predicted", "Predictions beside measurements", note))
}
