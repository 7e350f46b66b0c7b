//! A report as one self-contained HTML file: good on screen, on paper, and in the dark.

use super::document::numbering::Numbering;
use super::document::{Block, Cell, Column, Inline, Line, Page, Row, Table, Target, Tone};
use super::text::{Part, on_one_line, parts, visible, within_line};
use minijinja::{AutoEscape, Environment, Value, context};

const PAGE: &str = include_str!("templates/page.html");

/// The page.
///
/// # Panics
/// If the page's own template is broken, which a test would have found.
#[must_use]
pub(super) fn render(page: &Page) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let numbering = Numbering::of(&page.blocks);
    let view = View { numbering: &numbering };
    let numbered = page.blocks.iter().zip(&numbering.blocks);
    let blocks: Vec<Value> = numbered.map(|(block, (anchor, number))| view.block(block, anchor, number)).collect();
    let page = environment.render_str(PAGE, context! { title => on_one_line(&page.title), blocks });
    page.unwrap_or_else(|error| unreachable!("the template of the page: {error:#}"))
}

/// Tables of at least so many columns say that they scroll where a screen is narrow.
const WIDE: usize = 6;

/// Blocks as the template takes them.
struct View<'a> {
    numbering: &'a Numbering,
}

impl View<'_> {
    fn block(&self, block: &Block, anchor: &str, number: &str) -> Value {
        match block {
            Block::Meta(line) => context! { kind => "meta", text => self.line(line) },
            Block::Heading(level, text, _) => context! { kind => "heading", level, anchor, text => self.line(text) },
            Block::Paragraph(text) => context! { kind => "paragraph", text => self.line(text) },
            Block::Aside(text) => context! { kind => "aside", text => self.line(text) },
            Block::Answer(tone, lines) => {
                context! { kind => "answer", tone => tone.map(class), lines => self.lines(lines) }
            }
            Block::Quote(text, place) => {
                context! { kind => "quote", text => self.line(text), place => self.line(place) }
            }
            Block::List(points) => context! { kind => "list", points => self.lines(points) },
            Block::Table(table) => self.table(table, anchor, number),
            // The picture is made by this program: every text in it is escaped already.
            Block::Picture(picture) => context! {
                kind => "picture",
                anchor,
                number,
                caption => self.line(&picture.caption),
                note => self.line(&picture.note),
                is_beside => picture.is_beside,
                wide => Value::from_safe_string(picture.wide.clone()),
                narrow => Value::from_safe_string(picture.narrow.clone()),
            },
            Block::Code(text) => context! { kind => "code", text => visible(text) },
            Block::FirstPageEnd => context! { kind => "end" },
        }
    }

    fn table(&self, table: &Table, anchor: &str, number: &str) -> Value {
        let column = |column: &Column| {
            context! { title => self.line(&column.title), unit => column.unit, is_numeric => column.is_numeric }
        };
        context! {
            kind => "table",
            anchor,
            number,
            caption => self.line(&table.caption),
            wide => table.columns.len() >= WIDE,
            head => table.columns.iter().map(column).collect::<Vec<_>>(),
            rows => table.rows.iter().map(|row| self.row(row, &table.columns)).collect::<Vec<_>>(),
            note => self.line(&table.note),
        }
    }

    fn row(&self, row: &Row, columns: &[Column]) -> Value {
        let cell = |(cell, column): (&Cell, &Column)| {
            context! {
                lines => self.lines(&cell.lines),
                is_numeric => column.is_numeric,
                is_best => cell.is_best,
                order => cell.order,
            }
        };
        let cells: Vec<Value> = row.cells.iter().zip(columns).map(cell).collect();
        context! { cells, anchor => row.anchor, variant => row.variant }
    }

    fn lines(&self, lines: &[Line]) -> Vec<Vec<Value>> {
        lines.iter().map(|line| self.line(line)).collect()
    }

    /// A line as pieces, of which some have pieces of their own.
    fn line(&self, line: &Line) -> Vec<Value> {
        line.0.iter().flat_map(|piece| self.piece(piece)).collect()
    }

    fn piece(&self, piece: &Inline) -> Vec<Value> {
        let of = |kind: &str, line: &Line| vec![context! { kind, pieces => self.line(line) }];
        match piece {
            Inline::Text(text) => prose(&within_line(text)),
            Inline::Code(code) => vec![context! { kind => "code", text => on_one_line(code) }],
            Inline::Strong(line) => of("strong", line),
            Inline::Small(line) => of("small", line),
            Inline::Quote(line) => of("quote", line),
            Inline::Figure(text, path) => {
                vec![context! { kind => "figure", text => kept_together(&on_one_line(text)), path }]
            }
            Inline::Badge(role) => vec![context! { kind => "badge", text => on_one_line(role) }],
            Inline::Verdict(tone) => {
                vec![context! { kind => "verdict", tone => class(*tone), sign => tone.sign(), text => tone.word() }]
            }
            Inline::Link(text, Target::Anchor(anchor)) => {
                let shown = if text.is_empty() { self.numbering.name(anchor) } else { text };
                vec![context! { kind => "link", text => on_one_line(shown), to => format!("#{anchor}") }]
            }
            Inline::Link(text, Target::File(file)) => {
                vec![context! { kind => "link", text => on_one_line(text), to => file }]
            }
        }
    }
}

