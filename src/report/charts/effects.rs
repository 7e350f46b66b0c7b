//! Claims as a picture: effects against their margins.

use super::{Said, picture};
use crate::lab::findings::{JudgedContrast, NullControl, Scale, Verdict};
use crate::lab::{Analysis, Study};
use crate::report::document::Block;
use crate::report::figures::{self, Quantity};
use crate::report::pictures::{ForestAxis, ForestRow, both, forest as draw};
use crate::report::words;
use crate::scenario::claim::{Claim, Contrast, Region};

/// Most contrasts that are shown, of all claims together.
const ROWS_MAX: usize = 6;
/// So many rows leave the picture small enough to stand beside its caption.
const BESIDE_MAX: usize = 5;
/// Ratios between these are told in percent, on an even axis.
const EVEN: std::ops::RangeInclusive<f64> = 0.5..=2.0;

/// On which axis an effect stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Percent,
    Times,
    /// A value, in the unit of its measure: that of this claim.
    Value(usize),
}

/// The claims of a study, each contrast a row, and what identical designs differ by; none if no effect can be shown.
pub(in crate::report) fn forest(analysis: &Analysis) -> Option<Block> {
    let findings = &analysis.findings;
    let mut rows = judged(analysis);
    if rows.is_empty() {
        return None;
    }
    let (shown, total) = (rows.len(), findings.claims.iter().map(|judged| judged.contrasts.len()).sum::<usize>());
    rows.extend(findings.null_control.as_ref().map(control));
    let axis = |kind: Kind| {
        let of: Vec<ForestRow> = rows.iter().filter(|(other, _)| *other == kind).map(|(_, row)| row.clone()).collect();
        match kind {
            Kind::Percent => ForestAxis::of_percent("change against the other side, %".to_owned(), of),
            Kind::Times => ForestAxis::of_times("how many times the other side".to_owned(), of),
            Kind::Value(claim) => {
                let measure = &analysis.study.claims[claim].measure;
                ForestAxis::of_values(&words::measure(measure), of, Quantity::of(measure))
            }
        }
    };
    let mut kinds: Vec<Kind> = rows.iter().map(|(kind, _)| *kind).collect();
    let mut seen = Vec::new();
    kinds.retain(|kind| {
        !seen.contains(kind) && {
            seen.push(*kind);
            true
        }
    });
    let axes: Vec<ForestAxis> = kinds.into_iter().map(axis).collect();
    let alt = alt(&rows);
    let left_out = match total > shown {
        true => format!(" {shown} of {total} contrasts, those that decide among them."),
        false => String::new(),
    };
    let said = Said {
        stem: "claims".to_owned(),
        caption: format!("Effects against their margins.{left_out}"),
        note: format!(
            "Shaded: as claimed. Thick: {} intervals over blocks. Thin: corrected for all claims of this study. Dot: supported, \
             cross: refuted, ring: undecided; grey: what identical designs differ by.",
            super::level(analysis)
        ),
        alt: alt.clone(),
    };
    let mut block = picture(said, both(|paper| draw(&axes, &alt, paper)));
    if let Block::Picture(picture) = &mut block {
        picture.is_beside = axes.len() == 1 && shown <= BESIDE_MAX;
    }
    Some(block)
}

/// The contrasts of all claims, of each as many as there is room for, among them what its verdict rests on.
fn judged(analysis: &Analysis) -> Vec<(Kind, ForestRow)> {
    let findings = &analysis.findings;
    let total: usize = findings.claims.iter().map(|judged| judged.contrasts.len()).sum();
    let mut rows = Vec::new();
    for (number, (claim, judged)) in analysis.study.claims.iter().zip(&findings.claims).enumerate() {
        let study = match &analysis.prediction {
            Some(prediction) if claim.of_prediction => &prediction.study,
            _ => &analysis.study,
        };
        let mut places: Vec<usize> = (0..judged.contrasts.len().min(claim.contrasts.len())).collect();
        places.sort_by_key(|place| *place != judged.decisive);
        places.truncate(if total <= ROWS_MAX { places.len() } else { 1 });
        places.sort_unstable();
        let row = |place: usize| row(study, (number, claim), &claim.contrasts[place], &judged.contrasts[place]);
        rows.extend(places.into_iter().filter_map(row));
    }
    rows
}

