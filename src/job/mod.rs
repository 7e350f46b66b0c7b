//! Jobs as the queue knows them: opcodes, statuses, priorities, dependencies, and the
//! rules by which a job changes. Values only: no file, clock or lock is touched here.
//!
//! What always holds: a job has at least one opcode, its status follows from its
//! opcodes alone, and its `end_timestamp` is set exactly while it is final.

mod dependency;
mod document;
mod durability;
mod fault;
pub mod file_format;
mod opcode;
mod priority;
pub mod queue_files;
mod status;
mod timestamp;

pub use dependency::Dependency;
pub use document::{ChangeReply, Job, JobId, exec_error};
pub use durability::Durability;
pub use fault::{Fault, FaultSource, FileOperation};
pub use opcode::{LogEntry, Opcode};
pub use priority::Priority;
pub use status::Status;
pub use timestamp::Timestamp;
