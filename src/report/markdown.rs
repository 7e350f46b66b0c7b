//! A report as Markdown, with its pictures as files beside it.
//!
//! Every text is plain but for code between backticks: what else Markdown would take for markup is escaped.

use super::document::numbering::Numbering;
use super::document::{Block, Cell, Inline, Line, Page, Picture, Row, Table, Target};
use super::text::{Part, address, on_one_line, parts, visible, within_line};
use std::fmt::{self, Write as _};

/// The text of a page.
#[must_use]
pub(super) fn render(page: &Page) -> String {
    let numbering = Numbering::of(&page.blocks);
    let contents = numbering.contents(&page.blocks).into_iter();
    let contents: Vec<String> = contents.map(|(anchor, title)| format!("[{}](#{anchor})", plain(&title))).collect();
    let writer = Writer { numbering: &numbering, contents: contents.join(" · ") };
    let mut text = String::new();
    for (block, (anchor, number)) in page.blocks.iter().zip(&numbering.blocks) {
        // Writing to a string cannot fail.
        let _ = writer.block(&mut text, block, anchor, number);
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

struct Writer<'a> {
    numbering: &'a Numbering,
    /// Links to the sections of the appendix.
    contents: String,
}

impl Writer<'_> {
    fn block(&self, text: &mut String, block: &Block, anchor: &str, number: &str) -> fmt::Result {
        match block {
            // The title is where the page begins, so that a forge finds it.
            Block::Heading(1, title, _) => writeln!(text, "# {}", self.line(title)),
            Block::Heading(level, title, _) => {
                let target = if anchor == own_anchor(&title.plain()) { String::new() } else { target(anchor) };
                writeln!(text, "{} {target}{}", "#".repeat(usize::from(*level)), self.line(title))
            }
            Block::Meta(line) | Block::Paragraph(line) | Block::Aside(line) => writeln!(text, "{}", self.line(line)),
            Block::Answer(_, lines) => {
                let lines: Vec<String> = lines.iter().map(|line| format!("> {}", self.line(line))).collect();
                writeln!(text, "{}", lines.join("\n>\n"))
            }
            Block::Quote(quote, place) => writeln!(text, "> {}\n>\n> {}", self.line(quote), self.line(place)),
            Block::List(points) => points.iter().try_for_each(|point| writeln!(text, "- {}", self.line(point))),
            Block::Table(table) => self.table(text, table, anchor, number),
            Block::Picture(picture) => self.picture(text, picture, anchor, number),
            Block::Code(code) => {
                let fence = fence(code);
                writeln!(text, "{fence}\n{}\n{fence}", visible(code.trim_end()))
            }
            Block::FirstPageEnd => writeln!(text, "---\n\n{}", self.contents),
        }
    }

    fn table(&self, text: &mut String, table: &Table, anchor: &str, number: &str) -> fmt::Result {
        if !number.is_empty() {
            writeln!(text, "{}**{number}.** {}\n", target(anchor), self.line(&table.caption))?;
        }
        let titles: Vec<String> = table.columns.iter().map(|column| escaped_pipe(&plain(&column.plain()))).collect();
        writeln!(text, "| {} |", titles.join(" | "))?;
        let rule = table.columns.iter().map(|column| if column.is_numeric { "---:" } else { "---" });
        writeln!(text, "| {} |", rule.collect::<Vec<_>>().join(" | "))?;
        for row in &table.rows {
            writeln!(text, "| {}{} |", target(&row.anchor), self.cells(row))?;
        }
        if table.note.is_empty() { Ok(()) } else { writeln!(text, "\n{}", self.line(&table.note)) }
    }

    fn cells(&self, row: &Row) -> String {
        row.cells.iter().map(|cell| self.cell(cell)).collect::<Vec<_>>().join(" | ")
    }

    fn cell(&self, cell: &Cell) -> String {
        let lines: Vec<String> = cell.lines.iter().map(|line| escaped_pipe(&self.line(line))).collect();
        let lines = lines.join("<br>");
        if cell.is_best { format!("**{lines}**") } else { lines }
    }

    fn picture(&self, text: &mut String, picture: &Picture, anchor: &str, number: &str) -> fmt::Result {
        writeln!(text, "{}![{}]({})\n", target(anchor), plain(&picture.alt), picture.file())?;
        writeln!(text, "**{number}.** {}", self.line(&picture.caption))?;
        if picture.note.is_empty() { Ok(()) } else { writeln!(text, "\n{}", self.line(&picture.note)) }
    }

    /// On one line, with a backslash before what would be markup there.
    fn line(&self, line: &Line) -> String {
        let mut shown = String::new();
        for piece in &line.0 {
            let is_first = shown.is_empty();
            shown.push_str(&self.piece(piece, is_first));
        }
        shown.trim().to_owned()
    }

    fn piece(&self, piece: &Inline, is_first: bool) -> String {
        match piece {
            Inline::Text(text) => prose(&within_line(text), is_first),
            Inline::Figure(text, _) => prose(&on_one_line(text), is_first),
            Inline::Code(code) => in_code(&on_one_line(code)),
            Inline::Strong(line) => format!("**{}**", self.line(line)),
            Inline::Small(line) => self.line(line),
            Inline::Quote(line) => format!("“{}”", self.line(line)),
            Inline::Badge(role) => format!("*{}*", plain(role)),
            Inline::Verdict(tone) => format!("{} {}", tone.sign(), tone.word()),
            Inline::Link(text, Target::Anchor(anchor)) => {
                let shown = if text.is_empty() { self.numbering.name(anchor) } else { text };
                format!("[{}](#{})", plain(shown), address(anchor))
            }
            Inline::Link(text, Target::File(file)) => format!("[{}]({})", plain(text), address(file)),
        }
    }
}

