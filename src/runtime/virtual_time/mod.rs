//! Virtual time: all actors driven from one calendar. No clock, no entropy: the same system and seed give the
//! same run, on every machine.
//!
//! # The order of events
//!
//! 1. Messages come by (time, mail before calendar, sequence). Time stands still while there is mail: messages that were
//!    sent, and take no time, are delivered in the order in which they were sent, whoever sent them to whom. Only when
//!    none is left does the next event of the [calendar](super::calendar) come, and time jumps to it.
//! 2. Events of the calendar at equal times come in the order in which they were scheduled. One that is scheduled for
//!    now comes after all mail, and after what was scheduled for now before it.
//! 3. A canceled timer never comes: nothing is on its way once it has been taken from the calendar. Canceling one that
//!    has come, or was canceled, does nothing.
//! 4. Each actor draws from a stream of its own, which depends on seed, replication and address alone. What one actor
//!    draws changes nothing for another.
//! 5. A run that is halted delivers nothing more, whatever is left.
//! 6. At most 2^24 events are scheduled at once, and 2^40 in a run; beyond that the program ends with a bug's message,
//!    not with a wrong order.
//!
//! Where messages between threads cost something, the post stands between them: it is an actor, and what it promises is
//! said [there](crate::actors::machine::Post).

mod holds;
mod host;
mod kernel;
mod queue;

pub use holds::ScaledHolds;
pub use kernel::Simulation;
pub use queue::{QueueSimulation, Setup};
