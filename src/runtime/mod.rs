//! Runtimes: what brings actors to life, and the record that a run leaves behind.

pub mod calendar;
pub mod live;
pub mod record;
mod setup;
pub mod streams;
pub mod virtual_time;

pub use record::{Record, Recorder};
pub use setup::RunSetup;
pub use streams::Streams;
