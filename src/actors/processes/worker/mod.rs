//! A worker: takes jobs up one at a time and processes one opcode a turn.

pub(in crate::actors) mod actor;
pub(in crate::actors) mod dependencies;
pub(in crate::actors) mod ending;
pub(in crate::actors) mod running;
pub(in crate::actors) mod state;

pub use actor::Worker;
