//! The queue as actors: pure state machines that know no clock, file, thread or random source.
//!
//! | room | what is in it |
//! |---|---|
//! | [`clients`] | who makes the calls of the load, and what they ask for |
//! | [`queue`] | jobs, the ready queue, the queue lock |
//! | [`processes`] | what runs inside the queue: workers, request threads, the opener |
//! | [`tracker`] | who waits for which job |
//! | [`locks`] | the shared/exclusive lock, opcode locks, the lock monitor |
//! | [`files`] | file operations and what comes of them; who watches which file |
//! | [`machine`] | a modelled disk, cores, interpreter lock and post |
//! | [`accounting`] | where a job's time goes, and all that actors report |
//!
//! In each room `protocol` holds what its actor can be told, and `actor` is the actor itself. [`message`] is the sum of the
//! protocols, [`system`] the whole with its invariants.
//!
//! What always holds: a datum has one owner; a job travels in messages and is with one actor at a time.

pub mod accounting;
mod actor;
mod by_actor;
pub mod clients;
mod context;
pub mod design;
pub mod files;
mod impossible;
pub mod knob;
pub mod locks;
pub mod machine;
pub mod message;
pub mod processes;
pub mod queue;
#[cfg(test)]
mod recording;
mod roster;
pub mod system;
pub mod tracker;

pub use actor::{Actor, ActorId, Context, TimerId, Work};
pub use context::QueueContext;
pub use design::Design;
pub use message::Message;
pub use roster::{Disks, Roster};
