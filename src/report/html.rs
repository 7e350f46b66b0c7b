//! A report as one self-contained HTML file: good on screen, on paper, and in the dark.

use super::document::{Block, are_figures};
use super::text::{Part, on_one_line, parts, visible};
use minijinja::{AutoEscape, Environment, Value, context};

const PAGE: &str = include_str!("templates/page.html");

/// The page.
///
/// # Panics
/// If the page's own template is broken, which a test would have found.
#[must_use]
pub(super) fn render(title: &str, blocks: &[Block]) -> String {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let blocks: Vec<Value> = blocks.iter().map(block).collect();
    let page = environment.render_str(PAGE, context! { title => on_one_line(title), blocks });
    page.unwrap_or_else(|error| unreachable!("the template of the page: {error:#}"))
}

/// Tables of at least so many columns say that they scroll where a screen is narrow.
const WIDE: usize = 8;

fn block(block: &Block) -> Value {
    match block {
        Block::Heading(level, text) => context! { kind => "heading", level, text => inline(text) },
        Block::Paragraph(text) => context! { kind => "paragraph", text => inline(text) },
        Block::Quote(text, place) => context! { kind => "quote", text => inline(text), place => inline(place) },
        Block::List(points) => context! { kind => "list", points => points.iter().map(inline).collect::<Vec<_>>() },
        Block::Table { head, rows, note } => {
            let figures: Vec<bool> = (0..head.len()).map(|column| are_figures(rows, column)).collect();
            let cells = |row: &[String]| row.iter().map(inline).zip(&figures).map(cell).collect::<Vec<_>>();
            context! {
                kind => "table",
                wide => head.len() >= WIDE,
                head => cells(head),
                rows => rows.iter().map(|row| cells(row)).collect::<Vec<_>>(),
                note => inline(note),
            }
        }
        // The picture is made by this program: every text in it is escaped already.
        Block::Picture { caption, svg, .. } => {
            context! { kind => "picture", caption => inline(caption), svg => Value::from_safe_string(svg.clone()) }
        }
        Block::Code(text) => context! { kind => "code", text => visible(text) },
    }
}

fn cell((text, is_figure): (Vec<Value>, &bool)) -> Value {
    context! { text, is_figure }
}

/// Text on one line, as parts that are code or not.
fn inline(text: impl AsRef<str>) -> Vec<Value> {
    let part = |part| match part {
        Part::Code(code) => context! { text => code, is_code => true },
        Part::Prose(prose) => context! { text => kept_together(prose), is_code => false },
    };
    parts(&on_one_line(text.as_ref())).into_iter().map(part).collect()
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

    #[test]
    fn text_cannot_become_markup() {
        let page = render("<t>", &[Block::Paragraph("a <script> & more".into())]);
        assert!(page.contains("a &lt;script&gt; &amp; more"));
        assert!(!page.contains("<script>"));
    }

    #[test]
    fn code_is_code_and_what_stands_in_it_is_text() {
        let page = render("t", &[Block::Paragraph("type `jqlab run <b>` now".into())]);
        assert!(page.contains("<p>type <code>jqlab run &lt;b&gt;</code> now</p>"), "{page}");
    }

    #[test]
    fn no_control_character_stands_in_a_page() {
        let hostile = || "a\u{1b}[2J\u{7}\nb".to_owned();
        let table = Block::table(&[&hostile()], vec![vec![hostile()]], hostile());
        let blocks = [Block::Heading(2, hostile()), Block::List(vec![hostile()]), table, Block::Code(hostile())];
        let page = render(&hostile(), &blocks);
        assert!(!page.contains(['\u{1b}', '\u{7}']) && page.contains(r"a\u{1b}[2J\u{7} b"), "{page}");
    }

    #[test]
    fn no_line_ends_between_a_figure_and_its_unit() {
        assert_eq!(kept_together("it takes 1.50 ms (1.40 to 1.60)"), "it takes 1.50\u{a0}ms (1.40 to 1.60)");
        assert_eq!(kept_together("9 %, < 24 ns."), "9\u{a0}%, <\u{a0}24\u{a0}ns.");
        assert_eq!(kept_together("variant 2 points s"), "variant 2\u{a0}points s");
    }
}
