//! The laboratory: what a study is, how it is run, and what its runs say.
//!
//! [`study()`] goes from a plan to its [`Analysis`]. The [`Study`] describes what was asked. The [`runner`] makes its runs;
//! each [`Run`] is [summed up](reduction) while it goes on and [reduced to figures](RunSummary) as soon as it is over, and a
//! [`Notebook`] takes these in, so that memory does not grow with their number. From study and notebook comes the analysis:
//! all that a report shows, and all that `results.json` holds.
//!
//! What always holds: the unit of analysis is the replication, never the job; no interval is given for fewer than
//! three of them; runs with a fault stay out of every estimate, and are listed; so do controls. What a variant is compared
//! with is declared in the plan.
//!
//! What it never does: print, or write a file but the rows of jobs, if they are asked for, and queue directories.

// Counts and nanoseconds become floats for statistics: 2^53 ns is 104 days.
#![allow(clippy::cast_precision_loss)]

pub mod analysis;
pub mod calibration;
pub mod capacity;
pub mod compare;
pub mod doubts;
pub mod findings;
pub mod flow;
pub mod histogram;
pub mod jobs_csv;
pub mod machine;
pub mod measures;
mod memory;
pub mod provenance;
mod quiet;
pub mod readers;
pub mod reduction;
pub mod runner;
#[cfg(test)]
pub(crate) mod sample;
pub mod sensitivity;
pub mod statistics;
pub mod study;
pub mod summary;
mod temporary_queue;
pub mod validation;
pub mod warmup;
pub mod whole_file;

pub use analysis::{Analysis, FORMAT, Notebook, Reduction};
pub use capacity::{Capacity, capacity};
pub use compare::{Compared, compare};
pub use machine::{Conditions, Machine};
pub use measures::{measured, named};
pub use provenance::{Provenance, run_id};
pub use runner::{Effort, Options, ProbeError, Progress, RunError};
pub use sensitivity::{Sensitivity, sensitivity};
pub use statistics::Estimate;
pub use study::{
    DesignOfRuns, ModelledMachine, Run, Saturation, StoppedBy, Studied, Study, VariantInfo, WaitForQuiet, study,
};
pub use summary::{Group, RunSummary};
pub use temporary_queue::remove_temporary_queues;
pub use validation::Validation;
