//! What is wrong with a text: all of it at once, each with its place in the file and how to mend it.

use crate::printable::{Printable, is_printable};
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Columns that messages are wrapped to.
const WIDTH: usize = 100;
/// Most problems that are shown at once; what follows from the first ones is noise.
const SHOWN_MAX: usize = 12;
/// Most problems that are kept of a text; the others are counted.
const KEPT_MAX: usize = 100;
/// The longest message, in characters: it may quote what was found.
const MESSAGE_MAX: usize = 400;
/// A problem on a longer line, in bytes, is told without the line.
const LINE_MAX: usize = 500;

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
    /// At least one, in the order of the file; the first ones, if there are very many.
    pub problems: Vec<Problem>,
    /// How many more there are.
    pub more: usize,
}

impl Problem {
    /// A problem with the bytes at `span`.
    pub(crate) fn new(span: Range<usize>, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { span, found: harmless(&found.into()), expected: harmless(&expected.into()), help: None }
    }

    /// Says how to mend it.
    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(harmless(&help.into()));
        self
    }
}

impl TextErrors {
    /// The errors of the file `name` with this `text`: sorted, each once.
    pub(crate) fn new(name: &str, text: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|a, b| (a.span.start, a.span.end, &a.found).cmp(&(b.span.start, b.span.end, &b.found)));
        problems.dedup();
        let more = problems.len().saturating_sub(KEPT_MAX);
        problems.truncate(KEPT_MAX);
        for problem in &mut problems {
            problem.span = within(text, &problem.span);
        }
        Self { name: harmless(name), text: text.to_owned(), problems, more }
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
        let text = Arc::new(harmless_source(&self.text));
        for problem in self.problems.iter().take(SHOWN_MAX) {
            if self.is_on_long_line(problem) {
                rendered.push_str(&format!("  × {}\n", self.line(problem)));
                continue;
            }
            let source = (!text.is_empty()).then(|| NamedSource::new(&self.name, Arc::clone(&text)));
            let located = Located { problem, first_line: self.first_line(&problem.span), source, name: &self.name };
            if handler.render_report(&mut rendered, &located).is_err() {
                rendered.push_str(&self.line(problem));
            }
        }
        let more = self.problems.len().saturating_sub(SHOWN_MAX) + self.more;
        if more > 0 {
            rendered.push_str(&format!("… and {more} more\n"));
        }
        rendered
    }

    /// The part of `span` that is on its first line.
    fn first_line(&self, span: &Range<usize>) -> Range<usize> {
        let length = self.text[span.clone()].find('\n').unwrap_or(span.len());
        span.start..span.start + length
    }

    /// Whether the line of a problem, or one of those beside it, is too long to be shown.
    fn is_on_long_line(&self, problem: &Problem) -> bool {
        let before = self.text[..problem.span.start].rsplit('\n').take(2);
        let after = self.text[problem.span.start..].split('\n').take(2);
        let lengths: Vec<usize> = before.chain(after).map(str::len).collect();
        lengths.iter().sum::<usize>() > LINE_MAX
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
        let mut lines: Vec<String> = self.problems.iter().map(|problem| self.line(problem)).collect();
        if self.more > 0 {
            lines.push(format!("… and {} more", self.more));
        }
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

/// A message that steers no terminal and is of bearable length.
fn harmless(message: &str) -> String {
    let mut shown: String = message.chars().take(MESSAGE_MAX).collect();
    if shown.len() < message.len() {
        shown.push('…');
    }
    Printable(&shown).to_string()
}

/// The text of a file with what steers a terminal blotted out; each byte keeps its place.
fn harmless_source(text: &str) -> String {
    let blotted = |character: char| match character {
        '\n' | '\t' => character,
        '\r' => ' ',
        _ if is_printable(character) => character,
        _ => ['?', '·', '\u{fffd}'][character.len_utf8().min(3) - 1],
    };
    text.chars().map(blotted).collect()
}

/// A problem as the renderer wants it.
#[derive(Debug)]
struct Located<'a> {
    problem: &'a Problem,
    first_line: Range<usize>,
    source: Option<NamedSource<Arc<String>>>,
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
        // Its first line: what it goes on to could be long.
        let span = self.first_line.clone();
        let label = LabeledSpan::at(span, self.problem.expected.clone());
        Some(Box::new(std::iter::once(label)))
    }
}
