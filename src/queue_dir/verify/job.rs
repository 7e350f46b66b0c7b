//! The invariants of one job, whichever file it came from.

use crate::job::{Job, Status};

/// A broken invariant of a job.
pub(super) struct JobFlaw {
    /// Where: `ops[2].status`.
    pub(super) field: String,
    /// What is wrong there.
    pub(super) what: String,
}

/// Everything that is wrong with a job, in the order of its file.
pub(super) fn flaws(job: &Job) -> Vec<JobFlaw> {
    let mut flaws = Vec::new();
    flaws.extend(status_out_of_order(job));
    flaws.extend(opcodes_ended_early(job));
    flaws.extend(log_serial_out_of_order(job));
    flaws.extend(end_against_status(job));
    flaws
}

/// Opcodes run first to last: after those that succeeded comes one that decides what all later ones can be.
fn status_out_of_order(job: &Job) -> Option<JobFlaw> {
    let statuses: Vec<_> = job.opcodes.iter().map(|opcode| opcode.status).collect();
    let decisive = statuses.iter().position(|status| *status != Status::Success)?;
    let follows = match statuses[decisive] {
        status @ (Status::Canceling | Status::Canceled | Status::Error) => status,
        _ => Status::Queued,
    };
    let wrong = (decisive + 1..statuses.len()).find(|index| statuses[*index] != follows)?;
    let what = format!(
        "{}, but after opcode {decisive}, which is {}, only {follows} can come",
        statuses[wrong], statuses[decisive]
    );
    Some(JobFlaw { field: format!("ops[{wrong}].status"), what })
}

/// What an opcode has only once it ended.
fn opcodes_ended_early(job: &Job) -> impl Iterator<Item = JobFlaw> {
    let unfinished = job.opcodes.iter().enumerate().filter(|(_, opcode)| !opcode.status.is_final());
    unfinished.flat_map(|(index, opcode)| {
        let early = [("end_timestamp", opcode.end.is_some()), ("result", !opcode.result.is_null())];
        early.into_iter().filter(|(_, set)| *set).map(move |(field, _)| JobFlaw {
            field: format!("ops[{index}].{field}"),
            what: format!("set, but the opcode is {}: it must be null", opcode.status),
        })
    })
}

/// Log serials count over the whole job.
fn log_serial_out_of_order(job: &Job) -> Option<JobFlaw> {
    let mut last = None;
    for (index, opcode) in job.opcodes.iter().enumerate() {
        for (number, entry) in opcode.log.iter().enumerate() {
            if let Some(last) = last.filter(|last| *last >= entry.serial) {
                let what = format!("serial {}, though {last} came before: serials count up over the job", entry.serial);
                return Some(JobFlaw { field: format!("ops[{index}].log[{number}]"), what });
            }
            last = Some(entry.serial);
        }
    }
    None
}

/// The job's end is known exactly once it is final.
fn end_against_status(job: &Job) -> Option<JobFlaw> {
    let status = job.status();
    let what = match (status.is_final(), job.end.is_some()) {
        (true, false) => format!("null, but the job is {status}: expected the time at which it became so"),
        (false, true) => format!("set, but the job is {status}: expected null"),
        _ => return None,
    };
    Some(JobFlaw { field: "end_timestamp".to_owned(), what })
}
