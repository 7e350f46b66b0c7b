//! Runs a plan: every variant in every replication, interleaved, so that what drifts on a machine hits all variants
//! alike. Each record is reduced as soon as it is there.

use super::jobs_csv::JobsCsv;
use super::{Notebook, Run, RuntimeKind};
use crate::actors::load::LoadPlan;
use crate::actors::models::{Keeps, ModelDirectory};
use crate::runtime::Record;
use crate::runtime::live::{self, LiveError, LiveSetup};
use crate::runtime::virtual_time::{QueueSimulation, Setup};
use crate::scenario::Plan;
use crate::units::{Instant, Span};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What happens while a plan is run.
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A run begins.
    Began {
        /// Its number, from 1.
        number: usize,
        /// Of so many.
        runs: usize,
        /// Name of the variant.
        variant: &'a str,
        /// Number of the replication, from 0.
        replication: u32,
        /// Jobs of its load.
        jobs: usize,
    },
    /// So many of its jobs have ended.
    Jobs {
        /// How many.
        done: u64,
    },
    /// A run is over.
    Ended {
        /// Its number, from 1.
        number: usize,
        /// Of so many.
        runs: usize,
        /// Name of the variant.
        variant: &'a str,
        /// Number of the replication, from 0.
        replication: u32,
        /// Jobs that ended.
        jobs: usize,
        /// What it took.
        elapsed: Span,
    },
}

/// Whoever wants to know what happens.
pub trait Watcher {
    /// Takes an event.
    fn tell(&mut self, event: Event<'_>);
}

/// Where and how a plan is run.
#[derive(Debug)]
pub struct Options<'a> {
    /// Live or virtual.
    pub runtime: RuntimeKind,
    /// Where queue directories are made; none: the system's place for temporary files.
    pub base: Option<PathBuf>,
    /// The queue directory of the only run, instead.
    pub queue_directory: Option<PathBuf>,
    /// Whether the queue directories are kept.
    pub keep: bool,
    /// Set by somebody else to stop.
    pub stop: &'a AtomicBool,
}

/// Why a plan could not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A live run could not begin.
    #[error("{variant}, replication {replication}: {source}")]
    Live {
        /// Name of the variant.
        variant: String,
        /// Number of the replication, from 1.
        replication: u32,
        /// What it was.
        source: LiveError,
    },
    /// A queue directory could not be made.
    #[error("cannot make a queue directory in {}: {source}", base.display())]
    Directory {
        /// Where.
        base: PathBuf,
        /// What it was.
        source: std::io::Error,
    },
    /// One queue directory cannot serve several runs.
    #[error("--queue-dir takes one run, and this plan has {0}: choose one with --variant NAME --replications 1")]
    OneDirectory(usize),
    /// The rows of the jobs cannot be written.
    #[error("cannot write the rows of the jobs: {0}")]
    Rows(#[from] csv::Error),
}

/// What running a plan came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Runs done, in whole or in part.
    pub runs: usize,
    /// True if it was stopped before its end.
    pub partial: bool,
    /// What went wrong in runs: which, and what.
    pub faults: Vec<String>,
    /// Queue directories that were kept.
    pub kept: Vec<PathBuf>,
}

/// One run to be done.
#[derive(Debug, Clone, Copy)]
struct Task {
    /// Place of the variant.
    variant: usize,
    /// From 0.
    replication: u32,
    /// From 1.
    number: usize,
    /// Of so many.
    runs: usize,
}

