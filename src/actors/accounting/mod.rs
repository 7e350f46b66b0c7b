//! Where a job's time goes, and all that actors report to whoever measures.

pub(in crate::actors) mod ledger;
pub(in crate::actors) mod observation;

pub use ledger::{Account, Ledger};
pub use observation::{DependencyCheck, FoundJobs, JobRow, LockKind, Observation, Trace, Verdict};
