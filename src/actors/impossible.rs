//! Bugs: what cannot happen, and must not be passed over if it does.

use std::fmt::Debug;

/// Ends the run, because `actor` was told `message` in a state in which nobody can have told it that: a bug of an
/// actor, which would otherwise show as a job that never ends. The command line adds how to reproduce it.
///
/// # Panics
/// Always.
#[cold]
#[track_caller]
pub(in crate::actors) fn impossible(actor: &dyn Debug, message: &dyn Debug) -> ! {
    panic!("an actor was told what it cannot be told in its state\nmessage: {message:?}\nactor: {actor:#?}")
}
