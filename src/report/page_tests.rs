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
fn a_terminal_shows_the_variants_in_short() {
    insta::assert_snapshot!(terminal_table(&analysis(), usize::MAX), @r"
    variant            jobs  jobs/s     mean sojourn (95 %)      p95      p99   check  mostly in
    no dependencies    1200    84.8  3.29 ms (3.08 to 3.50)  6.58 ms  9.87 ms       –  run
    as designed        1200    77.1  3.83 ms (3.59 to 4.07)  7.66 ms  11.5 ms  219 µs  run
    lock | shared [s]  1200    65.2  4.53 ms (4.24 to 4.81)  9.06 ms  13.6 ms  259 µs  run

    s: saturation: jobs arrived faster than they were done
    ");
}

#[test]
fn the_table_fits_a_terminal_of_80_columns() {
    insta::assert_snapshot!(terminal_table(&analysis(), 80), @r"
       jobs  jobs/s     mean sojourn (95 %)      p95      p99   check  mostly in
    no dependencies
       1200    84.8  3.29 ms (3.08 to 3.50)  6.58 ms  9.87 ms       –  run
    as designed
       1200    77.1  3.83 ms (3.59 to 4.07)  7.66 ms  11.5 ms  219 µs  run
    lock | shared [s]
       1200    65.2  4.53 ms (4.24 to 4.81)  9.06 ms  13.6 ms  259 µs  run

    s: saturation: jobs arrived faster than they were done
    ");
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
    let escaped = |text: &str| text.replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#x27;");
    let mut find = |what: &Line| {
        let what = escaped(&what.plain());
        match page[from..].find(&what) {
            Some(place) => from += place + what.len(),
            None => panic!("{what} does not follow {}", &page[..from][from.saturating_sub(200)..]),
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
    assert!(page.contains("Mailboxes hold 4.58 to 4.85 %") && page.contains("| 4 ns |"), "{page}");
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

#[test]
fn reads_that_cannot_overlap_are_told_from_reads_that_did_not() {
    let answer = |analysis: &Analysis| sentences::answer(analysis).join("\n");
    let mut analysis = analysis();
    for run in &mut analysis.runs {
        if let Some(readers) = run.checks.as_mut().and_then(|checks| checks.readers.as_mut()) {
            readers.peak = 1;
        }
    }
    let found = answer(&analysis);
    assert!(found.contains("in “as designed”: the dependency lock is held exclusively while one is read."), "{found}");
    assert!(found.contains("In no run of “lock | shared” did two workers read"), "{found}");
    analysis.study.scenario_text = "[design]\nqueue_lock = \"exclusive\"\n".into();
    let found = answer(&analysis);
    assert!(found.contains("in any variant: the dependency lock") && found.contains("(1 variant); whoever"), "{found}");
    assert!(!found.contains("In no run"), "{found}");
}
