//! How much a scenario may ask for. The command line is held to the same.

use crate::job::file_format;

/// Jobs of a run; also the queue's size limit where a scenario sets none.
pub const JOBS: u32 = 10_000_000;
/// Jobs of a live run, whose calls are made before it begins, so that making them is in no figure: some 400 bytes a job.
pub const LIVE_JOBS: u32 = 2_000_000;
/// Runs of each variant.
pub const REPLICATIONS: u32 = 1000;
/// Variants, with all combinations of the matrix; also values of one knob of it.
pub const VARIANTS: usize = 1000;
/// Classes of jobs.
pub const CLASSES: usize = 100;
/// Opcodes of a job.
pub const OPCODES: usize = 100;
/// Jobs that a job depends on, or that make a group.
pub const GROUP: u32 = 1000;
/// Log messages of an opcode.
pub const LOG_MESSAGES: u32 = 100_000;
/// Bytes of the text of a log message.
pub const LOG_TEXT: u32 = 1 << 20;
/// Bytes of a job's file: half of what a reader of job files takes.
pub const FILE_SIZE: u32 = 16 << 20;
const _: () = assert!(FILE_SIZE as usize * 2 <= file_format::MAX_BYTES);
/// Clients of a closed workload, and jobs of a batch.
pub const CLIENTS: u32 = 100_000;
/// Instances and nodes of a cluster, each.
pub const CLUSTER: u32 = 10_000;
