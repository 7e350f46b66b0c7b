//! From a plan to what its runs say.

use super::{DesignOfRuns, Study, WaitForQuiet};
use crate::lab::analysis::Predicted;
use crate::lab::capacity::{PRECISION, capacity};
use crate::lab::findings::Findings;
use crate::lab::machine::{self, stopwatch};
use crate::lab::runner::{self, Controls, Event, Options, Pace, Pilots, Progress, RunError, find_saturations};
use crate::lab::sensitivity::sensitivity;
use crate::lab::{Analysis, Effort, Notebook, ProbeError, quiet};
use crate::scenario::{self, Plan, Runtime};
use crate::units::Span;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

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

/// Runs `plan`, then what it predicts, and analyses what the runs left behind.
///
/// Before the first block, a live study waits for its machine to become quiet, if it is to, and pilots find the saturations that
/// loads are shares of.
///
/// # Errors
/// If the first run cannot begin, or the study is stopped before it. What goes wrong later is among the faults.
pub fn study(plan: &Plan, options: &Options<'_>, progress: &mut dyn Progress) -> Result<Studied, RunError> {
    let clock = stopwatch();
    let mut study = Study::of(plan, options);
    if options.runtime == Runtime::Live && options.waits {
        study.quiet = Some(wait_for_quiet(options, progress));
    }
    let Pilots { plan, saturations, mut kept } = find_saturations(plan, options, progress)?;
    study.saturations = saturations;
    study.warnings = scenario::warnings(&plan);
    let mut notebook = Notebook::new(&study);
    let DesignOfRuns { until, looks, time_limit_ns, .. } = study.design_of_runs.clone();
    let pace = Pace { limit: time_limit_ns.map(Span), clock: &clock };
    let is_enough = |notebook: &Notebook| {
        Findings::at_a_look(&study, &notebook.clone().into_runs()).is_enough(until, &study.claims)
    };
    let made = runner::run(&plan, options, (&looks, &pace), &mut notebook, &is_enough, progress)?;
    study.partial = made.partial;
    study.design_of_runs.note(&made, options.runtime);
    study.machine.note_end();
    let mut faults = made.faults;
    let prediction = match plan.prediction.as_deref().filter(|_| !made.partial) {
        None => None,
        Some(prediction) => predicted(prediction, options, &mut faults, progress),
    };
    study.partial |= prediction.as_ref().is_some_and(|predicted| predicted.study.partial);
    kept.extend(made.kept);
    let mut analysis = Analysis::of(study, notebook, prediction);
    if !analysis.study.partial {
        what_if(&plan, options, &mut analysis, &mut faults);
    }
    Ok(Studied { analysis, faults, kept })
}

/// What virtual time says of `plan`, a prediction beside other runs. That it cannot be made is a fault of theirs.
fn predicted(
    plan: &Plan,
    options: &Options<'_>,
    faults: &mut Vec<String>,
    progress: &mut dyn Progress,
) -> Option<Predicted> {
    let options = Options {
        runtime: Runtime::Virtual,
        queue_directory: None,
        rows: None,
        controls: Controls::Baseline,
        ..options.clone()
    };
    match study(plan, &options, progress) {
        Ok(studied) => {
            faults.extend(studied.faults.into_iter().map(|fault| format!("prediction: {fault}")));
            Some(studied.analysis.into())
        }
        Err(error) => {
            faults.push(format!("there is no prediction: {error}"));
            None
        }
    }
}

/// What would change, and how much each variant bears, if the scenario asks. That it cannot be said is a fault.
fn what_if(plan: &Plan, options: &Options<'_>, analysis: &mut Analysis, faults: &mut Vec<String>) {
    let effort = match options.runtime {
        Runtime::Live => Effort::of_a_section(),
        // Nobody waits for that longer than for the runs.
        Runtime::Virtual => Effort::quick(),
    };
    let effort = Effort { threads: options.threads, ..effort };
    let silent = &mut |_: &str, _: usize, _: usize| {};
    let mut note = |what: &str, error: ProbeError| faults.push(format!("there is no {what}: {error}"));
    if let Some(asked) = &plan.sensitivity {
        let found = sensitivity(plan, asked, &effort, options.stop, silent);
        analysis.sensitivity = found.map_err(|error| note("sensitivity", error)).ok();
    }
    if let Some(asked) = &plan.capacity {
        let found = capacity(plan, asked, PRECISION, &effort, options.stop, silent);
        analysis.capacity = found.map_err(|error| note("capacity", error)).ok();
    }
}

/// Waits until the machine is quiet, somebody asks to stop, or a minute is over.
fn wait_for_quiet(options: &Options<'_>, progress: &mut dyn Progress) -> WaitForQuiet {
    quiet::wait(&mut machine::look, &mut |busy| {
        progress.tell(Event::Waiting { busy });
        !options.stop.load(Ordering::Relaxed)
    })
}
