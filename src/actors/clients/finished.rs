//! The jobs that ended last, which requests may name.

use crate::job::JobId;
use std::collections::{BTreeMap, VecDeque};

/// The jobs that ended last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(super) struct Finished {
    /// So many are remembered.
    depth: usize,
    /// In the order of their ends.
    any: VecDeque<JobId>,
    of_class: BTreeMap<u16, VecDeque<JobId>>,
}

impl Finished {
    /// Remembers none, and then so many.
    pub(super) fn new(depth: usize) -> Self {
        Self { depth, ..Self::default() }
    }

    pub(super) fn push(&mut self, id: JobId, class: u16) {
        if self.depth > 0 {
            for jobs in [&mut self.any, self.of_class.entry(class).or_default()] {
                if jobs.len() == self.depth {
                    jobs.pop_front();
                }
                jobs.push_back(id);
            }
        }
    }

    pub(super) fn nth_last(&self, back: u32) -> Option<JobId> {
        self.any.iter().rev().nth(back as usize).copied()
    }

    pub(super) fn nth_last_of(&self, class: u16, back: u32) -> Option<JobId> {
        self.of_class.get(&class)?.iter().rev().nth(back as usize).copied()
    }
}
