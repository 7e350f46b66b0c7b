//! Which program made a study: what it says of itself on the command line and in results.

#![allow(clippy::unwrap_used)] // tests

use assert_cmd::Command;
use jqlab::lab::Provenance;

fn said(arguments: &[&str]) -> String {
    let mut command = Command::new(assert_cmd::cargo::cargo_bin!("jqlab"));
    String::from_utf8(command.args(arguments).assert().success().get_output().stdout.clone()).unwrap()
}

#[test]
fn the_program_tells_the_fingerprint_of_its_sources_alone_or_among_all_that_it_knows() {
    let sources = said(&["version", "--sources"]);
    assert_eq!(sources.trim_end(), Provenance::built_in().sources);
    let lines = said(&["version"]);
    let names: Vec<&str> = lines.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert_eq!(names, ["version", "sources", "commit", "profile", "rustc", "binary"]);
    assert!(lines.contains(sources.trim_end()), "{lines}");
}
