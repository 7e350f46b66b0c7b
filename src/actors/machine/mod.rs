//! The models of virtual time: what a machine does while the queue works, as actors.
//!
//! - [`disk`]: file operations, on a [`directory`] of values; [`cores`]; [`interpreter`]: the interpreter lock;
//!   [`post`]: messages between threads
//! - [`profile`]: what the machine costs; [`cost`]: one such cost
//!
//! What always holds: a model knows the operation, never the design question behind it; work is never idle: nobody
//! waits for what is free.

pub mod cores;
pub mod cost;
pub(in crate::actors) mod course;
pub mod directory;
pub mod disk;
pub mod interpreter;
pub mod message;
pub(in crate::actors) mod page_cache;
pub mod post;
pub mod profile;

pub use cores::Cores;
pub use cost::{Cost, Spread};
pub use directory::{File, ModelDirectory};
pub use disk::{DiskModel, Keeps};
pub use interpreter::Interpreter;
pub use post::Post;
pub use profile::Profile;
