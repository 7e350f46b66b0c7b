//! What the models of a machine are told, and what they tell each other.

use crate::actors::actor::ActorId;
use crate::units::Span;

/// For a model of the machine; `M` is any message of the system, which the post carries.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MachineMessage<M> {
    /// For the cores.
    Cores(CoresMessage),
    /// For the interpreter lock.
    Interpreter(InterpreterMessage),
    /// For the post.
    Post(PostMessage<M>),
    /// For the disk.
    Disk(DiskTimer),
    /// For a model that asked for it: the computing is done.
    Computed(Computed),
}

/// For a modelled disk, besides what every disk is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DiskTimer {
    /// The device is done with an operation.
    ServiceOver {
        /// Its number.
        ticket: usize,
    },
    /// An operation has waited as long as it had to.
    TimeOver {
        /// Its number.
        ticket: usize,
    },
}

/// For modelled cores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CoresMessage {
    /// Compute.
    Compute(Burst),
    /// The time slice that runs on this core is over.
    SliceOver {
        /// Its number.
        core: u32,
    },
}

/// For a modelled interpreter lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InterpreterMessage {
    /// Compute while holding the lock.
    Compute(Burst),
}

/// Computing that a model asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Burst {
    /// Who asks.
    pub asker: ActorId,
    /// The asker's number for it.
    pub ticket: usize,
    /// How long.
    pub span: Span,
}

/// A burst is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Computed {
    /// The asker's number for it.
    pub ticket: usize,
    /// What it waited for a core.
    pub core: Span,
    /// What it waited for the interpreter lock.
    pub interpreter_lock: Span,
}

/// For the modelled post. Threads are numbered: the hub's is 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PostMessage<M> {
    /// A message to an actor of another thread.
    Mail {
        /// The receiver's thread.
        thread: u32,
        /// The receiver.
        to: ActorId,
        /// What it is told.
        message: Box<M>,
    },
    /// A timer of an actor has gone off.
    TimeUp {
        /// The actor's thread.
        thread: u32,
        /// The actor.
        to: ActorId,
        /// What it is told.
        message: Box<M>,
    },
    /// A thread is awake.
    Awake {
        /// Which.
        thread: u32,
    },
}
