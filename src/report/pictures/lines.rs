//! Lines in panels with the same axes: growth over a knob, percentiles, doses.

use super::canvas::{Canvas, Done, Fault, Look, Plot, Width, draw, legend_height};
use super::letters::{LINE_HEIGHT, fit, spread, width};
use super::palette::{CURVES_MAX, Colour, GRID, INK, MUTED};
use super::scale::Scale;
use plotters::style::text_anchor::HPos;
use std::ops::Range;

/// Above a panel: the title of its upright axis.
const TOP: i32 = LINE_HEIGHT + 8;
/// Above that, the title of the panel, where one has any.
const TITLE: i32 = LINE_HEIGHT + 2;
/// Below a panel: names of places, and the title of the axis.
const BOTTOM: i32 = 44;
/// From so many lines on, labels of two rows would not fit beside a panel.
const LABELS_MAX: usize = 5;
/// Between the end of a line and its label.
const LEADER: i32 = 14;
/// Covers others that it crosses only in part.
const BAND: u8 = 16;

/// A point of a line.
#[derive(Debug, Clone)]
pub(in crate::report) struct Point {
    /// Where it is along the axis that lies.
    pub(in crate::report) x: f64,
    /// Its value.
    pub(in crate::report) y: f64,
    /// The ends of its interval, if it has one.
    pub(in crate::report) interval: Option<(f64, f64)>,
    /// The whole of it, in words; empty: it is a point on the way, without a mark.
    pub(in crate::report) title: String,
    /// Place of its variant.
    pub(in crate::report) variant: Option<usize>,
}

/// A line with its points.
#[derive(Debug, Clone)]
pub(in crate::report) struct Line {
    /// What it is called, at its end or in the legend.
    pub(in crate::report) name: String,
    /// Its colour.
    pub(in crate::report) colour: Colour,
    /// Points from left to right.
    pub(in crate::report) points: Vec<Point>,
    /// A law that was fitted to them, drawn instead of a line from point to point.
    pub(in crate::report) law: Vec<(f64, f64)>,
    /// The corners of the surface where the law may be as well.
    pub(in crate::report) band: Vec<(f64, f64)>,
    /// Computed, not measured: open and dashed.
    pub(in crate::report) is_predicted: bool,
    /// The whole of it, in words.
    pub(in crate::report) title: String,
}

/// Some lines with axes of their own.
#[derive(Debug, Clone)]
pub(in crate::report) struct Panel {
    /// What tells it from the others; may be empty.
    pub(in crate::report) title: String,
    /// Its lines.
    pub(in crate::report) lines: Vec<Line>,
    /// What would be best, and its name.
    pub(in crate::report) ideal: Option<(String, Vec<(f64, f64)>)>,
}

/// Panels with the same axes.
#[derive(Debug, Clone)]
pub(in crate::report) struct Lines {
    /// Title of the axis that lies, with its unit.
    pub(in crate::report) x_title: String,
    /// Title of the upright axis, with its unit.
    pub(in crate::report) y_title: String,
    pub(super) x: Scale,
    pub(super) y: Scale,
    /// At least one.
    pub(in crate::report) panels: Vec<Panel>,
}

/// How the panels are laid out.
struct Layout {
    columns: i32,
    cell: (i32, i32),
    /// Of all panels together; empty if names stand at the ends of lines, or colours mean something else in each panel.
    legend: Vec<(String, Colour)>,
    legend_height: i32,
    /// Room for a legend in each panel.
    own_legend_height: i32,
    /// Room for titles above panels.
    titles: i32,
    /// Room for labels at the ends of lines; a little with a legend.
    labels: i32,
    /// Whether names stand there.
    are_at_ends: bool,
    left: i32,
}

/// Names and colours of the lines of a panel.
fn names_of(panel: &Panel) -> Vec<(String, Colour)> {
    let named = panel.lines.iter().filter(|line| !line.name.is_empty());
    named.map(|line| (line.name.clone(), line.colour)).collect()
}

