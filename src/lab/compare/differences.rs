//! In what two results differ, and whether that forbids to compare them.

use super::Difference;
use crate::lab::{Analysis, Study};
use crate::scenario::Runtime;
use serde_json::Value;

/// What differs with every run, and says nothing: times, loads, and what the rest follows from.
const IDLE: [&str; 5] = ["load_at_start", "load_at_end", "mhz", "sources", "binary_sha256"];

/// Why two results should not be compared, each with the way out.
pub(super) fn obstacles(first: &Analysis, other: &Analysis) -> Vec<String> {
    let (one, two) = (&first.study, &other.study);
    let mut found = Vec::new();
    if one.scenario_hash != two.scenario_hash {
        found.push(format!(
            "they are of different scenarios: “{}” ({}) and “{}” ({}); run one scenario for both",
            one.title,
            short(&one.scenario_hash),
            two.title,
            short(&two.scenario_hash),
        ));
    }
    if one.runtime != two.runtime {
        found.push("one was run live, the other in virtual time: `jqlab validate` compares those".to_owned());
    } else if one.runtime == Runtime::Virtual && one.seed != two.seed {
        found.push(format!(
            "their seeds are {} and {}, so that their blocks have no random numbers in common; give both the same --seed",
            one.seed, two.seed,
        ));
    }
    for (which, study) in [("first", one), ("other", two)] {
        if study.partial {
            found.push(format!("the {which} was stopped before its end; run it again"));
        }
    }
    if !one.variants.iter().any(|variant| two.variants.iter().any(|other| other.name == variant.name)) {
        found.push("they have no variant in common".to_owned());
    }
    found
}

/// Whether blocks of the same number had the same random numbers.
pub(super) fn are_paired(one: &Study, two: &Study) -> bool {
    let is_virtual = |study: &Study| study.runtime == Runtime::Virtual;
    is_virtual(one) && is_virtual(two) && one.seed == two.seed && one.scenario_hash == two.scenario_hash
}

/// In what they differ, apart from what was measured.
pub(super) fn differences(first: &Study, other: &Study) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut note = |what: &str, first: &Value, other: &Value| walk(what, first, other, &mut found);
    let json = |value: Result<Value, serde_json::Error>| value.unwrap_or(Value::Null);
    let of = |study: &Study| {
        let words = study.command.split_once(' ').map_or("", |(_, rest)| rest);
        [
            ("", json(serde_json::to_value(&study.provenance))),
            ("machine", json(serde_json::to_value(&study.machine))),
            ("modelled machine", json(serde_json::to_value(&study.modelled))),
            ("seed", study.seed.into()),
            ("scenario", study.scenario_hash.clone().into()),
            ("runtime", study.runtime.as_str().into()),
            ("command", words.into()),
        ]
    };
    for ((what, first), (_, other)) in of(first).iter().zip(&of(other)) {
        note(what, first, other);
    }
    found
}

/// Notes the leaves in which two values differ.
fn walk(what: &str, first: &Value, other: &Value, found: &mut Vec<Difference>) {
    if first == other {
        return;
    }
    match (first, other) {
        (Value::Object(one), Value::Object(two)) => {
            let mut keys: Vec<&String> = one.keys().chain(two.keys().filter(|key| !one.contains_key(*key))).collect();
            keys.sort();
            for key in keys.into_iter().filter(|key| !IDLE.contains(&key.as_str())) {
                let words = format!("{what} {}", key.replace('_', " "));
                let of = |object: &serde_json::Map<String, Value>| object.get(key).cloned().unwrap_or(Value::Null);
                walk(words.trim(), &of(one), &of(two), found);
            }
        }
        (Value::Array(one), Value::Array(two)) if one.len() == two.len() => {
            one.iter().zip(two).for_each(|(one, two)| walk(what, one, two, found));
        }
        _ => found.push(Difference { what: what.to_owned(), first: words(first), other: words(other) }),
    }
}

fn words(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::String(text) if text.is_empty() => "–".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The first digits of a hash.
fn short(hash: &str) -> &str {
    hash.get(..8).unwrap_or(hash)
}
