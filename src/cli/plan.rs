//! Reads the scenario that a command is about, and changes what the command line says otherwise.

use super::failure::Failure;
use super::output;
use crate::actors::machine::Profile;
use crate::scenario::{self, Plan, Until, WarmUp};
use std::path::Path;
use std::sync::Arc;

/// Reads a scenario; what is wrong with it is shown with its place.
pub(super) fn load_plan(path: &Path) -> Result<Plan, Failure> {
    scenario::read_file(path).map_err(|errors| {
        output::complain(errors.render(output::is_colourful()).trim_end());
        Failure::Usage(format!("{} cannot be run", path.display()))
    })
}

/// Leaves these variants alone, if any are named.
pub(super) fn choose_variants(plan: &mut Plan, names: &[String]) -> Result<(), Failure> {
    plan.choose_variants(names).map_err(Failure::Usage)
}

/// So many blocks, whatever rule would stop them.
pub(super) fn set_replications(plan: &mut Plan, replications: u32) {
    plan.run.replications = replications;
    plan.run.until = Until::Fixed;
    plan.run.at_most = replications;
    if let Some(prediction) = &mut plan.prediction {
        set_replications(prediction, replications);
    }
}

/// So many jobs in each run.
pub(super) fn set_jobs(plan: &mut Plan, jobs: u32) {
    // Otherwise a short try of a long scenario could consist of its warm-up alone.
    if let WarmUp::Jobs(cut) = &mut plan.run.warmup {
        let before = plan.variants.iter().map(|variant| variant.workload.jobs).min().unwrap_or(jobs);
        let scaled = u64::from(*cut) * u64::from(jobs) / u64::from(before.max(1));
        *cut = u32::try_from(scaled).unwrap_or(u32::MAX);
    }
    for variant in &mut plan.variants {
        variant.workload.jobs = jobs;
    }
    if let Some(prediction) = &mut plan.prediction {
        set_jobs(prediction, jobs);
    }
}

/// Puts all variants on the machine of `profile`, with what the scenario makes different of it.
pub(super) fn set_profile(plan: &mut Plan, profile: Profile) -> Result<(), Failure> {
    if let Some(prediction) = &mut plan.prediction {
        set_profile(prediction, profile.clone())?;
    }
    let first = plan.variants[0].machine.base();
    if let Some(other) = plan.variants.iter().map(|variant| variant.machine.base()).find(|other| *other != first) {
        let (one, two) = (&first.name, &other.name);
        return Err(Failure::Usage(format!("the scenario compares profiles ({one}, {two}): run it without --profile")));
    }
    let profile = Arc::new(profile);
    for variant in &mut plan.variants {
        variant.machine = variant.machine.clone().with_profile(Arc::clone(&profile));
    }
    Ok(())
}