impl Layout {
    fn of(lines: &Lines, paper: Width) -> Self {
        let columns = if paper.is_narrow() || lines.panels.len() == 1 { 1 } else { 2 };
        let across = paper.pixels() / columns;
        let left = lines.y.room() + 12;
        let mut legend: Vec<(String, Colour)> = Vec::new();
        for entry in lines.panels.iter().flat_map(names_of) {
            if !legend.contains(&entry) {
                legend.push(entry);
            }
        }
        let ideals = lines.panels.iter().filter_map(|panel| panel.ideal.as_ref()).map(|(name, _)| name);
        let names: Vec<&String> = legend.iter().map(|(name, _)| name).chain(ideals).collect();
        let high = if columns == 1 && lines.panels.len() == 1 { 230 } else { 170 };
        let room_max = across * 3 / 10;
        let lines_of = |name: &&String| fit(name, room_max, 2);
        let fits = names.iter().all(|name| lines_of(name).whole.is_none())
            && lines.panels.iter().all(|panel| panel.lines.len() < LABELS_MAX);
        let widest = names.iter().flat_map(|name| lines_of(name).lines).map(|line| width(&line)).max().unwrap_or(0);
        let ideal_only = lines.panels.iter().any(|panel| panel.ideal.is_some());
        let labels = match fits {
            true if names.is_empty() => 12,
            true => widest + LEADER + 6,
            false if ideal_only => width("ideal") + LEADER + 6,
            false => 12,
        };
        let are_own = !fits && legend.len() > CURVES_MAX;
        let own_heights = lines.panels.iter().map(|panel| legend_height(across - 8, &names_of(panel)));
        let own_legend_height = if are_own { own_heights.max().unwrap_or(0) } else { 0 };
        let legend = if fits || are_own { Vec::new() } else { legend };
        let legend_height = legend_height(paper.pixels() - 8, &legend);
        let titles = if lines.panels.iter().any(|panel| !panel.title.is_empty()) { TITLE } else { 0 };
        let cell = (across, titles + own_legend_height + TOP + high + BOTTOM);
        let are_at_ends = fits;
        Self { columns, cell, legend, legend_height, own_legend_height, titles, labels, are_at_ends, left }
    }
}

/// Draws the panels.
///
/// # Errors
/// Never in practice: it draws into memory.
pub(in crate::report) fn lines(lines: &Lines, alt: &str, paper: Width) -> Result<String, Fault> {
    let layout = Layout::of(lines, paper);
    let count = i32::try_from(lines.panels.len())?;
    let rows = (count + layout.columns - 1) / layout.columns;
    draw(paper, layout.legend_height + rows * layout.cell.1, alt, |canvas| {
        canvas.legend((4, 2), paper.pixels() - 8, &layout.legend)?;
        for (number, panel) in (0..).zip(&lines.panels) {
            let left = number % layout.columns * layout.cell.0;
            let top = layout.legend_height + number / layout.columns * layout.cell.1;
            draw_panel(canvas, lines, panel, (left, top), &layout)?;
        }
        Ok(())
    })
}

fn draw_panel(canvas: &mut Canvas<'_>, lines: &Lines, panel: &Panel, at: (i32, i32), layout: &Layout) -> Done {
    let x = at.0 + layout.left..at.0 + layout.cell.0 - layout.labels;
    let top = at.1 + layout.titles + layout.own_legend_height;
    let y = top + TOP..at.1 + layout.cell.1 - BOTTOM;
    let room = (layout.cell.0 - 8, 1);
    if layout.titles > 0 {
        canvas.text((at.0 + 4, at.1 + 10), HPos::Left, &panel.title, room, Look::of(INK).bold())?;
    }
    if layout.own_legend_height > 0 {
        canvas.legend((at.0 + 4, at.1 + layout.titles + 2), layout.cell.0 - 8, &names_of(panel))?;
    }
    canvas.text((at.0 + 4, top + 10), HPos::Left, &lines.y_title, room, Look::of(MUTED))?;
    let plot = canvas.plot((lines.x.clone(), x.clone()), (lines.y.clone(), y.clone()));
    plot.grid(canvas, Look::of(GRID))?;
    plot.names_left(canvas, x.start - 8)?;
    plot.names_below(canvas, y.end + 13)?;
    let middle = f64::midpoint(f64::from(x.start), f64::from(x.end));
    let below = (near(middle, width(&lines.x_title), at.0..at.0 + layout.cell.0), y.end + 31);
    canvas.text(below, HPos::Center, &lines.x_title, room, Look::of(MUTED))?;
    if let Some((_, points)) = &panel.ideal {
        plot.line(canvas, within(points, &lines.y), 1, Look::of(MUTED).dashed("3 4"))?;
    }
    for line in &panel.lines {
        draw_line(canvas, &plot, line)?;
    }
    labels(canvas, panel, &plot, (x.end, y), layout)
}

