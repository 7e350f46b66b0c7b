//! `[machine]`: the profile of the machine and its cores, in virtual time.

use super::draft::Draft;
use crate::actors::machine::Profile;
use crate::profile;
use crate::scenario::machine::Machine;
use crate::written::{Item, Problem, Problems, Table, Value, suggest};
use std::sync::Arc;

const KEYS: [&str; 2] = ["profile", "cores"];

impl Draft {
    /// Sets what `table` names.
    pub(super) fn apply_machine(&mut self, table: &Table<'_>, problems: &mut Problems) {
        for item in &table.items {
            problems.take(self.set_machine(item));
        }
    }

    fn set_machine(&mut self, item: &Item<'_>) -> Result<(), Problem> {
        let machine = self.machine.clone();
        self.machine = match item.key {
            "profile" => machine.with_profile(Arc::new(named(&item.value)?)),
            "cores" => machine.with_cores(profile::unlimited_count(&item.value)?),
            _ => return Err(item.unknown(KEYS, "profile or cores")),
        };
        Ok(())
    }

    /// Applies a variant's `machine` and notes what it changes.
    pub(super) fn override_machine(&mut self, table: &Table<'_>, problems: &mut Problems) {
        self.changes.extend(table.items.iter().map(|item| (item.key.to_owned(), item.value.source())));
        self.apply_machine(table, problems);
    }
}

/// The machine of a scenario that names none.
pub(super) fn unnamed() -> Machine {
    let profile = profile::find(profile::DEFAULT);
    Machine::of(Arc::new(profile.unwrap_or_else(|errors| unreachable!("shipped profiles are valid: {errors}"))))
}

/// A shipped profile.
fn named(value: &Value<'_>) -> Result<Profile, Problem> {
    let known = profile::names();
    let expected = "the name of a shipped profile";
    let name = value.text(expected)?;
    if name.contains('/') || name.ends_with(".toml") {
        let help = "a scenario names no file: give it to `jqlab run --profile FILE`";
        return Err(value.is_not(expected).with_help(help));
    }
    profile::find(name).map_err(|_| value.is_not(expected).with_help(suggest(name, &known)))
}
