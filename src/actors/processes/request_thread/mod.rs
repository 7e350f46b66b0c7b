//! Request threads: each answers one client's call at a time.
//!
//! `actor` takes messages and begins calls; the rest, by what is asked: `submitting`, `changing`, `archiving` (with
//! `sweep`, by age), `querying` (with `query` and `fields`), `watching` (with `watch`).
//!
//! What always holds: a thread that says it is free waits for nothing.

pub(in crate::actors) mod actor;
mod archiving;
mod changing;
mod fields;
mod query;
mod querying;
mod state;
mod submitting;
mod sweep;
mod watch;
mod watching;

#[cfg(test)]
mod tests;

pub use actor::RequestThread;
