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
            Block::Heading(level, title) => writeln!(text, "{} {title}", "#".repeat(usize::from(*level))),
            Block::Paragraph(paragraph) => writeln!(text, "{paragraph}"),
            Block::Quote(quote, place) => writeln!(text, "> {quote}\n>\n> {place}"),
            Block::List(points) => points.iter().try_for_each(|point| writeln!(text, "- {point}")),
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
    let cells = |row: &[String]| row.iter().map(|cell| cell.replace('|', "\\|")).collect::<Vec<_>>().join(" | ");
    writeln!(text, "| {} |", cells(head))?;
    let rule: Vec<&str> = (0..head.len()).map(|column| if column == 0 { "---" } else { "---:" }).collect();
    writeln!(text, "| {} |", rule.join(" | "))?;
    for row in rows {
        writeln!(text, "| {} |", cells(row))?;
    }
    if note.is_empty() { Ok(()) } else { writeln!(text, "\n{note}") }
}