/// Runs `plan`. Every record goes into `notebook` and its jobs into `rows`.
///
/// # Errors
/// If the first run cannot begin, or the rows cannot be written. That a later run cannot begin is a fault.
pub fn run(
    plan: &Plan,
    options: &Options<'_>,
    notebook: &mut Notebook,
    rows: &mut JobsCsv,
    watcher: &mut dyn Watcher,
) -> Result<Outcome, RunError> {
    let order = order(plan);
    let runs = order.len();
    if options.queue_directory.is_some() && runs > 1 {
        return Err(RunError::OneDirectory(runs));
    }
    let mut outcome = Outcome::default();
    for (number, (variant, replication)) in (1..).zip(order) {
        if options.stop.load(Ordering::Relaxed) {
            outcome.partial = true;
            break;
        }
        let task = Task { variant, replication, number, runs };
        let record = match one(plan, options, task, watcher, &mut outcome.kept) {
            Ok(record) => record,
            Err(error) if outcome.runs == 0 => return Err(error),
            Err(error) => {
                // What was measured before is worth a report.
                outcome.faults.push(error.to_string());
                outcome.partial = true;
                break;
            }
        };
        let name = &plan.variants[variant].name;
        outcome.partial |= record.partial;
        outcome.runs += 1;
        if let Some(fault) = &record.fault {
            outcome.faults.push(format!("{name}, replication {}: {fault}", replication + 1));
        }
        let (jobs, elapsed) = (record.jobs.len(), record.elapsed);
        let run = Run { variant, replication, record };
        rows.write(name, &run)?;
        notebook.enter(&run);
        watcher.tell(Event::Ended { number, runs, variant: name, replication, jobs, elapsed });
    }
    Ok(outcome)
}

fn one(
    plan: &Plan,
    options: &Options<'_>,
    task: Task,
    watcher: &mut dyn Watcher,
    kept: &mut Vec<PathBuf>,
) -> Result<Record, RunError> {
    let Task { variant, replication, number, runs } = task;
    let chosen = &plan.variants[variant];
    let load = chosen.workload.load(plan.seed, replication);
    let jobs = load.jobs();
    watcher.tell(Event::Began { number, runs, variant: &chosen.name, replication, jobs });
    let mut record = match options.runtime {
        RuntimeKind::Virtual => simulate(plan, task, load, options.stop, watcher),
        RuntimeKind::Live => {
            let place = QueuePlace::make(options)?;
            let record = measure(plan, task, load, place.path(), options.stop, watcher);
            kept.extend(place.end(options.keep));
            let named = |source| RunError::Live { variant: chosen.name.clone(), replication: replication + 1, source };
            record.map_err(named)?
        }
    };
    if options.stop.load(Ordering::Relaxed) {
        record.partial = true;
    } else {
        note_missing(&mut record, jobs);
    }
    Ok(record)
}

/// What the chance of a run begins with.
const fn run_seed(plan: &Plan, task: Task) -> u64 {
    plan.seed ^ task.replication as u64
}

/// A run on real files.
fn measure(
    plan: &Plan,
    task: Task,
    load: LoadPlan,
    directory: &Path,
    stop: &AtomicBool,
    watcher: &mut dyn Watcher,
) -> Result<Record, LiveError> {
    let setup = LiveSetup {
        design: plan.variants[task.variant].design.clone(),
        load,
        directory: directory.to_owned(),
        seed: run_seed(plan, task),
        tracing: false,
        ends_with_load: true,
        limit: plan.run.limit,
        watched: false,
        stop,
    };
    live::run(setup, &mut |progress| watcher.tell(Event::Jobs { done: progress.jobs }))
}

/// So much virtual time passes between two looks whether to stop.
const SLICE: Span = Span::from_millis(500);

/// A run in virtual time.
fn simulate(plan: &Plan, task: Task, load: LoadPlan, stop: &AtomicBool, watcher: &mut dyn Watcher) -> Record {
    let mut queue = QueueSimulation::new(Setup {
        design: Arc::new(plan.variants[task.variant].design.clone()),
        load,
        directory: ModelDirectory::default(),
        profile: Arc::clone(&plan.variants[task.variant].machine.profile),
        keeps: Keeps::Digests,
        seed: run_seed(plan, task),
        tracing: false,
        ends_with_load: true,
        watched: false,
    });
    let end = plan.run.limit.map_or(Instant::FAR_FUTURE, |limit| Instant::ZERO + limit);
    while !queue.is_halted() && queue.now() < end && !stop.load(Ordering::Relaxed) {
        // Once nothing is left to happen, or only something far away, time jumps there.
        let next = queue.next_time().unwrap_or(end);
        queue.run(next.max(queue.now() + SLICE).min(end));
        watcher.tell(Event::Jobs { done: queue.record().jobs.len() as u64 });
        if next == end {
            break;
        }
    }
    let stuck = !queue.is_halted();
    let mut record = queue.crash().0;
    record.partial |= stuck;
    record
}

