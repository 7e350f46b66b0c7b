//! A report as Markdown, with its pictures as files beside it.
//!
//! Every text is plain but for code between backticks: what else Markdown would take for markup is escaped.

use super::document::{Block, are_figures};
use super::text::{Part, on_one_line, parts, visible};
use std::fmt::Write as _;

/// The text of a report.
#[must_use]
pub(super) fn render(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        // Writing to a string cannot fail.
        let _ = match block {
            Block::Heading(level, title) => {
                writeln!(text, "{} {}", "#".repeat(usize::from(*level)), plain(title))
            }
            Block::Paragraph(paragraph) => writeln!(text, "{}", plain(paragraph)),
            Block::Quote(quote, place) => writeln!(text, "> {}\n>\n> {}", plain(quote), plain(place)),
            Block::List(points) => points.iter().try_for_each(|point| writeln!(text, "- {}", plain(point))),
            Block::Table { head, rows, note } => table(&mut text, head, rows, note),
            Block::Picture { file, caption, .. } => writeln!(text, "![{}]({file})", plain(caption)),
            Block::Code(code) => {
                let fence = fence(code);
                writeln!(text, "{fence}\n{}\n{fence}", visible(code.trim_end()))
            }
        };
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn table(text: &mut String, head: &[String], rows: &[Vec<String>], note: &str) -> std::fmt::Result {
    let cells = |row: &[String]| row.iter().map(|cell| plain(cell).replace('|', "\\|")).collect::<Vec<_>>().join(" | ");
    writeln!(text, "| {} |", cells(head))?;
    let rule: Vec<&str> =
        (0..head.len()).map(|column| if are_figures(rows, column) { "---:" } else { "---" }).collect();
    writeln!(text, "| {} |", rule.join(" | "))?;
    for row in rows {
        writeln!(text, "| {} |", cells(row))?;
    }
    if note.is_empty() { Ok(()) } else { writeln!(text, "\n{}", plain(note)) }
}

/// A fence longer than any in the code.
fn fence(code: &str) -> String {
    let longest = code.split(|letter| letter != '`').map(str::len).max().unwrap_or(0);
    "`".repeat((longest + 1).max(3))
}

/// On one line, with a backslash before what would be markup there; only code stays code.
fn plain(text: &str) -> String {
    let line = on_one_line(text);
    let marker = block_marker(&line);
    let escaped = |(number, part)| match part {
        Part::Code(code) => format!("`{code}`"),
        Part::Prose(prose) => escaped(prose, marker.filter(|_| number == 0)),
    };
    parts(&line).into_iter().enumerate().map(escaped).collect()
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

    #[test]
    fn lines_broken_in_a_scenario_break_neither_tables_nor_quotes() {
        let table = Block::table(&["variant", "jobs"], vec![vec!["a\nb | c".to_owned(), "1".to_owned()]], "");
        let text = render(&[table, Block::Quote("one\n\n# two".to_owned(), "there".to_owned())]);
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
        assert!(render(&[table]).contains(r"| a\\\|b |"));
    }

    #[test]
    fn lines_of_a_question_make_neither_headings_nor_code() {
        let text = render(&[Block::text("Source: a\n```\nb\n# Injected\n<b>")]);
        assert_eq!(text, "Source: a \\`\\`\\` b # Injected \\<b>\n");
    }

    #[test]
    fn code_cannot_end_its_own_fence() {
        assert_eq!(render(&[Block::Code("jqlab '````'\n".into())]), "`````\njqlab '````'\n`````\n");
    }
}
