//! What a check is made of, what one more costs, and what would change if a cost were another.

use super::spread::named_panels;
use super::{Said, below_headings, ends, name, picture};
use crate::actors::accounting::Account;
use crate::lab::findings::{CheckSplit, Slope};
use crate::lab::{Analysis, Estimate, Sensitivity, Study};
use crate::report::document::Block;
use crate::report::figures::{self, Quantity};
use crate::report::pictures::{
    BarRow, Bars, Colour, Line, Lines, Panel, Point, Tornado, TornadoRow, bars, both, lines, of_account, of_curve,
    of_instrument, tornado as draw_tornado,
};
use crate::report::words;
use crate::scenario::claim::{CheckMeasure, Measure};

/// Most designs whose checks are shown.
const CHECKS_MAX: usize = 6;
/// Most factors of a tornado: what is below changes next to nothing.
const FACTORS_MAX: usize = 14;

/// The designs whose checks are shown: where a matrix makes too many, those of its last point.
fn shown(analysis: &Analysis) -> Vec<&CheckSplit> {
    let point = |split: &&CheckSplit| analysis.study.variants.get(split.variant).map(|variant| variant.point);
    let mut splits: Vec<&CheckSplit> = analysis.findings.checks.iter().collect();
    if splits.len() > CHECKS_MAX {
        let last = splits.iter().filter_map(point).max();
        splits.retain(|split| point(split) == last);
    }
    splits
}

/// What a dependency check is made of, for each design and size; the instrument's part in grey at the end.
pub(in crate::report) fn checks(analysis: &Analysis) -> Option<Block> {
    let splits = shown(analysis);
    let mut parts: Vec<Measure> = Vec::new();
    for (part, _) in splits.iter().flat_map(|split| &split.parts) {
        if !parts.contains(part) {
            parts.push(part.clone());
        }
    }
    let is_used = |part: &Measure| {
        splits.iter().flat_map(|split| &split.parts).any(|(other, estimate)| other == part && estimate.point > 0.0)
    };
    parts.retain(is_used);
    if parts.is_empty() {
        return None;
    }
    let rows = splits.iter().map(|split| {
        let of =
            |part: &Measure| split.parts.iter().find(|(other, _)| other == part).map_or(0.0, |(_, mean)| mean.point);
        BarRow {
            heading: String::new(),
            name: name(&analysis.study, split.variant),
            variant: Some(split.variant),
            parts: parts.iter().map(of).collect(),
            interval: None,
            total: format!("design {}", Quantity::Time.show(split.design.point)),
        }
    });
    let shown = Bars {
        axis: "mean time of a check".to_owned(),
        quantity: Quantity::Time,
        series: parts.iter().map(series).collect(),
        rows: rows.collect(),
    };
    let said_of = |row: &BarRow| format!("{}: {}", row.name, row.total);
    let alt = format!("What a dependency check is made of. {}.", list(shown.rows.iter().map(said_of)));
    let said = Said {
        stem: "checks".to_owned(),
        alt: alt.clone(),
        caption: "What one dependency check is made of.".to_owned(),
        note: match parts.contains(&Measure::Check(CheckMeasure::Instrument)) {
            true => "Grey: the instrument, not the design. Behind each bar: the time of the design alone.".to_owned(),
            false => String::new(),
        },
    };
    let shown = Bars { rows: below_headings(shown.rows), ..shown };
    Some(picture(said, both(|paper| bars(&shown, &alt, paper))))
}

fn series(part: &Measure) -> (String, Colour) {
    match part {
        Measure::Check(CheckMeasure::Lock) => {
            ("wait for the dependency lock".to_owned(), of_account(Account::DependencyLock))
        }
        Measure::Check(CheckMeasure::Read) => ("read".to_owned(), of_account(Account::Read)),
        Measure::Check(CheckMeasure::Parse) => ("parse".to_owned(), of_account(Account::Parse)),
        Measure::Check(CheckMeasure::Build) => ("build".to_owned(), of_account(Account::Build)),
        Measure::Check(CheckMeasure::Instrument) => ("instrument: messages, cores".to_owned(), of_instrument()),
        other => (words::measure(other), of_account(Account::QueueLock)),
    }
}

/// Mean sojourns of classes by their number of dependencies, with the fitted line; none without doses.
pub(in crate::report) fn doses(analysis: &Analysis) -> Option<Block> {
    let slopes = &analysis.findings.slopes;
    let mut x: Vec<f64> = slopes.iter().flat_map(|slope| slope.points.iter().map(|(dose, ..)| *dose)).collect();
    x.sort_by(f64::total_cmp);
    x.dedup();
    if x.len() < 2 {
        return None;
    }
    let of_slope = |(number, slope): (usize, &Slope)| {
        let title = format!("{}: {} a dependency", name(&analysis.study, slope.variant), told(slope.slope));
        (title, dose_line(&analysis.study, number, slope))
    };
    let all: Vec<(String, Line)> = slopes.iter().enumerate().map(of_slope).collect();
    // One line needs no name but its slope; others stand together as curves of sojourns do.
    let panels: Vec<Panel> = match all.as_slice() {
        [(_, line)] => vec![Panel { title: String::new(), lines: vec![unnamed(line)], ideal: None }],
        _ => named_panels(analysis, slopes.iter().map(|slope| slope.variant).collect())
            .into_iter()
            .map(|(title, names)| Panel { title, lines: of_panel(&names, slopes, &all), ideal: None })
            .collect(),
    };
    let titles: Vec<String> = all.into_iter().map(|(title, _)| title).collect();
    let axes = ("dependencies of a job".to_owned(), x.as_slice());
    let shown = Lines::over_a_knob(axes, false, ("mean sojourn".to_owned(), Quantity::Time), panels);
    let alt = format!("Mean sojourn against number of dependencies. {}.", list(titles.into_iter()));
    let slope = match slopes.as_slice() {
        [one] => format!(" One more adds {}.", told(one.slope)),
        _ => String::new(),
    };
    let said = Said {
        stem: "doses".to_owned(),
        alt: alt.clone(),
        caption: format!("Mean sojourn of jobs by their number of dependencies, within the same runs.{slope}"),
        note: format!(
            "Bars: {} intervals over blocks. Line: the fitted slope; shaded: its interval.",
            super::level(analysis)
        ),
    };
    Some(picture(said, both(|paper| lines(&shown, &alt, paper))))
}

