//! Whole pages, and what no page may do.

use super::sample::analysis;
use super::*;
use crate::actors::accounting::Account;
use crate::lab::{Machine, ModelledMachine};
use crate::scenario::Runtime;

#[test]
fn a_report_says_what_was_measured() {
    insta::assert_snapshot!(markdown::render(&content::page(&analysis(), None)));
}

#[test]
fn a_terminal_shows_answer_claims_and_doubts() {
    insta::assert_snapshot!(terminal_table(&analysis(), 100));
}

/// The tables of a page.
fn tables(page: &Page) -> impl Iterator<Item = &Table> {
    page.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    })
}

#[test]
fn no_two_columns_or_rows_are_alike_so_that_none_can_take_the_place_of_another_unseen() {
    let page = content::page(&analysis(), None);
    assert!(tables(&page).count() >= 8);
    for table in tables(&page) {
        let rows: Vec<&[Cell]> = table.rows.iter().map(|row| &row.cells[..]).collect();
        let columns: Vec<Vec<&Cell>> =
            (1..rows[0].len()).map(|place| rows.iter().map(|row| &row[place]).collect()).collect();
        for (place, column) in columns.iter().enumerate() {
            assert!(!columns[..place].contains(column), "{column:?}");
        }
        for (place, row) in rows.iter().enumerate() {
            assert!(rows[..place].iter().all(|other| other[1..] != row[1..]), "{row:?}");
        }
    }
}

#[test]
fn a_page_in_html_has_all_that_the_one_in_markdown_has() {
    let model = content::page(&analysis(), None);
    let page = html::render(&model).replace('\u{a0}', " ");
    let page = page.replace("<code>", "`").replace("</code>", "`");
    let mut from = 0;
    let escaped =
        |text: &str| text.replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#x27;").replace('/', "&#x2f;");
    let mut find = |what: &Line| {
        for what in words(what).iter().map(|word| escaped(word)) {
            match page[from..].find(&what) {
                Some(place) => from += place + what.len(),
                None => panic!("{what} does not follow {}", &page[..from][from.saturating_sub(200)..]),
            }
        }
    };
    for block in &model.blocks {
        match block {
            Block::Heading(_, line, _) | Block::Meta(line) | Block::Paragraph(line) | Block::Aside(line) => find(line),
            Block::Quote(text, place) => [text, place].into_iter().for_each(&mut find),
            Block::List(lines) | Block::Answer(_, lines) => lines.iter().for_each(&mut find),
            Block::Table(table) => {
                table.columns.iter().for_each(|column| find(&column.title));
                table.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.lines).for_each(&mut find);
                find(&table.note);
            }
            Block::Picture(picture) => find(&picture.caption),
            Block::Code(_) | Block::FirstPageEnd => {}
        }
    }
    assert_eq!(page.matches("<tr").count(), tables(&model).map(|table| table.rows.len() + 1).sum::<usize>());
}

/// The texts of a line, piece by piece.
fn words(line: &Line) -> Vec<String> {
    let of = |piece: &Inline| match piece {
        Inline::Text(text) | Inline::Link(text, _) | Inline::Figure(text, _) | Inline::Badge(text) => {
            vec![text.clone()]
        }
        Inline::Code(code) => vec![format!("`{code}`")],
        Inline::Strong(line) | Inline::Small(line) | Inline::Quote(line) => words(line),
        Inline::Verdict(tone) => vec![tone.word().to_owned()],
    };
    line.0.iter().flat_map(of).collect()
}

