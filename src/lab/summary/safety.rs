//! What must not happen in a run, and what a run needed of the program that it is part of.

use crate::runtime::Record;
use crate::runtime::record::RunFault;
use serde::{Deserialize, Serialize};

/// What must not happen, over a whole run, its warm-up included. None where a run cannot tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SafetySummary {
    /// Jobs of the load that had not ended when the run was over, and were not refused; none if it was stopped early.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jobs_lost: Option<u64>,
    /// Times that an opcode began to run which had run before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jobs_run_twice: Option<u64>,
    /// Job files that hold no job, in the queue or in the archive, after a live run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files_unreadable: Option<u64>,
    /// Rings of jobs that wait for each other, in the directory after a live run. In virtual time 1 if nothing was left to
    /// happen although jobs had not ended; none if the run was cut short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadlocks: Option<u64>,
}

/// Memory of the whole program during a run: actors, instrument and what the laboratory keeps. Resident, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemorySummary {
    /// The most at once, from opening the queue to the end of the run.
    pub peak_bytes: u64,
    /// By so much that is more than just before.
    pub grown_bytes: u64,
}

/// What whoever makes a run saw of it from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seen {
    /// Memory; live runs only.
    pub memory: Option<MemorySummary>,
    /// Job files that hold no job; live runs only.
    pub files_unreadable: Option<u64>,
    /// Jobs that wait for each other.
    pub deadlocks: Option<u64>,
}

impl SafetySummary {
    pub(super) fn of(record: &Record, runs_again: u64, seen: &Seen) -> Self {
        let jobs_lost = match &record.fault {
            None => (!record.partial).then_some(0),
            Some(RunFault::Unfinished { missing, .. }) => Some(*missing),
            Some(RunFault::File(_) | RunFault::NoAnswer) => None,
        };
        Self {
            jobs_lost,
            jobs_run_twice: Some(runs_again),
            files_unreadable: seen.files_unreadable,
            deadlocks: seen.deadlocks,
        }
    }
}
