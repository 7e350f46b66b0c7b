//! A table that is put together column by column: each column of figures has one unit, and one in which nothing happened is
//! left out.

use crate::lab::Estimate;
use crate::report::document::{Block, Cell, Column, Line, Row, Table};
use crate::report::figures::{NOTHING, Quantity};

/// A figure of a table, and its place in `results.json`.
#[derive(Debug, Clone, Default)]
pub(in crate::report) struct Figure {
    /// The figure; none: it did not happen.
    pub(in crate::report) estimate: Option<Estimate>,
    /// Place of the estimate.
    pub(in crate::report) path: String,
    /// Whether it is the best of its column.
    pub(in crate::report) is_best: bool,
}

/// A table in the making.
#[derive(Debug)]
pub(in crate::report) struct Sheet {
    columns: Vec<Column>,
    rows: Vec<Row>,
}

impl Sheet {
    /// A table of rows with these names.
    pub(in crate::report) fn new<C: Into<Cell>>(title: &str, names: impl IntoIterator<Item = C>) -> Self {
        Self { columns: vec![Column::words(title)], rows: names.into_iter().map(|name| Row::of([name])).collect() }
    }

    /// The same with each row about a variant, by place.
    pub(in crate::report) fn about(mut self, variants: impl IntoIterator<Item = usize>) -> Self {
        for (row, variant) in self.rows.iter_mut().zip(variants) {
            row.variant = Some(variant);
        }
        self
    }

    /// The same with rows that can be linked to.
    pub(in crate::report) fn anchored(mut self, anchors: impl IntoIterator<Item = String>) -> Self {
        for (row, anchor) in self.rows.iter_mut().zip(anchors) {
            row.anchor = anchor;
        }
        self
    }

    /// Whether it has no row.
    pub(in crate::report) const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A column of words.
    pub(in crate::report) fn words<C: Into<Cell>>(self, title: &str, cells: impl IntoIterator<Item = C>) -> Self {
        self.column(Column::words(title), cells)
    }

    /// A column of counts, or of figures that have each its own unit.
    pub(in crate::report) fn figures<C: Into<Cell>>(self, title: &str, cells: impl IntoIterator<Item = C>) -> Self {
        self.column(Column::figures(title), cells)
    }

    /// A column of values in one unit.
    pub(in crate::report) fn values(self, title: &str, quantity: Quantity, cells: &[Option<f64>]) -> Self {
        if cells.iter().all(Option::is_none) {
            return self;
        }
        let scale = quantity.column(cells.iter().flatten().copied());
        let shown = cells.iter().map(|cell| ordered(Line::from(scale.show(*cell)), *cell));
        self.column(Column::figures(title).unit(scale.unit()), shown)
    }

    /// A column of the points of estimates.
    pub(in crate::report) fn points(self, title: &str, quantity: Quantity, cells: &[Option<Estimate>]) -> Self {
        let points: Vec<Option<f64>> = cells.iter().map(|cell| cell.map(|estimate| estimate.point)).collect();
        self.values(title, quantity, &points)
    }

    /// A column of parts of a whole, of which those that did not happen are dashes.
    pub(in crate::report) fn parts(self, title: &str, cells: &[f64]) -> Self {
        if cells.iter().all(|cell| cell.abs() < f64::MIN_POSITIVE) {
            return self;
        }
        let scale = Quantity::Time.column(cells.iter().copied());
        let shown = cells.iter().map(|cell| ordered(Line::from(scale.part(*cell)), Some(*cell)));
        self.column(Column::figures(title).unit(scale.unit()), shown)
    }

    /// A column of estimates with their intervals.
    pub(in crate::report) fn estimates(self, title: &str, quantity: Quantity, cells: &[Option<Estimate>]) -> Self {
        if cells.iter().all(Option::is_none) {
            return self;
        }
        let scale = quantity.column(cells.iter().flatten().map(|estimate| estimate.point));
        let shown = |cell: &Option<Estimate>| {
            let Some(estimate) = cell else { return Cell::from(NOTHING) };
            let point = Line::from(scale.show(Some(estimate.point)));
            let line = scale.ends(estimate).map_or(point.clone(), |ends| point.text(" ").small(format!("({ends})")));
            ordered(line, Some(estimate.point))
        };
        self.column(Column::figures(title).unit(scale.unit()), cells.iter().map(shown))
    }

    /// A column of figures that can be traced; with their intervals, or the best of them marked.
    pub(in crate::report) fn traced(self, title: &str, quantity: Quantity, cells: &[Figure], has_ends: bool) -> Self {
        if cells.iter().all(|cell| cell.estimate.is_none()) {
            return self;
        }
        let scale = quantity.column(cells.iter().filter_map(|cell| Some(cell.estimate?.point)));
        let shown = |cell: &Figure| {
            let Some(estimate) = cell.estimate else { return Cell::from(NOTHING) };
            let mut line = Line::new().figure(scale.show(Some(estimate.point)), format!("{}.point", cell.path));
            if let Some(ends) = scale.ends(&estimate).filter(|_| has_ends) {
                line = line.text(" ").small(Line::from("(").figure(ends, cell.path.clone()).text(")"));
            }
            let shown = ordered(line, Some(estimate.point));
            if cell.is_best { shown.best() } else { shown }
        };
        self.column(Column::figures(title).unit(scale.unit()), cells.iter().map(shown))
    }

    fn column<C: Into<Cell>>(mut self, column: Column, cells: impl IntoIterator<Item = C>) -> Self {
        self.columns.push(column);
        for (row, cell) in self.rows.iter_mut().zip(cells) {
            row.cells.push(cell.into());
        }
        self
    }

    /// The table.
    pub(in crate::report) fn into_block(self, anchor: &str, caption: &str, note: impl Into<Line>) -> Block {
        self.into_table(anchor, caption, note).into()
    }

    /// The same, to be changed before it is a block.
    pub(in crate::report) fn into_table(self, anchor: &str, caption: &str, note: impl Into<Line>) -> Table {
        Table::new(anchor, caption, self.columns).rows(self.rows).note(note)
    }
}

fn ordered(line: Line, by: Option<f64>) -> Cell {
    let cell = Cell::from(line);
    match by.filter(|by| by.is_finite()) {
        Some(by) => cell.order(by),
        None => cell,
    }
}
