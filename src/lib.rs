//! A laboratory for file-backed job queues.
pub mod actors;
pub mod cli;
pub mod job;
pub mod lab;
pub mod queue_dir;
pub mod report;
pub mod runtime;
pub mod scenario;
pub mod units;
