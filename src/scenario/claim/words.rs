//! A measure and the class that it is read of, as people write them: `sojourn p95 of plain`.

use super::{Claim, LockMeasure, Measure, NoMeasure};
use crate::actors::accounting::LockKind;
use crate::written::{list, suggest};

impl Measure {
    /// A measure, and the number of the class after `of`, if there is one; `classes` are their names.
    ///
    /// # Errors
    /// What might be meant.
    pub fn read(text: &str, classes: &[&str]) -> Result<(Self, Option<usize>), NoMeasure> {
        let text = text.trim();
        // Names of classes may have an `of` in them, and so might those of measures.
        let parts = text.match_indices(" of ").map(|(at, of)| (&text[..at], Some(text[at + of.len()..].trim())));
        let whole = (text, None);
        let found = std::iter::once(whole).chain(parts.clone()).find_map(|(what, of)| Some((what.parse().ok()?, of)));
        let Some((measure, class)): Option<(Self, _)> = found else {
            let what = parts.clone().next().map_or(text, |(what, _)| what);
            return Err(not_found(what));
        };
        let Some(class) = class else { return Ok((measure, None)) };
        if !measure.has_classes() {
            return Err(NoMeasure(format!("`{measure}` is not of a class: leave out `of {class}`")));
        }
        match classes.iter().position(|name| *name == class) {
            Some(number) => Ok((measure, Some(number))),
            None => Err(NoMeasure(format!("no class is called `{class}`: {}", suggest(class, classes)))),
        }
    }

    /// As it is written; `classes` are the names of the classes.
    #[must_use]
    pub fn in_words(&self, class: Option<usize>, classes: &[String]) -> String {
        match class.and_then(|number| classes.get(number)) {
            Some(class) => format!("{self} of {class}"),
            None => self.to_string(),
        }
    }
}

/// Why there is no measure of this name.
fn not_found(text: &str) -> NoMeasure {
    let of_locks = [("lock wait", LockMeasure::Wait), ("lock utilisation", LockMeasure::Utilisation)];
    if let Some((_, of_lock)) = of_locks.iter().find(|(name, _)| *name == text) {
        let names = LockKind::ALL.map(|lock| format!("`{}`", Measure::Lock(lock, *of_lock)));
        return NoMeasure(format!("which lock? Write {}", list(&names)));
    }
    match text.parse::<Measure>() {
        Err(no_measure) => no_measure,
        Ok(measure) => NoMeasure(format!("did you mean `{measure}`?")),
    }
}

impl Claim {
    /// What it measures, as it is written; without a class where its sides differ in that.
    #[must_use]
    pub fn measure_in_words(&self, classes: &[String]) -> String {
        self.measure.in_words(self.class(), classes)
    }

    /// The class that all its sides are read of, if it is one.
    #[must_use]
    pub fn class(&self) -> Option<usize> {
        let mut sides = self.contrasts.iter().flat_map(|contrast| std::iter::once(contrast.of).chain(contrast.with));
        let first = sides.next()?.class;
        if sides.all(|side| side.class == first) { first } else { None }
    }
}
