//! From what happens in a run to sums: the recorder of runs in virtual time, which keeps no list that grows with them.
//!
//! [`Sums`] take jobs and dependency checks in one by one; a [`SummedRecord`] is a record that has them instead of the
//! jobs and checks themselves. What they say is read off in [`super::summary`].

mod backlog;
mod checks;
mod histogram;
mod jobs;
mod presence;
mod readers;
mod record;
mod series;
mod sums;

pub use checks::{CheckPart, CheckSums};
pub use histogram::Distribution;
pub use jobs::{FileSums, JobSums};
pub use presence::Presence;
pub use readers::ReaderSums;
pub use record::SummedRecord;
pub use series::Series;
pub use sums::{Summed, Sums};
