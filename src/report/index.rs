//! The index of all reports: every claim of every study, with its verdict and a link to where it stands.

use super::claims::found;
use super::content::{program, run_id};
use super::document::{Block, Cell, Inline, Line, Page, Table, Target};
use super::{ReportDirectory, WriteFault, answer, html, markdown, tables, words};
use crate::lab::Analysis;
use crate::lab::findings::Verdict;
use crate::scenario::Runtime;
use crate::units::counted;

/// A study of the index: what it found, without its runs.
#[derive(Debug)]
pub struct Indexed {
    /// Where its report is, from the index: `chained-jobs`, or empty for beside it.
    folder: String,
    title: String,
    /// Run, date, runtime, program.
    made: String,
    answer: Line,
    verdicts: Vec<Verdict>,
    claims: Option<Table>,
}

/// Results that say nothing: where they are, and why they cannot be read.
#[derive(Debug)]
pub struct Unread {
    /// The folder, from the index.
    pub folder: String,
    /// Why.
    pub reason: String,
}

impl Indexed {
    /// A study whose report is in `folder`, from the index.
    #[must_use]
    pub fn of(folder: &str, analysis: &Analysis) -> Self {
        let study = &analysis.study;
        let runtime = match study.runtime {
            Runtime::Live => "measured live",
            Runtime::Virtual => "predicted in virtual time",
        };
        let date = study.started.split(' ').next().unwrap_or_default();
        let made = [format!("run {}", run_id(analysis)), date.to_owned(), runtime.to_owned(), program(study)];
        let made: Vec<String> = made.into_iter().filter(|part| !part.is_empty()).collect();
        Self {
            folder: folder.to_owned(),
            title: study.title.clone(),
            made: made.join(" · "),
            answer: told(&answer::answer(analysis).1),
            verdicts: found(analysis).iter().map(|found| found.judged.verdict).collect(),
            claims: tables::every_claim(analysis),
        }
    }
}

/// Writes `index.html` and `index.md`. What cannot be written is returned.
#[must_use]
pub fn write_index(directory: &ReportDirectory, studies: &[Indexed], unread: &[Unread]) -> Vec<WriteFault> {
    let page = |report: &str| page(studies, unread, report);
    let html = directory.write("index.html", html::render(&page("report.html")).as_bytes());
    let markdown = directory.write("index.md", markdown::render(&page("report.md")).as_bytes());
    [html, markdown].into_iter().filter_map(Result::err).collect()
}

/// The index, with links to the file that is called `report` in each folder.
fn page(studies: &[Indexed], unread: &[Unread], report: &str) -> Page {
    let title = "Every claim of every study";
    let mut blocks = vec![
        Block::Meta(Line::from(format!("jqlab · {}", of_studies(studies.len())))),
        Block::heading(1, title),
        Block::Answer(None, vec![tally(studies)]),
    ];
    for (place, study) in studies.iter().enumerate() {
        blocks.extend(section(place, study, report));
    }
    if !unread.is_empty() {
        blocks.push(Block::heading(2, "Not read"));
        blocks.push(Block::list(unread.iter().map(|unread| {
            Line::new().code(in_folder(&unread.folder, super::RESULTS_FILE)).text(": ").text(&unread.reason)
        })));
    }
    Page { title: title.to_owned(), blocks, ..Page::default() }
}

/// How all claims came out.
fn tally(studies: &[Indexed]) -> Line {
    let verdicts = || studies.iter().flat_map(|study| &study.verdicts);
    let all = verdicts().count();
    let parts: Vec<String> = [Verdict::Supported, Verdict::Refuted, Verdict::Undecided]
        .into_iter()
        .map(|verdict| (verdicts().filter(|other| **other == verdict).count(), verdict))
        .filter(|(count, _)| *count > 0)
        .map(|(count, verdict)| format!("{count} {}", words::verdict(verdict)))
        .collect();
    let of = format!("{} in {}", counted(all as u64, "claim"), of_studies(studies.len()));
    match parts.is_empty() {
        true => Line::from(format!("{of}.")),
        false => Line::from(format!("{of}: {}.", words::and(&parts))),
    }
}

fn of_studies(count: usize) -> String {
    if count == 1 { "1 study".to_owned() } else { format!("{count} studies") }
}

fn section(place: usize, study: &Indexed, report: &str) -> Vec<Block> {
    let file = in_folder(&study.folder, report);
    let anchor = format!("study-{}", place + 1);
    let mut blocks = vec![
        Block::Heading(2, Line::from(&study.title), anchor.clone()),
        Block::Paragraph(study.answer.clone()),
        Block::Aside(Line::new().file("The report", &file).text(format!(" · {}", study.made))),
    ];
    match &study.claims {
        None => blocks.push(Block::Aside("It judges no claim.".into())),
        Some(claims) => {
            let mut table = claims.clone();
            table.anchor = format!("{anchor}-claims");
            table.caption = Line::from(format!("Claims of “{}”", study.title));
            for (place, row) in table.rows.iter_mut().enumerate() {
                row.anchor.clear();
                row.variant = None;
                for line in row.cells.iter_mut().flat_map(|cell| &mut cell.lines) {
                    *line = told(line);
                }
                if let Some(Cell { lines, .. }) = row.cells.first_mut() {
                    let number = place + 1;
                    lines.push(Line::new().file(format!("claim {number}"), format!("{file}#claim-{number}")));
                }
            }
            blocks.push(table.into());
        }
    }
    blocks
}

/// The path of a file in a folder of the index.
fn in_folder(folder: &str, file: &str) -> String {
    if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") }
}

/// The same words without what holds on the page of their study alone: places in its results, and anchors.
fn told(line: &Line) -> Line {
    let piece = |piece: &Inline| match piece {
        Inline::Figure(text, _) | Inline::Link(text, Target::Anchor(_)) => Inline::Text(text.clone()),
        Inline::Strong(line) => Inline::Strong(told(line)),
        Inline::Small(line) => Inline::Small(told(line)),
        Inline::Quote(line) => Inline::Quote(told(line)),
        other => other.clone(),
    };
    Line(line.0.iter().map(piece).collect())
}

#[cfg(test)]
mod tests {
    use super::super::sample::analysis;
    use super::*;

    #[test]
    fn an_index_links_each_claim_to_where_it_stands_and_names_what_cannot_be_read() {
        let studies = [Indexed::of("by-hand", &analysis())];
        let unread = [Unread { folder: "old/one".into(), reason: "results of format 1".into() }];
        insta::assert_snapshot!(markdown::render(&page(&studies, &unread, "report.md")));
    }

    #[test]
    fn a_folder_cannot_make_a_link_lead_elsewhere() {
        let studies = [Indexed::of("javascript:alert(1)//\" onclick=x", &analysis())];
        let page = page(&studies, &[], "report.html");
        let texts = [html::render(&page), markdown::render(&page)];
        assert!(texts.iter().all(|text| !text.contains("javascript:") && !text.contains("\" onclick")), "{texts:?}");
    }
}
