//! How far a study is: bars on a terminal, a line for each run elsewhere, nothing if quiet.

use super::output;
use crate::lab::runner::{Event, Watcher};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;

/// Shows progress on standard error.
#[derive(Debug)]
pub(super) enum Progress {
    /// Bars: runs, and jobs of the run.
    Bars {
        /// Holds them together.
        _bars: MultiProgress,
        /// Runs done.
        runs: ProgressBar,
        /// Jobs done of the run.
        jobs: ProgressBar,
    },
    /// One line for each run.
    Lines,
    /// Nothing.
    Quiet,
}

impl Progress {
    /// What suits standard error.
    pub(super) fn new(quiet: bool) -> Self {
        if quiet {
            return Self::Quiet;
        }
        if !std::io::stderr().is_terminal() {
            return Self::Lines;
        }
        let bars = MultiProgress::new();
        let style = |template| ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let runs = bars.add(ProgressBar::new(0));
        runs.set_style(style("runs {pos:>4}/{len:<4} [{bar:30}] {elapsed} of about {duration}"));
        let jobs = bars.add(ProgressBar::new(0));
        jobs.set_style(style("jobs {pos:>4}/{len:<4} [{bar:30}] {msg}"));
        Self::Bars { _bars: bars, runs, jobs }
    }
}

impl Watcher for Progress {
    fn tell(&mut self, event: Event<'_>) {
        match (self, event) {
            (Self::Lines, Event::Began { number: 1, runs, variant, jobs, .. }) => {
                let plural = if runs == 1 { "" } else { "s" };
                output::complain(&format!("{runs} run{plural}: the first is {variant}, with {jobs} jobs"));
            }
            (Self::Lines, Event::Ended { number, runs, variant, replication, jobs, elapsed }) => {
                let replication = replication + 1;
                output::complain(&format!(
                    "run {number}/{runs}: {variant}, replication {replication}: {jobs} jobs in {elapsed}"
                ));
            }
            (
                Self::Bars { runs, jobs, .. },
                Event::Began { number, runs: count, variant, replication, jobs: length },
            ) => {
                runs.set_length(count as u64);
                runs.set_position(number as u64 - 1);
                jobs.set_length(length as u64);
                jobs.set_position(0);
                jobs.set_message(format!("{variant}, replication {}", replication + 1));
            }
            (Self::Bars { jobs, .. }, Event::Jobs { done }) => jobs.set_position(done),
            (Self::Quiet, _) | (Self::Lines, Event::Began { .. } | Event::Jobs { .. }) => {}
            (Self::Bars { runs, jobs, .. }, Event::Ended { number, runs: count, .. }) => {
                runs.set_position(number as u64);
                if number == count {
                    runs.finish_and_clear();
                    jobs.finish_and_clear();
                }
            }
        }
    }
}
