//! `jqlab index`: every claim of every study below a directory, and what cannot be read there.

// Tests start the program, and look at what it wrote.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::disallowed_types)]

use assert_cmd::Command;
use jqlab::lab::{self, Options};
use jqlab::report::{self, ReportDirectory, ReportKind};
use jqlab::scenario::{self, Runtime};
use std::fs;
use std::path::Path;

const SCENARIO: &str = r#"
title = "Indexed"
[workload]
jobs     = 20
arrivals = { process = "poisson", rate = "100/s" }
[[workload.class]]
name = "plain"
[[workload.class.opcode]]
run = "1ms"
[[variant]]
name = "as designed"
[[claim]]
quote   = "no job is lost"
measure = "jobs lost"
expect  = "never"
[run]
replications = 2
warmup       = "0 jobs"
"#;

/// A report of it below `folder`.
fn report(folder: &Path) {
    let plan = scenario::read("indexed.toml", SCENARIO).unwrap_or_else(|errors| panic!("{errors}"));
    let studied = lab::study(&plan, &Options::new(Runtime::Virtual), &mut ()).unwrap();
    let directory = ReportDirectory::claim(folder, ReportKind::Study).unwrap();
    report::write_results(&directory, &studied.analysis).unwrap();
}

fn index(folder: &Path) -> (Option<i32>, String) {
    let run = Command::cargo_bin("jqlab").unwrap().arg("index").arg(folder).output().unwrap();
    (run.status.code(), String::from_utf8(run.stderr).unwrap())
}

#[test]
fn the_claims_of_all_reports_stand_on_one_page_and_what_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    report(&folder.path().join("b/virtual"));
    report(&folder.path().join("a"));
    assert_eq!(index(folder.path()), (Some(0), String::new()));
    let pages = || ["index.html", "index.md"].map(|name| fs::read_to_string(folder.path().join(name)).unwrap());
    let [html, markdown] = pages();
    for (link, page) in
        [("a/report.html#claim-1", &html), ("b/virtual/report.html", &html), ("(a/report.md#claim-1)", &markdown)]
    {
        assert!(page.contains(link), "{link}");
    }
    assert!(
        markdown.contains("2 claims in 2 studies: 2 supported.") && markdown.contains("“no job is lost”"),
        "{markdown}"
    );

    assert_eq!(index(folder.path()), (Some(0), String::new()));
    assert_eq!(pages(), [html, markdown], "the same again");

    fs::create_dir(folder.path().join("old")).unwrap();
    fs::write(folder.path().join("old/results.json"), r#"{"format": 1}"#).unwrap();
    fs::write(folder.path().join("a/results.json"), "{").unwrap();
    let (code, said) = index(folder.path());
    assert_eq!(code, Some(1));
    assert!(
        said.contains("old/results.json: results of format 1") && said.contains("a/results.json: not the"),
        "{said}"
    );
    let [_, markdown] = pages();
    assert!(markdown.contains("`old/results.json`: results of format 1"), "{markdown}");
}

#[test]
fn a_directory_without_reports_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (code, said) = index(folder.path());
    assert!(code == Some(1) && said.contains("there is no results.json below"), "{said}");
    assert_eq!(index(&folder.path().join("none")).0, Some(2));
}
