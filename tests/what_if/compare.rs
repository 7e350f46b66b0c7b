//! `compare` through the command line.

use assert_cmd::Command;
use std::fs;
use std::path::Path;

const SCENARIO: &str = "title = \"compared\"\nseed = 11\n[workload]\njobs = 120\n\
    arrivals = { process = \"poisson\", rate = \"100/s\" }\n[[workload.class]]\nname = \"plain\"\n[[workload.class.opcode]]\n\
    run = { exponential = { mean = \"2ms\" } }\n[design]\nworkers = 4\n[[variant]]\nname = \"as it is\"\n[run]\nreplications = 4\n\
    runtime = \"virtual\"\nwarmup = \"none\"\n";

fn jqlab(directory: &Path, words: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("jqlab").unwrap().current_dir(directory).args(words).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// Runs a scenario of this text; its report is `name`.
fn run(directory: &Path, name: &str, text: &str) {
    let file = format!("{name}.toml");
    fs::write(directory.join(&file), text).unwrap();
    let (code, _, errors) = jqlab(directory, &["run", &file, "--quiet", "--out", name]);
    assert_eq!(code, 0, "{errors}");
}

#[test]
fn the_same_results_differ_in_nothing_and_are_no_regression() {
    let directory = tempfile::tempdir().unwrap();
    run(directory.path(), "same", SCENARIO);
    let (code, shown, errors) = jqlab(directory.path(), &["compare", "same", "same/results.json"]);
    assert_eq!(code, 0, "{errors}");
    assert!(shown.contains("Nothing else differs") && !shown.contains("REGRESSION"), "{shown}");
}

#[test]
fn a_slowed_design_is_a_regression_that_is_named() {
    let directory = tempfile::tempdir().unwrap();
    run(directory.path(), "before", SCENARIO);
    let slowed = SCENARIO.replace("workers = 4", "workers = 4\ndisk_latency = \"1ms\"");
    run(directory.path(), "after", &slowed);
    // It is another scenario, and has to be forced.
    let words = ["compare", "before", "after", "--force", "--measure", "sojourn mean", "--margin", "5%"];
    let (code, shown, errors) = jqlab(directory.path(), &words);
    assert_eq!(code, 1, "{shown}{errors}");
    assert!(shown.contains("REGRESSION") && errors.contains("sojourn mean of “as it is” is worse"), "{shown}{errors}");
    let backwards = ["compare", "after", "before", "--force", "--measure", "sojourn mean"];
    assert_eq!(jqlab(directory.path(), &backwards).0, 0, "what got better is no regression");
}

#[test]
fn another_scenario_is_refused_with_the_reason_and_the_way_out() {
    let directory = tempfile::tempdir().unwrap();
    run(directory.path(), "one", SCENARIO);
    run(directory.path(), "other", &SCENARIO.replace("jobs = 120", "jobs = 100"));
    let (code, _, errors) = jqlab(directory.path(), &["compare", "one", "other"]);
    assert_eq!(code, 2);
    assert!(errors.contains("different scenarios") && errors.contains("--force"), "{errors}");
}

#[test]
fn questions_are_answered_on_the_terminal_and_as_a_page() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("s.toml"), SCENARIO).unwrap();
    let few = ["--replications", "3", "--jobs", "100", "--quiet"];
    let ask = |words: &[&str]| jqlab(directory.path(), &[words, &few].concat());
    let (code, shown, errors) = ask(&["sensitivity", "s.toml", "--measure", "sojourn mean", "--out", "page"]);
    assert_eq!(code, 0, "{errors}");
    assert!(shown.contains("running opcodes") && shown.contains("holding"), "{shown}");
    assert!(directory.path().join("page/report.html").exists());
    let (code, shown, errors) =
        ask(&["capacity", "s.toml", "--while", "sojourn mean < 1s", "--precision", "10%", "--json"]);
    assert_eq!(code, 0, "{errors}");
    assert!(shown.contains("\"is_saturation\""), "{shown}");
    let (code, _, errors) = ask(&["capacity", "s.toml", "--while", "sojurn mean < 1s"]);
    assert_eq!((code, errors.contains("sojourn mean")), (2, true), "{errors}");
}
