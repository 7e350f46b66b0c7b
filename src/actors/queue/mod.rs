//! The queue: owns all unfinished jobs, the ready queue, the ids, and the lock around them.

mod actor;
mod ready;

pub use actor::Queue;
