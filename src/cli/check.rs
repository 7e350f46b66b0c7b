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
        for file in &self.files {
            match scenario::read_file(file) {
                Ok(plan) => output::print(&format!("{}\n", scenario::summary(&file.display().to_string(), &plan)))?,
                Err(errors) => {
                    bad += 1;
                    output::complain(errors.render(output::is_colourful()).trim_end());
                }
            }
        }
        match bad {
            0 => Ok(()),
            _ => Err(Failure::Usage(format!("{bad} of {} scenarios cannot be run", self.files.len()))),
        }
    }
}
