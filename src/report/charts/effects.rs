//! Claims as a picture: effects against their margins.

use super::{Said, picture};
use crate::lab::findings::{JudgedContrast, Scale, Verdict};
use crate::lab::{Analysis, Study};
use crate::report::document::Block;
use crate::report::figures;
use crate::report::pictures::{ForestAxis, ForestRow, both, forest as draw};
use crate::report::words;
use crate::scenario::claim::{Claim, Contrast, Region};

/// Most contrasts that are shown, of all claims together.
const ROWS_MAX: usize = 18;
/// Ratios between these are told in percent, on an even axis.
const EVEN: std::ops::RangeInclusive<f64> = 0.6..=1.6;

/// On which axis an effect stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Percent,
    Times,
    /// A value over its bound.
    OfBound,
}

/// The claims of a study, each contrast a row, and what identical designs differ by; none if no effect can be shown.
pub(in crate::report) fn forest(analysis: &Analysis) -> Option<Block> {
    let findings = &analysis.findings;
    let claims = analysis.study.claims.iter().zip(&findings.claims).enumerate();
    let total: usize = findings.claims.iter().map(|judged| judged.contrasts.len()).sum();
    let each = (ROWS_MAX / findings.claims.len().max(1)).max(1);
    let mut rows: Vec<(Kind, ForestRow)> = Vec::new();
    for (number, (claim, judged)) in claims {
        let study = match &analysis.prediction {
            Some(prediction) if claim.of_prediction => &prediction.study,
            _ => &analysis.study,
        };
        let mut places: Vec<usize> = (0..judged.contrasts.len()).collect();
        // What the verdict rests on is shown whatever is left out.
        places.sort_by_key(|place| *place != judged.decisive);
        places.truncate(if total <= ROWS_MAX { places.len() } else { each });
        places.sort_unstable();
        for place in places {
            let (Some(contrast), Some(found)) = (claim.contrasts.get(place), judged.contrasts.get(place)) else {
                continue;
            };
            rows.extend(row(study, (number, claim), contrast, found));
        }
    }
    if rows.is_empty() {
        return None;
    }
    let shown = rows.len();
    if let Some(control) = &findings.null_control {
        let (value, interval) =
            figures::effect(&control.effect, control.effect.low.zip(control.effect.high), &control.measure);
        let ends = control.effect.low.zip(control.effect.high);
        let row = ForestRow {
            name: "the same design twice".to_owned(),
            verdict: None,
            variant: Some(control.variant),
            point: control.effect.point,
            interval: ends,
            corrected: None,
            margin: None,
            value: with_ends(&value, interval),
        };
        rows.push((kind_of(control.effect.point, ends), row));
    }
    let axis = |kind: Kind, make: &dyn Fn(Vec<ForestRow>) -> ForestAxis| {
        let of: Vec<ForestRow> = rows.iter().filter(|(other, _)| *other == kind).map(|(_, row)| row.clone()).collect();
        (!of.is_empty()).then(|| make(of))
    };
    let axes: Vec<ForestAxis> = [
        axis(Kind::Percent, &|rows| ForestAxis::of_percent("change against the other side, %".to_owned(), rows)),
        axis(Kind::Times, &|rows| ForestAxis::of_times("how many times the other side".to_owned(), rows)),
        axis(Kind::OfBound, &|rows| ForestAxis::of_times("how many times the bound".to_owned(), rows)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let alt = alt(&rows);
    let level = figures::percent(findings.level);
    let left_out =
        if total > shown { format!(" {shown} of {total} contrasts, the deciding ones first.") } else { String::new() };
    let said = Said {
        stem: "claims".to_owned(),
        caption: format!("Effects against their margins.{left_out}"),
        note: format!(
            "Shaded: as claimed. Thick: {level} intervals over blocks. Thin: corrected for all claims of this study. Dot: supported, \
             cross: refuted, ring: undecided; grey: what identical designs differ by."
        ),
        alt: alt.clone(),
    };
    let mut block = picture(said, both(|paper| draw(&axes, &alt, paper)));
    if let Block::Picture(picture) = &mut block {
        picture.is_beside = axes.len() == 1 && shown <= 5;
    }
    Some(block)
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
    let (kind, over) = match effect.scale {
        Scale::LogRatio | Scale::Ratio => (kind_of(effect.point, found.corrected.or(interval)), 1.0),
        Scale::Value | Scale::LogValue => (Kind::OfBound, bound(region).filter(|bound| *bound > 0.0)?),
    };
    let scaled = |ends: Option<(f64, f64)>| ends.map(|(low, high)| (low / over, high / over));
    let (value, shown) = figures::effect(effect, interval, &claim.measure);
    let row = ForestRow {
        name: format!("{}. {}", number + 1, what(study, claim, contrast)),
        verdict: Some(found.verdict),
        variant: (!claim.of_prediction).then_some(contrast.of.variant),
        point: effect.point / over,
        interval: scaled(interval),
        corrected: scaled(found.corrected.filter(|_| found.corrected != interval)),
        margin: Some((region.low.map(|low| low.at / over), region.high.map(|high| high.at / over))),
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
