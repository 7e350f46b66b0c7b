//! The models of virtual time: what a machine does while the queue works, as actors.
//!
//! - [`profile`]: what the machine costs; [`cost`]: one such cost
//!
//! What always holds: a model knows the operation, never the design question behind it.

pub mod cost;
pub mod profile;

pub use cost::{Cost, Spread};
pub use profile::Profile;
