//! A report on a terminal: a table in columns while they fit, if need be with names above their rows, else row by row. One
//! that holds sentences, such as claims with their verdicts, always row by row.

use super::document::{Block, Cell, Inline, Line, Row, Table as Rows};
use super::text::{on_one_line, visible};
use comfy_table::{CellAlignment, Table, presets};
use textwrap::core::display_width;

/// What stands before a line that belongs to the one above.
const INDENT: &str = "  ";
/// So many letters in a cell are a sentence.
const SENTENCE: usize = 60;

/// The blocks for a terminal of so many columns, each line ended. Pictures are left out.
#[must_use]
pub fn render(blocks: &[Block], columns: usize) -> String {
    let mut text = String::new();
    let mut is_below_heading = true;
    for block in blocks {
        let part = match block {
            Block::Heading(_, line, _) | Block::Meta(line) | Block::Paragraph(line) | Block::Aside(line) => {
                prose(&words(line), columns)
            }
            Block::Quote(quote, place) => prose(&words(quote), columns) + &prose(&words(place), columns),
            Block::List(lines) | Block::Answer(_, lines) => {
                lines.iter().map(|line| prose(&words(line), columns)).collect()
            }
            Block::Table(rows) => table(rows, columns) + &prose(&words(&rows.note), columns),
            Block::Code(code) => format!("{}\n", visible(code.trim_end())),
            Block::Picture(_) | Block::FirstPageEnd => continue,
        };
        if !is_below_heading {
            text.push('\n');
        }
        text.push_str(&part);
        is_below_heading = matches!(block, Block::Heading(..));
    }
    text
}

/// What a line says on a terminal, where no link leads anywhere.
fn words(line: &Line) -> String {
    let piece = |piece: &Inline| match piece {
        Inline::Code(code) => format!("`{code}`"),
        Inline::Strong(line) | Inline::Small(line) => words(line),
        Inline::Quote(line) => format!("“{}”", words(line)),
        Inline::Link(text, _) if text.is_empty() => "the report".to_owned(),
        Inline::Text(text) | Inline::Figure(text, _) | Inline::Link(text, _) => text.clone(),
        Inline::Badge(role) => format!("[{role}]"),
        Inline::Verdict(tone) => format!("{} {}", tone.sign(), tone.word()),
    };
    line.0.iter().map(piece).collect()
}

/// Text in lines of at most so many columns, all but the first set in; nothing for no text.
fn prose(text: &str, columns: usize) -> String {
    let line = on_one_line(text);
    if line.is_empty() {
        return String::new();
    }
    let lines = textwrap::wrap(&line, textwrap::Options::new(columns).subsequent_indent(INDENT));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

fn table(table: &Rows, columns: usize) -> String {
    let head: Vec<String> = table.columns.iter().map(|column| on_one_line(&column.plain())).collect();
    let is_sentence = |place: usize| {
        place > 0
            && table.rows.iter().filter_map(|row| row.cells.get(place)).any(|of| cell(of).chars().count() >= SENTENCE)
    };
    let sentences: Vec<bool> = (0..head.len()).map(is_sentence).collect();
    if sentences.contains(&true) {
        return table.rows.iter().map(|row| in_sentences(&head, &sentences, row, columns)).collect();
    }
    let rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.cells.iter().map(cell).collect()).collect();
    let numeric: Vec<bool> = table.columns.iter().map(|column| column.is_numeric).collect();
    let broken = broken_head(&head, &rows);
    in_columns(&head, &rows, &numeric, columns)
        .or_else(|| in_columns(&broken, &rows, &numeric, columns))
        .or_else(|| with_names_above(&head, &rows, &numeric, columns))
        .or_else(|| with_names_above(&broken, &rows, &numeric, columns))
        .unwrap_or_else(|| row_by_row(&head, &rows, columns))
}

