//! `results.json`: from an analysis to bytes and back, and whether its parts fit each other.
//!
//! What is read may be damaged, or made by hand. What [`from_results`] returns can be analysed and drawn without looking for
//! anything in vain: every place and number in it leads somewhere.

use crate::actors::accounting::Account;
use crate::actors::locks::Activity;
use crate::lab::summary::LockSummary;
use crate::lab::{Analysis, FORMAT, RunSummary, Study};
use crate::scenario::claim::{Claim, Side};
use serde_json::Value;

/// Why `results.json` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ResultsError {
    /// It is no JSON, or not of this shape.
    #[error("not the results of a jqlab run: {0}. Run the scenario again to get new ones")]
    Shape(#[from] serde_json::Error),
    /// It is of another version.
    #[error(
        "results of format {found}, and this version reads format {FORMAT}. Use the version that wrote them, or run the scenario again"
    )]
    Format {
        /// The format found.
        found: u64,
    },
    /// Its parts do not fit each other.
    #[error("damaged results: {0}. Run the scenario again to get new ones")]
    Inconsistent(&'static str),
}

/// The longest `results.json` or `validation.json` that is read, in bytes.
pub const RESULTS_BYTES_MAX: usize = 256 << 20;

/// The analysis in a `results.json`, judged anew: what follows from the runs is not taken from the file.
///
/// # Errors
/// If it is of another shape or version, or its parts do not fit each other.
pub fn from_results(bytes: &[u8]) -> Result<Analysis, ResultsError> {
    let document: Value = serde_json::from_slice(bytes)?;
    match document.get("format").and_then(Value::as_u64) {
        Some(found) if found != u64::from(FORMAT) => Err(ResultsError::Format { found }),
        _ => {
            let runs = ["/runs", "/prediction/runs"].map(|place| document.pointer(place));
            if runs.into_iter().flatten().any(has_huge_number) {
                return Err(ResultsError::Inconsistent("a count or a time is larger than any run can have"));
            }
            let analysis: Analysis = serde_json::from_value(document)?;
            fits(&analysis).map_err(ResultsError::Inconsistent)?;
            // What follows from the runs is found anew, so that it says what this version says of them.
            Ok(analysis.judged())
        }
    }
}

/// The analysis as JSON.
///
/// # Errors
/// Never in practice: an analysis is plain data.
pub fn to_results(analysis: &Analysis) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec(analysis)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Whether a whole number is in it that is beyond all counts and nanoseconds: those of thousands of runs can be added up.
fn has_huge_number(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_u64().is_some_and(|number| number > 1 << 53),
        Value::Array(items) => items.iter().any(has_huge_number),
        Value::Object(map) => map.values().any(has_huge_number),
        _ => false,
    }
}

/// Whether the parts of an analysis fit each other, so that none is looked for in vain.
fn fits(analysis: &Analysis) -> Result<(), &'static str> {
    let predicted = analysis.prediction.as_deref();
    runs_fit(&analysis.study, &analysis.runs)?;
    if let Some(predicted) = predicted {
        runs_fit(&predicted.study, &predicted.runs)?;
    }
    let study_of =
        |claim: &Claim| if claim.of_prediction { predicted.map(|it| &it.study) } else { Some(&analysis.study) };
    let claims_fit = |study: &Study| study.claims.iter().all(|claim| claim_fits(claim, study_of(claim), study.partial));
    if !claims_fit(&analysis.study) || !predicted.is_none_or(|predicted| claims_fit(&predicted.study)) {
        return Err("a claim is about a variant or a class that there is not");
    }
    let is_there = |variant: usize| variant < analysis.study.variants.len();
    let of_sensitivity = analysis.sensitivity.iter().map(|asked| Side { variant: asked.variant, class: asked.class });
    let of_capacity = analysis.capacity.iter().flat_map(|asked| &asked.variants).map(|found| found.variant);
    if !of_sensitivity.into_iter().all(|side| has_side(&analysis.study, &side))
        || !of_capacity.into_iter().all(is_there)
    {
        return Err("sensitivity or capacity is that of a variant or a class that there is not");
    }
    Ok(())
}

