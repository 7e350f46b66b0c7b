//! How measures grow over a swept knob or a dose.

use super::sheet::{Figure, Sheet};
use crate::lab::findings::{Growth, Slope};
use crate::lab::{Analysis, Estimate};
use crate::report::document::{Block, Line};
use crate::report::figures::Quantity::{Number, Share, Time};
use crate::report::figures::{NOTHING, Quantity, number};
use crate::report::words;

/// Anchors.
pub(in crate::report) const GROWTH: &str = "growth";
pub(in crate::report) const LAWS: &str = "laws";
pub(in crate::report) const SLOPES: &str = "slopes";

/// What a curve is called: its own settings, those of its panel, and whether it is predicted.
fn curve(growth: &Growth) -> String {
    let parts = [growth.curve.as_str(), growth.panel.as_str(), if growth.is_predicted { "predicted" } else { "" }];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "all".to_owned() } else { parts.join(" · ") }
}

/// The points of all curves, a table for each measure and knob.
pub(in crate::report) fn growth(analysis: &Analysis) -> Vec<Block> {
    let all = &analysis.findings.growth;
    let mut kinds: Vec<(&Growth, Vec<usize>)> = Vec::new();
    for (place, growth) in all.iter().enumerate() {
        let is_alike = |other: &Growth| {
            other.measure == growth.measure && other.knob == growth.knob && other.class == growth.class
        };
        match kinds.iter_mut().find(|(kind, _)| is_alike(kind)) {
            Some((_, places)) => places.push(place),
            None => kinds.push((growth, vec![place])),
        }
    }
    let table = |(number, (kind, places)): (usize, &(&Growth, Vec<usize>))| {
        let points: Vec<(usize, usize)> =
            places.iter().flat_map(|place| (0..all[*place].points.len()).map(move |point| (*place, point))).collect();
        let names = points.iter().map(|(place, _)| curve(&all[*place]));
        let at: Vec<Option<f64>> = points.iter().map(|(place, point)| Some(all[*place].points[*point].at)).collect();
        let figures: Vec<Figure> = points
            .iter()
            .map(|(place, point)| Figure {
                estimate: Some(all[*place].points[*point].estimate),
                path: format!("findings.growth[{place}].points[{point}].estimate"),
                is_best: false,
            })
            .collect();
        let class = kind.class.and_then(|class| analysis.study.classes.get(class));
        let class = class.map_or(String::new(), |class| format!(" of “{class}”"));
        let anchor = if number == 0 { GROWTH.to_owned() } else { format!("{GROWTH}-{}", number + 1) };
        let measure = format!("{}{class}", words::measure(&kind.measure));
        Sheet::new("curve", names)
            .values(&kind.knob, Number, &at)
            .traced(&words::title(&kind.measure), Quantity::of(&kind.measure), &figures, true)
            .into_block(&anchor, &format!("{} against {}", measure, kind.knob), "")
    };
    kinds.iter().enumerate().map(table).collect()
}

/// The law of each curve; none if none was fitted.
pub(in crate::report) fn laws(analysis: &Analysis) -> Option<Block> {
    let fitted: Vec<(usize, &Growth)> =
        analysis.findings.growth.iter().enumerate().filter(|(_, growth)| growth.law.is_some()).collect();
    let laws = || fitted.iter().filter_map(|(place, growth)| Some((*place, growth.law?)));
    let sheet = Sheet::new("curve", fitted.iter().map(|(_, growth)| curve(growth)))
        .figures("contention σ", laws().map(|(place, law)| coefficient(law.contention, place, "contention")))
        .figures("coherence κ", laws().map(|(place, law)| coefficient(law.coherence, place, "coherence")))
        .values("jobs/s of one", Number, &laws().map(|(_, law)| Some(law.of_one)).collect::<Vec<_>>())
        .values("peak at", Number, &laws().map(|(_, law)| law.peak_at).collect::<Vec<_>>())
        .values("jobs/s at most", Number, &laws().map(|(_, law)| law.limit).collect::<Vec<_>>())
        .values("explained", Share, &laws().map(|(_, law)| Some(law.r_squared)).collect::<Vec<_>>());
    let note = "Universal scalability law X(N) = λ N / (1 + σ (N − 1) + κ N (N − 1)) (Gunther 2007), fitted by least squares; ± one \
                standard error. σ: the share of work that is serialised; κ: what each costs each other. A dash for the peak: it \
                levels off instead. The most is that of the fit, beyond what was measured.";
    (!sheet.is_empty()).then(|| sheet.into_block(LAWS, "How throughput scales", note))
}

