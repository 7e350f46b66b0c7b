//! A worker: takes jobs up one at a time and processes one opcode a turn.

mod actor;
mod dependencies;
mod ending;
mod running;

pub use actor::Worker;
