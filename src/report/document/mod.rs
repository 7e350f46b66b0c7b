//! The model of a page: what it says, before it is Markdown, HTML or lines on a terminal.
//!
//! Texts are plain: each renderer takes care that none becomes markup or commands. Tables and pictures are numbered in the
//! order in which they appear ([`numbering`]); whatever has an anchor can be linked to.

mod line;
pub(super) mod numbering;
mod table;

pub use line::{Inline, Line, Target};
pub use table::{Cell, Column, Row, Table};

/// A page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// Its title, for the window and for search.
    pub title: String,
    /// Names of the variants that a reader may choose from: rows and parts of pictures refer to them by place. May be empty.
    pub variants: Vec<String>,
    /// What stands on it.
    pub blocks: Vec<Block>,
}

/// A piece of a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// The line above a title: run, date, runtime.
    Meta(Line),
    /// A heading of level 1 to 3, with its anchor.
    Heading(u8, Line, String),
    /// Running text.
    Paragraph(Line),
    /// Running text of less weight: what a table's marks mean, where a title comes from.
    Aside(Line),
    /// The answer, in a box whose colour says how the claims came out.
    Answer(Option<Tone>, Vec<Line>),
    /// A sentence of somebody else's, and where it stands.
    Quote(Line, Line),
    /// Points.
    List(Vec<Line>),
    /// A table.
    Table(Table),
    /// A picture.
    Picture(Picture),
    /// Something to be copied as it is.
    Code(String),
    /// Here the first page ends and the appendix begins.
    FirstPageEnd,
}

/// How a claim came out, as a colour, a sign and a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// As claimed.
    Supported,
    /// Not as claimed.
    Refuted,
    /// Neither is known.
    Undecided,
}

impl Tone {
    /// One letter for it.
    #[must_use]
    pub const fn sign(self) -> char {
        match self {
            Self::Supported => '✓',
            Self::Refuted => '✗',
            Self::Undecided => '?',
        }
    }

    /// One word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Supported => "supported",
            Self::Refuted => "refuted",
            Self::Undecided => "undecided",
        }
    }
}

/// A picture, drawn twice: text of a wide one could not be read on a phone.
///
/// Both are SVG, with all text in them escaped. Parts that belong to a variant carry `data-variant`, its place on the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Where links to it lead.
    pub anchor: String,
    /// Its file's name without the ending.
    pub stem: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// What it shows, for all. The renderer puts "Figure 2." before it.
    pub caption: Line,
    /// What its marks mean; may be empty.
    pub note: Line,
    /// 640 pixels wide.
    pub wide: String,
    /// 360 pixels wide.
    pub narrow: String,
    /// Whether the narrow one stands beside its caption, where there is room.
    pub is_beside: bool,
}

impl Picture {
    /// The wide picture's file.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}.svg", self.stem)
    }
}

impl Block {
    /// A heading; its anchor is made of its text.
    pub fn heading(level: u8, text: impl Into<Line>) -> Self {
        let text = text.into();
        let anchor = numbering::anchor(&text.plain());
        Self::Heading(level, text, anchor)
    }

    /// A paragraph.
    pub fn text(text: impl Into<Line>) -> Self {
        Self::Paragraph(text.into())
    }

    /// Points.
    pub fn list<L: Into<Line>>(points: impl IntoIterator<Item = L>) -> Self {
        Self::List(points.into_iter().map(Into::into).collect())
    }

    /// A table without number and caption, for a terminal or below a heading that says it all: which of its columns hold
    /// figures is told by its cells.
    #[must_use]
    pub fn table(head: &[&str], rows: Vec<Vec<String>>, note: impl Into<Line>) -> Self {
        Self::Table(Table::of_words(head, rows).note(note))
    }
}
