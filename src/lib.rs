//! A laboratory for file-backed job queues.
pub mod job;
pub mod units;
