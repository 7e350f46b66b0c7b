//! Formulas in named quantities, such as `2 + 2 * opcodes + messages`.

use serde::{Deserialize, Serialize};

/// A formula, as it is written. What it comes to depends on a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Formula(pub(in crate::scenario) String);

impl Formula {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A quantity that formulas may name; a mean per job, over the jobs that the measure is read of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Opcodes.
    Opcodes,
    /// Log messages.
    Messages,
    /// Lock attempts that failed.
    Attempts,
    /// Rises of the priority.
    Raises,
    /// Dependency checks.
    Checks,
}
