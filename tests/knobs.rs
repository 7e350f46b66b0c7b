//! The table of knobs: what it says is what the documentation says, and what a scenario may write.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // tests of what is written where
#![allow(clippy::unwrap_used)] // tests

use jqlab::actors::Design;
use jqlab::actors::design::KNOBS;
use jqlab::actors::knob::{Knob, Values, Words};
use jqlab::scenario;
use jqlab::units::Span;
use std::path::Path;

const SCENARIO: &str = "title = \"t\"\n[workload]\njobs = 1\narrivals = { process = \"at-once\" }\n\
    [[workload.class]]\nname = \"a\"\nopcode = [{ run = \"1ms\" }]\n[run]\nruntime = \"virtual\"\n";

/// The design of a scenario with these lines in `[design]`.
fn design(knobs: &str) -> Design {
    let text = format!("{SCENARIO}[design]\n{knobs}");
    let plan = scenario::read("t.toml", &text).unwrap_or_else(|errors| panic!("{knobs}: {errors}"));
    plan.variants[0].design.clone()
}

/// `"shared-objects"` and what it needs, as lines of a scenario.
fn written(knob: &Knob<Design>, words: &Words<Design>, place: usize) -> String {
    let word = words.known[place];
    let needs = word.needs.map(|needs| format!("{} = \"{}\"\n", needs.key, needs.word)).unwrap_or_default();
    format!("{needs}{} = \"{}\"\n", knob.key, word.word)
}

/// What a knob may be, its default first, for the documentation.
fn values(knob: &Knob<Design>) -> String {
    let mut design = design("");
    match &knob.values {
        Values::Words(words) => {
            words.known.iter().map(|word| format!("`{}`", word.word)).collect::<Vec<_>>().join(", ")
        }
        Values::Count(range, field) => format!("{}; from {} to {}", field(&mut design), range.start(), range.end()),
        Values::Limit(field) => in_thousands(*field(&mut design)),
        Values::Truth(field) => if *field(&mut design) { "`true`, `false`" } else { "`false`, `true`" }.to_owned(),
        Values::Duration(range, field) => format!("{}; to {}", quoted(*field(&mut design)), quoted(*range.end())),
        Values::Durations(_, field) => {
            let list = field(&mut design);
            let (least, most) = (quoted(*list.iter().min().unwrap()), quoted(*list.iter().max().unwrap()));
            format!("a list; {} from {least} to {most}", list.len())
        }
        Values::InterpreterLock => {
            "as the profile says; `\"on\"`, `\"off\"`, `{ switch_interval = \"5ms\" }`".to_owned()
        }
    }
}

fn quoted(span: Span) -> String {
    if span.0.is_multiple_of(1_000_000_000) && span.0 > 0 {
        return format!("`\"{}s\"`", span.0 / 1_000_000_000);
    }
    format!("`\"{}ms\"`", span.0 / 1_000_000)
}

fn in_thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<String> =
        digits.as_bytes().rchunks(3).rev().map(|group| String::from_utf8_lossy(group).into()).collect();
    groups.join(",")
}

#[test]
fn the_documentation_shows_the_table_of_knobs() {
    let mut table = "| knob | values | since | |\n|---|---|---|---|\n".to_owned();
    for knob in KNOBS {
        let needs =
            knob.words().map_or(&[][..], |words| words.known).iter().filter_map(|word| Some((word, word.needs?)));
        let needs: Vec<String> = needs
            .map(|(word, needs)| format!(" `{}` needs `{} = \"{}\"`.", word.word, needs.key, needs.word))
            .collect();
        let (values, about) = (values(knob), knob.about() + &needs.concat());
        table.push_str(&format!("| `{}` | {values} | {} | {about} |\n", knob.key, knob.since));
    }
    table.push_str("\nWhat the words mean:\n\n| knob | word | |\n|---|---|---|\n");
    for (knob, words) in KNOBS.iter().filter_map(|knob| Some((knob, knob.words()?))) {
        for word in words.known {
            table.push_str(&format!("| `{}` | `{}` | {} |\n", knob.key, word.word, word.about()));
        }
    }
    let later = KNOBS.iter().filter_map(|knob| Some((knob.key, knob.words()?)));
    let later: Vec<String> =
        later.flat_map(|(key, words)| words.later.iter().map(move |word| format!("`{key} = \"{word}\"`"))).collect();
    let later = format!("Refused until a later version has them: {}.", later.join(", "));
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/scenario.md")).unwrap();
    assert!(text.contains(&table), "docs/scenario.md needs this table:\n{table}");
    assert!(text.contains(&later), "docs/scenario.md needs this line:\n{later}");
}

#[test]
fn every_word_can_be_written_and_the_first_is_the_default() {
    let default = design("");
    for (knob, words) in KNOBS.iter().filter_map(|knob| Some((knob, knob.words()?))) {
        assert_eq!(words.chosen(&default), words.known[0], "{}", knob.key);
        for place in 0..words.known.len() {
            let lines = written(knob, words, place);
            assert_eq!(words.chosen(&design(&lines)), words.known[place], "{lines}");
        }
    }
}

#[test]
fn a_word_that_needs_another_is_refused_without_it_and_told_what_it_needs() {
    let with_words = KNOBS.iter().filter_map(|knob| Some((knob, knob.words()?)));
    let mut seen = 0;
    for (knob, word) in with_words.flat_map(|(knob, words)| words.known.iter().map(move |word| (knob, word))) {
        let Some(needs) = word.needs else { continue };
        let text = format!("{SCENARIO}[design]\n{} = \"{}\"\n", knob.key, word.word);
        let errors = scenario::read("t.toml", &text).unwrap_err();
        let mended = format!("or set `{} = \"{}\"`", needs.key, needs.word);
        assert_eq!(errors.problems[0].help.as_deref(), Some(mended.as_str()));
        seen += 1;
    }
    assert!(seen > 0);
}

#[test]
fn a_word_of_a_later_version_is_refused_as_such() {
    for (knob, words) in KNOBS.iter().filter_map(|knob| Some((knob, knob.words()?))) {
        for later in words.later {
            let text = format!("{SCENARIO}[design]\n{} = \"{later}\"\n", knob.key);
            let errors = scenario::read("t.toml", &text).unwrap_err();
            assert!(errors.problems[0].found.ends_with("is not supported yet"), "{errors}");
        }
    }
}
