//! Runs a plan, block by block, until there are enough blocks. Each run is reduced to figures as soon as it is over. Runs in
//! virtual time go over the cores, several at once.

mod desk;
mod live;
mod order;
mod pace;
mod parallel;
mod pilots;
mod probe;
mod progress;
mod simulated;

pub(super) use desk::Made;
pub(super) use pace::Pace;
pub use pilots::{Pilots, find_saturations};
pub use probe::{Effort, ProbeError};
pub(super) use probe::{Hold, Probe};
pub use progress::{Event, Progress, RunName, Simulated, Stage};
pub use simulated::simulation_of;

use super::jobs_csv::JobsCsv;
use super::provenance::Provenance;
use super::reduction::SummedRecord;
use super::study::StoppedBy;
use super::{Notebook, Reduction, Run, RunSummary};
use crate::runtime::Streams;
use crate::runtime::live::LiveError;
use crate::runtime::record::RunFault;
use crate::scenario::{Plan, RandomNumbers, Runtime, Variant, doses};
use desk::{Desk, Layout, Reduced, run_name};
use order::{Order, Task};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

/// Where and how a plan is run.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// Live or virtual.
    pub runtime: Runtime,
    /// Where queue directories are made; none: the system's place for temporary files.
    pub base: Option<PathBuf>,
    /// The queue directory of the only run, instead.
    pub queue_directory: Option<PathBuf>,
    /// Whether the queue directories are kept.
    pub keep: bool,
    /// The file for a row of each job, if there is to be one.
    pub rows: Option<PathBuf>,
    /// Threads for runs in virtual time; 0: as many as there are cores.
    pub threads: usize,
    /// Which runs are made once more in each block, to tell their noise. Never where that would show none: in virtual time, if
    /// the runs of a block share their random numbers.
    pub controls: Controls,
    /// Whether a live study waits for its machine to become quiet, for a minute at most.
    pub waits: bool,
    /// The command that does it again, for the report.
    pub command: String,
    /// Which program does it.
    pub provenance: Provenance,
    /// Set by somebody else to stop.
    pub stop: &'a AtomicBool,
}

/// Which runs are made twice in each block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Controls {
    /// None.
    None,
    /// Those of the variant that is compared with nothing: the null control, which shows what identical designs differ by.
    Baseline,
    /// Every run.
    Every,
}

/// Never set.
static NEVER: AtomicBool = AtomicBool::new(false);

impl Options<'static> {
    /// Runs in this runtime, with nothing special about them, that nobody stops.
    #[must_use]
    pub fn new(runtime: Runtime) -> Self {
        Self {
            runtime,
            base: None,
            queue_directory: None,
            keep: false,
            rows: None,
            threads: 0,
            controls: Controls::Baseline,
            waits: false,
            command: String::new(),
            provenance: Provenance::built_in(),
            stop: &NEVER,
        }
    }
}

/// Why a plan could not be run at all.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A live run could not begin.
    #[error("{run}: {source}")]
    Live {
        /// Which: variant and replication.
        run: String,
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
    /// The file for the rows of the jobs cannot be created.
    #[error("cannot create {}: {source}", path.display())]
    Rows {
        /// Which.
        path: PathBuf,
        /// What it was.
        source: std::io::Error,
    },
    /// A load is a share of a saturation that cannot be found.
    #[error("no pilot of `{variant}` came to its end, so that its saturation is not known: {why}")]
    NoSaturation {
        /// Name of the variant.
        variant: String,
        /// What became of the pilots.
        why: String,
    },
    /// It was stopped before the first run.
    #[error("stopped before the first run: there is nothing to report")]
    Stopped,
}

