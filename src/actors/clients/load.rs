//! A load: the calls of clients, and when each is made.

use super::call::Call;
use super::calls::Calls;
use crate::units::Instant;

/// All calls of a load. Jobs are numbered (`JobRequest::submission`) in the order of the calls, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Load {
    /// Each call is due at its time, whatever became of those before it: an open load. All at once means all due at 0.
    /// Times ascend.
    Open(Calls),
    /// So many clients, each with one job at a time: a client takes the next call, waits until its jobs have
    /// ended (calls that submit none: until they are answered), thinks, and takes the next.
    Closed {
        /// How many.
        clients: u32,
        /// Each call, and how long its client thinks before it.
        calls: Calls,
    },
}

impl Load {
    /// Whether any call reads whole jobs from their files.
    #[must_use]
    pub fn reads_documents(&self) -> bool {
        match self {
            Self::Open(calls) | Self::Closed { calls, .. } => calls.reads_documents(),
        }
    }

    /// An open load of these calls, each with the time at which it is due.
    pub fn open(calls: impl IntoIterator<Item = (Instant, Call)>) -> Self {
        Self::Open(calls.into_iter().map(|(due, call)| (due.since(Instant::ZERO), call)).collect())
    }

    /// The same load, with all calls made.
    #[must_use]
    pub fn listed(self) -> Self {
        match self {
            Self::Open(calls) => Self::Open(calls.collect()),
            Self::Closed { clients, calls } => Self::Closed { clients, calls: calls.collect() },
        }
    }

    /// Its calls, and when they are due or how long is thought before them.
    #[must_use]
    pub fn into_calls(self) -> Calls {
        match self {
            Self::Open(calls) | Self::Closed { calls, .. } => calls,
        }
    }

    /// How many jobs it submits.
    #[must_use]
    pub fn jobs(&self) -> usize {
        match self {
            Self::Open(calls) | Self::Closed { calls, .. } => calls.jobs(),
        }
    }
}
