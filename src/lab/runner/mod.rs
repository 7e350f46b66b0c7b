//! Runs a plan: every variant in every replication, interleaved, so that what drifts on a machine hits all variants
//! alike. Each run is reduced to figures as soon as it is over. Runs in virtual time go over the cores, several at once.

mod parallel;

use super::jobs_csv::JobsCsv;
use super::place::Place;
use super::reduction::SummedRecord;
use super::{Notebook, Reduction, Run, RunSummary};
use crate::actors::accounting::JobRow;
use crate::actors::machine::{Keeps, ModelDirectory};
use crate::runtime::live::{self, LiveError, LiveSetup};
use crate::runtime::record::{Latencies, RunFault};
use crate::runtime::streams::Purpose;
use crate::runtime::virtual_time::{QueueSimulation, Setup};
use crate::runtime::{RunSetup, Streams};
use crate::scenario::{Plan, Runtime, Variant};
use crate::units::{Instant, Span};
use rand::Rng;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What happens while a plan is run. In virtual time several runs are under way at once.
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
    /// A run goes on.
    Going {
        /// Its number.
        number: usize,
        /// How far it is.
        stage: Stage,
    },
    /// A run is over. Runs are told of in the order of their numbers.
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
        jobs: u64,
        /// What it took.
        elapsed: Span,
    },
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// Jobs that have ended.
    pub jobs: u64,
    /// Virtual time, and messages delivered; none of a live run.
    pub simulated: Option<(Span, u64)>,
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
    pub runtime: Runtime,
    /// Where queue directories are made; none: the system's place for temporary files.
    pub base: Option<PathBuf>,
    /// The queue directory of the only run, instead.
    pub queue_directory: Option<PathBuf>,
    /// Whether the queue directories are kept.
    pub keep: bool,
    /// Whether rows of jobs are wanted.
    pub rows: bool,
    /// Threads for runs in virtual time; 0: as many as there are cores.
    pub threads: usize,
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
    /// There are no threads for runs in virtual time.
    #[error("cannot start threads: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
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

/// A run that is over and reduced.
struct Reduced {
    summary: RunSummary,
    sojourns: Vec<Latencies>,
    /// Its jobs, if rows are wanted.
    jobs: Vec<JobRow>,
    ended: u64,
}

/// Runs `plan`. The figures of every run go into `notebook` and, if wanted, its jobs into `rows`, in an order that
/// does not depend on how many runs are under way at once.
///
/// # Errors
/// If the first run cannot begin, or the rows cannot be written. That a later run cannot begin is a fault.
pub fn run(
    plan: &Plan,
    options: &Options<'_>,
    notebook: &mut Notebook,
    rows: Option<&mut JobsCsv>,
    watcher: &mut dyn Watcher,
) -> Result<Outcome, RunError> {
    let order = order(plan);
    let runs = order.len();
    if options.queue_directory.is_some() && runs > 1 {
        return Err(RunError::OneDirectory(runs));
    }
    let task = |(number, (variant, replication))| Task { variant, replication, number, runs };
    let tasks: Vec<Task> = (1..).zip(order).map(task).collect();
    let lab = Lab { plan, options, reduction: notebook.reduction() };
    let mut desk = Desk { plan, notebook, rows, watcher, outcome: Outcome::default() };
    match options.runtime {
        Runtime::Live => lab.run_in_turn(&tasks, &mut desk)?,
        Runtime::Virtual => parallel::run(&lab, &tasks, &mut desk)?,
    }
    Ok(desk.outcome)
}

/// What all runs have in common.
struct Lab<'a> {
    plan: &'a Plan,
    options: &'a Options<'a>,
    reduction: Reduction,
}

/// Where results come in, in the order of the runs.
struct Desk<'a> {
    plan: &'a Plan,
    notebook: &'a mut Notebook,
    rows: Option<&'a mut JobsCsv>,
    watcher: &'a mut dyn Watcher,
    outcome: Outcome,
}

impl Desk<'_> {
    fn take(&mut self, task: Task, reduced: &Reduced) -> Result<(), RunError> {
        let Task { variant, replication, number, runs } = task;
        let Reduced { summary, sojourns, jobs, ended } = reduced;
        let name = &self.plan.variants[variant].name;
        self.outcome.partial |= summary.partial;
        self.outcome.runs += 1;
        if let Some(fault) = &summary.fault {
            self.outcome.faults.push(format!("{name}, replication {}: {fault}", replication + 1));
        }
        if let Some(rows) = &mut self.rows {
            rows.write(name, replication, jobs)?;
        }
        self.notebook.enter(summary.clone(), sojourns);
        let elapsed = Span(summary.elapsed_ns);
        self.watcher.tell(Event::Ended { number, runs, variant: name, replication, jobs: *ended, elapsed });
        Ok(())
    }

    fn tell_began(&mut self, task: Task) {
        let Task { variant, replication, number, runs } = task;
        let Variant { name, workload, .. } = &self.plan.variants[variant];
        let jobs = workload.jobs as usize;
        self.watcher.tell(Event::Began { number, runs, variant: name, replication, jobs });
    }
}