/// Whether everything that a claim compares is in the study that it is judged on. A study that was stopped may have no
/// prediction yet.
fn claim_fits(claim: &Claim, study: Option<&Study>, is_partial: bool) -> bool {
    let Some(study) = study else { return is_partial };
    let mut sides = claim.contrasts.iter().flat_map(|contrast| [Some(contrast.of), contrast.with]).flatten();
    !claim.contrasts.is_empty() && sides.all(|side| has_side(study, &side))
}

fn has_side(study: &Study, side: &Side) -> bool {
    side.variant < study.variants.len() && side.class.is_none_or(|class| class < study.classes.len())
}

/// Whether runs are of this study, and have all their parts.
fn runs_fit(study: &Study, runs: &[RunSummary]) -> Result<(), &'static str> {
    let (variants, groups) = (study.variants.len(), study.classes.len() + 1);
    let square = |lock: &LockSummary| {
        lock.blame_ns.len() == Activity::ALL.len() && lock.blame_ns.iter().all(|row| row.len() == Activity::ALL.len())
    };
    if study.variants.iter().filter_map(|variant| variant.compare_with).any(|base| base >= variants) {
        return Err("a variant is compared with one that there is not");
    }
    if study.saturations.iter().any(|found| found.variant >= variants) {
        return Err("a saturation is that of a variant that there is not");
    }
    if runs.iter().any(|run| run.variant >= variants) {
        return Err("a run is of a variant that there is not");
    }
    if runs.iter().any(|run| run.groups.len() != groups || run.sojourns.len() != groups) {
        return Err("a run has not one group, and one histogram of sojourns, for each class and one for all");
    }
    if runs.iter().flat_map(|run| &run.sojourns).any(|stored| stored.restore().is_err()) {
        return Err("a histogram of sojourns cannot be read");
    }
    if runs.iter().flat_map(|run| &run.groups).any(|group| group.ledger_mean_ns.len() != Account::ALL.len()) {
        return Err("a ledger has not one figure for each account");
    }
    if !runs.iter().flat_map(|run| run.locks.values()).all(square) {
        return Err("a blame table has not one row and column for each activity");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::sample::analysis;
    use super::*;
    use serde_json::json;

    fn written() -> Value {
        serde_json::to_value(analysis()).unwrap()
    }

    #[test]
    fn results_are_read_back_and_written_the_same() {
        let bytes = to_results(&analysis().judged()).unwrap();
        assert!(to_results(&from_results(&bytes).unwrap()).unwrap() == bytes, "other bytes");
        assert_eq!(to_results(&from_results(&bytes).unwrap()).unwrap(), bytes);
    }

    #[test]
    fn results_whose_parts_do_not_fit_are_refused() {
        for (pointer, value) in [
            ("/runs/0/sojourns", json!([])),
            ("/runs/0/sojourns/0/hdr_v2_deflate_base64", json!("AAAA")),
            ("/runs/0/variant", json!(99)),
            ("/runs/0/messages", json!(u64::MAX)),
            ("/runs/0/groups", json!([])),
            ("/runs/0/groups/0/ledger_mean_ns", json!([1.0])),
            ("/runs/0/locks/queue/blame_ns", json!([[1]])),
            ("/study/variants/1/compare_with", json!(7)),
            ("/study/claims/0/contrasts", json!([])),
            ("/study/claims/0/contrasts/0/of/variant", json!(7)),
            ("/study/claims/1/contrasts/0/with/class", json!(2)),
        ] {
            let mut document = written();
            *document.pointer_mut(pointer).unwrap() = value;
            let error = from_results(document.to_string().as_bytes()).unwrap_err();
            assert!(matches!(error, ResultsError::Inconsistent(_)), "{pointer}: {error}");
        }
    }

    #[test]
    fn a_prediction_has_to_fit_as_well_and_a_claim_about_it_needs_one() {
        let mut document = written();
        document["study"]["claims"][0]["of_prediction"] = json!(true);
        assert!(from_results(document.to_string().as_bytes()).is_err());
        document["prediction"] = json!({"study": document["study"], "runs": document["runs"]});
        assert!(from_results(document.to_string().as_bytes()).is_ok());
        document["prediction"]["runs"][0]["variant"] = json!(99);
        assert!(from_results(document.to_string().as_bytes()).is_err());
    }

    #[test]
    fn results_of_another_format_are_refused_by_its_number() {
        let error = from_results(br#"{"format": 1}"#).unwrap_err();
        assert!(matches!(error, ResultsError::Format { found: 1 }));
    }
}