#[test]
fn no_name_or_text_of_a_scenario_can_leave_its_place() {
    let hostile = "<script>x</script> [x](y) \u{1b}[2J\u{7} ```\n# Injected\n|";
    let mut analysis = analysis();
    let study = &mut analysis.study;
    for text in [&mut study.title, &mut study.question, &mut study.source, &mut study.claims[0].quote] {
        *text = hostile.to_owned();
    }
    study.classes[0] = hostile.to_owned();
    study.variants[1].name = hostile.to_owned();
    let page = content::page(&analysis, None);
    let markdown = markdown::render(&page);
    let unescaped = ["# Injected\n", " [x](", " <script>", " ```"];
    for text in markdown.lines().map(|line| format!("{line}\n")) {
        assert!(!unescaped.iter().any(|markup| text.contains(markup) && !text.starts_with("# \\<")), "{text}");
    }
    let html = html::render(&page);
    assert!(!html.contains("<script>"), "{html}");
    for columns in [40, 80, usize::MAX] {
        assert!(!commands(&terminal_table(&analysis, columns)));
    }
    assert!(!commands(&markdown) && !commands(&html));
    for block in &page.blocks {
        if let Block::Picture(picture) = block {
            for svg in [&picture.wide, &picture.narrow] {
                assert!(!commands(svg) && !svg.contains("<script>"), "{}", picture.stem);
            }
        }
    }
}

/// Whether a control character other than the end of a line is in it.
fn commands(text: &str) -> bool {
    text.chars().any(|letter| letter.is_control() && letter != '\n')
}

#[test]
fn a_page_is_drawn_however_large_a_figure_is() {
    for huge in [1e18, 1e300, f64::MAX, f64::INFINITY, f64::NAN] {
        let mut analysis = analysis();
        for run in &mut analysis.runs {
            for lock in run.locks.values_mut() {
                lock.wait.mean_ns = huge;
            }
            run.groups[0].ledger_mean_ns[0] = huge;
            run.groups[0].sojourn.mean_ns = huge;
            if let Some(checks) = &mut run.checks {
                checks.whole.mean_ns = huge;
            }
        }
        let page = markdown::render(&content::page(&analysis, None));
        assert!(page.contains("## Reproduce") && page.len() < 100_000, "{huge}");
    }
}

#[test]
fn virtual_time_says_on_which_machine_and_tells_of_messages_where_they_cost() {
    let mut analysis = analysis();
    analysis.study.runtime = Runtime::Virtual;
    analysis.study.machine = Machine::none();
    analysis.study.modelled = vec![ModelledMachine {
        profile: "p".into(),
        title: "A machine".into(),
        source: "Nowhere.".into(),
        cores: Some(2),
        interpreter_lock_ns: None,
    }];
    analysis.runs.iter_mut().for_each(|run| run.instrument = None);
    let page = markdown::render(&content::page(&analysis, None));
    assert!(page.contains("Computed in virtual time, not measured: every duration is one of the modelled machine “p”"));
    assert!(page.contains("Mailboxes hold 4.58 to 4.85 %"), "{page}");
    for run in &mut analysis.runs {
        run.groups.iter_mut().for_each(|group| group.ledger_mean_ns[Account::Mailbox as usize] = 0.0);
    }
    assert!(!markdown::render(&content::page(&analysis, None)).contains("Mailboxes hold"));
}

#[test]
fn many_variants_with_one_doubt_are_told_by_their_number_and_range() {
    let mut analysis = analysis();
    let runs = std::mem::take(&mut analysis.runs);
    analysis.study.variants = analysis.study.variants.into_iter().cycle().take(6).collect();
    // The same runs twice over; the mailboxes of each variant hold more than those of the one before.
    for (variant, factor) in [1.0, 3.0, 3.5, 4.0, 4.5, 5.0].into_iter().enumerate() {
        for run in runs.iter().filter(|run| run.variant == variant % 3) {
            let mut run = run.clone();
            run.variant = variant;
            run.groups[0].ledger_mean_ns[Account::Mailbox as usize] *= factor;
            analysis.runs.push(run);
        }
    }
    let page = markdown::render(&content::page(&analysis, None));
    let told = page.lines().find(|line| line.starts_with("- m: ")).unwrap();
    assert!(
        told.starts_with("- m: messages of the instrument matter (13.7 to 22.9 %), in 5 of 6 variants. Trust "),
        "{told}"
    );
}

/// Every figure of a line with its path.
fn figures(line: &Line) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for piece in &line.0 {
        match piece {
            Inline::Figure(text, path) => found.push((text.as_str(), path.as_str())),
            Inline::Strong(line) | Inline::Small(line) | Inline::Quote(line) => found.extend(figures(line)),
            _ => {}
        }
    }
    found
}