impl Lab<'_> {
    fn is_stopped(&self) -> bool {
        self.options.stop.load(Ordering::Relaxed)
    }

    /// Live runs have the machine to themselves.
    fn run_in_turn(&self, tasks: &[Task], desk: &mut Desk<'_>) -> Result<(), RunError> {
        for task in tasks {
            if self.is_stopped() {
                desk.outcome.partial = true;
                break;
            }
            desk.tell_began(*task);
            match self.measure(*task, desk) {
                Ok(record) => desk.take(*task, &self.reduce(*task, record))?,
                Err(error) if desk.outcome.runs == 0 => return Err(error),
                Err(error) => {
                    // What was measured before is worth a report.
                    desk.outcome.faults.push(error.to_string());
                    desk.outcome.partial = true;
                    break;
                }
            }
        }
        Ok(())
    }

    fn reduce(&self, task: Task, mut record: SummedRecord) -> Reduced {
        let Task { variant, replication, .. } = task;
        if self.is_stopped() {
            record.record.partial = true;
        } else {
            note_missing(&mut record, self.plan.variants[variant].workload.jobs);
        }
        let jobs = if self.options.rows { std::mem::take(&mut record.record.jobs) } else { Vec::new() };
        let ended = record.ended();
        let (summary, sojourns) = self.reduction.of(Run { variant, replication, record });
        Reduced { summary, sojourns, jobs, ended }
    }

    /// A run on real files.
    fn measure(&self, task: Task, desk: &mut Desk<'_>) -> Result<SummedRecord, RunError> {
        let Self { plan, options, .. } = self;
        let chosen = &plan.variants[task.variant];
        let place = QueuePlace::make(options)?;
        let setup = LiveSetup {
            run: RunSetup {
                design: Arc::new(chosen.design.clone()),
                // Making a call takes time, which no live run should find in its figures.
                load: chosen.workload.load(plan.seed, task.replication).listed(),
                streams: Streams::new(plan.seed, task.replication),
                ..RunSetup::default()
            },
            directory: place.path().to_owned(),
            limit: plan.run.limit,
            stop: options.stop,
        };
        let number = task.number;
        let watcher = &mut *desk.watcher;
        let record = live::run(setup, &mut |progress| {
            watcher.tell(Event::Going { number, stage: Stage { jobs: progress.jobs, simulated: None } });
        });
        desk.outcome.kept.extend(place.end(options.keep));
        let record = record.map_err(|source| RunError::Live {
            variant: chosen.name.clone(),
            replication: task.replication + 1,
            source,
        })?;
        Ok(SummedRecord::of(record, self.reduction.sums()))
    }

    /// A run in virtual time.
    fn simulate(&self, task: Task, tell: &mut dyn FnMut(Stage)) -> SummedRecord {
        let setup = simulation_of(&self.plan.variants[task.variant], self.plan.seed, task.replication);
        let record = SummedRecord::new(self.reduction.sums(), self.options.rows);
        let mut queue = QueueSimulation::recorded_by(record, setup);
        let end = self.plan.run.limit.map_or(Instant::FAR_FUTURE, |limit| Instant::ZERO + limit);
        while !queue.is_halted() && queue.now() < end && !self.is_stopped() {
            // Once nothing is left to happen, or only something far away, time jumps there.
            let next = queue.next_time().unwrap_or(end);
            queue.run(next.max(queue.now() + SLICE).min(end));
            let simulated = Some((queue.now().since(Instant::ZERO), queue.delivered()));
            tell(Stage { jobs: queue.recorder().ended(), simulated });
            if next == end {
                break;
            }
        }
        let stuck = !queue.is_halted();
        let messages = queue.delivered();
        let mut summed = queue.into_parts().0;
        summed.record.messages = messages;
        summed.record.partial |= stuck;
        summed
    }
}

/// So much virtual time passes between two looks whether to stop.
const SLICE: Span = Span::from_millis(500);

/// The run of a variant in virtual time, in a replication that is numbered from 0.
#[must_use]
pub fn simulation_of(variant: &Variant, seed: u64, replication: u32) -> Setup {
    Setup {
        run: RunSetup {
            design: Arc::new(variant.design.clone()),
            load: variant.workload.load(seed, replication),
            streams: Streams::new(seed, replication),
            ..RunSetup::default()
        },
        directory: ModelDirectory::default(),
        profile: Arc::clone(&variant.machine.profile),
        keeps: Keeps::Digests,
    }
}

/// A run that is over although jobs of its load have not ended has to say so.
fn note_missing(summed: &mut SummedRecord, expected: u32) {
    let ended = summed.ended();
    let record = &mut summed.record;
    let refused: u64 = record.calls.values().map(|calls| calls.refused).sum();
    let missing = u64::from(expected).saturating_sub(ended + refused);
    if missing > 0 && record.fault.is_none() {
        record.fault = Some(RunFault::Unfinished { missing, expected: u64::from(expected) });
    }
}

/// All runs: replication by replication, in each the variants in an order of its own.
fn order(plan: &Plan) -> Vec<(usize, u32)> {
    let mut all = Vec::new();
    for replication in 0..plan.run.replications {
        let mut random = Streams::new(plan.seed, replication).sequence(Purpose::Order);
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
    Temporary(Place),
}

impl QueuePlace {
    fn make(options: &Options<'_>) -> Result<Self, RunError> {
        if let Some(given) = &options.queue_directory {
            return Ok(Self::Given(given.clone()));
        }
        let base = options.base.clone().unwrap_or_else(std::env::temp_dir);
        let made = Place::make(&base);
        made.map(Self::Temporary).map_err(|source| RunError::Directory { base, source })
    }

    fn path(&self) -> &Path {
        match self {
            Self::Given(path) => path,
            Self::Temporary(place) => place.path(),
        }
    }

    /// Removes what is temporary, unless it is to be kept; what is left.
    fn end(self, keep: bool) -> Option<PathBuf> {
        match self {
            Self::Given(path) => Some(path),
            Self::Temporary(place) if keep => Some(place.keep()),
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
