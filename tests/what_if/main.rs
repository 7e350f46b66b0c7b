//! What would change, how much a queue bears, and what differs: against what theory knows exactly, and through the command
//! line.

#![allow(clippy::unwrap_used)] // helpers of tests
#![allow(clippy::cast_precision_loss)] // counts and nanoseconds
#![allow(clippy::disallowed_methods)] // scenarios of these tests
#![allow(clippy::float_cmp)] // nothing is nothing

mod capacity;
mod compare;
mod known;
mod sensitivity;
