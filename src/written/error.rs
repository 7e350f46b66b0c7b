//! What is wrong with a text: all of it at once, each with its place in the file and how to mend it.

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use std::fmt;
use std::ops::Range;

/// Columns that messages are wrapped to.
const WIDTH: usize = 100;
/// Most problems that are shown at once; what follows from the first ones is noise.
const SHOWN_MAX: usize = 12;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Bytes of the text that it is about.
    pub span: Range<usize>,
    /// What was found.
    pub found: String,
    /// What was expected, as a label under the place.
    pub expected: String,
    /// How to mend it.
    pub help: Option<String>,
}

/// All that is wrong with one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextErrors {
    /// The file, as it was named.
    pub name: String,
    /// Its text; empty if it could not be read.
    pub text: String,
    /// At least one, in the order of the file.
    pub problems: Vec<Problem>,
}

impl Problem {
    /// A problem with the bytes at `span`.
    pub(crate) fn new(span: Range<usize>, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { span, found: found.into(), expected: expected.into(), help: None }
    }

    /// Says how to mend it.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl TextErrors {
    /// The errors of the file `name` with this `text`: sorted, each once.
    pub(crate) fn new(name: &str, text: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|a, b| (a.span.start, a.span.end, &a.found).cmp(&(b.span.start, b.span.end, &b.found)));
        problems.dedup();
        for problem in &mut problems {
            problem.span = within(text, &problem.span);
        }
        Self { name: name.to_owned(), text: text.to_owned(), problems }
    }

    /// A file that could not be read at all.
    pub(crate) fn unreadable(name: &str, found: String, expected: &str, help: &str) -> Self {
        Self::new(name, "", vec![Problem::new(0..0, found, expected).with_help(help)])
    }

    /// For people: each problem with its line of the file and a caret, in colour or without.
    #[must_use]
    pub fn render(&self, colours: bool) -> String {
        let theme = if colours { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
        let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_links(false);
        let mut rendered = String::new();
        for problem in self.problems.iter().take(SHOWN_MAX) {
            let source = NamedSource::new(&self.name, self.text.clone());
            let located = Located { problem, source: (!self.text.is_empty()).then_some(source), name: &self.name };
            if handler.render_report(&mut rendered, &located).is_err() {
                rendered.push_str(&self.line(problem));
            }
        }
        if let Some(more) = self.problems.len().checked_sub(SHOWN_MAX).filter(|more| *more > 0) {
            rendered.push_str(&format!("… and {more} more\n"));
        }
        rendered
    }

    /// One line: `file:line:column: what was found; what was expected (how to mend it)`.
    fn line(&self, problem: &Problem) -> String {
        let before = self.text.get(..problem.span.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        let help = problem.help.as_deref().map(|help| format!(" ({help})")).unwrap_or_default();
        format!("{}:{line}:{column}: {}; {}{help}", self.name, problem.found, problem.expected)
    }
}

impl fmt::Display for TextErrors {
    /// One line a problem.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.problems.iter().map(|problem| self.line(problem)).collect();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for TextErrors {}

/// `span`, cut to what the text has and to whole characters.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let whole = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = whole(span.start);
    start..whole(span.end).max(start)
}

/// A problem as the renderer wants it.
#[derive(Debug)]
struct Located<'a> {
    problem: &'a Problem,
    source: Option<NamedSource<String>>,
    name: &'a str,
}

impl fmt::Display for Located<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source {
            Some(_) => f.write_str(&self.problem.found),
            None => write!(f, "{}: {}; {}", self.name, self.problem.found, self.problem.expected),
        }
    }
}

impl std::error::Error for Located<'_> {}

impl Diagnostic for Located<'_> {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.problem.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.source.as_ref()?;
        let span = self.problem.span.clone();
        let label = LabeledSpan::at(span, self.problem.expected.clone());
        Some(Box::new(std::iter::once(label)))
    }
}
