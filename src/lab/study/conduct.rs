//! From a plan to what its runs say.

use super::Study;
use crate::lab::findings::Findings;
use crate::lab::machine::stopwatch;
use crate::lab::runner::{self, Options, Pace, Progress, RunError};
use crate::lab::{Analysis, Notebook};
use crate::scenario::Plan;
use crate::units::Span;
use std::path::PathBuf;

/// A study that was made.
#[derive(Debug)]
pub struct Studied {
    /// What its runs say.
    pub analysis: Analysis,
    /// What went wrong, in single runs or with the rows of their jobs.
    pub faults: Vec<String>,
    /// Queue directories that were kept.
    pub kept: Vec<PathBuf>,
}

/// Runs `plan`, and analyses what its runs left behind.
///
/// # Errors
/// If the first run cannot begin, or the study is stopped before it. What goes wrong later is among the faults.
pub fn study(plan: &Plan, options: &Options<'_>, progress: &mut dyn Progress) -> Result<Studied, RunError> {
    let clock = stopwatch();
    let mut study = Study::of(plan, options);
    let mut notebook = Notebook::new(&study);
    let until = study.design_of_runs.until;
    let limit = study.design_of_runs.time_limit_ns.map(Span);
    let looks = study.design_of_runs.looks.clone();
    let is_enough = |notebook: &Notebook| {
        Findings::at_a_look(&study, &notebook.clone().into_runs()).is_enough(until, &study.claims)
    };
    let made =
        runner::run(plan, options, (&looks, &Pace { limit, clock: &clock }), &mut notebook, &is_enough, progress)?;
    study.partial = made.partial;
    study.design_of_runs.note(&made, options.runtime);
    study.machine.note_end();
    Ok(Studied { analysis: Analysis::of(study, notebook), faults: made.faults, kept: made.kept })
}