/// The lines of these variants, by the names that they have in their panel.
fn of_panel(names: &[(usize, String)], slopes: &[Slope], all: &[(String, Line)]) -> Vec<Line> {
    let line = |(place, (variant, name)): (usize, &(usize, String))| {
        let found = slopes.iter().position(|slope| slope.variant == *variant)?;
        Some(Line { name: name.clone(), colour: of_curve(place), ..all.get(found)?.1.clone() })
    };
    names.iter().enumerate().filter_map(line).collect()
}

fn unnamed(line: &Line) -> Line {
    Line { name: String::new(), ..line.clone() }
}

fn told(slope: Estimate) -> String {
    figures::estimate(Some(slope), Quantity::Time)
}

/// Points of classes, the line of their slope through their middle, and where it may be as well.
fn dose_line(study: &Study, number: usize, slope: &Slope) -> Line {
    let count = slope.points.len().max(1) as f64;
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| {
        slope.points.iter().map(|(dose, _, sojourn)| of(&(*dose, sojourn.point))).sum::<f64>() / count
    };
    let (x, y) = (mean(&|(dose, _)| *dose), mean(&|(_, sojourn)| *sojourn));
    let doses = || slope.points.iter().map(|(dose, ..)| *dose);
    let (first, last) = (doses().fold(f64::MAX, f64::min), doses().fold(f64::MIN, f64::max));
    let at = |slope: f64, dose: f64| (dose, (y + slope * (dose - x)).max(0.0));
    let band = ends(&slope.slope).map_or_else(Vec::new, |(low, high)| {
        vec![at(low, first), (x, y), at(low, last), at(high, last), (x, y), at(high, first)]
    });
    let variant = name(study, slope.variant);
    let point = |(dose, side, sojourn): &(f64, crate::scenario::claim::Side, Estimate)| {
        let class = side.class.and_then(|class| study.classes.get(class)).map_or("all jobs", String::as_str);
        Point {
            x: *dose,
            y: sojourn.point,
            interval: ends(sojourn),
            title: format!("{variant}, “{class}”: {}", told(*sojourn)),
            variant: Some(slope.variant),
        }
    };
    let mut points: Vec<Point> = slope.points.iter().map(point).collect();
    points.sort_by(|one, other| one.x.total_cmp(&other.x));
    Line {
        title: format!("{variant}: {} a dependency", told(slope.slope)),
        name: variant,
        colour: of_curve(number),
        points,
        law: vec![at(slope.slope.point, first), at(slope.slope.point, last)],
        band,
        is_predicted: false,
    }
}

/// What a measure would be if a cost were nothing, half or twice what it is; none if nothing changes it. `stem` names its
/// file.
pub(in crate::report) fn tornado(study: &Study, sensitivity: &Sensitivity, stem: &str) -> Option<Block> {
    let rows = sensitivity.knobs.iter().take(FACTORS_MAX).map(|knob| {
        let of = |setting: &crate::lab::sensitivity::Setting| Some((setting.factor, setting.value?.point));
        let now = if knob.now.is_empty() { String::new() } else { format!(" ({})", knob.now) };
        TornadoRow { name: format!("{}{now}", knob.name), effects: knob.settings.iter().filter_map(of).collect() }
    });
    let measure = words::measure(&sensitivity.measure);
    let shown = Tornado {
        axis: if sensitivity.measure == Measure::Throughput {
            "throughput, jobs/s".to_owned()
        } else {
            measure.clone()
        },
        quantity: Quantity::of(&sensitivity.measure),
        base: sensitivity.base.point,
        rows: rows.filter(|row| !row.effects.is_empty()).collect(),
    };
    let first = shown.rows.first()?;
    let alt =
        format!("What changes the {measure} most: {}.", list(shown.rows.iter().take(5).map(|row| row.name.clone())));
    let said = Said {
        stem: stem.to_owned(),
        alt: alt.clone(),
        caption: format!(
            "What the {measure} of {} would be if a cost were another. It depends most on {}.",
            words::variant(study, sensitivity.variant),
            first.name,
        ),
        note: format!("Each factor alone, in virtual time on “{}”, with the same random numbers.", sensitivity.profile),
    };
    Some(picture(said, both(|paper| draw_tornado(&shown, &alt, paper))))
}

/// The first few, with a word for the rest.
pub(super) fn list(said: impl Iterator<Item = String>) -> String {
    const SAID_MAX: usize = 6;
    let all: Vec<String> = said.collect();
    let rest = all.len().saturating_sub(SAID_MAX);
    let first = all.into_iter().take(SAID_MAX).collect::<Vec<_>>().join("; ");
    if rest == 0 { first } else { format!("{first}; and {rest} more") }
}
