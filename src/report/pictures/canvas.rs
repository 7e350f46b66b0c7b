//! What pictures are drawn on: an area of plotters, in which a colour stands for how a mark looks, whose it is and what it
//! says.
//!
//! plotters knows colours and no classes, titles or schemes of a page. So each mark is drawn in a colour of its own, a
//! number, and `svg::finish` puts the look behind that number in its place.

use super::letters::{LINE_HEIGHT, SIZE, fit, width};
use super::palette::{Colour, INK, MUTED};
use super::scale::Scale;
use super::svg;
use plotters::coord::Shift;
use plotters::coord::cartesian::{Cartesian2d, MeshLine};
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::ops::Range;

/// Why a picture could not be drawn: a bug, as drawing into memory cannot fail otherwise.
pub(in crate::report) type Fault = Box<dyn std::error::Error>;
pub(super) type Done = Result<(), Fault>;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Coordinates<'a> = DrawingArea<SVGBackend<'a>, Cartesian2d<Scale, Scale>>;

/// Between names of places, in pixels.
const NAMES_APART: i32 = 5;
/// plotters takes a font's size for its height: it writes this part of it.
const HEIGHT_OF_FONT: f64 = 1.24;

/// For how much room a picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Width {
    /// A page on a screen or on paper.
    Wide,
    /// A phone.
    Narrow,
}

impl Width {
    /// In pixels.
    pub(super) const fn pixels(self) -> i32 {
        match self {
            Self::Wide => 640,
            Self::Narrow => 360,
        }
    }

    pub(super) const fn is_narrow(self) -> bool {
        matches!(self, Self::Narrow)
    }
}

/// How a mark looks, whose it is, and what it says to those who point at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) colour: Colour,
    /// The whole of it, in words.
    pub(super) title: Option<String>,
    /// Place of the variant whose mark it is.
    pub(super) variant: Option<usize>,
    /// Lengths of dashes and gaps.
    pub(super) dashes: Option<&'static str>,
    /// How much covers what is behind it, in percent.
    pub(super) opacity: u8,
    pub(super) is_bold: bool,
}

impl Look {
    pub(super) const fn of(colour: Colour) -> Self {
        Self { colour, title: None, variant: None, dashes: None, opacity: 100, is_bold: false }
    }

    pub(super) fn saying(self, title: impl Into<String>) -> Self {
        Self { title: Some(title.into()), ..self }
    }

    pub(super) fn of_variant(self, variant: Option<usize>) -> Self {
        Self { variant, ..self }
    }

    pub(super) fn dashed(self, dashes: &'static str) -> Self {
        Self { dashes: Some(dashes), ..self }
    }

    pub(super) fn faint(self, opacity: u8) -> Self {
        Self { opacity, ..self }
    }

    pub(super) fn bold(self) -> Self {
        Self { is_bold: true, ..self }
    }
}

/// A picture that is being drawn.
pub(super) struct Canvas<'a> {
    area: Area<'a>,
    looks: Vec<Look>,
}

