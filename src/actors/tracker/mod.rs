//! The dependency tracker: who waits for which job.

pub(in crate::actors) mod actor;
pub(in crate::actors) mod protocol;

pub use actor::Tracker;
pub use protocol::{TrackerMessage, Waiting};
