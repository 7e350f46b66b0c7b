//! Runs on real files, one after the other: each has the machine to itself.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // directories of live runs

use super::{Desk, Event, Lab, Options, Order, Pace, RunError, Stage, Task, run_name};
use crate::lab::machine::{Conditions, Observed};
use crate::lab::memory::MemoryWatch;
use crate::lab::reduction::SummedRecord;
use crate::lab::study::StoppedBy;
use crate::lab::summary::Seen;
use crate::lab::temporary_queue::{Fate, TemporaryQueue};
use crate::queue_dir;
use crate::runtime::RunSetup;
use crate::runtime::live::{self, LiveSetup};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Lab<'_> {
    /// Makes these blocks, as far as there is time; why not all, if so.
    pub(super) fn run_in_turn(
        &self,
        order: &Order,
        blocks: Range<u32>,
        pace: &Pace<'_>,
        desk: &mut Desk<'_>,
    ) -> Result<StoppedBy, RunError> {
        for block in blocks {
            let now = (pace.clock)();
            let begun = *desk.begun.get_or_insert(now);
            if !pace.has_time_for_another(block, begun) {
                return Ok(StoppedBy::TimeLimit);
            }
            for task in order.blocks(block..block + 1) {
                if !self.run_one(task, desk)? {
                    desk.made.partial = true;
                    return Ok(StoppedBy::Interrupted);
                }
            }
            desk.made.took = (pace.clock)().saturating_sub(begun);
        }
        Ok(StoppedBy::Planned)
    }

    /// Whether it could be made.
    fn run_one(&self, task: Task, desk: &mut Desk<'_>) -> Result<bool, RunError> {
        if self.is_stopped() {
            return Ok(false);
        }
        desk.tell_began(task);
        match self.measure(task, desk) {
            Ok((record, conditions)) => desk.take(task, self.reduce(task, record, Some(conditions))),
            Err(error) if desk.runs == 0 => return Err(error),
            Err(error) => {
                // What was measured before is worth a report.
                desk.made.faults.push(error.to_string());
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn measure(&self, task: Task, desk: &mut Desk<'_>) -> Result<(SummedRecord, Conditions), RunError> {
        let Self { plan, options, .. } = self;
        let variant = self.variant(task);
        let queue = RunQueue::make(options)?;
        let streams = self.streams(task);
        let setup = LiveSetup {
            run: RunSetup {
                design: Arc::new(variant.design.clone()),
                // Making a call takes time, which no live run should find in its figures.
                load: variant.workload.load(streams).listed(),
                streams,
                ..RunSetup::default()
            },
            directory: queue.path().to_owned(),
            limit: plan.run.limit,
            runs_foreign_jobs: false,
            stop: options.stop,
        };
        let (number, progress) = (task.number, &mut *desk.progress);
        let (observed, memory) = (Observed::begin(), MemoryWatch::begin());
        let record = live::run(setup, &mut |so_far| {
            progress.tell(Event::Going { number, stage: Stage { jobs: so_far.jobs, simulated: None } });
        });
        let (conditions, memory) = (observed.end(), memory.end());
        // If it cannot be looked at, the run could not have been either: that is its fault already.
        let inspection = queue_dir::inspect(queue.path()).ok();
        desk.made.kept.extend(queue.end(options.keep));
        let record = record.map_err(|source| RunError::Live { run: run_name(plan, task).to_string(), source })?;
        let mut summed = SummedRecord::of(record, self.reduction.sums(variant.workload.arrivals.is_open()));
        let (files_unreadable, deadlocks) = inspection.map(|found| (found.unreadable, found.rings)).unzip();
        summed.seen = Seen { memory, files_unreadable, deadlocks };
        Ok((summed, conditions))
    }
}

/// The queue directory of one run.
enum RunQueue {
    Given(PathBuf),
    Temporary(TemporaryQueue),
}

impl RunQueue {
    fn make(options: &Options<'_>) -> Result<Self, RunError> {
        if let Some(given) = &options.queue_directory {
            return Ok(Self::Given(given.clone()));
        }
        let base = options.base.clone().unwrap_or_else(std::env::temp_dir);
        let made = TemporaryQueue::make(&base, if options.keep { Fate::Stays } else { Fate::Goes });
        made.map(Self::Temporary).map_err(|source| RunError::Directory { base, source })
    }

    fn path(&self) -> &Path {
        match self {
            Self::Given(path) => path,
            Self::Temporary(queue) => queue.path(),
        }
    }

    /// Removes what is temporary, unless it is to be kept; what is left.
    fn end(self, keep: bool) -> Option<PathBuf> {
        match self {
            Self::Given(path) => Some(path),
            Self::Temporary(queue) if keep => Some(queue.keep()),
            Self::Temporary(_) => None,
        }
    }
}