/// Every line of a block.
fn lines(block: &Block) -> Vec<&Line> {
    match block {
        Block::Heading(_, line, _) | Block::Meta(line) | Block::Paragraph(line) | Block::Aside(line) => vec![line],
        Block::Quote(one, other) => vec![one, other],
        Block::List(lines) | Block::Answer(_, lines) => lines.iter().collect(),
        Block::Picture(picture) => vec![&picture.caption, &picture.note],
        Block::Table(table) => {
            let cells = table.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.lines);
            cells.chain([&table.caption, &table.note]).collect()
        }
        Block::Code(_) | Block::FirstPageEnd => Vec::new(),
    }
}

/// What stands at a path such as `findings.claims[0].effect.point`.
fn at<'v>(value: &'v serde_json::Value, path: &str) -> Option<&'v serde_json::Value> {
    path.split('.').try_fold(value, |value, step| {
        let mut parts = step.split('[');
        let of_key = value.get(parts.next()?)?;
        parts.try_fold(of_key, |value, place| value.get(place.trim_end_matches(']').parse::<usize>().ok()?))
    })
}

/// The numbers that a figure at a path stands for: the number itself, or the ends of an interval.
fn numbers(value: &serde_json::Value) -> Vec<f64> {
    match (value.as_f64(), value.as_array(), value.get("low"), value.get("high")) {
        (Some(number), ..) => vec![number],
        (_, Some(ends), ..) => ends.iter().filter_map(serde_json::Value::as_f64).collect(),
        (.., Some(low), Some(high)) => [low, high].into_iter().filter_map(serde_json::Value::as_f64).collect(),
        _ => Vec::new(),
    }
}

/// The numbers that a text shows, without their units.
fn shown(text: &str) -> Vec<f64> {
    let number = |word: &str| {
        let digits: String = word.chars().filter(|letter| letter.is_ascii_digit() || *letter == '.').collect();
        digits.parse::<f64>().ok()
    };
    text.split(' ').filter_map(number).collect()
}

/// Whether `shown` is what `number` is rounded to, in some unit: as such, in larger units, or as a percentage of change.
fn is_rounded(shown: f64, number: f64) -> bool {
    let percents = [number * 100.0, (number - 1.0) * 100.0];
    let units = [1.0, 1e3, 1e6, 1e9].map(|unit| number / unit);
    let close = |value: f64| {
        (value.abs() - shown).abs() <= 0.006 * shown.abs().max(0.1) || (value.abs().round() - shown).abs() < 1e-9
    };
    units.into_iter().chain(percents).any(close)
}

#[test]
fn every_figure_that_can_be_traced_leads_to_the_number_that_it_shows() {
    let analysis = analysis();
    let results = serde_json::to_value(&analysis).unwrap();
    let page = content::page(&analysis, None);
    let found: Vec<(&str, &str)> = page.blocks.iter().flat_map(lines).flat_map(figures).collect();
    assert!(found.len() > 60, "{}", found.len());
    for (text, path) in found {
        let value = at(&results, path).unwrap_or_else(|| panic!("{path} leads nowhere"));
        let (shown, numbers) = (shown(text), numbers(value));
        assert_eq!(shown.len(), numbers.len(), "{text}: {path} is {value}");
        assert!(
            shown.iter().zip(&numbers).all(|(shown, number)| is_rounded(*shown, *number)),
            "{text}: {path} is {value}"
        );
    }
}

#[test]
fn every_measured_figure_of_the_first_page_can_be_traced() {
    let page = content::page(&analysis(), None);
    let first = page.blocks.iter().take_while(|block| **block != Block::FirstPageEnd);
    for block in first {
        let Block::Table(table) = block else { continue };
        for (place, _) in table.columns.iter().enumerate().filter(|(_, column)| column.is_numeric) {
            let is_bound = table.columns[place].title.plain() == "claimed";
            for cell in table.rows.iter().map(|row| &row.cells[place]).filter(|cell| !is_bound && cell.plain() != "–")
            {
                assert!(cell.lines.iter().any(|line| !figures(line).is_empty()), "{}", cell.plain());
            }
        }
    }
}