/// Where a link leads, as forges take it.
fn target(anchor: &str) -> String {
    if anchor.is_empty() { String::new() } else { format!("<a id=\"{}\"></a>", address(anchor)) }
}

/// The anchor that forges make of a heading.
fn own_anchor(title: &str) -> String {
    let is_kept = |letter: &char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    title.to_lowercase().chars().filter(is_kept).collect::<String>().replace(' ', "-")
}

/// In a cell, where a pipe would end it.
fn escaped_pipe(text: &str) -> String {
    text.replace('|', "\\|")
}

/// Code, whatever stands in it.
fn in_code(code: &str) -> String {
    match code.contains('`') {
        true => format!("`` {code} ``").replace("```", "` ` `"),
        false => format!("`{code}`"),
    }
}

/// A fence longer than any in the code.
fn fence(code: &str) -> String {
    let longest = code.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    "`".repeat((longest + 1).max(3))
}

/// On one line, with a backslash before what would be markup there; only code stays code.
fn plain(text: &str) -> String {
    prose(&on_one_line(text), true)
}

/// The same of a part of a line, which may be its first.
fn prose(line: &str, is_first: bool) -> String {
    let marker = block_marker(line).filter(|_| is_first);
    let escaped = |(number, part)| match part {
        Part::Code(code) => format!("`{code}`"),
        Part::Prose(prose) => escaped(prose, marker.filter(|_| number == 0)),
    };
    parts(line).into_iter().enumerate().map(escaped).collect()
}

/// Prose with a backslash before what would be markup, and at `marker`.
fn escaped(prose: &str, marker: Option<usize>) -> String {
    let mut escaped = String::with_capacity(prose.len());
    let mut before = ' ';
    let mut letters = prose.char_indices().peekable();
    while let Some((place, letter)) = letters.next() {
        let after = letters.peek().map_or(' ', |(_, after)| *after);
        if is_markup(before, letter, after) || marker == Some(place) {
            escaped.push('\\');
        }
        escaped.push(letter);
        before = letter;
    }
    escaped
}

