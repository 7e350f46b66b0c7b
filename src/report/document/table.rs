//! Tables.

use super::{Block, Line};

/// A table. Its first column names the rows and stays in view.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Where links to it lead; empty if none do, and then it has no number.
    pub anchor: String,
    /// What it shows. The renderer puts "Table 3." before it.
    pub caption: Line,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Rows of as many cells.
    pub rows: Vec<Row>,
    /// What its marks and units mean; may be empty.
    pub note: Line,
    /// Whether a page shows it only to those who ask for it.
    pub is_folded: bool,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Column {
    /// Its title.
    pub title: Line,
    /// The unit of all its figures, where they have the same; may be empty.
    pub unit: String,
    /// Whether it holds figures, which stand on the right.
    pub is_numeric: bool,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// For each column.
    pub cells: Vec<Cell>,
    /// Where links to it lead; may be empty.
    pub anchor: String,
    /// Place of the variant that it is about, among those of the page.
    pub variant: Option<usize>,
}

/// A cell: lines, one below the other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cell {
    /// Its lines.
    pub lines: Vec<Line>,
    /// By what the column is sorted, if not by the words.
    pub order: Option<f64>,
    /// Whether it is the best of its column.
    pub is_best: bool,
}

impl Table {
    /// A numbered table without rows.
    #[must_use]
    pub fn new(anchor: impl Into<String>, caption: impl Into<Line>, columns: Vec<Column>) -> Self {
        Self { anchor: anchor.into(), caption: caption.into(), columns, ..Self::default() }
    }

    /// A table without number, whose cells say which columns hold figures.
    pub(super) fn of_words(head: &[&str], rows: Vec<Vec<String>>) -> Self {
        let column = |(place, title): (usize, &&str)| Column {
            title: Line::from(*title),
            unit: String::new(),
            is_numeric: are_figures(&rows, place),
        };
        let columns = head.iter().enumerate().map(column).collect();
        Self { columns, rows: rows.into_iter().map(Row::from).collect(), ..Self::default() }
    }

    /// With these rows.
    #[must_use]
    pub fn rows<R: Into<Row>>(mut self, rows: impl IntoIterator<Item = R>) -> Self {
        self.rows.extend(rows.into_iter().map(Into::into));
        self
    }

    /// The same as tables of at most so many columns, each with the names of the rows; the note is below the last.
    #[must_use]
    pub fn in_parts(self, columns_max: usize) -> Vec<Self> {
        let figures = self.columns.len().saturating_sub(1);
        let parts = figures.div_ceil(columns_max.saturating_sub(1).max(1)).max(1);
        let size = figures.div_ceil(parts).max(1);
        let part = |part: usize| {
            let is_kept = |place: usize| place == 0 || (place - 1) / size == part;
            let row = |row: &Row| Row {
                cells: kept(&row.cells, is_kept),
                anchor: if part == 0 { row.anchor.clone() } else { String::new() },
                variant: row.variant,
            };
            Self {
                anchor: if part == 0 { self.anchor.clone() } else { format!("{}-{}", self.anchor, part + 1) },
                caption: if part == 0 { self.caption.clone() } else { self.caption.clone().text(", continued") },
                columns: kept(&self.columns, is_kept),
                rows: self.rows.iter().map(row).collect(),
                note: if part + 1 == parts { self.note.clone() } else { Line::new() },
                is_folded: self.is_folded,
            }
        };
        (0..parts).map(part).collect()
    }

    /// Shown only to those who ask for it.
    #[must_use]
    pub const fn folded(mut self) -> Self {
        self.is_folded = true;
        self
    }

    /// With this note.
    #[must_use]
    pub fn note(mut self, note: impl Into<Line>) -> Self {
        self.note = note.into();
        self
    }
}

/// Those of some parts whose place is kept.
fn kept<T: Clone>(all: &[T], is_kept: impl Fn(usize) -> bool) -> Vec<T> {
    all.iter().enumerate().filter(|(place, _)| is_kept(*place)).map(|(_, one)| one.clone()).collect()
}

impl From<Table> for Block {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}

impl Column {
    /// A column of words.
    pub fn words(title: impl Into<Line>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// A column of figures.
    pub fn figures(title: impl Into<Line>) -> Self {
        Self { title: title.into(), is_numeric: true, ..Self::default() }
    }

    /// All in this unit.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = unit.into();
        self
    }

    /// Title and unit, in words.
    #[must_use]
    pub fn plain(&self) -> String {
        match self.unit.is_empty() {
            true => self.title.plain(),
            false => format!("{}, {}", self.title.plain(), self.unit),
        }
    }
}

impl Row {
    /// A row of these cells.
    pub fn of<C: Into<Cell>>(cells: impl IntoIterator<Item = C>) -> Self {
        Self { cells: cells.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// That links lead to.
    #[must_use]
    pub fn anchor(mut self, anchor: impl Into<String>) -> Self {
        self.anchor = anchor.into();
        self
    }

    /// About the variant at this place.
    #[must_use]
    pub fn variant(mut self, variant: usize) -> Self {
        self.variant = Some(variant);
        self
    }
}

impl<C: Into<Cell>> From<Vec<C>> for Row {
    fn from(cells: Vec<C>) -> Self {
        Self::of(cells)
    }
}

impl Cell {
    /// With another line.
    #[must_use]
    pub fn line(mut self, line: impl Into<Line>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// With a line of less weight.
    #[must_use]
    pub fn below(self, line: impl Into<Line>) -> Self {
        self.line(Line::new().small(line))
    }

    /// Sorted by this.
    #[must_use]
    pub fn order(mut self, order: f64) -> Self {
        self.order = Some(order);
        self
    }

    /// The best of its column.
    #[must_use]
    pub fn best(mut self) -> Self {
        self.is_best = true;
        self
    }

    /// Its words, the lines with commas between them.
    #[must_use]
    pub fn plain(&self) -> String {
        self.lines.iter().map(Line::plain).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

impl<L: Into<Line>> From<L> for Cell {
    fn from(line: L) -> Self {
        Self::default().line(line)
    }
}

/// Whether a column holds figures: each cell begins with one, or with a sign that stands for one.
fn are_figures(rows: &[Vec<String>], column: usize) -> bool {
    let is_figure = |cell: &String| cell.starts_with(|first: char| first.is_ascii_digit() || "+−<–∞".contains(first));
    column > 0 && rows.iter().filter_map(|row| row.get(column)).all(is_figure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_figures_is_told_from_one_of_words() {
        let row = |cells: [&str; 5]| cells.map(str::to_owned).to_vec();
        let rows = vec![row(["1KB", "7", "+1.00 ms", "run", ""]), row(["2", "< 24 ns", "–", "–", "f"])];
        let table = Table::of_words(&["a", "b", "c", "d", "e"], rows);
        let numeric: Vec<bool> = table.columns.iter().map(|column| column.is_numeric).collect();
        assert_eq!(numeric, [false, true, true, false, false]);
    }
}
