//! Virtual time: all actors driven from one calendar. No clock, no entropy: the same system and seed give the
//! same run, on every machine.

mod calendar;
mod heap;
mod host;
mod kernel;
mod queue;

pub use calendar::Calendar;
pub use kernel::Simulation;
pub use queue::{QueueSimulation, Setup};
