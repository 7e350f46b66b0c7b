//! Scenarios: a design question as a file.
//!
//! [`read`] makes a [`Plan`] of TOML text, or says all that is wrong with it; [`Workload::load`] makes the calls of
//! clients of a plan. `docs/scenario.md` describes the language.
//!
//! What it never does: run anything, or touch a file (but those that [`check`] is asked to look at). What always
//! holds: the same scenario, seed and replication give the same load, on every machine; and all variants of a
//! scenario see the same arrivals and run times.

mod arrivals;
mod capacity;
mod check;
mod choice;
pub mod claim;
mod distribution;
mod doses;
pub(crate) mod file_size;
pub mod limits;
mod load;
mod machine;
mod plan;
mod quick;
mod read;
mod run;
mod saturation;
mod sensitivity;
mod summary;
mod sweep;
mod warnings;

pub use arrivals::{ArrivalProcess, Rate};
pub use capacity::{CapacityPlan, Condition};
pub use check::{Checked, check, read_file};
pub use claim::{Claim, Role};
pub use distribution::Distribution;
pub use doses::doses;
pub use machine::{InterpreterLock, Machine};
pub use plan::{Class, Depends, Filling, LockPlan, OpcodePlan, Plan, Shape, Variant, Workload};
pub use read::{read, read_bytes};
pub use run::{RandomNumbers, RunPlan, Runtime, Runtimes, Until, WarmUp};
pub use saturation::Pilot;
pub use sensitivity::{FACTORS, SensitivityPlan};
pub use summary::summary;
pub use sweep::Sweep;
pub use warnings::warnings;
