//! A laboratory for file-backed job queues.
pub mod job;
pub mod queue_dir;
pub mod units;