/// Each curve that a law was fitted to, and its contention.
pub(in crate::report) fn fits(analysis: &Analysis) -> Vec<(String, Line)> {
    let growth = analysis.findings.growth.iter().enumerate();
    growth
        .filter_map(|(place, growth)| Some((curve(growth), coefficient(growth.law?.contention, place, "contention"))))
        .collect()
}

/// A coefficient ± its standard error.
fn coefficient((value, error): (f64, f64), place: usize, name: &str) -> Line {
    let path = |end: usize| format!("findings.growth[{place}].law.{name}[{end}]");
    let decimals = if error < 0.0095 { 4 } else { 2 };
    let show = |value: f64| format!("{value:.decimals$}").replace('-', "−");
    Line::new().figure(show(value), path(0)).text(" ± ").figure(show(error), path(1))
}

/// What one more dependency adds, beside what a check was measured to take; none without a dose.
pub(in crate::report) fn slopes(analysis: &Analysis) -> Option<Block> {
    let slopes = &analysis.findings.slopes;
    let name =
        |slope: &Slope| analysis.study.variants.get(slope.variant).map_or(NOTHING, |variant| &variant.name).to_owned();
    let column = |of: fn(&Slope) -> Option<Estimate>, key: &str| -> Vec<Figure> {
        let figure = |(place, slope): (usize, &Slope)| Figure {
            estimate: of(slope),
            path: format!("findings.slopes[{place}].{key}"),
            is_best: false,
        };
        slopes.iter().enumerate().map(figure).collect()
    };
    let doses = slopes.iter().map(|slope| {
        let doses: Vec<String> =
            slope.points.iter().map(|(dose, ..)| number(*dose).trim_end_matches(".00").to_owned()).collect();
        doses.join(", ")
    });
    let sheet = Sheet::new("variant", slopes.iter().map(name))
        .words("dependencies a job", doses)
        .traced("one more adds", Time, &column(|slope| Some(slope.slope), "slope"), true)
        .traced("a whole check, directly", Time, &column(|slope| slope.check_whole, "check_whole"), true);
    let apart: Vec<String> =
        slopes.iter().filter(|slope| is_apart(slope)).map(name).map(|name| format!("“{name}”")).collect();
    let apart = match apart.is_empty() {
        true => String::new(),
        false => format!(
            " In {} they differ beyond both intervals: if a job’s first check costs more than those after it, the mean of all checks has \
             that, and the slope has not; if checks hold up others, it is the other way round.",
            words::and(&apart)
        ),
    };
    let note = format!(
        "One more adds: to a job’s mean sojourn, by regression over the classes of each run. Directly: from the beginning of a \
         check to its verdict, the instrument included. Where the two agree, a check costs its job what it takes, and no more.{apart}"
    );
    (!sheet.is_empty()).then(|| sheet.into_block(SLOPES, "What one more dependency costs", note))
}

/// Whether the intervals of the slope and of what was measured directly have nothing in common.
fn is_apart(slope: &Slope) -> bool {
    let ends = |estimate: Estimate| estimate.low.zip(estimate.high);
    match (ends(slope.slope), slope.check_whole.and_then(ends)) {
        (Some((low, high)), Some((from, to))) => high < from || to < low,
        _ => false,
    }
}
