//! How a lock is held, what for, and what a wait for it was made of.

use crate::actors::actor::ActorId;
use crate::job::Priority;
use crate::units::{Instant, Span};

/// Somebody asks for a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ask {
    /// Who.
    pub process: ActorId,
    /// How.
    pub mode: Mode,
    /// How urgently.
    pub priority: Priority,
    /// What for.
    pub activity: Activity,
}

/// How a lock is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Together with other shared holders.
    Shared,
    /// Alone.
    Exclusive,
}

impl Mode {
    /// The word in the lock monitor and in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Exclusive => "exclusive",
        }
    }
}

/// What a lock is held for, or waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activity {
    /// Taking in new jobs.
    Submit,
    /// Canceling a job.
    Cancel,
    /// Changing a job's priority.
    ChangePriority,
    /// Archiving jobs.
    Archive,
    /// Reading the queue's memory for a client.
    Query,
    /// A worker marks an opcode waiting.
    TakeUp,
    /// The same, and checks its dependencies.
    CheckDependencies,
    /// A worker marks an opcode running.
    Start,
    /// A running opcode logs a message.
    Feedback,
    /// A worker ends an opcode.
    Finish,
    /// A worker gives up a lock attempt.
    Retry,
    /// A finished job tells those that wait for it, and they go to the ready queue.
    Notify,
    /// An opcode at work.
    RunOpcode,
}

impl Activity {
    /// Every activity, in the order of reports.
    pub const ALL: [Self; 13] = [
        Self::Submit,
        Self::Cancel,
        Self::ChangePriority,
        Self::Archive,
        Self::Query,
        Self::TakeUp,
        Self::CheckDependencies,
        Self::Start,
        Self::Feedback,
        Self::Finish,
        Self::Retry,
        Self::Notify,
        Self::RunOpcode,
    ];

    /// The name in reports and results.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Cancel => "cancel",
            Self::ChangePriority => "change priority",
            Self::Archive => "archive",
            Self::Query => "query",
            Self::TakeUp => "take up",
            Self::CheckDependencies => "check dependencies",
            Self::Start => "start",
            Self::Feedback => "feedback",
            Self::Finish => "finish",
            Self::Retry => "retry",
            Self::Notify => "notify",
            Self::RunOpcode => "run opcode",
        }
    }
}

/// Time that a lock was held, by what it was held for. Shared holders split the time between them.
pub type HeldBy = [Span; Activity::ALL.len()];

/// A granted acquire.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Grant {
    /// Who holds the lock now.
    pub process: ActorId,
    /// How.
    pub mode: Mode,
    /// What for.
    pub activity: Activity,
    /// When it asked.
    pub asked: Instant,
    /// Shared holders now, itself included; 1 if exclusive.
    pub holders: u32,
    /// Set if it had to wait.
    pub contention: Option<Box<Contention>>,
}

/// What a wait for a lock was made of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Contention {
    /// From asking to holding.
    pub waited: Span,
    /// The same time by what others held the lock for.
    pub blame: HeldBy,
    /// Acquires in the queue when it joined, itself included.
    pub queue_length: u32,
}

/// A lock given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Release {
    /// Who held it.
    pub process: ActorId,
    /// How it was held.
    pub mode: Mode,
    /// What for.
    pub activity: Activity,
    /// For how long.
    pub held: Span,
    /// If nobody holds it now: how long it was held without a break.
    pub busy: Option<Span>,
}
