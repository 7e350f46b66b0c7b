//! What an opcode waits for.

use super::{JobId, Status};

/// An opcode may go on once job `on` is final, with one of the `wanted` statuses (any, if there are none).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Dependency {
    /// The job waited for.
    pub on: JobId,
    /// Final statuses that let the opcode go on, in the order of the request.
    pub wanted: Vec<Status>,
}

impl Dependency {
    /// The wanted statuses as messages and the lock monitor list them: `success, error`.
    #[must_use]
    pub fn wanted_list(&self, separator: &str) -> String {
        self.wanted.iter().map(|status| status.as_str()).collect::<Vec<_>>().join(separator)
    }
}
