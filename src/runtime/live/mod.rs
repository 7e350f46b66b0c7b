//! The live runtime: the same actors on actix, real job files, the wall clock.
//!
//! The clients, the queue, the dependency tracker, the lock manager and the watcher share one thread, the hub: each of
//! their messages takes microseconds. Every worker and every request thread has a thread of its own, and with it a disk
//! actor of its own, so that its file work and its encoding and decoding block nobody else, as in the modelled
//! system, where they block the thread that needs them.

// Live runs touch the world: clocks, threads, files. So do the queue directory, the calibration and the command line.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod book;
mod clock;
mod disk;
mod found;
pub mod hops;
mod host;
mod instrument;
mod notifier;
mod run;
mod threads;
mod timers;

pub use clock::computed;
pub use run::{LiveError, LiveSetup, Progress, run};
