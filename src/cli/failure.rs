//! How a command can fail, and with which exit code.

use super::output;
use crate::queue_dir::QueueDirError;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// Why a command ends early.
#[derive(Debug)]
pub(super) enum Failure {
    /// The run or a check failed: 1. The text says why, and what was kept.
    Run(String),
    /// The scenario, a file or an argument is at fault: 2.
    Usage(String),
    /// Nobody reads the output any more. No failure.
    BrokenPipe,
}

impl Failure {
    /// A file that cannot be read or written.
    pub(super) fn file(path: &Path, what: &str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Usage(format!("cannot {what} {}: {error}", path.display()))
    }

    /// Says what it is, and returns the exit code.
    pub(super) fn report(self) -> ExitCode {
        let (code, text) = match self {
            Self::Run(text) => (1, text),
            Self::Usage(text) => (2, text),
            Self::BrokenPipe => return ExitCode::SUCCESS,
        };
        if !text.is_empty() {
            output::complain(&format!("error: {}", text.trim_end()));
        }
        ExitCode::from(code)
    }
}

impl From<QueueDirError> for Failure {
    fn from(error: QueueDirError) -> Self {
        Self::Usage(error.to_string())
    }
}
