//! The actors and the kernel under them against theory: cores, interpreter lock and device, each driven by a source of
//! its own; the readers-writer lock; textbook queues and networks on the same interface; and the whole queue on a
//! machine that costs nothing.
//!
//! Where the order of service is first come, first served, every single wait must be that of an independent
//! recursion, to the nanosecond. Where theory knows the mean alone, it must lie in the confidence interval of
//! independent runs, and the interval must be narrow. Identities (Little's law, utilisation) hold in every run of a
//! textbook queue, in whole nanoseconds. Seeds are fixed: a test fails always or never.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss)] // helpers of tests
#![allow(clippy::disallowed_methods)] // theory, held in intervals

mod areas;
mod chance;
mod cores;
mod device;
mod interpreter;
mod lock;
mod lock_chain;
mod lock_loop;
mod machine_repair;
mod one_server;
mod priorities;
mod queue;
mod reference;
mod several_servers;
mod source;
mod station;
