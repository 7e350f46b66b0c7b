//! `jqlab check`: validate scenarios without running them.

use super::failure::Failure;
use super::output;
use crate::scenario;
use clap::Args;
use std::path::PathBuf;

/// Validate scenarios without running them; says of each what it would run.
#[derive(Debug, Args)]
#[command(after_help = "Example: jqlab check scenarios/*.toml")]
pub(super) struct Check {
    /// Scenario files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

impl Check {
    pub(super) fn execute(self) -> Result<(), Failure> {
        let mut bad = 0;
        for checked in scenario::check(&self.files, output::is_colourful()) {
            if checked.valid {
                output::print(&checked.text)?;
            } else {
                bad += 1;
                output::complain(checked.text.trim_end());
            }
        }
        match bad {
            0 => Ok(()),
            _ => Err(Failure::Usage(format!("{bad} of {} scenarios cannot be run", self.files.len()))),
        }
    }
}