/// Runs `plan`, looking at its blocks after as many as `looks` say: the last look is at the most that there may be, and before
/// it the study ends if they are enough. The figures of every run go into `notebook` and, if wanted, its jobs into their
/// file, in an order that does not depend on how many runs are under way at once.
///
/// # Errors
/// If the first run cannot begin. That a later run cannot, or that rows cannot be written, is a fault.
pub(super) fn run(
    plan: &Plan,
    options: &Options<'_>,
    (looks, pace): (&[u32], &Pace<'_>),
    notebook: &mut Notebook,
    is_enough: &dyn Fn(&Notebook) -> bool,
    progress: &mut dyn Progress,
) -> Result<Made, RunError> {
    let order = Order::of(plan, controls(plan, options));
    let layout = Layout { blocks: looks.last().copied().unwrap_or(0), of_block: order.of_block() };
    if options.queue_directory.is_some() && layout.runs() > 1 {
        return Err(RunError::OneDirectory(layout.runs()));
    }
    let rows = options.rows.as_ref().map(|path| {
        let classes = &plan.variants[0].workload.classes;
        let created = JobsCsv::create(path, classes.iter().map(|class| class.name.clone()).collect());
        created.map_err(|source| RunError::Rows { path: path.clone(), source })
    });
    let lab = Lab { plan, options, reduction: notebook.reduction() };
    let mut desk = Desk::new(plan, layout, rows.transpose()?, notebook, progress);
    let mut begun = 0;
    for look in looks {
        desk.made.stopped_by = match options.runtime {
            Runtime::Live => lab.run_in_turn(&order, begun..*look, pace, &mut desk)?,
            Runtime::Virtual => parallel::run(&lab, &order.blocks(begun..*look), &mut desk)?,
        };
        begun = *look;
        if desk.made.stopped_by != StoppedBy::Planned {
            break;
        }
        if begun < layout.blocks && is_enough(desk.notebook) {
            desk.made.stopped_by = StoppedBy::Enough;
            break;
        }
    }
    if desk.runs == 0 {
        return Err(RunError::Stopped);
    }
    Ok(desk.close())
}

/// The controls that tell something.
fn controls(plan: &Plan, options: &Options<'_>) -> Controls {
    let is_noisy = options.runtime == Runtime::Live || plan.run.random_numbers == RandomNumbers::Own;
    // A directory that is given can serve one run.
    if is_noisy && options.queue_directory.is_none() { options.controls } else { Controls::None }
}

/// What all runs have in common.
struct Lab<'a> {
    plan: &'a Plan,
    options: &'a Options<'a>,
    reduction: Reduction,
}

impl Lab<'_> {
    fn is_stopped(&self) -> bool {
        self.options.stop.load(Ordering::Relaxed)
    }

    fn variant(&self, task: Task) -> &Variant {
        &self.plan.variants[task.variant]
    }

    fn streams(&self, task: Task) -> Streams {
        self.plan.streams(self.variant(task), task.replication, task.control)
    }

    fn reduce(&self, task: Task, mut record: SummedRecord, conditions: Option<super::machine::Conditions>) -> Reduced {
        let Task { variant, replication, control, number } = task;
        let workload = &self.variant(task).workload;
        if self.is_stopped() {
            record.record.partial = true;
        } else {
            note_missing(&mut record, workload.jobs);
        }
        let jobs = if self.options.rows.is_some() { std::mem::take(&mut record.record.jobs) } else { Vec::new() };
        let ended = record.ended();
        let has_open_arrivals = workload.arrivals.is_open();
        let (workers, doses) = (self.variant(task).design.workers, doses(&workload.classes));
        let run = Run { variant, replication, number, control, has_open_arrivals, workers, doses, conditions, record };
        Reduced { summary: RunSummary::of(run), jobs, ended }
    }
}

/// A run that is over although jobs of its load have not ended has to say so.
fn note_missing(summed: &mut SummedRecord, expected: u32) {
    let ended = summed.ended();
    let record = &mut summed.record;
    let refused: u64 = record.calls.values().map(|calls| calls.refused).sum();
    let missing = u64::from(expected).saturating_sub(ended + refused);
    if missing > 0 && record.fault.is_none() {
        record.fault = Some(RunFault::Unfinished {
            missing,
            expected: u64::from(expected),
            left: std::mem::take(&mut record.left),
        });
    }
}
