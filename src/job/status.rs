//! The status of an opcode and of a job.

use std::fmt;

/// Where an opcode, or the job made of it, stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Not yet taken up by a worker.
    Queued,
    /// Taken up, waiting for dependencies. Only written by designs with `waiting_status = "waitdeps"`.
    WaitDeps,
    /// Taken up, waiting for dependencies (unless the design has a status for that) or for locks.
    Waiting,
    /// To be canceled by the worker that next takes the job up.
    Canceling,
    /// All locks held, at work.
    Running,
    /// Final: canceled.
    Canceled,
    /// Final: done.
    Success,
    /// Final: failed.
    Error,
}

impl Status {
    /// Every status, in the order of an opcode's life.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::WaitDeps,
        Self::Waiting,
        Self::Canceling,
        Self::Running,
        Self::Canceled,
        Self::Success,
        Self::Error,
    ];

    /// Success, error and canceled end an opcode or job for good.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Canceled | Self::Success | Self::Error)
    }

    /// The word in job files, reports and scenarios.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::WaitDeps => "waitdeps",
            Self::Waiting => "waiting",
            Self::Canceling => "canceling",
            Self::Running => "running",
            Self::Canceled => "canceled",
            Self::Success => "success",
            Self::Error => "error",
        }
    }

    /// The status with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// The status of a job whose opcodes stand like this, first to last.
    ///
    /// Successes are skipped; waiting and running set the status and the search goes on; canceling,
    /// error and canceled set it and end the search. A job whose opcodes all succeeded has succeeded.
    #[must_use]
    pub fn of_job(opcodes: impl IntoIterator<Item = Self>) -> Self {
        let mut job = Self::Queued;
        let mut all_succeeded = true;
        for opcode in opcodes {
            match opcode {
                Self::Success => continue,
                Self::Queued => {}
                Self::WaitDeps | Self::Waiting | Self::Running => job = opcode,
                Self::Canceling | Self::Error | Self::Canceled => return opcode,
            }
            all_succeeded = false;
        }
        if all_succeeded { Self::Success } else { job }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Status::{self, *};

    #[test]
    fn a_job_status_follows_from_its_opcodes() {
        for (opcodes, job) in [
            (vec![Queued], Queued),
            (vec![Success, Queued], Queued),
            (vec![Success, Waiting, Queued], Waiting),
            (vec![Running, Queued], Running),
            (vec![Success, Success], Success),
            (vec![Success, Canceled, Canceled], Canceled),
            (vec![Error, Error], Error),
            (vec![Canceling, Canceling], Canceling),
        ] {
            assert_eq!(Status::of_job(opcodes.clone()), job, "{opcodes:?}");
        }
    }

    #[test]
    fn every_status_is_found_by_its_word() {
        for status in Status::ALL {
            assert_eq!(Status::from_word(status.as_str()), Some(status));
        }
        assert_eq!(Status::from_word("done"), None);
    }
}