/// The lines of a cell as one.
fn cell(cell: &Cell) -> String {
    let lines = cell.lines.iter().map(|line| on_one_line(&words(line)));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A row as a name, then its sentences, then each figure after the title of its column.
fn in_sentences(head: &[String], sentences: &[bool], row: &Row, columns: usize) -> String {
    let mut text = String::new();
    let mut short = Vec::new();
    for (place, (content, is_sentence)) in row.cells.iter().zip(sentences).enumerate() {
        match (cell(content), head.get(place)) {
            (line, _) if line.is_empty() => {}
            (line, _) if place == 0 => text.push_str(&prose(&line, columns)),
            _ if *is_sentence => content.lines.iter().for_each(|line| text.push_str(&set_in(&words(line), columns))),
            (line, Some(title)) if !title.is_empty() => short.push(format!("{title} {line}")),
            (line, _) => short.push(line),
        }
    }
    text + &listed(short.into_iter(), columns)
}

/// Text in lines that are all set in.
fn set_in(text: &str, columns: usize) -> String {
    let options = textwrap::Options::new(columns).initial_indent(INDENT).subsequent_indent(INDENT);
    textwrap::wrap(&on_one_line(text), options).iter().map(|line| format!("{line}\n")).collect()
}

/// The table as it is; none if it is too wide.
fn in_columns(head: &[String], rows: &[Vec<String>], numeric: &[bool], columns: usize) -> Option<String> {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(head).add_rows(rows);
    for (place, column) in table.column_iter_mut().enumerate() {
        if numeric.get(place).is_some_and(|is_numeric| *is_numeric) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        if place == 0 {
            column.set_padding((0, 1));
        }
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    let fits = lines.iter().all(|line| display_width(line) <= columns);
    fits.then(|| lines.iter().map(|line| format!("{line}\n")).collect())
}

/// The titles on as many lines each as leave its column no wider than its figures, or than its longest word.
fn broken_head(head: &[String], rows: &[Vec<String>]) -> Vec<String> {
    let broken = |(place, title): (usize, &String)| {
        let cells = rows.iter().filter_map(|row| row.get(place)).map(|cell| display_width(cell));
        let words = title.split(' ').map(display_width);
        textwrap::fill(title, cells.chain(words).max().unwrap_or(0).max(1))
    };
    head.iter().enumerate().map(broken).collect()
}

/// Each name on a line of its own, above the rest of its row; none if that is too wide, too.
fn with_names_above(head: &[String], rows: &[Vec<String>], numeric: &[bool], columns: usize) -> Option<String> {
    let rest = |row: &[String]| [&[String::new()], row.get(1..).unwrap_or_default()].concat();
    let rests: Vec<Vec<String>> = rows.iter().map(|row| rest(row)).collect();
    let table = in_columns(&rest(head), &rests, numeric, columns)?;
    let lines: Vec<&str> = table.lines().collect();
    let (titles, figures) = lines.split_at(lines.len().saturating_sub(rows.len()));
    let mut text: String = titles.iter().map(|line| format!("{line}\n")).collect();
    for (row, line) in rows.iter().zip(figures) {
        text.push_str(&prose(row.first()?, columns));
        text.push_str(line);
        text.push('\n');
    }
    Some(text)
}

/// Each row as a name and, below it, each figure after the title of its column.
fn row_by_row(head: &[String], rows: &[Vec<String>], columns: usize) -> String {
    let mut text = String::new();
    for row in rows {
        let mut cells = head.iter().zip(row);
        let name = cells.next().map(|(_, name)| name.as_str()).unwrap_or_default();
        text.push_str(&prose(name, columns));
        let named = cells.filter(|(_, cell)| !cell.is_empty()).map(|(title, cell)| match title.is_empty() {
            true => cell.clone(),
            false => format!("{title} {cell}"),
        });
        text.push_str(&listed(named, columns));
    }
    text
}

/// Words of which none is broken, with commas between them, on lines that are set in.
fn listed(words: impl Iterator<Item = String>, columns: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if display_width(line) + 2 + display_width(&word) < columns => {
                line.push_str(&format!(", {word}"));
            }
            Some(line) => {
                line.push(',');
                lines.push(format!("{INDENT}{word}"));
            }
            None => lines.push(format!("{INDENT}{word}")),
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Block {
        let row = |cells: [&str; 5]| cells.map(str::to_owned).to_vec();
        let rows = vec![
            row(["no dependencies", "360", "5.74 ms (5.10 to 6.38)", "12.0 ms", "run"]),
            row(["status in memory", "1024", "6.40 ms", "–", "worker"]),
        ];
        Block::table(&["variant", "jobs done", "mean sojourn", "p95", "most in"], rows, "The note.")
    }

    #[test]
    fn a_table_stands_in_columns_while_they_fit() {
        insta::assert_snapshot!(render(&[small()], usize::MAX), @r"
        variant           jobs done            mean sojourn      p95  most in
        no dependencies         360  5.74 ms (5.10 to 6.38)  12.0 ms  run
        status in memory       1024                 6.40 ms        –  worker
        The note.
        ");
    }

    #[test]
    fn titles_are_broken_before_figures_move() {
        insta::assert_snapshot!(render(&[small()], 63), @r"
        variant           jobs            mean sojourn      p95  most
                          done                                   in
        no dependencies    360  5.74 ms (5.10 to 6.38)  12.0 ms  run
        status in memory  1024                 6.40 ms        –  worker
        The note.
        ");
    }

    #[test]
    fn names_stand_above_their_figures_where_columns_are_few() {
        insta::assert_snapshot!(render(&[small()], 56), @r"
           jobs done            mean sojourn      p95  most in
        no dependencies
                 360  5.74 ms (5.10 to 6.38)  12.0 ms  run
        status in memory
                1024                 6.40 ms        –  worker
        The note.
        ");
    }

    #[test]
    fn figures_follow_their_titles_where_there_is_no_room_for_columns() {
        insta::assert_snapshot!(render(&[small()], 40), @r"
        no dependencies
          jobs done 360,
          mean sojourn 5.74 ms (5.10 to 6.38),
          p95 12.0 ms, most in run
        status in memory
          jobs done 1024, mean sojourn 6.40 ms,
          p95 –, most in worker
        The note.
        ");
    }

    #[test]
    fn claims_stand_below_their_verdicts() {
        let page = crate::report::showcase::page();
        insta::assert_snapshot!(render(&page.blocks[3..6], 72), @r"
        As shipped, never. With the lock held only to register, 16 workers
          finish the same jobs 7.6 times sooner.

        Claims
        ✗ refuted [as shipped]
          “the queue lock is held in shared mode, so different workers can read
          at the same time (deliberately ignoring CPython’s interpreter lock)”
          readers at once, 16 workers; 0 overlaps in 12 × 4,800 reads
          measured 1.00 (exact), bound > 1
        ✓ supported [proposed]
          “won’t be affected”
          p95 of plain
          measured +1.2 % (−2.1 to +4.6), bound ±10 %
        ? undecided [proposed]
          “certainly has some cost”
          9 more
          measured +6 % (−3 to +16), bound > 0
        ");
    }

    #[test]
    fn no_line_is_longer_than_the_terminal() {
        let long = "no dependencies · queue_lock exclusive · dependency_lock register-only · workers 16";
        let row = vec![long.to_owned(), "+".repeat(20), "1".repeat(25)];
        let table = Block::table(&[long, "figure", "other figure"], vec![row], long);
        for columns in [40, 60, 80, 200] {
            let text = render(&[Block::heading(1, long), table.clone(), Block::list([long])], columns);
            assert!(text.lines().all(|line| display_width(line) <= columns), "{columns}:\n{text}");
        }
    }

    #[test]
    fn no_text_commands_the_terminal() {
        let hostile = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\nsecond";
        let text = || hostile.to_owned();
        let blocks = [
            Block::heading(1, hostile),
            Block::text(hostile),
            Block::Quote(hostile.into(), hostile.into()),
            Block::list([hostile]),
            Block::table(&[hostile, "b"], vec![vec![text(), text()]], hostile),
            Block::Code(text()),
        ];
        for columns in [20, 40, usize::MAX] {
            let text = render(&blocks, columns);
            assert!(!text.chars().any(|letter| letter.is_control() && letter != '\n'), "{text:?}");
            assert!(text.replace("\n  ", "").contains(r"\u{1b}]0;owned\u{7}"), "{text}");
        }
    }
}
