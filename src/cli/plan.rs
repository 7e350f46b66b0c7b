//! Reads the scenario that a command is about.

use super::failure::Failure;
use super::output;
use crate::scenario::{self, Plan};
use std::path::Path;

/// Reads a scenario; what is wrong with it is shown with its place.
pub(super) fn load_plan(path: &Path) -> Result<Plan, Failure> {
    scenario::read_file(path).map_err(|errors| {
        output::complain(errors.render(output::is_colourful()).trim_end());
        Failure::Usage(format!("{} cannot be run", path.display()))
    })
}