/// Draws a picture of this size and returns it as SVG.
pub(super) fn draw(
    width: Width,
    height: i32,
    alt: &str,
    content: impl FnOnce(&mut Canvas<'_>) -> Done,
) -> Result<String, Fault> {
    let mut drawn = String::new();
    let size = (u32::try_from(width.pixels())?, u32::try_from(height)?);
    let looks = {
        let area = SVGBackend::with_string(&mut drawn, size).into_drawing_area();
        let mut canvas = Canvas { area, looks: Vec::new() };
        content(&mut canvas)?;
        canvas.area.present()?;
        canvas.looks
    };
    Ok(svg::finish(&drawn, &looks, alt))
}

impl<'a> Canvas<'a> {
    /// The colour that stands for a look.
    pub(super) fn ink(&mut self, look: Look) -> RGBColor {
        self.looks.push(look);
        svg::colour_of(self.looks.len() - 1)
    }

    /// One line of text, whose middle is at `y` and whose begin, middle or end is at `x`.
    pub(super) fn line_of_text(&mut self, (x, y): (i32, i32), side: HPos, text: &str, look: Look) -> Done {
        let ink = self.ink(look);
        let style = ("sans-serif", SIZE * HEIGHT_OF_FONT).into_font().color(&ink).pos(Pos::new(side, VPos::Center));
        Ok(self.area.draw(&Text::new(text.to_owned(), (x, y), style))?)
    }

    /// A text in at most so many lines, `room` wide (letters of more weight take a quarter more), whose middle is at `y`; what is left out stands in its title.
    pub(super) fn text(&mut self, at: (i32, i32), side: HPos, text: &str, room: (i32, usize), look: Look) -> Done {
        let across = if look.is_bold { room.0 * 4 / 5 } else { room.0 };
        let fitted = fit(text, across, room.1);
        let look = Look { title: look.title.or(fitted.whole), ..look };
        let count = i32::try_from(fitted.lines.len())?;
        for (number, line) in (0..).zip(&fitted.lines) {
            let y = at.1 + (2 * number + 1 - count) * LINE_HEIGHT / 2;
            self.line_of_text((at.0, y), side, line, look.clone())?;
        }
        Ok(())
    }

    /// A box between two corners.
    pub(super) fn block(&mut self, x: Range<i32>, y: Range<i32>, look: Look) -> Done {
        let ink = self.ink(look);
        Ok(self.area.draw(&Rectangle::new([(x.start, y.start), (x.end, y.end)], ink.filled()))?)
    }

    /// A line through points, in pixels.
    pub(super) fn line(&mut self, points: Vec<(i32, i32)>, thickness: u32, look: Look) -> Done {
        let ink = self.ink(look);
        Ok(self.area.draw(&PathElement::new(points, ink.stroke_width(thickness)))?)
    }

    /// A dot, open or filled.
    pub(super) fn dot(&mut self, at: (i32, i32), size: i32, is_open: bool, look: Look) -> Done {
        let ink = self.ink(look);
        let style = if is_open { ink.stroke_width(2) } else { ink.filled() };
        Ok(self.area.draw(&Circle::new(at, size, style))?)
    }

    /// A cross.
    pub(super) fn cross(&mut self, at: (i32, i32), size: i32, look: Look) -> Done {
        let ink = self.ink(look);
        Ok(self.area.draw(&Cross::new(at, size, ink.stroke_width(3)))?)
    }

    /// Swatches with their names, in rows of at most `room` pixels from `(left, top)` on; returns where they end.
    pub(super) fn legend(
        &mut self,
        (left, top): (i32, i32),
        room: i32,
        names: &[(String, Colour)],
    ) -> Result<i32, Fault> {
        let (mut x, mut middle) = (left, top + LINE_HEIGHT / 2);
        for (name, colour) in names {
            let fitted = fit(name, room - 16, 1);
            let name = fitted.lines.concat();
            let takes = 16 + width(&name);
            if x > left && x + takes > left + room {
                (x, middle) = (left, middle + LINE_HEIGHT + 2);
            }
            self.block(x..x + 11, middle - 6..middle + 5, Look::of(*colour))?;
            let look = Look { title: fitted.whole, ..Look::of(INK) };
            self.line_of_text((x + 16, middle), HPos::Left, &name, look)?;
            x += takes + 16;
        }
        Ok(middle + LINE_HEIGHT)
    }

    /// A part of the picture with scales of its own. `y` rises as the scale does.
    pub(super) fn plot(&self, x: (Scale, Range<i32>), y: (Scale, Range<i32>)) -> Plot<'a> {
        let pixels = (x.1, y.1.end..y.1.start);
        Plot { area: self.area.apply_coord_spec(Cartesian2d::new(x.0, y.0, pixels)) }
    }
}

