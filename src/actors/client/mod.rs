//! Request threads: each answers one client's call at a time.

mod fields;
mod thread;
mod watching;

pub use fields::{field, log_after};
pub use thread::RequestThread;
