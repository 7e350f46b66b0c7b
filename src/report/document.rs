//! A report as blocks, before it is Markdown or HTML.

/// A piece of a report.
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
    /// A table; the first column is text, the others are figures. A note explains its marks and units.
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
    pub(super) fn table(head: &[&str], rows: Vec<Vec<String>>, note: impl Into<String>) -> Self {
        let head = head.iter().map(|title| (*title).to_owned()).collect();
        Self::Table { head, rows, note: note.into() }
    }
}
