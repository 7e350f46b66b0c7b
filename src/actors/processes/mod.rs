//! Processes: what enters the queue and works on its jobs. Each has a disk to ask, and does one thing at a time.

pub(in crate::actors) mod opener;
pub(in crate::actors) mod process;
pub(in crate::actors) mod protocol;
pub mod request_thread;
pub(in crate::actors) mod submission;
pub mod worker;

pub use opener::Opener;
pub use protocol::{Handover, ProcessMessage};
pub use request_thread::RequestThread;
pub use worker::Worker;
