//! File operations, as processes ask a disk for them.
//!
//! Real disks and modelled ones carry out the same operations and give the same answers.

use super::tally::WriteCause;
use crate::actors::queue::active_job::ActiveJob;
use crate::job::JobId;

/// How much of a job file is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Depth {
    /// Everything; the job is built, and its status computed.
    Full,
    /// The statuses alone.
    StatusOnly,
    /// Everything, and the job itself is wanted.
    Document,
}

/// A file operation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Look at the directory: versions, serial, drain flag, job ids.
    Open,
    /// Write a job's file.
    WriteJob(Box<ActiveJob>, WriteCause),
    /// Write the serial file.
    WriteSerial(u64),
    /// Read a job's file, from the queue or else the archive.
    ReadJob(JobId, Depth),
    /// Move job files to the archive.
    Archive(Vec<JobId>),
    /// Set or remove the drain flag.
    Drain(bool),
    /// List the unarchived jobs.
    List,
    /// Somebody else writes a file.
    WriteForeign(String, String),
}
