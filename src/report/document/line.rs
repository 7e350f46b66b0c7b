//! Text in a line, and what stands in it.

/// Text in a line: built from left to right.
///
/// `Line::from("it takes ").figure("1.2 ms", "findings.claims[0].contrasts[0].of.point").text(", see ").see("checks")`
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line(pub Vec<Inline>);

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// Text. What stands in it between two single backticks is code.
    Text(String),
    /// Something to be typed as it is.
    Code(String),
    /// Of more weight.
    Strong(Line),
    /// Of less weight: an interval beside its figure.
    Small(Line),
    /// Somebody else's words.
    Quote(Line),
    /// A link. Without a text of its own it shows the number of what it leads to: "Table 3".
    Link(String, Target),
    /// A figure, and its place in `results.json`.
    Figure(String, String),
    /// The role of a design.
    Badge(String),
    /// How a claim came out.
    Verdict(super::Tone),
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To something on this page.
    Anchor(String),
    /// To another file; with its anchor, if any: `chained-jobs/report.html#claim-2`.
    File(String),
}

impl Line {
    /// An empty one.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Whether nothing stands in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plain().is_empty()
    }

    /// With this piece.
    #[must_use]
    pub fn with(mut self, piece: Inline) -> Self {
        self.0.push(piece);
        self
    }

    /// With this line after it.
    #[must_use]
    pub fn then(mut self, other: impl Into<Self>) -> Self {
        self.0.extend(other.into().0);
        self
    }

    /// With text.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.with(Inline::Text(text.into()))
    }

    /// With code.
    #[must_use]
    pub fn code(self, code: impl Into<String>) -> Self {
        self.with(Inline::Code(code.into()))
    }

    /// With something of more weight.
    #[must_use]
    pub fn strong(self, line: impl Into<Self>) -> Self {
        self.with(Inline::Strong(line.into()))
    }

    /// With something of less weight.
    #[must_use]
    pub fn small(self, line: impl Into<Self>) -> Self {
        self.with(Inline::Small(line.into()))
    }

    /// With somebody else's words.
    #[must_use]
    pub fn quote(self, line: impl Into<Self>) -> Self {
        self.with(Inline::Quote(line.into()))
    }

    /// With a link to an anchor of this page.
    #[must_use]
    pub fn link(self, text: impl Into<String>, anchor: impl Into<String>) -> Self {
        self.with(Inline::Link(text.into(), Target::Anchor(anchor.into())))
    }

    /// With a link that shows the number of what it leads to: "Table 3".
    #[must_use]
    pub fn see(self, anchor: impl Into<String>) -> Self {
        self.link("", anchor)
    }

    /// With a link to another file.
    #[must_use]
    pub fn file(self, text: impl Into<String>, file: impl Into<String>) -> Self {
        self.with(Inline::Link(text.into(), Target::File(file.into())))
    }

    /// With a figure, and its place in `results.json`, such as `findings.claims[0].contrasts[0].effect.point`.
    #[must_use]
    pub fn figure(self, text: impl Into<String>, path: impl Into<String>) -> Self {
        self.with(Inline::Figure(text.into(), path.into()))
    }

    /// With the role of a design.
    #[must_use]
    pub fn badge(self, role: impl Into<String>) -> Self {
        self.with(Inline::Badge(role.into()))
    }

    /// With how a claim came out.
    #[must_use]
    pub fn verdict(self, tone: super::Tone) -> Self {
        self.with(Inline::Verdict(tone))
    }

    /// Its words alone. A link without a text of its own has none here.
    #[must_use]
    pub fn plain(&self) -> String {
        self.0.iter().map(Inline::plain).collect()
    }
}

impl Inline {
    fn plain(&self) -> String {
        match self {
            Self::Text(text) | Self::Link(text, _) | Self::Figure(text, _) | Self::Badge(text) => text.clone(),
            Self::Code(code) => format!("`{code}`"),
            Self::Strong(line) | Self::Small(line) => line.plain(),
            Self::Quote(line) => format!("“{}”", line.plain()),
            Self::Verdict(tone) => format!("{} {}", tone.sign(), tone.word()),
        }
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<&String> for Line {
    fn from(text: &String) -> Self {
        Self::from(text.clone())
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        match text.is_empty() {
            true => Self::new(),
            false => Self(vec![Inline::Text(text)]),
        }
    }
}
