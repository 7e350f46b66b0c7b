//! The order in which a worker leaves opcodes behind.

use super::error::{Flaw, FormatError, Step};
use crate::job::Job;

/// Opcodes run first to last, so none can be final after one that is not. A start of the queue sets a file
/// aside in which that is so; readers of a status do not look.
///
/// # Errors
/// If an opcode is final after one that is not; the error names the first such.
pub fn check_order(job: &Job) -> Result<(), FormatError> {
    let unfinished = job.current().unwrap_or(job.opcodes.len());
    let later = job.opcodes.iter().enumerate().skip(unfinished);
    match later.into_iter().find(|(_, opcode)| opcode.status.is_final()) {
        None => Ok(()),
        Some((index, opcode)) => {
            let found = format!("{}, though opcode {unfinished} before it is not final", opcode.status);
            let flaw = Flaw::new("a status that is not final", found);
            Err(flaw.within(Step::Field("status")).within(Step::Item(index)).within(Step::Field("ops")).into_error())
        }
    }
}
