//! The queue: owner of all unfinished jobs, the ready queue and the queue lock.

pub(in crate::actors) mod active_job;
pub(in crate::actors) mod actor;
pub(in crate::actors) mod admission;
mod entry;
pub(in crate::actors) mod protocol;
pub(in crate::actors) mod ready;
#[cfg(test)]
mod tests;

pub use active_job::{Accounted, ActiveJob};
pub use actor::Queue;
pub use protocol::{Entered, Exit, QueueMessage, Turn, TurnEnd, Want};
