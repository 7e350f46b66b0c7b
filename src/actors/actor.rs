//! What an actor is: a state machine that receives messages and has effects only through its context.

use crate::units::{Instant, Span};

/// The address of an actor within a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorId(pub u32);

/// Work that takes its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    /// A file operation.
    Files,
    /// An opcode at work: no process is inside the queue then.
    Run,
}

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
/// # The order of messages
///
/// 1. Each receiver has one queue, and receives its messages in the order in which they came into it.
/// 2. A message is in its receiver's queue when [`send`](Self::send) returns. So the order is causal: if the sender of a
///    message had sent, or could know of, an earlier one to the same receiver, the earlier one is received first. Actors
///    rely on that across three parties: what a worker tells the queue comes before what the lock manager tells the queue
///    because of what the worker told it afterwards.
/// 3. The message of a timer comes into the queue when its time has come, behind what is there.
///
/// Nothing is promised about messages whose senders knew nothing of each other.
///
/// In virtual time this holds because `send` appends to the one queue of all receivers; where messages between threads cost
/// something, because it puts them into the mailbox of the receiver's thread at once, whatever their way takes. Live it
/// holds because an actor's mailbox is one queue of all its senders. The machine's models are no parties to it: a disk's
/// answer is like a return from a call, and may come before messages that its asker was sent meanwhile.
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

    /// How long work of `actor` that begins now takes, in thousandths of what it would: in virtual time one can ask what would be
    /// if holding a lock took more or less. A worker asks before it runs an opcode, a modelled disk before an operation.
    fn stretch(&self, actor: ActorId, work: Work) -> u32 {
        let _ = (actor, work);
        1_000
    }

    /// Ends the run: the load is done and all jobs are final, or the queue could not be opened.
    fn halt(&mut self);
}
