//! A worker: takes jobs up one at a time and processes one opcode a turn.

mod acquiring;
pub(in crate::actors) mod actor;
mod dependencies;
mod ending;
mod running;
mod state;
#[cfg(test)]
mod tests;

pub use actor::Worker;
