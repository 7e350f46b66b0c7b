//! A report as one self-contained HTML file: good on screen, on paper, and in the dark.

use super::document::numbering::Numbering;
use super::document::{Block, Cell, Column, Inline, Line, Page, Row, Table, Target, Tone};
use super::text::{Part, address, on_one_line, parts, visible, within_line};
use minijinja::{AutoEscape, Environment, Value, context};

const PAGE: &str = include_str!("templates/page.html");
const STYLE: &str = include_str!("templates/page.css");
const SCRIPT: &str = include_str!("templates/page.js");

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
    let has_appendix = page.blocks.contains(&Block::FirstPageEnd);
    let contents = numbering.contents(&page.blocks).into_iter();
    let contents: Vec<Value> =
        contents.map(|(anchor, title)| context! { anchor, title => on_one_line(&title) }).collect();
    let blocks = view.blocks(&page.blocks);
    let page = environment.render_str(
        PAGE,
        context! {
            title => on_one_line(&page.title),
            style => Value::from_safe_string(STYLE.to_owned()),
            script => Value::from_safe_string(SCRIPT.to_owned()),
            variants => page.variants.iter().map(|name| on_one_line(name)).collect::<Vec<_>>(),
            has_appendix,
            contents,
            blocks,
        },
    );
    page.unwrap_or_else(|error| unreachable!("the template of the page: {error:#}"))
}

/// Tables of at least so many columns may be wider than the text.
const BROAD: usize = 7;
/// Tables of at least so many columns are printed smaller.
const MANY: usize = 8;
/// Tables of at least so many columns are printed smaller still.
const MOST: usize = 12;
/// Words of at least so many letters keep a column wide enough to be read.
const LONG: usize = 40;

/// Blocks as the template takes them.
struct View<'a> {
    numbering: &'a Numbering,
}

impl View<'_> {
    fn blocks(&self, blocks: &[Block]) -> Vec<Value> {
        let mut section = String::new();
        let numbered = blocks.iter().zip(&self.numbering.blocks);
        let view = |(block, (anchor, number)): (&Block, &(String, String))| {
            if let Block::Heading(_, title, _) = block {
                section = title.plain();
            }
            self.block(block, anchor, number, &section)
        };
        numbered.map(view).collect()
    }

    fn block(&self, block: &Block, anchor: &str, number: &str, section: &str) -> Value {
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
            Block::Table(table) => self.table(table, anchor, number, section),
            // The picture is made by this program: every text in it is escaped already.
            Block::Picture(picture) => context! {
                kind => "picture",
                anchor,
                number,
                caption => self.line(&picture.caption),
                note => self.line(&picture.note),
                is_beside => picture.is_beside,
                wide => Value::from_safe_string(picture.wide.clone()),
                narrow => (picture.narrow != picture.wide).then(|| Value::from_safe_string(picture.narrow.clone())),
            },
            Block::Code(text) => context! { kind => "code", text => visible(text) },
            Block::FirstPageEnd => context! { kind => "end" },
        }
    }

    fn table(&self, table: &Table, anchor: &str, number: &str, section: &str) -> Value {
        let column = |column: &Column| {
            context! { title => self.line(&column.title), unit => column.unit, is_numeric => column.is_numeric }
        };
        context! {
            kind => "table",
            anchor,
            number,
            caption => self.line(&table.caption),
            label => on_one_line(&if number.is_empty() { format!("Table: {section}") } else { number.to_owned() }),
            class => width(table.columns.len()),
            head => table.columns.iter().map(column).collect::<Vec<_>>(),
            rows => table.rows.iter().map(|row| self.row(row, &table.columns)).collect::<Vec<_>>(),
            note => self.line(&table.note),
            is_folded => table.is_folded,
        }
    }

    fn row(&self, row: &Row, columns: &[Column]) -> Value {
        let cell = |(cell, column): (&Cell, &Column)| {
            let is_long = !column.is_numeric && cell.plain().chars().count() >= LONG;
            let classes = [("n", column.is_numeric), ("best", cell.is_best), ("long", is_long)];
            let classes: Vec<&str> =
                classes.into_iter().filter_map(|(class, is_set)| is_set.then_some(class)).collect();
            context! { lines => self.lines(&cell.lines), class => classes.join(" "), order => cell.order }
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
                vec![
                    context! { kind => "link", text => on_one_line(text), to => Value::from_safe_string(address(file)) },
                ]
            }
        }
    }
}

/// The classes of a table of so many columns.
const fn width(columns: usize) -> &'static str {
    match columns {
        MOST.. => " broad many most",
        MANY.. => " broad many",
        BROAD.. => " broad",
        _ => "",
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
        kept.push(
            if (is_unit && is_after_figure) || matches!(before.trim_start_matches('('), "<" | ">" | "≤" | "≥") {
                '\u{a0}'
            } else {
                ' '
            },
        );
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

    #[test]
    fn what_has_an_anchor_can_be_linked_to_and_says_its_number() {
        let page = render(&crate::report::showcase::page());
        for found in [
            r##"<a href="#figure-checks">Figure 2</a>"##,
            r##"<figure id="figure-checks">"##,
            r##"<h2 id="claims">Claims <a class="pin" href="#claims""##,
            r#"<tr id="claim-1">"#,
            r#"<tr data-variant="1">"#,
            r#"data-path="findings.claims[1].contrasts[0].effect.point" title="results.json: findings.claims[1]"#,
            r##"<li><a href="#threats-to-validity">Threats to validity</a></li>"##,
            "[data-variant=\"1\"] { display: none; }",
        ] {
            assert!(page.contains(found), "{found}");
        }
        assert_eq!((page.matches("<h1").count(), page.matches("<caption>").count()), (1, 2));
    }
}
