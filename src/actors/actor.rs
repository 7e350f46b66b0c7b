//! What an actor is: a state machine that receives messages and has effects only through its context.

use crate::units::{Instant, Span};

/// The address of an actor within a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorId(pub u32);

/// A timer that was set and may be canceled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimerId(pub u64);

/// A state machine: message in, effects out. It holds no clock, file, thread or random source.
pub trait Actor {
    /// What it can be told.
    type Message;
    /// What it reports to whoever measures.
    type Observation;

    /// Takes one message at `now`; all effects go through `context`.
    fn receive<C>(&mut self, now: Instant, message: Self::Message, context: &mut C)
    where
        C: Context<Message = Self::Message, Observation = Self::Observation>;
}

/// What a runtime offers to the actor that it is running.
///
/// Messages from one actor to another arrive in the order in which they were sent. Nothing else is promised
/// about order.
pub trait Context {
    /// The messages of the system.
    type Message;
    /// What its actors report.
    type Observation;

    /// Sends `message` to `to`.
    fn send(&mut self, to: ActorId, message: Self::Message);

    /// Sends `message` to this actor itself, no sooner than `span` from now.
    fn after(&mut self, span: Span, message: Self::Message) -> TimerId;

    /// Drops a timer. One that has gone off already may still be on its way: its receiver must tell a stale
    /// message from a due one.
    fn cancel(&mut self, timer: TimerId);

    /// A uniformly random number from this actor's own stream.
    fn draw(&mut self) -> u64;

    /// Reports something to whoever measures. Has no effect on the system.
    fn observe(&mut self, observation: Self::Observation);

    /// True if detailed traces are wanted; they cost too much to be made for nobody.
    fn tracing(&self) -> bool;

    /// Ends the run: the load is done and all jobs are final, or the queue could not be opened.
    fn halt(&mut self);
}
