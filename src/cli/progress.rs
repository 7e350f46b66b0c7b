//! How far a study is: bars on a terminal, a line for each run elsewhere, nothing if quiet.

use super::output;
use crate::lab::runner::{Event, Progress, Stage};
use crate::report::visible;
use crate::units::Span;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::io::IsTerminal as _;

/// Shows progress on standard error.
#[derive(Debug)]
pub(super) enum ProgressDisplay {
    /// Bars: runs, and jobs of the runs under way.
    Bars(Bars),
    /// One line for each run.
    Lines,
    /// Nothing.
    Quiet,
}

/// Bars, and what they show.
#[derive(Debug)]
pub(super) struct Bars {
    /// Holds them together.
    _bars: MultiProgress,
    /// Runs done.
    runs: ProgressBar,
    /// Jobs done of the runs under way.
    jobs: ProgressBar,
    /// By number.
    under_way: BTreeMap<usize, UnderWay>,
    /// Messages of all runs so far.
    messages: u64,
}

/// A run under way.
#[derive(Debug)]
struct UnderWay {
    name: String,
    /// Jobs of its load.
    jobs: u64,
    stage: Stage,
}

impl ProgressDisplay {
    /// What suits standard error.
    pub(super) fn new(quiet: bool) -> Self {
        if quiet {
            return Self::Quiet;
        }
        if !std::io::stderr().is_terminal() {
            return Self::Lines;
        }
        let bars = MultiProgress::new();
        let runs = bars.add(ProgressBar::new(0));
        runs.set_style(style("runs {pos:>4}/{len:<4} [{bar:30}] {elapsed}"));
        let jobs = bars.add(ProgressBar::new(0));
        jobs.set_style(style("jobs {pos:>4}/{len:<4} [{bar:30}] {msg}"));
        Self::Bars(Bars { _bars: bars, runs, jobs, under_way: BTreeMap::new(), messages: 0 })
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Progress for ProgressDisplay {
    fn tell(&mut self, event: Event<'_>) {
        match (self, event) {
            (Self::Lines, Event::Began { run, jobs }) if run.number == 1 => {
                let plural = if run.runs == 1 { "" } else { "s" };
                output::complain(&format!("{} run{plural}: the first is {}, with {jobs} jobs", run.runs, run.variant));
            }
            (Self::Lines, Event::Ended { run, jobs, elapsed }) => {
                output::complain(&format!("run {}/{}: {run}: {jobs} jobs in {elapsed}", run.number, run.runs));
            }
            (Self::Bars(bars), event) => bars.show(event),
            (Self::Quiet, _) | (Self::Lines, Event::Began { .. } | Event::Going { .. } | Event::Over) => {}
        }
    }
}

impl Bars {
    fn show(&mut self, event: Event<'_>) {
        match event {
            Event::Began { run, jobs } => {
                self.runs.set_length(run.runs as u64);
                let stage = Stage { jobs: 0, simulated: None };
                self.under_way
                    .insert(run.number, UnderWay { name: visible(&run.to_string()).into_owned(), jobs, stage });
            }
            Event::Going { number, stage } => {
                let Some(run) = self.under_way.get_mut(&number) else { return };
                let messages = |stage: Stage| stage.simulated.map_or(0, |simulated| simulated.messages);
                self.messages += messages(stage).saturating_sub(messages(run.stage));
                run.stage = stage;
            }
            Event::Ended { run, .. } => {
                self.under_way.remove(&run.number);
                self.runs.set_position(run.number as u64);
                // Before, nobody knows how long a run takes.
                self.runs.set_style(style("runs {pos:>4}/{len:<4} [{bar:30}] {elapsed} of about {duration}"));
            }
            Event::Over => {
                self.runs.finish_and_clear();
                self.jobs.finish_and_clear();
                return;
            }
        }
        self.jobs.set_length(self.under_way.values().map(|run| run.jobs).sum());
        self.jobs.set_position(self.under_way.values().map(|run| run.stage.jobs).sum());
        self.jobs.set_message(self.message());
    }

    /// The run that began first, and for runs in virtual time how fast all are together.
    fn message(&self) -> String {
        let Some(first) = self.under_way.values().next() else { return String::new() };
        let others = match self.under_way.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let speed = match first.stage.simulated {
            Some(simulated) => format!(": virtual time {}, {} events/s", time_of(simulated.time), self.per_second()),
            None => String::new(),
        };
        format!("{}{others}{speed}", first.name)
    }

    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a rough rate
    fn per_second(&self) -> u64 {
        (self.messages as f64 / self.runs.elapsed().as_secs_f64().max(1e-3)) as u64
    }
}

/// Virtual time, to a second.
fn time_of(span: Span) -> String {
    let seconds = span.0 / 1_000_000_000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, minutes, seconds) => format!("{minutes}:{seconds:02}"),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}
