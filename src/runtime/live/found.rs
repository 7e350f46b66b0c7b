//! What a queue directory holds before a run: whether its unfinished jobs may be run at all.

use super::LiveError;
use crate::actors::clients::Program;
use crate::job::{Job, JobId};
use crate::queue_dir::QueueDirectory;

/// Refuses a queue with unfinished opcodes that jqlab did not write. Running them would mark them as done, and nobody
/// would have done them. What cannot be read is left to the start of the queue.
pub(super) fn refuse_foreign_jobs(directory: &QueueDirectory, jobs: &[JobId]) -> Result<(), LiveError> {
    let files = directory.job_files()?;
    let mut foreign = jobs.iter().filter_map(|id| {
        let (job, _) = files.reader().job(*id).ok()?;
        foreign_opcode(&job).map(|op_id| (*id, op_id))
    });
    let Some((job, op_id)) = foreign.next() else { return Ok(()) };
    Err(LiveError::ForeignJobs { directory: directory.path().to_owned(), job, op_id, others: foreign.count() })
}

/// The name of the first unfinished opcode that does not describe itself as those of jqlab do.
fn foreign_opcode(job: &Job) -> Option<String> {
    let unfinished = job.opcodes.iter().filter(|opcode| !opcode.status.is_final());
    unfinished.filter(|opcode| !Program::is_described_in(&opcode.input)).map(|opcode| opcode.op_id().to_owned()).next()
}
