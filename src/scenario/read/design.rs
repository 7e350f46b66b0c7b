//! `[design]`: the knobs, one key a knob, read by the table of the design.

use super::draft::Draft;
use crate::actors::design::{Design, KNOBS, knob};
use crate::actors::knob::{Knob, Needs, Values, Words};
use crate::profile;
use crate::scenario::machine::InterpreterLock;
use crate::units::Span;
use crate::written::{Problem, Problems, Table, Value, list};
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

/// Timeouts of the lock attempts of a round.
const DURATIONS_MAX: usize = 10_000;

impl Draft {
    /// Sets the knobs that `table` names.
    pub(super) fn apply_design(&mut self, table: &Table<'_>, problems: &mut Problems) {
        for item in &table.items {
            self.places.insert(item.key.to_owned(), item.value.span());
            match knob(item.key) {
                Some(knob) => drop(problems.take(self.set_knob(knob, &item.value))),
                None => problems.push(item.unknown(KNOBS.iter().map(|knob| knob.key), "a knob of the design")),
            }
        }
    }

    fn set_knob(&mut self, knob: &Knob<Design>, value: &Value<'_>) -> Result<(), Problem> {
        let design = &mut self.design;
        match &knob.values {
            Values::Words(words) => words.choose(design, place_of_word(knob.key, words, value)?),
            Values::Count(range, field) => *field(design) = value.count(range.clone())?,
            Values::Limit(field) => *field(design) = value.integer(1..=i64::MAX)?.unsigned_abs(),
            Values::Truth(field) => *field(design) = value.truth()?,
            Values::Duration(range, field) => *field(design) = value.duration(range.clone())?,
            Values::Durations(range, field) => *field(design) = durations(value, range)?,
            Values::InterpreterLock => {
                self.machine = self.machine.clone().with_interpreter_lock(interpreter_lock(value)?);
            }
        }
        Ok(())
    }

    /// Refuses words that make no sense without another knob's word.
    pub(super) fn check_needs(&self, whole: &Range<usize>, problems: &mut Problems) {
        for (knob, words) in KNOBS.iter().filter_map(|knob| Some((knob, knob.words()?))) {
            let chosen = words.chosen(&self.design);
            let Some(needs) = chosen.needs.filter(|needs| !self.design.has(*needs)) else { continue };
            let found = format!("`{} = \"{}\"` needs `{} = \"{}\"`", knob.key, chosen.word, needs.key, needs.word);
            let is_possible = |other: &Needs| self.design.has(*other);
            let possible = words.known.iter().filter(|word| word.needs.as_ref().is_none_or(is_possible));
            let possible: Vec<&str> = possible.map(|word| word.word).collect();
            let problem = Problem::new(self.place(knob.key, whole), found, format!("expected {}", list(&possible)));
            problems.push(problem.with_help(format!("or set `{} = \"{}\"`", needs.key, needs.word)));
        }
    }
}

/// The place of a word among those of a knob.
fn place_of_word(key: &str, words: &Words<Design>, value: &Value<'_>) -> Result<usize, Problem> {
    let known: Vec<(&str, usize)> = words.known.iter().map(|word| word.word).zip(0..).collect();
    if let Some(later) = value.as_text().filter(|text| words.later.contains(text)) {
        let found = format!("`{key} = \"{later}\"` is not supported yet");
        let names: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
        let help = format!("supported: {}", list(&names));
        return Err(Problem::new(value.span(), found, "a later version's value").with_help(help));
    }
    value.word(&format!("a value of `{key}`"), &known)
}

fn durations(value: &Value<'_>, range: &RangeInclusive<Span>) -> Result<Arc<[Span]>, Problem> {
    let what = "a list of durations, such as [\"1s\", \"2s\"]";
    let durations = value.list(what, DURATIONS_MAX)?;
    if durations.is_empty() {
        return Err(value.is_not(what));
    }
    durations.iter().map(|duration| duration.duration(range.clone())).collect()
}

/// `"on"`, `"off"` or `{ switch_interval = "5ms" }`.
fn interpreter_lock(value: &Value<'_>) -> Result<InterpreterLock, Problem> {
    if value.is_table() {
        return profile::switch_interval(value).map(|interval| InterpreterLock::On(Some(interval)));
    }
    let what = "\"on\", \"off\" or { switch_interval = \"5ms\" }";
    if value.as_text().is_none() {
        return Err(value.is_not(what));
    }
    value.word("an interpreter lock", &[("on", InterpreterLock::On(None)), ("off", InterpreterLock::Off)])
}
