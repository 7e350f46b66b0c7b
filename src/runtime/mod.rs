//! Runtimes: what brings actors to life, and the record that a run leaves behind.

pub mod live;
pub mod record;
pub mod streams;
pub mod sums;
pub mod virtual_time;

pub use record::Record;
pub use streams::Streams;
