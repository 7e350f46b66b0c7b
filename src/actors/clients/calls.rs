//! Where the calls of a load come from: a list, or whoever makes them one by one.

use super::call::Call;
use super::request::On;
use crate::units::Span;
use std::collections::VecDeque;
use std::fmt;
use std::hash::{Hash, Hasher};

/// Makes calls, one after another. The same maker gives the same calls, so that where it stands says all about it.
pub trait CallSource: fmt::Debug + Send + Sync {
    /// The next call, and for open loads when it is due, from the start of the load; for closed ones, how long its
    /// client thinks before.
    fn next_call(&mut self) -> Option<(Span, Call)>;

    /// Jobs of all its calls.
    fn jobs(&self) -> u32;

    /// How many of the jobs that ended last its requests may name ([`On::Finished`]).
    fn looks_back(&self) -> usize;

    /// Whether any of its calls reads whole jobs ([`Call::reads_documents`]).
    fn reads_documents(&self) -> bool;

    /// Tells it from other sources, and its state from its other states.
    fn identity(&self) -> (u64, u64);

    /// The same once more.
    fn copy(&self) -> Box<dyn CallSource>;
}

/// The calls of a load, those that are taken excepted.
#[derive(Debug)]
pub enum Calls {
    /// They are all there.
    Listed(VecDeque<(Span, Call)>),
    /// They are made when their time comes.
    Made(Box<dyn CallSource>),
}

impl Calls {
    /// Jobs of the calls that are left (of a source: of all its calls).
    #[must_use]
    pub fn jobs(&self) -> usize {
        match self {
            Self::Listed(calls) => calls.iter().map(|(_, call)| call.requests().len()).sum(),
            Self::Made(source) => source.jobs() as usize,
        }
    }

    /// How many of the jobs that ended last their requests may name.
    pub(super) fn looks_back(&self) -> usize {
        match self {
            Self::Listed(calls) => {
                let requests = calls.iter().flat_map(|(_, call)| call.requests());
                let depends = requests.flat_map(|request| &request.opcodes).flat_map(|opcode| opcode.depends.iter());
                let back = |on| match on {
                    On::Finished(back) | On::FinishedOf(_, back) => back as usize + 1,
                    _ => 0,
                };
                depends.flatten().map(|dependency| back(dependency.on)).max().unwrap_or(0)
            }
            Self::Made(source) => source.looks_back(),
        }
    }
}

impl Calls {
    /// Whether any of the calls that are left (of a source: of all its calls) reads whole jobs.
    #[must_use]
    pub fn reads_documents(&self) -> bool {
        match self {
            Self::Listed(calls) => calls.iter().any(|(_, call)| call.reads_documents()),
            Self::Made(source) => source.reads_documents(),
        }
    }
}

impl Iterator for Calls {
    type Item = (Span, Call);

    fn next(&mut self) -> Option<(Span, Call)> {
        match self {
            Self::Listed(calls) => calls.pop_front(),
            Self::Made(source) => source.next_call(),
        }
    }
}

impl FromIterator<(Span, Call)> for Calls {
    fn from_iter<I: IntoIterator<Item = (Span, Call)>>(calls: I) -> Self {
        Self::Listed(calls.into_iter().collect())
    }
}

impl Clone for Calls {
    fn clone(&self) -> Self {
        match self {
            Self::Listed(calls) => Self::Listed(calls.clone()),
            Self::Made(source) => Self::Made(source.copy()),
        }
    }
}

impl PartialEq for Calls {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Listed(ours), Self::Listed(theirs)) => ours == theirs,
            (Self::Made(ours), Self::Made(theirs)) => ours.identity() == theirs.identity(),
            _ => false,
        }
    }
}

impl Eq for Calls {}

impl Hash for Calls {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Listed(calls) => calls.hash(state),
            Self::Made(source) => source.identity().hash(state),
        }
    }
}
