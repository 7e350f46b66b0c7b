//! A report as Markdown, with its pictures as files beside it.

use super::document::Block;
use std::fmt::Write as _;

/// The text of a report.
#[must_use]
pub(super) fn render(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        // Writing to a string cannot fail.
        let _ = match block {
            Block::Heading(level, title) => {
                writeln!(text, "{} {}", "#".repeat(usize::from(*level)), on_one_line(title))
            }
            Block::Paragraph(paragraph) => writeln!(text, "{paragraph}"),
            Block::Quote(quote, place) => {
                writeln!(text, "> {}\n>\n> {}", on_one_line(quote), on_one_line(place))
            }
            Block::List(points) => points.iter().try_for_each(|point| writeln!(text, "- {}", on_one_line(point))),
            Block::Table { head, rows, note } => table(&mut text, head, rows, note),
            Block::Picture { file, caption, .. } => writeln!(text, "![{caption}]({file})"),
            Block::Code(code) => writeln!(text, "```\n{}\n```", code.trim_end()),
        };
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn table(text: &mut String, head: &[String], rows: &[Vec<String>], note: &str) -> std::fmt::Result {
    let cells =
        |row: &[String]| row.iter().map(|cell| on_one_line(cell).replace('|', "\\|")).collect::<Vec<_>>().join(" | ");
    writeln!(text, "| {} |", cells(head))?;
    let rule: Vec<&str> = (0..head.len()).map(|column| if column == 0 { "---" } else { "---:" }).collect();
    writeln!(text, "| {} |", rule.join(" | "))?;
    for row in rows {
        writeln!(text, "| {} |", cells(row))?;
    }
    if note.is_empty() { Ok(()) } else { writeln!(text, "\n{note}") }
}

/// A scenario may break lines anywhere; a heading, a quote, a point or a cell ends with its line.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_broken_in_a_scenario_break_neither_tables_nor_quotes() {
        let table = Block::table(&["variant", "jobs"], vec![vec!["a\nb | c".to_owned(), "1".to_owned()]], "");
        let text = render(&[table, Block::Quote("one\n\n# two".to_owned(), "there".to_owned())]);
        assert!(text.contains("| a b \\| c | 1 |"), "{text}");
        assert!(text.contains("> one # two\n>\n> there"), "{text}");
    }
}