/// Whether a letter between these two would be taken for markup inside a line.
fn is_markup(before: char, letter: char, after: char) -> bool {
    match letter {
        '\\' | '`' | '*' | '[' | ']' | '~' | '$' => true,
        // Within a word it is a letter like others, and names of knobs have it.
        '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
        '<' => after.is_ascii_alphabetic() || matches!(after, '/' | '!' | '?'),
        '&' => after.is_ascii_alphanumeric() || after == '#',
        _ => false,
    }
}

/// Where the letter is that would make this line a heading, a quote, a rule or a point of a list.
fn block_marker(line: &str) -> Option<usize> {
    let number = line.len() - line.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let marker = line[number..].chars().next()?;
    let after = line[number + marker.len_utf8()..].chars().next();
    match marker {
        '#' | '>' if number == 0 => Some(0),
        '+' | '-' if number == 0 && matches!(after, None | Some(' ' | '-')) => Some(0),
        '.' | ')' if number > 0 && matches!(after, None | Some(' ')) => Some(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(blocks: Vec<Block>) -> Page {
        Page { blocks, ..Page::default() }
    }

    #[test]
    fn lines_broken_in_a_scenario_break_neither_tables_nor_quotes() {
        let table = Block::table(&["variant", "jobs"], vec![vec!["a\nb | c".to_owned(), "1".to_owned()]], "");
        let text = render(&page(vec![table, Block::Quote("one\n\n# two".into(), "there".into())]));
        assert!(text.contains("| a b \\| c | 1 |"), "{text}");
        assert!(text.contains("> one # two\n>\n> there"), "{text}");
    }

    #[test]
    fn markup_in_names_is_text() {
        for (name, shown) in [
            ("<script>alert(1)</script>", r"\<script>alert(1)\</script>"),
            ("<img src=x onerror=y>", r"\<img src=x onerror=y>"),
            ("[x](javascript:y)", r"\[x\](javascript:y)"),
            ("![x](http://far/x.png)", r"!\[x\](http://far/x.png)"),
            ("`<b> [code]` *bold* ~~gone~~ $x$", r"`<b> [code]` \*bold\* \~\~gone\~\~ \$x\$"),
            ("a ` alone, ``` more", r"a \` alone, \`\`\` more"),
            ("dependency_lock _shared_", r"dependency_lock \_shared\_"),
            ("&lt; &#60; A & B", r"\&lt; \&#60; A & B"),
            (r"back\slash", r"back\\slash"),
            ("# heading", r"\# heading"),
            ("- point", r"\- point"),
            ("---", r"\---"),
            ("1. first", r"1\. first"),
            ("1.00 ms", "1.00 ms"),
            ("+1.00 ms", "+1.00 ms"),
            ("< 24 ns", "< 24 ns"),
            ("esc\u{1b}[31m", r"esc\\u{1b}\[31m"),
        ] {
            assert_eq!(plain(name), shown);
        }
    }

    #[test]
    fn a_backslash_before_a_pipe_does_not_free_it() {
        let table = Block::table(&["variant"], vec![vec![r"a\|b".to_owned()]], "");
        // The table takes the last backslash, the text within the cell one of the other two.
        assert!(render(&page(vec![table])).contains(r"| a\\\|b |"));
    }

    #[test]
    fn lines_of_a_question_make_neither_headings_nor_code() {
        let text = render(&page(vec![Block::text("Source: a\n```\nb\n# Injected\n<b>")]));
        assert_eq!(text, "Source: a \\`\\`\\` b # Injected \\<b>\n");
    }

    #[test]
    fn code_cannot_end_its_own_fence() {
        assert_eq!(render(&page(vec![Block::Code("jqlab '````'\n".into())])), "`````\njqlab '````'\n`````\n");
    }

    #[test]
    fn links_lead_to_numbered_tables_figures_and_sections() {
        insta::assert_snapshot!(render(&crate::report::showcase::page()));
    }
}