/// A run that is over although jobs of its load have not ended has to say so.
fn note_missing(record: &mut Record, expected: usize) {
    let refused: u64 = record.calls.values().map(|calls| calls.refused).sum();
    let ended = record.jobs.len() as u64;
    let missing = (expected as u64).saturating_sub(ended + refused);
    if missing > 0 && record.fault.is_none() {
        record.fault = Some(format!(
            "{missing} of {expected} jobs had not ended when the run was over: raise run.limit, or lower the load"
        ));
    }
}

/// All runs: replication by replication, in each the variants in an order of its own.
fn order(plan: &Plan) -> Vec<(usize, u32)> {
    let mut random = Pcg64Mcg::seed_from_u64(plan.seed);
    let mut all = Vec::new();
    for replication in 0..plan.run.replications {
        let mut variants: Vec<usize> = (0..plan.variants.len()).collect();
        for last in (1..variants.len()).rev() {
            let other = usize::try_from(random.next_u64() % (last as u64 + 1)).unwrap_or(0);
            variants.swap(last, other);
        }
        all.extend(variants.into_iter().map(|variant| (variant, replication)));
    }
    all
}

/// The queue directory of one run.
enum QueuePlace {
    Given(PathBuf),
    Temporary(tempfile::TempDir),
}

impl QueuePlace {
    fn make(options: &Options<'_>) -> Result<Self, RunError> {
        if let Some(given) = &options.queue_directory {
            return Ok(Self::Given(given.clone()));
        }
        let base = options.base.clone().unwrap_or_else(std::env::temp_dir);
        let made = tempfile::Builder::new().prefix("jqlab-queue-").tempdir_in(&base);
        made.map(Self::Temporary).map_err(|source| RunError::Directory { base, source })
    }

    fn path(&self) -> &Path {
        match self {
            Self::Given(path) => path,
            Self::Temporary(directory) => directory.path(),
        }
    }

    /// Removes what is temporary, unless it is to be kept; what is left.
    fn end(self, keep: bool) -> Option<PathBuf> {
        match self {
            Self::Given(path) => Some(path),
            Self::Temporary(directory) if keep => Some(directory.keep()),
            Self::Temporary(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_replication_has_all_variants_and_their_order_varies() {
        let text = "title = \"t\"\nseed = 3\n[workload]\njobs = 1\narrivals = { process = \"poisson\", rate = \"1/s\" }\n\
            [[workload.class]]\nname = \"a\"\n[[workload.class.opcode]]\nrun = \"1ms\"\n";
        let variants: String = (0..5).map(|number| format!("[[variant]]\nname = \"v{number}\"\n")).collect();
        let plan = crate::scenario::read("t.toml", &format!("{text}{variants}[run]\nreplications = 4\n"));
        let plan = plan.unwrap_or_else(|errors| panic!("{errors}"));
        let order = order(&plan);
        let mut orders = Vec::new();
        for (replication, runs) in (0..).zip(order.chunks(5)) {
            assert!(runs.iter().all(|(_, of)| *of == replication));
            let mut variants: Vec<usize> = runs.iter().map(|(variant, _)| *variant).collect();
            orders.push(variants.clone());
            variants.sort_unstable();
            assert_eq!(variants, [0, 1, 2, 3, 4]);
        }
        assert_eq!(orders.len(), 4);
        assert!(orders.windows(2).any(|pair| pair[0] != pair[1]));
        assert_eq!(order, super::order(&plan));
    }
}
