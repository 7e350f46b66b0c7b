//! The queue as actors: pure state machines that know no clock, file, thread or random source.
//!
//! - [`load`]: the clients; [`client`]: the threads that answer them
//! - [`queue`]: jobs, ready queue, queue lock; [`worker`]: processes opcodes
//! - [`tracker`]: who waits for whom; [`locks`]: opcode locks; [`watcher`]: who watches which file
//! - [`opener`]: start-up; [`models`]: a modelled disk, cores and interpreter lock
//! - [`message`]: all they tell each other; [`observation`]: all they report
//! - [`system`]: the whole, and its invariants
//!
//! What always holds: a datum has one owner; a job travels in messages and is with one actor at a time.

mod actor;
mod by_actor;
pub mod calls;
pub mod client;
pub mod design;
pub mod ledger;
pub mod load;
pub mod locks;
pub mod message;
pub mod models;
pub mod observation;
pub mod opener;
pub mod program;
pub mod queue;
pub mod request;
mod roster;
mod submission;
pub mod system;
pub mod tracker;
pub mod watcher;
pub mod worker;

pub use actor::{Actor, ActorId, Context, TimerId};
pub use design::Design;
pub use message::{Message, ProcessMessage};
pub use roster::{Disks, Roster};