/// How many rows a legend takes that begins anew after `room` pixels.
pub(super) fn legend_height(room: i32, names: &[(String, Colour)]) -> i32 {
    let (mut x, mut rows) = (0, 1);
    for (name, _) in names {
        let takes = 16 + width(&fit(name, room - 16, 1).lines.concat());
        if x > 0 && x + takes > room {
            (x, rows) = (0, rows + 1);
        }
        x += takes + 16;
    }
    if names.is_empty() { 0 } else { rows * (LINE_HEIGHT + 2) + 6 }
}

/// A part of a picture in which marks stand where their values say.
pub(super) struct Plot<'a> {
    area: Coordinates<'a>,
}

impl Plot<'_> {
    /// Where a value is, in pixels.
    pub(super) fn at(&self, x: f64, y: f64) -> (i32, i32) {
        self.area.map_coordinate(&(x, y))
    }

    /// Lines across the plot at the places of its scales that have a name.
    pub(super) fn grid(&self, canvas: &mut Canvas<'_>, look: Look) -> Done {
        let ink = canvas.ink(look);
        let style = ShapeStyle { stroke_width: 1, ..ink.filled() };
        Ok(self.area.draw_mesh(|backend, line: MeshLine<'_, Scale, Scale>| line.draw(backend, &style), 64, 64)?)
    }

    /// A line through values.
    pub(super) fn line(&self, canvas: &mut Canvas<'_>, points: Vec<(f64, f64)>, thickness: u32, look: Look) -> Done {
        let ink = canvas.ink(look);
        Ok(self.area.draw(&PathElement::new(points, ink.stroke_width(thickness)))?)
    }

    /// A surface with these corners.
    pub(super) fn surface(&self, canvas: &mut Canvas<'_>, corners: Vec<(f64, f64)>, look: Look) -> Done {
        let ink = canvas.ink(look);
        Ok(self.area.draw(&Polygon::new(corners, ink.filled()))?)
    }

    /// The names of the places of the scale that lies, below the plot: all, or every second or third, as far as there is
    /// room; of places that are not as far from each other, those that have room.
    pub(super) fn names_below(&self, canvas: &mut Canvas<'_>, below: i32) -> Done {
        let bounds = canvas.area.dim_in_pixel().0.cast_signed();
        let scale = self.area.as_coord_spec().x_spec();
        let places: Vec<(i32, i32, String)> =
            scale.names().map(|(value, name)| (self.at(value, 0.0).0, width(&name) / 2 + 1, name)).collect();
        let zero = scale.names().position(|(value, _)| value.abs() < 1e-9).unwrap_or(0);
        let every = |stride: usize| {
            places
                .iter()
                .enumerate()
                .filter(move |(place, _)| place.abs_diff(zero).is_multiple_of(stride))
                .map(|(_, name)| name)
        };
        let fits = |stride: &usize| {
            let ends: Vec<(i32, i32)> = every(*stride).map(|(x, half, _)| (x - half, x + half)).collect();
            ends.windows(2).all(|two| two[1].0 >= two[0].1 + NAMES_APART)
        };
        let stride = if scale.is_even() { (1..=places.len().max(1)).find(fits).unwrap_or(1) } else { 1 };
        let mut free = 0;
        for (x, half, name) in every(stride) {
            if x - half >= free && x + half <= bounds {
                canvas.line_of_text((*x, below), HPos::Center, name, Look::of(MUTED))?;
                free = x + half + NAMES_APART;
            }
        }
        Ok(())
    }

    /// The names of the places of the upright scale, left of the plot: those that have room.
    pub(super) fn names_left(&self, canvas: &mut Canvas<'_>, left: i32) -> Done {
        let mut free = i32::MAX;
        for (value, name) in self.area.as_coord_spec().y_spec().names() {
            let y = self.area.map_coordinate(&(self.area.get_x_range().start, value)).1;
            if y + LINE_HEIGHT / 2 <= free {
                canvas.line_of_text((left, y), HPos::Right, &name, Look::of(MUTED))?;
                free = y - LINE_HEIGHT / 2;
            }
        }
        Ok(())
    }
}
