//! Axes of panels of lines: over a knob, or of percentiles.

use super::lines::{Line, Lines, Panel};
use super::scale::{Scale, drawable, logarithmic_places, tick};
use crate::report::figures::Quantity;

impl Lines {
    /// Panels whose upright axis goes from nothing, evenly, or, if values differ by more than a hundred times, by powers.
    /// `x` names places along the axis that lies; `is_doubling`: each is a factor from the one before.
    pub(in crate::report) fn over_a_knob(
        (x_title, x): (String, &[f64]),
        is_doubling: bool,
        (y_title, quantity): (String, Quantity),
        panels: Vec<Panel>,
    ) -> Self {
        let (least, most) = x.iter().fold((f64::MAX, f64::MIN), |(low, high), at| (low.min(*at), high.max(*at)));
        let scale = if is_doubling { Scale::logarithmic(least, most) } else { Scale::plain(least, most) };
        let x = scale.with_places(x.iter().map(|at| (*at, tick(Quantity::Number, *at))).collect());
        let (y, unit) = upright(&panels, quantity);
        let y_title = if unit.is_empty() { y_title } else { format!("{y_title}, {unit}") };
        Self { x_title, y_title, x, y, panels }
    }

    /// Percentiles of times, from all jobs to the last of `marks`, by how rare what is slower is; both axes by powers.
    /// Points have their share of jobs as `x`.
    pub(in crate::report) fn of_percentiles(
        (x_title, y_title): (String, String),
        marks: &[(f64, &str)],
        panels: Vec<Panel>,
        quantity: Quantity,
    ) -> Self {
        let rarer = |panel: Panel| {
            let mut panel = panel;
            panel.lines.iter_mut().flat_map(|line| &mut line.points).for_each(|point| point.x = rarity(point.x));
            panel.lines.iter_mut().flat_map(|line| &mut line.band).for_each(|(x, _)| *x = rarity(*x));
            panel
        };
        let panels: Vec<Panel> = panels.into_iter().map(rarer).collect();
        let xs = panels.iter().flat_map(|panel| &panel.lines).flat_map(|line| &line.points).map(|point| point.x);
        let last = xs.fold(rarity(0.5), f64::max);
        let places = marks.iter().map(|(share, name)| (rarity(*share), (*name).to_owned()));
        let x = Scale::plain(0.0, last).with_places(places.filter(|(at, _)| *at <= last + 1e-9).collect());
        let (low, high) = extent(&panels);
        let (low, high) = (low.max(1.0), high.max(low.max(1.0) * 1.5));
        let named = logarithmic_places(low, high, 7).into_iter().map(|value| (value, tick(quantity, value)));
        let y = Scale::logarithmic(low * 0.95, high * 1.05).with_places(named.collect());
        Self { x_title, y_title, x, y, panels }
    }
}

/// How rare what is slower is, in powers of ten: none → 0, 90 % → 1, 99.9 % → 3.
fn rarity(share: f64) -> f64 {
    -libm::log10((1.0 - share).max(1e-12))
}

/// The least and the greatest value of points, intervals, bands and laws.
fn extent(panels: &[Panel]) -> (f64, f64) {
    let of = |line: &Line| {
        let intervals = line.points.iter().filter_map(|point| point.interval).flat_map(|(low, high)| [low, high]);
        let points = line.points.iter().map(|point| point.y);
        points
            .chain(intervals)
            .chain(line.band.iter().chain(&line.law).map(|(_, y)| *y))
            .map(drawable)
            .collect::<Vec<_>>()
    };
    let values = panels.iter().flat_map(|panel| &panel.lines).flat_map(of);
    values.fold((1e18, 0.0), |(low, high), value| (f64::min(low, value), f64::max(high, value)))
}

/// The upright axis of values that may be anything, and its unit.
fn upright(panels: &[Panel], quantity: Quantity) -> (Scale, &'static str) {
    const FAR_APART: f64 = 100.0;
    let (_, high) = extent(panels);
    let points = panels.iter().flat_map(|panel| &panel.lines).flat_map(|line| &line.points);
    let least = points.map(|point| drawable(point.y)).fold(high, f64::min);
    if least > 0.0 && high > least * FAR_APART {
        let named =
            logarithmic_places(least * 0.9, high * 1.1, 6).into_iter().map(|value| (value, tick(quantity, value)));
        return (Scale::logarithmic(least * 0.9, high * 1.1).with_places(named.collect()), "");
    }
    Scale::of_quantity(0.0, high, 4, quantity)
}
