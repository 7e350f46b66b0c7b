//! Damaged `results.json` and `validation.json`: refused or drawn, and never a panic or an endless loop.

#![allow(clippy::unwrap_used)] // tests

use jqlab::lab::validation::{Tolerances, predict};
use jqlab::lab::{self, Options, Validation};
use jqlab::report::{self, ReportDirectory, ReportKind};
use jqlab::runtime::Streams;
use jqlab::runtime::streams::Purpose;
use jqlab::scenario::{self, Plan, Runtime};
use rand::Rng as _;
use rand_pcg::Pcg64Mcg;
use serde_json::{Value, json};

/// Of each kind of damage.
const MUTATIONS: u32 = 700;

const SCENARIO: &str = r#"
title = "Damaged"
[workload]
jobs     = 12
arrivals = { process = "poisson", rate = "500/s" }
[[workload.class]]
name    = "a"
depends = "previous"
[[workload.class.opcode]]
run   = "1ms"
[design]
workers         = 2
request_threads = 1
[[variant]]
name = "base"
role = "designed"
[[variant]]
name   = "slow"
role   = "proposed"
design = { disk_latency = "1ms" }
[[claim]]
quote   = "slower"
measure = "sojourn mean of a"
compare = ["slow", "base"]
expect  = "greater"
[[claim]]
quote   = "never"
measure = "jobs lost"
expect  = "never"
[run]
replications = 3
warmup       = "0 jobs"
"#;

fn plan() -> Plan {
    scenario::read("damaged.toml", SCENARIO).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Chance, as much as is asked for, the same in every run.
struct Chance(Pcg64Mcg);

impl Chance {
    fn new(seed: u64) -> Self {
        Self(Streams::new(seed, 0).sequence(Purpose::Order))
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.0.next_u64() % count as u64).unwrap()
    }

    fn of<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())].clone()
    }
}

/// The places of all values.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(number, item)| places(item, &format!("{path}/{number}"), found));
        }
        Value::Object(map) => {
            map.iter().for_each(|(key, item)| places(item, &format!("{path}/{}", key.replace('/', "~1")), found));
        }
        _ => {}
    }
}

/// The document with one to three values in the place of others.
fn with_other_values(document: &Value, all: &[String], chance: &mut Chance) -> Vec<u8> {
    let others = [
        json!(null),
        json!(0),
        json!(1),
        json!(-1),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e308),
        json!(-1e308),
        json!(5e-324),
        json!(0.5),
        json!(true),
        json!(""),
        json!("\u{1b}[2J<script>\n# x"),
        json!([]),
        json!([0, 1, 2]),
        json!({}),
        json!("live"),
    ];
    let mut changed = document.clone();
    for _ in 0..=chance.below(3) {
        if let Some(value) = changed.pointer_mut(&chance.of(all)) {
            *value = chance.of(&others);
        }
    }
    changed.to_string().into_bytes()
}

/// The text with one to four bytes other than they were, left out or doubled.
fn with_other_bytes(text: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut changed = text.to_vec();
    for _ in 0..=chance.below(4) {
        let at = chance.below(changed.len());
        match chance.below(4) {
            0 => changed[at] = chance.of(b"0123456789\",:{}[]e-. \\\x00\xff"),
            1 => drop(changed.remove(at)),
            2 => changed.insert(at, changed[at]),
            _ => changed.truncate(at.max(1)),
        }
    }
    changed
}

/// Hands every mutation of `text` to `try_it`, which says whether it was taken; some must be, and some not.
fn mutate(text: &[u8], mut try_it: impl FnMut(&[u8]) -> bool) {
    let document: Value = serde_json::from_slice(text).unwrap();
    let mut all = Vec::new();
    places(&document, "", &mut all);
    let mut chance = Chance::new(1);
    let mut taken = 0;
    for _ in 0..MUTATIONS {
        taken += u32::from(try_it(&with_other_values(&document, &all, &mut chance)));
        taken += u32::from(try_it(&with_other_bytes(text, &mut chance)));
    }
    assert!((MUTATIONS / 50..2 * MUTATIONS).contains(&taken), "{taken} of {} were taken", 2 * MUTATIONS);
}

#[test]
fn damaged_results_are_refused_or_drawn() {
    let analysis = lab::study(&plan(), &Options::new(Runtime::Virtual), &mut ()).unwrap().analysis;
    let folder = tempfile::tempdir().unwrap();
    let directory = ReportDirectory::claim(folder.path(), ReportKind::Study).unwrap();
    mutate(&report::to_results(&analysis).unwrap(), |bytes| match report::from_results(bytes) {
        Ok(analysis) => {
            let _ = report::terminal_table(&analysis, 80);
            assert!(report::write_pages(&directory, &analysis, None).is_empty());
            true
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            false
        }
    });
}

#[test]
fn a_damaged_validation_is_refused_or_drawn() {
    let plan = plan();
    let options = Options::new(Runtime::Virtual);
    // Held against itself: what is damaged has the same shape whatever was measured.
    let measured = lab::study(&plan, &options, &mut ()).unwrap().analysis;
    let predicted = predict(&plan, &measured, &options, &mut ()).unwrap().analysis;
    let profile = &plan.variants[0].machine.profile;
    let validation = Validation::of(&measured, &predicted, profile, &Tolerances::default());
    let folder = tempfile::tempdir().unwrap();
    let directory = ReportDirectory::claim(folder.path(), ReportKind::Validation).unwrap();
    mutate(&serde_json::to_vec(&validation).unwrap(), |bytes| match report::validation_from(bytes) {
        Ok(validation) => {
            let _ = report::validation_table(&validation, 80);
            assert!(report::write_validation(&directory, &validation).is_empty());
            true
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            false
        }
    });
}
