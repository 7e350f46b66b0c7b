//! The conformance suite: what was seen of the modelled queue, case by case, held against the actors.
//!
//! Every `*.json` of `cases/` and `own/` (or of the directory that `JQLAB_CASES` names) is one test in virtual
//! time, where the actors' invariants are checked after every message. A representative part of the cases is run
//! live as well, on real files, and held to what does not depend on timing.
//!
//! All are run with every word of every knob of the design besides, which must not change what becomes of jobs.
//!
//! `cargo test --test conformance depref` runs the cases whose names contain `depref`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::disallowed_types)] // helpers of tests; live runs need directories

mod case;
mod compare;
mod live_run;
mod observed;
mod virtual_run;

use case::Case;
use jqlab::actors::Design;
use jqlab::actors::design::KNOBS;
use jqlab::actors::knob::{Knob, Words};
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Live cases mostly wait, so that more of them than there are cores may do so at once.
const AT_ONCE: usize = 8;

/// What can go wrong in other ways live than in virtual time: by the stems of their names.
const LIVE: [&str; 16] = [
    "basic_",
    "cancel_waiting",
    "cancel_chain",
    "cancel_second",
    "dep_wait_error",
    "depref_archived",
    "depref_bad",
    "depref_second",
    "lock_",
    "queue_archive",
    "queue_full",
    "restart_",
    "topo_chain_10",
    "topo_diamond",
    "topo_fanin",
    "topo_fanout_20_2w",
];

/// How often slower a live case is run again that differs: what a busy machine does to it goes away, what an
/// actor does wrong does not.
const LIVE_PACES: [u32; 3] = [1, 4, 12];

/// Designs that cost something else and promise the same: each word of each knob alone, with what it needs.
fn other_designs() -> impl Iterator<Item = (&'static Knob<Design>, &'static Words<Design>, usize)> {
    let with_words = KNOBS.iter().filter_map(|knob| Some((knob, knob.words()?)));
    with_words.flat_map(|(knob, words)| (1..words.known.len()).map(move |place| (knob, words, place)))
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads.get_or_insert(AT_ONCE);
    let mut trials = Vec::new();
    for path in case_files() {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if LIVE.iter().any(|stem| name.starts_with(stem)) {
            let path = path.clone();
            trials.push(Trial::test(format!("live::{name}"), move || judge_live(&path)));
        }
        for (knob, words, place) in other_designs() {
            let path = path.clone();
            let name = format!("{}={}::{name}", knob.key, words.known[place].word);
            trials.push(Trial::test(name, move || judge_design(&path, knob, words, place)));
        }
        trials.push(Trial::test(format!("virtual::{name}"), move || {
            let case = read(&path, 1)?;
            verdict(&case, &compare::all(&case, &virtual_run::run(&case)))
        }));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn judge_live(path: &Path) -> Result<(), Failed> {
    let mut judged = Ok(());
    for pace in LIVE_PACES {
        let case = read(path, pace)?;
        judged = verdict(&case, &compare::untimed(&case, &live_run::run(&case)?));
        if judged.is_ok() {
            break;
        }
    }
    judged
}

/// With another design, what is done when may differ, but not what becomes of jobs.
fn judge_design(path: &Path, knob: &Knob<Design>, words: &Words<Design>, place: usize) -> Result<(), Failed> {
    let mut case = read(path, 1)?;
    if case.is_written_to_by_others() {
        // Whoever keeps jobs in memory does not see that.
        return Ok(());
    }
    words.choose(&mut case.design, place);
    case.design.meet_needs();
    let compare = if knob.shows_in_files { compare::ends } else { compare::untimed };
    verdict(&case, &compare(&case, &virtual_run::run(&case)))
}

fn read(path: &Path, pace: u32) -> Result<Case, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    Case::read(&text, pace).map_err(|what| format!("{}: {what}", path.display()))
}

/// Lists the differences of a case, if there are any.
fn verdict(case: &Case, found: &[compare::Difference]) -> Result<(), Failed> {
    if found.is_empty() {
        return Ok(());
    }
    let list: Vec<String> = found.iter().map(ToString::to_string).collect();
    let (name, about) = (&case.name, &case.about);
    Err(format!("{name} ({about}) differs in {} places:\n{}", list.len(), list.join("\n")).into())
}

/// All case files, sorted by name.
fn case_files() -> Vec<PathBuf> {
    let folders = match std::env::var_os("JQLAB_CASES") {
        Some(folder) => vec![PathBuf::from(folder)],
        None => ["cases", "own"].map(|name| Path::new("tests/conformance").join(name)).to_vec(),
    };
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in folders {
        let entries = std::fs::read_dir(&folder);
        let entries = entries.unwrap_or_else(|error| panic!("cannot list the cases of {}: {error}", folder.display()));
        files.extend(
            entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension() == Some("json".as_ref())),
        );
    }
    assert!(!files.is_empty(), "there are no case files (*.json)");
    files.sort();
    files
}
