//! How measures grow over a swept knob, as panels.

use super::{Said, ends, name, picture};
use crate::lab::findings::{Growth, ScalabilityLaw};
use crate::lab::{Analysis, Study};
use crate::report::document::Block;
use crate::report::figures::{self, Quantity};
use crate::report::pictures::{CURVES_MAX, Line, Lines, Panel, Point, both, lines as draw, of_curve};
use crate::report::words;
use crate::scenario::claim::Measure;

/// A curve of a law has so many steps.
const STEPS: u32 = 48;

/// A picture for each measure that was swept: panels by knob, measured and predicted together.
pub(in crate::report) fn growth(analysis: &Analysis) -> Vec<Block> {
    let mut groups: Vec<Vec<&Growth>> = Vec::new();
    for growth in analysis.findings.growth.iter().filter(|growth| growth.points.len() > 1) {
        let key = |growth: &Growth| (growth.measure.clone(), growth.class, growth.knob.clone());
        match groups.iter_mut().find(|group| key(group[0]) == key(growth)) {
            Some(group) => group.push(growth),
            None => groups.push(vec![growth]),
        }
    }
    // A law says most: its picture is the one of the first page.
    groups.sort_by_key(|group| group.iter().all(|growth| growth.law.is_none()));
    groups.iter().enumerate().map(|(place, group)| of_measure(analysis, place, group)).collect()
}

fn of_measure(analysis: &Analysis, place: usize, group: &[&Growth]) -> Block {
    let first = group[0];
    let knob = knob(&first.knob);
    let class = first.class.and_then(|class| analysis.study.classes.get(class));
    let measure = words::measure(&first.measure) + &class.map_or_else(String::new, |class| format!(" of “{class}”"));
    let mut x: Vec<f64> = group.iter().flat_map(|growth| growth.points.iter().map(|point| point.at)).collect();
    x.sort_by(f64::total_cmp);
    x.dedup();
    let is_doubling = x[0] > 0.0 && x[x.len() - 1] >= 4.0 * x[0];
    let quantity = Quantity::of(&first.measure);
    let y_title = if first.measure == Measure::Throughput { "throughput, jobs/s".to_owned() } else { measure.clone() };
    let lines = Lines::over_a_knob((knob.clone(), &x), is_doubling, (y_title, quantity), panels(analysis, group));
    let alt = format!("{measure} over {knob}. {}", finding(group, quantity));
    let has = |predicted: bool| group.iter().any(|growth| growth.is_predicted == predicted);
    let marks = match (has(false), has(true)) {
        (true, true) => " Dots: measured; rings and dashes: predicted.",
        (false, true) => " All of it is predicted.",
        _ => "",
    };
    let law = group.iter().any(|growth| growth.law.is_some());
    let said = Said {
        stem: if place == 0 { "growth".to_owned() } else { format!("growth-{}", place + 1) },
        alt: alt.clone(),
        caption: format!("{} over {knob}.", capitalised(&measure)),
        note: format!(
            "Bars: {} intervals over blocks.{marks}{}",
            super::level(analysis),
            if law { " Lines: the fitted scalability law." } else { "" },
        ),
    };
    picture(said, both(|paper| draw(&lines, &alt, paper)))
}

/// Panels in the order in which they come; each curve has the same colour in all of them.
fn panels(analysis: &Analysis, group: &[&Growth]) -> Vec<Panel> {
    let mut curves: Vec<&str> = Vec::new();
    let mut titles: Vec<&str> = Vec::new();
    for growth in group {
        if !curves.contains(&growth.curve.as_str()) {
            curves.push(&growth.curve);
        }
        if !titles.contains(&growth.panel.as_str()) {
            titles.push(&growth.panel);
        }
    }
    let has_prediction = group.iter().any(|growth| growth.is_predicted);
    let mut panels = Vec::new();
    for title in titles {
        // Colours begin again after so many curves: the others stand in a panel of their own.
        for (part, some) in curves.chunks(CURVES_MAX).enumerate() {
            let of: Vec<&Growth> = group
                .iter()
                .filter(|growth| growth.panel == *title && some.contains(&growth.curve.as_str()))
                .copied()
                .collect();
            if of.is_empty() {
                continue;
            }
            // Beside panels of a prediction's knobs, the measured one has no knob to be named by.
            let is_measured = title.is_empty() && of.iter().all(|growth| !growth.is_predicted);
            let title = if is_measured && has_prediction { "measured" } else { title };
            let title = if part == 0 { title.to_owned() } else { format!("{title} ({})", part + 1).trim().to_owned() };
            let colour = |growth: &Growth| some.iter().position(|curve| *curve == growth.curve).unwrap_or(0);
            let lines = of.iter().map(|growth| line(analysis, growth, colour(growth), is_named(growth, &of)));
            panels.push(Panel { title, lines: lines.collect(), ideal: ideal(&of) });
        }
    }
    panels
}

