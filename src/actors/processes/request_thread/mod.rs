//! Request threads: each answers one client's call at a time.

pub(in crate::actors) mod actor;
pub(in crate::actors) mod fields;
pub(in crate::actors) mod watching;

pub use actor::RequestThread;
pub use fields::{field, log_after};
