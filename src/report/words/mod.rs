//! The vocabulary of studies in plain words: measures, sides, verdicts, spans of time.

mod measures;
mod sides;

pub(super) use measures::{measure, title};
pub(super) use sides::{Sides, sides, variant, variants};

use super::document::Tone;
use crate::lab::findings::Verdict;

/// A verdict as a word.
#[must_use]
pub(super) const fn verdict(verdict: Verdict) -> &'static str {
    tone(verdict).word()
}

/// A verdict as a renderer colours it.
#[must_use]
pub(super) const fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::Supported => Tone::Supported,
        Verdict::Refuted => Tone::Refuted,
        Verdict::Undecided => Tone::Undecided,
    }
}

/// A span as people say it, in nanoseconds: `35 s`, `2 min 41 s`, `1 h 5 min`.
#[must_use]
pub(super) fn duration(ns: u64) -> String {
    let seconds = ns.saturating_add(500_000_000) / 1_000_000_000;
    match seconds {
        0 => "less than 1 s".to_owned(),
        1..=59 => format!("{seconds} s"),
        60..=3599 if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        60..=3599 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// Quoted names; of many the first, and how many there are more.
#[must_use]
pub(super) fn names(names: &[&str]) -> String {
    /// Most names in one sentence, and how many there are of more than that.
    const MOST: usize = 4;
    const OF_MANY: usize = 2;
    let quoted = |names: &[&str]| names.iter().map(|name| format!("“{name}”")).collect::<Vec<_>>().join(", ");
    match names.len() {
        0..=MOST => quoted(names),
        more => format!("{} and {} more", quoted(&names[..OF_MANY]), more - OF_MANY),
    }
}

/// Words as a list: `a`, `a and b`, `a, b and c`.
#[must_use]
pub(super) fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_the_units_that_people_count_in() {
        let told = [300, 35_000, 161_000, 120_000, 3_900_000].map(|millis: u64| duration(millis * 1_000_000));
        assert_eq!(told, ["less than 1 s", "35 s", "2 min 41 s", "2 min", "1 h 5 min"]);
    }

    #[test]
    fn the_last_of_several_words_has_an_and() {
        let words = ["a", "b", "c"].map(str::to_owned);
        assert_eq!([and(&words[..1]), and(&words[..2]), and(&words)], ["a", "a and b", "a, b and c"]);
    }
}
