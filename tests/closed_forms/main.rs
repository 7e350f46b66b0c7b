//! The actors and the kernel under them against theory: cores, interpreter lock and device, each driven by a source of
//! its own; the readers-writer lock; and the whole queue on a machine that costs nothing.
//!
//! Where the order of service is first come, first served, every single wait must be that of an independent
//! recursion, to the nanosecond. Where theory knows the mean alone, it must lie in the confidence interval of
//! independent runs, and the interval must be narrow.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss)] // helpers of tests

mod cores;
mod device;
mod interpreter;
mod lock;
mod queue;
mod reference;
mod source;
