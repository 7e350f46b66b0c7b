//! How a command can fail, and with which exit code.

use super::output;
use crate::job::{Fault, FaultSource};
use crate::lab::RunError;
use crate::printable::Printable;
use crate::queue_dir::QueueDirError;
use crate::runtime::live::LiveError;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::ExitCode;

/// Why a command ends without what it was asked for.
#[derive(Debug)]
pub(super) enum Failure {
    /// A run or a check failed: 1. The text says why, and what was kept.
    Run(String),
    /// The machine failed: a full disk, no threads: 1.
    Environment(String),
    /// The scenario, a file or an argument is at fault: 2.
    Usage(String),
    /// It was interrupted, and what was measured before is reported: 4.
    Partial,
    /// It was interrupted, and there is nothing to report: 130.
    Interrupted(String),
    /// Nobody reads the output any more. No failure.
    BrokenPipe,
}

/// Exit code of a command that was interrupted before it had anything to report, or twice.
pub(super) const INTERRUPTED: u8 = 130;

impl Failure {
    /// A file that cannot be read or written.
    pub(super) fn file(path: &Path, what: &str) -> impl FnOnce(io::Error) -> Self {
        move |error| {
            let text = format!("cannot {what} {}: {error}", path.display());
            if is_of_machine(&error) { Self::Environment(text) } else { Self::Usage(text) }
        }
    }

    /// One of several faults, as far as there is any.
    pub(super) fn of_faults(faults: &[String]) -> Result<(), Self> {
        match faults {
            [] => Ok(()),
            faults => Err(Self::Run(faults.join("\n       "))),
        }
    }

    /// Says what it is, and returns the exit code.
    pub(super) fn report(self) -> ExitCode {
        let code = self.code();
        let (Self::Run(text) | Self::Environment(text) | Self::Usage(text) | Self::Interrupted(text)) = self else {
            return ExitCode::from(code);
        };
        if !text.is_empty() {
            // It may name files and variants as others called them.
            let lines: Vec<String> = text.trim_end().lines().map(|line| Printable(line).to_string()).collect();
            output::complain(&format!("error: {}", lines.join("\n")));
        }
        ExitCode::from(code)
    }

    const fn code(&self) -> u8 {
        match self {
            Self::Run(_) | Self::Environment(_) => 1,
            Self::Usage(_) => 2,
            Self::Partial => 4,
            Self::Interrupted(_) => INTERRUPTED,
            Self::BrokenPipe => 0,
        }
    }
}

/// Whether the machine is at fault, and not the file that was named.
fn is_of_machine(error: &io::Error) -> bool {
    is_kind_of_machine(error.kind(), error.raw_os_error())
}

fn is_kind_of_machine(kind: ErrorKind, errno: Option<i32>) -> bool {
    use rustix::io::Errno;
    // They have no kind of their own, or one that is not stable.
    let no_more_files = [Errno::MFILE, Errno::NFILE, Errno::IO].map(Errno::raw_os_error);
    let by_number = errno.is_some_and(|number| no_more_files.contains(&number));
    let by_kind = matches!(
        kind,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge | ErrorKind::OutOfMemory
    );
    by_number || by_kind
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Directory { ref source, .. } | RunError::Rows { ref source, .. } if !is_of_machine(source) => {
                Self::Usage(error.to_string())
            }
            RunError::OneDirectory(_) => Self::Usage(error.to_string()),
            RunError::Live { source: LiveError::Directory(error), .. } => error.into(),
            RunError::Live { source: error @ LiveError::ForeignJobs { .. }, .. } => Self::Usage(error.to_string()),
            RunError::Stopped => Self::Interrupted(error.to_string()),
            other => Self::Environment(other.to_string()),
        }
    }
}

impl From<QueueDirError> for Failure {
    fn from(error: QueueDirError) -> Self {
        match &error {
            QueueDirError::File(Fault { source: FaultSource::System { kind, errno, .. }, .. })
                if is_kind_of_machine(*kind, *errno) =>
            {
                Self::Environment(error.to_string())
            }
            _ => Self::Usage(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::io::Errno;

    #[test]
    fn a_full_disk_is_the_machines_fault_and_a_missing_file_that_of_the_command_line() {
        let code = |error: Errno| Failure::file(Path::new("f"), "write")(error.into()).code();
        for of_machine in [Errno::NOSPC, Errno::DQUOT, Errno::MFILE, Errno::NFILE, Errno::IO, Errno::FBIG] {
            assert_eq!(code(of_machine), 1, "{of_machine:?}");
        }
        for of_command in [Errno::NOENT, Errno::ACCESS, Errno::ISDIR, Errno::NOTDIR, Errno::ROFS, Errno::LOOP] {
            assert_eq!(code(of_command), 2, "{of_command:?}");
        }
    }
}
