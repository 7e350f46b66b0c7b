//! `jqlab queue`: look at a queue directory, without disturbing whoever works in it.

use super::failure::Failure;
use super::output;
use crate::job::JobId;
use crate::queue_dir::{Printable, QueueDirError, Severity, listing, verify};
use clap::{Args, Subcommand};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Look at a queue directory, reading only; its lock is not needed.
#[derive(Debug, Args)]
pub(super) struct Queue {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the unarchived jobs
    #[command(after_help = "Example: jqlab queue ls /var/lib/ganeti/queue")]
    Ls {
        /// The queue directory
        dir: PathBuf,
    },
    /// Show one job: opcodes, dependencies, timestamps, log
    #[command(after_help = "Example: jqlab queue show /var/lib/ganeti/queue 4711 --log 50")]
    Show {
        /// The queue directory
        dir: PathBuf,
        /// The job's number; archived jobs are found too
        id: u64,
        /// Most log entries shown for each opcode
        #[arg(long, default_value_t = 20, value_name = "N")]
        log: usize,
    },
    /// Check every invariant of a queue directory; exit code 1 if one is broken
    #[command(after_help = "Example: jqlab queue verify /var/lib/ganeti/queue")]
    Verify {
        /// The queue directory
        dir: PathBuf,
    },
}

impl Queue {
    pub(super) fn execute(self) -> Result<(), Failure> {
        match self.command {
            Command::Ls { dir } => {
                let listing = listing::list(&dir)?;
                output::print(&listing.text())?;
                if listing.unreadable.is_empty() { Ok(()) } else { Err(unreadable(&listing.unreadable, &dir)) }
            }
            Command::Show { dir, id, log } => output::print(&listing::show(&dir, JobId(id), log)?),
            Command::Verify { dir } => {
                let findings = verify(&dir)?;
                let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
                let mut text = String::new();
                for finding in &findings {
                    let _ = writeln!(text, "{finding}");
                }
                let warnings = findings.len() - errors;
                let dir = dir.to_string_lossy();
                let _ =
                    writeln!(text, "{}: {}, {}", Printable(&dir), count(errors, "error"), count(warnings, "warning"));
                output::print(&text)?;
                if errors > 0 { Err(Failure::Run(String::new())) } else { Ok(()) }
            }
        }
    }
}

/// Which files could not be read, and why; of many the first.
fn unreadable(errors: &[QueueDirError], dir: &Path) -> Failure {
    const NAMED: usize = 10;
    let mut text = format!("{} cannot be read:\n", count(errors.len(), "job file"));
    for error in errors.iter().take(NAMED) {
        let error = error.to_string();
        let _ = writeln!(text, "  {}", Printable(&error));
    }
    if errors.len() > NAMED {
        let dir = output::quoted(&dir.to_string_lossy());
        let _ = writeln!(text, "  … and {} more: jqlab queue verify {dir} names all", errors.len() - NAMED);
    }
    Failure::Run(text)
}

/// `1 error`, `2 errors`.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
