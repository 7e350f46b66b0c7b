//! The dependency checks of one run.

use super::spread;
use crate::actors::accounting::Verdict;
use crate::lab::histogram::Spread;
use crate::lab::readers::Readers;
use crate::lab::reduction::{CheckPart, CheckSums};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The dependency checks of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckSummary {
    /// How they came out.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// A whole check, from its beginning to its verdict.
    pub whole: Spread,
    /// The wait for the queue lock before a turn's first check.
    pub queue_lock: Spread,
    /// The wait for the tracker's lock.
    pub dependency_lock: Spread,
    /// Reading.
    pub read: Spread,
    /// Parsing.
    pub parse: Spread,
    /// Building.
    pub build: Spread,
    /// Mean size of the files read, in bytes; 0 if none was.
    pub bytes_mean: f64,
    /// How many read at the same time; none if nothing was read.
    pub readers: Option<Readers>,
}

impl CheckSummary {
    pub(super) fn of(checks: &CheckSums) -> Option<Self> {
        let n = checks.count();
        let part = |part: CheckPart| spread(checks.part(part), n).0;
        (n > 0).then(|| Self {
            verdicts: checks.verdicts.clone(),
            whole: part(CheckPart::Whole),
            queue_lock: part(CheckPart::QueueLock),
            dependency_lock: part(CheckPart::DependencyLock),
            read: part(CheckPart::Read),
            parse: part(CheckPart::Parse),
            build: part(CheckPart::Build),
            bytes_mean: checks.bytes_read as f64 / (checks.readings as f64).max(1.0),
            readers: Readers::of(&checks.readers),
        })
    }

    /// Mean time of a check that the design asks for, in nanoseconds: the wait for the tracker's lock, reading, parsing and
    /// building.
    #[must_use]
    pub fn design_ns(&self) -> f64 {
        [&self.dependency_lock, &self.read, &self.parse, &self.build].into_iter().map(|part| part.mean_ns).sum()
    }

    /// What is left of the mean check, in nanoseconds: messages between actors, and waiting for a core.
    #[must_use]
    pub fn rest_ns(&self) -> f64 {
        (self.whole.mean_ns - self.design_ns()).max(0.0)
    }

    /// How many there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.verdicts.values().sum()
    }
}
