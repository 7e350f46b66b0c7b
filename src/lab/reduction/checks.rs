//! Dependency checks, summed up.

use super::{Distribution, ReaderSums};
use crate::actors::accounting::{DependencyCheck, Verdict};
use std::collections::BTreeMap;

/// What a check spends its time on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckPart {
    /// All of it, from its beginning to its verdict.
    Whole,
    /// Waiting for the queue lock before a turn's first check.
    QueueLock,
    /// Waiting for the tracker's lock.
    DependencyLock,
    /// Reading.
    Read,
    /// Parsing.
    Parse,
    /// Building.
    Build,
}

/// Dependency checks summed up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckSums {
    /// How many came out how.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// In the order of [`CheckPart`].
    parts: [Distribution; 6],
    /// Checks that read something.
    pub readings: u64,
    /// Bytes that they read.
    pub bytes_read: u64,
    /// How many read at once.
    pub readers: ReaderSums,
}

impl CheckSums {
    /// Adds a check.
    pub(super) fn add(&mut self, check: &DependencyCheck) {
        *self.verdicts.entry(check.verdict).or_insert(0) += 1;
        let whole = check.ended.since(check.began);
        let spans = [whole, check.queue_lock, check.dependency_lock, check.read, check.parse, check.build];
        for (sum, span) in self.parts.iter_mut().zip(spans) {
            sum.add(span);
        }
        self.readings += u64::from(check.bytes > 0);
        self.bytes_read += check.bytes;
    }

    /// Adds what another one holds.
    pub(super) fn merge(&mut self, other: &Self) {
        for (verdict, count) in &other.verdicts {
            *self.verdicts.entry(*verdict).or_insert(0) += count;
        }
        for (sum, part) in self.parts.iter_mut().zip(&other.parts) {
            sum.merge(part);
        }
        self.readings += other.readings;
        self.bytes_read += other.bytes_read;
        self.readers.merge(&other.readers);
    }

    /// How the time for `part` is distributed.
    #[must_use]
    pub const fn part(&self, part: CheckPart) -> &Distribution {
        &self.parts[part as usize]
    }

    /// How many checks.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.verdicts.values().sum()
    }
}