/// The class of what came out like this.
const fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Supported => "ok",
        Tone::Refuted => "no",
        Tone::Undecided => "un",
    }
}

/// Text on one line, as parts that are code or not.
fn prose(text: &str) -> Vec<Value> {
    let part = |part| match part {
        Part::Code(code) => context! { text => code, kind => "code" },
        Part::Prose(prose) => context! { text => kept_together(prose), kind => "text" },
    };
    parts(text).into_iter().map(part).collect()
}

/// Prose in which no line ends between a figure and its unit.
fn kept_together(prose: &str) -> String {
    const UNITS: [&str; 13] = ["ns", "µs", "ms", "s", "%", "B", "KB", "MB", "GB", "points", "jobs", "runs", "cores"];
    let mut words = prose.split(' ');
    let mut before = words.next().unwrap_or_default();
    let mut kept = before.to_owned();
    for word in words {
        let is_unit = UNITS.contains(&word.trim_end_matches([',', '.', ';', ':', ')']));
        let is_after_figure = before.ends_with(|letter: char| letter.is_ascii_digit() || letter == '∞');
        kept.push(if (is_unit && is_after_figure) || before.ends_with('<') { '\u{a0}' } else { ' ' });
        kept.push_str(word);
        before = word;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(title: &str, blocks: Vec<Block>) -> Page {
        Page { title: title.to_owned(), blocks, ..Page::default() }
    }

    #[test]
    fn text_cannot_become_markup() {
        let page = render(&page("<t>", vec![Block::text("a <script> & more")]));
        assert!(page.contains("a &lt;script&gt; &amp; more"));
        assert!(!page.contains("<script>"));
    }

    #[test]
    fn code_is_code_and_what_stands_in_it_is_text() {
        let page = render(&page("t", vec![Block::text("type `jqlab run <b>` now")]));
        assert!(page.contains("<p>type <code>jqlab run &lt;b&gt;</code> now</p>"), "{page}");
    }

    #[test]
    fn no_control_character_stands_in_a_page() {
        let hostile = || "a\u{1b}[2J\u{7}\nb".to_owned();
        let table = Block::table(&[&hostile()], vec![vec![hostile()]], hostile());
        let blocks = vec![Block::heading(2, hostile()), Block::list([hostile()]), table, Block::Code(hostile())];
        let page = render(&page(&hostile(), blocks));
        assert!(!page.contains(['\u{1b}', '\u{7}']) && page.contains(r"a\u{1b}[2J\u{7} b"), "{page}");
    }

    #[test]
    fn no_line_ends_between_a_figure_and_its_unit() {
        assert_eq!(kept_together("it takes 1.50 ms (1.40 to 1.60)"), "it takes 1.50\u{a0}ms (1.40 to 1.60)");
        assert_eq!(kept_together("9 %, < 24 ns."), "9\u{a0}%, <\u{a0}24\u{a0}ns.");
        assert_eq!(kept_together("variant 2 points s"), "variant 2\u{a0}points s");
    }
}