/// What identical designs differ by.
fn control(control: &NullControl) -> (Kind, ForestRow) {
    let interval = control.effect.low.zip(control.effect.high);
    let (value, ends) = figures::effect(&control.effect, interval, &control.measure);
    let row = ForestRow {
        name: "the same design twice".to_owned(),
        verdict: None,
        variant: Some(control.variant),
        point: control.effect.point,
        interval,
        corrected: None,
        margin: None,
        value: with_ends(&value, ends),
    };
    (kind_of(control.effect.point, interval), row)
}

fn kind_of(point: f64, interval: Option<(f64, f64)>) -> Kind {
    let (low, high) = interval.unwrap_or((point, point));
    if [point, low, high].iter().all(|value| EVEN.contains(value)) { Kind::Percent } else { Kind::Times }
}

fn with_ends(value: &str, ends: Option<String>) -> String {
    ends.map_or_else(|| value.to_owned(), |ends| format!("{value} ({ends})"))
}

/// A contrast as a row; none if nothing was measured, or nothing can be drawn of it.
fn row(
    study: &Study,
    (number, claim): (usize, &Claim),
    contrast: &Contrast,
    found: &JudgedContrast,
) -> Option<(Kind, ForestRow)> {
    let (effect, region) = (found.effect.as_ref()?, found.region.as_ref()?);
    let interval = effect.low.zip(effect.high);
    let kind = match effect.scale {
        Scale::LogRatio | Scale::Ratio => kind_of(effect.point, found.corrected.or(interval)),
        Scale::Value | Scale::LogValue => {
            bound(region).filter(|bound| *bound > 0.0)?;
            let same = study.claims.iter().position(|other| other.measure == claim.measure);
            Kind::Value(same.unwrap_or(number))
        }
    };
    let (value, shown) = figures::effect(effect, interval, &claim.measure);
    let row = ForestRow {
        name: format!("{}. {}", number + 1, what(study, claim, contrast)),
        verdict: Some(found.verdict),
        variant: (!claim.of_prediction).then_some(contrast.of.variant),
        point: effect.point,
        interval,
        corrected: found.corrected.filter(|_| found.corrected != interval),
        margin: Some((region.low.map(|low| low.at), region.high.map(|high| high.at))),
        value: with_ends(&value, shown),
    };
    Some((kind, row))
}

fn bound(region: &Region) -> Option<f64> {
    region.low.or(region.high).map(|bound| bound.at)
}

fn what(study: &Study, claim: &Claim, contrast: &Contrast) -> String {
    let sides = words::sides(study, contrast);
    let both = match sides.both().as_str() {
        "" => String::new(),
        both => format!(", {both}"),
    };
    match sides.with_alone() {
        Some(with) => format!("{} against {with}{both}", sides.of_alone()),
        None => format!("{}, {}{both}", words::measure(&claim.measure), sides.of_alone()),
    }
}

fn alt(rows: &[(Kind, ForestRow)]) -> String {
    let judged = |verdict| rows.iter().filter(|(_, row)| row.verdict == Some(verdict)).count();
    let counts = [Verdict::Supported, Verdict::Refuted, Verdict::Undecided]
        .map(|verdict| (judged(verdict), words::verdict(verdict)))
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect::<Vec<_>>();
    let effects: Vec<String> =
        rows.iter().take(6).map(|(_, row)| format!("{}: {}", row.name.trim_end_matches('.'), row.value)).collect();
    format!("Effects against their margins: {}. {}.", words::and(&counts), effects.join("; "))
}
