//! The machine of a variant in virtual time: a profile, and what the scenario makes different.

use crate::actors::machine::Profile;
use crate::units::Span;
use std::sync::Arc;

/// `interpreter_lock = "on"` where the profile has none: CPython's switch interval.
const SWITCH_INTERVAL: Span = Span::from_millis(5);

/// A machine, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// What it costs, with all that the scenario makes different.
    pub profile: Arc<Profile>,
    base: Arc<Profile>,
    /// Whether somebody chose the profile.
    is_named: bool,
    cores: Option<u32>,
    interpreter_lock: Option<InterpreterLock>,
}

/// What a scenario says of the interpreter lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InterpreterLock {
    /// There is none.
    Off,
    /// There is one; none: with the profile's switch interval.
    On(Option<Span>),
}

impl Machine {
    /// The machine of a profile as it is, which nobody chose.
    #[must_use]
    pub fn of(profile: Arc<Profile>) -> Self {
        Self { base: Arc::clone(&profile), profile, is_named: false, cores: None, interpreter_lock: None }
    }

    /// The same differences, made to another profile.
    #[must_use]
    pub fn with_profile(self, base: Arc<Profile>) -> Self {
        Self { base, is_named: true, ..self }.resolved()
    }

    /// With so many cores.
    #[must_use]
    pub fn with_cores(self, cores: u32) -> Self {
        Self { cores: Some(cores), ..self }.resolved()
    }

    /// With the interpreter lock on or off.
    #[must_use]
    pub fn with_interpreter_lock(self, lock: InterpreterLock) -> Self {
        Self { interpreter_lock: Some(lock), ..self }.resolved()
    }

    /// The profile as it is shipped or in its file.
    #[must_use]
    pub const fn base(&self) -> &Arc<Profile> {
        &self.base
    }

    /// Whether neither the scenario nor the command line named a profile.
    #[must_use]
    pub const fn is_unnamed(&self) -> bool {
        !self.is_named
    }

    /// Whether profile and cores are the same.
    #[must_use]
    pub fn is_same_hardware(&self, other: &Self) -> bool {
        self.base == other.base && self.profile.cores == other.profile.cores
    }

    /// Whether the scenario asks for an interpreter lock (not only the profile).
    #[must_use]
    pub const fn wants_interpreter_lock(&self) -> bool {
        matches!(self.interpreter_lock, Some(InterpreterLock::On(_)))
    }

    fn resolved(mut self) -> Self {
        let base = &self.base;
        let cores = self.cores.unwrap_or(base.cores);
        let interpreter_lock = match self.interpreter_lock {
            None => base.interpreter_lock,
            Some(InterpreterLock::Off) => None,
            Some(InterpreterLock::On(interval)) => interval.or(base.interpreter_lock).or(Some(SWITCH_INTERVAL)),
        };
        self.profile = if (cores, interpreter_lock) == (base.cores, base.interpreter_lock) {
            Arc::clone(base)
        } else {
            Arc::new(Profile { cores, interpreter_lock, ..Profile::clone(base) })
        };
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_kept_when_the_profile_changes() {
        let (one, two) = (Profile { cores: 2, ..Profile::free() }, Profile { cores: 4, ..Profile::free() });
        let lock = InterpreterLock::On(None);
        let machine = Machine::of(Arc::new(one)).with_cores(64).with_interpreter_lock(lock);
        assert_eq!((machine.profile.cores, machine.profile.interpreter_lock), (64, Some(SWITCH_INTERVAL)));
        let locked = Profile { interpreter_lock: Some(Span(9_000)), ..two };
        let other = machine.with_profile(Arc::new(locked));
        assert_eq!((other.profile.cores, other.profile.interpreter_lock), (64, Some(Span(9_000))));
        let off = other.with_interpreter_lock(InterpreterLock::Off);
        assert_eq!((off.profile.cores, off.profile.interpreter_lock, off.base().cores), (64, None, 4));
    }

    #[test]
    fn a_profile_as_it_is_is_not_copied() {
        let base = Arc::new(Profile::free());
        let machine = Machine::of(Arc::clone(&base)).with_interpreter_lock(InterpreterLock::Off);
        assert!(Arc::ptr_eq(&machine.profile, &base));
    }
}
