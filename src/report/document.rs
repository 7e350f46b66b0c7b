//! A report as blocks, before it is Markdown or HTML.

/// A piece of a report. Its texts are plain: each renderer takes care that none becomes markup or commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading of level 1 to 3.
    Heading(u8, String),
    /// Running text.
    Paragraph(String),
    /// A sentence of somebody else's, and where it stands.
    Quote(String, String),
    /// Points.
    List(Vec<String>),
    /// A table. A column of figures stands on the right, any other on the left. A note explains its marks and units.
    Table {
        /// Column titles.
        head: Vec<String>,
        /// Rows of as many cells.
        rows: Vec<Vec<String>>,
        /// What the marks and units mean; may be empty.
        note: String,
    },
    /// A picture.
    Picture {
        /// Name of its file.
        file: String,
        /// What it shows, for those who do not see it.
        caption: String,
        /// The picture.
        svg: String,
    },
    /// Something to be copied as it is.
    Code(String),
}

impl Block {
    /// A paragraph.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Paragraph(text.into())
    }

    /// A table with these column titles.
    #[must_use]
    pub fn table(head: &[&str], rows: Vec<Vec<String>>, note: impl Into<String>) -> Self {
        let head = head.iter().map(|title| (*title).to_owned()).collect();
        Self::Table { head, rows, note: note.into() }
    }
}

/// Whether a column of a table holds figures: each cell begins with one, or with a sign that stands for one.
pub(super) fn are_figures(rows: &[Vec<String>], column: usize) -> bool {
    let is_figure = |cell: &String| cell.starts_with(|first: char| first.is_ascii_digit() || "+−<–∞".contains(first));
    column > 0 && rows.iter().filter_map(|row| row.get(column)).all(is_figure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_figures_is_told_from_one_of_words() {
        let row = |cells: [&str; 5]| cells.map(str::to_owned).to_vec();
        let rows = [row(["1KB", "7", "+1.00 ms", "run", ""]), row(["2", "< 24 ns", "–", "–", "f"])];
        assert_eq!([0, 1, 2, 3, 4].map(|column| are_figures(&rows, column)), [false, true, true, false, false]);
    }
}