/// The middle of a text that would be at `middle`, moved so far that it stays between the ends.
#[allow(clippy::cast_possible_truncation)] // within the picture
fn near(middle: f64, width: i32, ends: Range<i32>) -> i32 {
    let (low, high) = (ends.start + width / 2 + 2, ends.end - width / 2 - 2);
    (middle.round() as i32).min(high).max(low)
}

/// The points of an ideal as far as the scale goes.
fn within(points: &[(f64, f64)], y: &Scale) -> Vec<(f64, f64)> {
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for point in points {
        match kept.last().copied() {
            Some((x, before)) if point.1 > y.high() => {
                let share = (y.high() - before) / (point.1 - before);
                kept.push((x + share * (point.0 - x), y.high()));
                return kept;
            }
            _ => kept.push(*point),
        }
    }
    kept
}

fn draw_line(canvas: &mut Canvas<'_>, plot: &Plot<'_>, line: &Line) -> Done {
    let variant = same_variant(line);
    let look = Look::of(line.colour).of_variant(variant);
    if !line.band.is_empty() {
        plot.surface(canvas, line.band.clone(), look.clone().faint(BAND))?;
    }
    let path = if line.law.is_empty() {
        line.points.iter().map(|point| (point.x, point.y)).collect()
    } else {
        line.law.clone()
    };
    let stroke = if line.is_predicted { look.clone().dashed("6 4") } else { look };
    plot.line(canvas, path, if line.law.is_empty() { 2 } else { 1 }, stroke.saying(line.title.clone()))?;
    for point in line.points.iter().filter(|point| !point.title.is_empty()) {
        let look = Look::of(line.colour).of_variant(point.variant).saying(point.title.clone());
        if let Some((low, high)) = point.interval {
            plot.line(canvas, vec![(point.x, low), (point.x, high)], 2, look.clone())?;
        }
        let size = if point.interval.is_some() || line.is_predicted { 4 } else { 3 };
        canvas.dot(plot.at(point.x, point.y), size, line.is_predicted, look)?;
    }
    Ok(())
}

/// The variant that all points of a line are of, if it is one.
fn same_variant(line: &Line) -> Option<usize> {
    let first = line.points.first()?.variant;
    first.filter(|_| line.points.iter().all(|point| point.variant == first))
}

/// Names at the ends of lines, none over another, each with a stroke in its colour that leads to it.
fn labels(
    canvas: &mut Canvas<'_>,
    panel: &Panel,
    plot: &Plot<'_>,
    (right, y): (i32, Range<i32>),
    layout: &Layout,
) -> Done {
    let room = layout.labels - LEADER - 4;
    if room < LINE_HEIGHT {
        return Ok(());
    }
    let ends = |line: &Line| {
        let law = line.law.last().copied();
        law.or_else(|| line.points.last().map(|point| (point.x, point.y)))
    };
    let mut wanted = Vec::new();
    for line in panel.lines.iter().filter(|line| layout.are_at_ends && !line.name.is_empty()) {
        if let Some(end) = ends(line) {
            wanted.push((plot.at(end.0, end.1), line.name.as_str(), line.colour, same_variant(line)));
        }
    }
    if let Some((name, points)) = &panel.ideal {
        let (x, y) = points.last().copied().unwrap_or((0.0, 0.0));
        wanted.push((plot.at(x, y), name.as_str(), MUTED, None));
    }
    let tall = wanted.iter().any(|(_, name, ..)| fit(name, room, 2).lines.len() > 1);
    let height = if tall { 2 * LINE_HEIGHT } else { LINE_HEIGHT };
    let places: Vec<i32> = wanted.iter().map(|((_, y), ..)| *y).collect();
    let places = spread(&places, height, y.start, y.end);
    for (((_, end), name, colour, variant), place) in wanted.into_iter().zip(places) {
        let look = Look::of(colour).of_variant(variant);
        canvas.line(vec![(right + 5, end), (right + LEADER - 3, place)], 2, look)?;
        let look = Look::of(INK).of_variant(variant);
        canvas.text((right + LEADER, place), HPos::Left, name, (room, 2), look)?;
    }
    Ok(())
}