/// Whether a curve says its name: of measured and predicted, the one that goes further.
fn is_named(growth: &Growth, of: &[&Growth]) -> bool {
    let end = |growth: &Growth| growth.points.last().map_or(0.0, |point| point.at);
    let twin = of.iter().find(|other| other.curve == growth.curve && other.is_predicted != growth.is_predicted);
    twin.is_none_or(|twin| match end(growth).total_cmp(&end(twin)) {
        std::cmp::Ordering::Equal => !growth.is_predicted,
        order => order.is_gt(),
    })
}

fn study_of<'a>(analysis: &'a Analysis, growth: &Growth) -> &'a Study {
    match &analysis.prediction {
        Some(prediction) if growth.is_predicted => &prediction.study,
        _ => &analysis.study,
    }
}

fn line(analysis: &Analysis, growth: &Growth, colour: usize, is_named: bool) -> Line {
    let quantity = Quantity::of(&growth.measure);
    let study = study_of(analysis, growth);
    let point = |found: &crate::lab::findings::GrowthPoint| Point {
        x: found.at,
        y: found.estimate.point,
        interval: ends(&found.estimate),
        title: format!(
            "{}: {}{}",
            name(study, found.variant),
            figures::estimate(Some(found.estimate), quantity),
            if growth.is_predicted { ", predicted" } else { "" },
        ),
        variant: (!growth.is_predicted).then_some(found.variant),
    };
    let points: Vec<Point> = growth.points.iter().map(point).collect();
    let name = if growth.curve.is_empty() { String::new() } else { growth.curve.clone() };
    Line {
        name: if is_named { name } else { String::new() },
        colour: of_curve(colour),
        law: growth.law.as_ref().map_or_else(Vec::new, |law| curve_of(law, &points)),
        band: Vec::new(),
        points,
        is_predicted: growth.is_predicted,
        title: growth.curve.clone(),
    }
}

/// The law between the first point and the last, in steps of the same factor.
fn curve_of(law: &ScalabilityLaw, points: &[Point]) -> Vec<(f64, f64)> {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return Vec::new() };
    if first.x <= 0.0 || last.x <= first.x {
        return Vec::new();
    }
    let throughput = |n: f64| law.of_one * n / (1.0 + law.contention.0 * (n - 1.0) + law.coherence.0 * n * (n - 1.0));
    let steps = (0..=STEPS).map(|step| first.x * libm::pow(last.x / first.x, f64::from(step) / f64::from(STEPS)));
    steps.map(|n| (n, throughput(n))).collect()
}

/// As many times as much for as many times as many, from the first point of the best curve; only where that would be best.
fn ideal(of: &[&Growth]) -> Option<(String, Vec<(f64, f64)>)> {
    let first = of[0];
    let scales = matches!(first.knob.rsplit('.').next(), Some("workers" | "cores"));
    if !scales || !matches!(first.measure, Measure::Throughput | Measure::SpeedUp) {
        return None;
    }
    let starts = of.iter().filter_map(|growth| growth.points.first());
    let start = starts.max_by(|one, other| one.estimate.point.total_cmp(&other.estimate.point))?;
    let last = of.iter().filter_map(|growth| growth.points.last()).map(|point| point.at).fold(start.at, f64::max);
    if start.at <= 0.0 || last <= start.at {
        return None;
    }
    let steps = (0..=STEPS).map(|step| start.at * libm::pow(last / start.at, f64::from(step) / f64::from(STEPS)));
    Some(("ideal".to_owned(), steps.map(|at| (at, start.estimate.point * at / start.at)).collect()))
}

/// The ends of the first curves, in words.
fn finding(group: &[&Growth], quantity: Quantity) -> String {
    let said = group.iter().take(5).filter_map(|growth| {
        let (first, last) = (growth.points.first()?, growth.points.last()?);
        let place = [growth.curve.as_str(), growth.panel.as_str()].into_iter().filter(|part| !part.is_empty());
        let place = place.collect::<Vec<_>>().join(", ");
        let (from, to) = (quantity.show(first.estimate.point), quantity.show(last.estimate.point));
        let predicted = if growth.is_predicted { ", predicted" } else { "" };
        Some(
            format!("{place}{predicted}: {from} at {}, {to} at {}.", first.at, last.at)
                .trim_start_matches(": ")
                .to_owned(),
        )
    });
    said.collect::<Vec<_>>().join(" ")
}

/// The last word of a key, in plain letters: `workers` of `design.workers`.
fn knob(key: &str) -> String {
    key.rsplit('.').next().unwrap_or(key).replace('_', " ")
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
