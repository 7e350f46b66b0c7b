//! Where the results of runs come in.

use super::order::Task;
use super::{Event, Progress, RunName};
use crate::actors::accounting::JobRow;
use crate::lab::jobs_csv::JobsCsv;
use crate::lab::study::StoppedBy;
use crate::lab::{Notebook, RunSummary};
use crate::scenario::Plan;
use crate::units::Span;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What making the runs came to, beside their figures.
#[derive(Debug, Default)]
pub(in crate::lab) struct Made {
    /// True if it was stopped before its end.
    pub(in crate::lab) partial: bool,
    /// What went wrong: in which run, and what.
    pub(in crate::lab) faults: Vec<String>,
    /// Queue directories that were kept.
    pub(in crate::lab) kept: Vec<PathBuf>,
    /// Blocks of which every run was made to its end.
    pub(in crate::lab) blocks: u32,
    /// What they took; nothing in virtual time.
    pub(in crate::lab) took: Span,
    /// Why there are no more.
    pub(in crate::lab) stopped_by: StoppedBy,
}

/// A run that is over and reduced.
pub(super) struct Reduced {
    pub(super) summary: RunSummary,
    /// Its jobs, if rows are wanted.
    pub(super) jobs: Vec<JobRow>,
    pub(super) ended: u64,
}

/// Blocks of runs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// The most that there may be.
    pub(super) blocks: u32,
    /// Runs of each.
    pub(super) of_block: usize,
}

impl Layout {
    pub(super) const fn runs(self) -> usize {
        self.blocks as usize * self.of_block
    }
}

/// Where results come in, in the order of the runs.
pub(super) struct Desk<'a> {
    plan: &'a Plan,
    layout: Layout,
    pub(super) notebook: &'a mut Notebook,
    rows: Option<JobsCsv>,
    pub(super) progress: &'a mut dyn Progress,
    /// Done, in whole or in part.
    pub(super) runs: usize,
    /// When the first block began; live runs only.
    pub(super) begun: Option<Span>,
    /// For each block, runs that came to their end.
    whole: BTreeMap<u32, usize>,
    pub(super) made: Made,
}

impl<'a> Desk<'a> {
    /// Before the first run of `plan`.
    pub(super) fn new(
        plan: &'a Plan,
        layout: Layout,
        rows: Option<JobsCsv>,
        notebook: &'a mut Notebook,
        progress: &'a mut dyn Progress,
    ) -> Self {
        Self {
            plan,
            layout,
            notebook,
            rows,
            progress,
            runs: 0,
            begun: None,
            whole: BTreeMap::new(),
            made: Made::default(),
        }
    }

    pub(super) fn take(&mut self, task: Task, reduced: Reduced) {
        let Reduced { summary, jobs, ended } = reduced;
        let run = self.run_name(task);
        self.made.partial |= summary.partial;
        self.runs += 1;
        *self.whole.entry(task.replication).or_default() += usize::from(!summary.partial);
        if let Some(fault) = &summary.fault {
            self.made.faults.push(format!("{run}: {fault}"));
        }
        if let Some(rows) = &mut self.rows
            && !task.control
            && let Err(error) = rows.write(run.variant, task.replication, &jobs)
        {
            self.give_up_rows(&error);
        }
        let elapsed = Span(summary.elapsed_ns);
        self.notebook.enter(summary);
        self.progress.tell(Event::Ended { run, jobs: ended, elapsed });
    }

    pub(super) fn tell_began(&mut self, task: Task) {
        let jobs = u64::from(self.plan.variants[task.variant].workload.jobs);
        self.progress.tell(Event::Began { run: self.run_name(task), jobs });
    }

    fn run_name(&self, task: Task) -> RunName<'a> {
        let Layout { blocks, of_block } = self.layout;
        RunName {
            number: task.number,
            runs: self.layout.runs(),
            blocks,
            place: (task.number - 1) % of_block + 1,
            of_block,
            ..run_name(self.plan, task)
        }
    }

    /// What the runs say does not depend on the rows.
    fn give_up_rows(&mut self, error: &dyn std::error::Error) {
        self.rows = None;
        self.made.faults.push(format!("the rows of the jobs cannot be written: {error}"));
    }

    /// Puts the rows in their place.
    pub(super) fn close(mut self) -> Made {
        if let Some(Err(error)) = self.rows.take().map(JobsCsv::finish) {
            self.give_up_rows(&error);
        }
        self.made.blocks = self.whole.values().map(|runs| u32::from(*runs == self.layout.of_block)).sum();
        self.progress.tell(Event::Over);
        self.made
    }
}

/// The run alone, as errors call it.
pub(super) fn run_name(plan: &Plan, task: Task) -> RunName<'_> {
    let Task { variant, replication, control, number } = task;
    let variant = &plan.variants[variant].name;
    RunName { number, runs: 0, blocks: 0, place: 0, of_block: 0, variant, replication, control }
}
