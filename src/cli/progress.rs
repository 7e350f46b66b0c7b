//! How far a study is: bars on a terminal, a line for each run elsewhere, nothing if quiet.

use super::output;
use crate::lab::runner::{Event, Progress, RunName, Stage};
use crate::report::visible;
use crate::units::Span;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// Shows progress on standard error.
#[derive(Debug)]
pub(super) struct ProgressDisplay {
    form: Form,
    /// When the first of the runs under way began, of which all are told the number.
    began: Option<Instant>,
}

#[derive(Debug)]
enum Form {
    /// Bars: runs, and jobs of the runs under way; none before the first run.
    Bars(Option<Bars>),
    /// One line for each run.
    Lines,
    /// Nothing.
    Quiet,
}

/// Bars, and what they show.
#[derive(Debug)]
struct Bars {
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
        let form = if quiet {
            Form::Quiet
        } else if std::io::stderr().is_terminal() {
            Form::Bars(None)
        } else {
            Form::Lines
        };
        Self { form, began: None }
    }
}

impl Progress for ProgressDisplay {
    fn tell(&mut self, event: Event<'_>) {
        let began = match event {
            Event::Began { .. } => *self.began.get_or_insert_with(Instant::now),
            _ => self.began.unwrap_or_else(Instant::now),
        };
        if matches!(event, Event::Over) {
            self.began = None;
        }
        match (&mut self.form, event) {
            (Form::Lines, Event::Began { run, jobs }) if run.number == 1 => {
                let plural = if run.runs == 1 { "" } else { "s" };
                output::complain(&format!("{} run{plural}: the first is {}, with {jobs} jobs", run.runs, run.variant));
            }
            (Form::Lines, Event::Ended { run, jobs, elapsed }) => {
                let left = left(began.elapsed(), &run).map_or_else(String::new, |left| format!(", {left}"));
                output::complain(&format!("{}: {run}: {jobs} jobs in {elapsed}{left}", place(&run)));
            }
            (Form::Lines, Event::Waiting { busy }) => output::complain(&waiting(busy)),
            (Form::Bars(bars), Event::Over) => drop(bars.take()),
            (Form::Bars(bars), event) => bars.get_or_insert_with(Bars::new).show(event, began),
            (Form::Quiet, _) | (Form::Lines, Event::Began { .. } | Event::Going { .. } | Event::Over) => {}
        }
    }
}

fn waiting(busy: f64) -> String {
    format!("waiting up to a minute for a quiet machine: {busy:.1} processors are busy (--no-wait begins at once)")
}

/// `block 3 of 15, run 4 of 7`
fn place(run: &RunName<'_>) -> String {
    let RunName { replication, blocks, place, of_block, .. } = run;
    format!("block {} of {blocks}, run {place} of {of_block}", replication + 1)
}

/// What is left of the time of all runs, if they take what those until now took.
fn left(elapsed: Duration, run: &RunName<'_>) -> Option<String> {
    let to_come = run.runs.checked_sub(run.number).filter(|runs| *runs > 0)?;
    let each = elapsed.as_secs_f64() / u32::try_from(run.number).map_or(1.0, f64::from);
    let seconds = (each * u32::try_from(to_come).map_or(0.0, f64::from)).round();
    let (minutes, seconds) = ((seconds / 60.0).floor(), seconds % 60.0);
    let minutes = if minutes > 0.0 { format!("{minutes} min ") } else { String::new() };
    Some(format!("about {minutes}{seconds} s left"))
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Bars {
    fn new() -> Self {
        let bars = MultiProgress::new();
        let runs = bars.add(ProgressBar::new(0));
        runs.set_style(style("runs {pos:>4}/{len:<4} [{bar:30}] {msg}"));
        let jobs = bars.add(ProgressBar::new(0));
        jobs.set_style(style("jobs {pos:>4}/{len:<4} [{bar:30}] {msg}"));
        Self { _bars: bars, runs, jobs, under_way: BTreeMap::new(), messages: 0 }
    }

    fn show(&mut self, event: Event<'_>, began: Instant) {
        match event {
            Event::Began { run, jobs } => {
                self.runs.set_length(run.runs as u64);
                if run.number == 1 {
                    self.runs.set_message(place(&run));
                }
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
                let left = left(began.elapsed(), &run).map_or_else(String::new, |left| format!(", {left}"));
                self.runs.set_message(format!("{}{left}", place(&run)));
            }
            Event::Waiting { busy } => return self.runs.set_message(waiting(busy)),
            Event::Over => {}
        }
        self.jobs.set_length(self.under_way.values().map(|run| run.jobs).sum());
        self.jobs.set_position(self.under_way.values().map(|run| run.stage.jobs).sum());
        self.jobs.set_message(self.message(began));
    }

    /// The run that began first, and for runs in virtual time how fast all are together.
    fn message(&self, began: Instant) -> String {
        let Some(first) = self.under_way.values().next() else { return String::new() };
        let others = match self.under_way.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let speed = match first.stage.simulated {
            Some(simulated) => {
                format!(": virtual time {}, {} events/s", time_of(simulated.time), self.per_second(began))
            }
            None => String::new(),
        };
        format!("{}{others}{speed}", first.name)
    }

    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a rough rate
    fn per_second(&self, began: Instant) -> u64 {
        (self.messages as f64 / began.elapsed().as_secs_f64().max(1e-3)) as u64
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        self.runs.finish_and_clear();
        self.jobs.finish_and_clear();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_told_its_place_and_what_is_left_after_it() {
        let run = RunName {
            number: 18,
            runs: 105,
            blocks: 15,
            place: 4,
            of_block: 7,
            variant: "a",
            replication: 2,
            control: false,
        };
        assert_eq!(place(&run), "block 3 of 15, run 4 of 7");
        assert_eq!(left(Duration::from_secs(18), &run).unwrap(), "about 1 min 27 s left");
        assert_eq!(left(Duration::from_secs(2), &run).unwrap(), "about 10 s left");
        assert_eq!(left(Duration::from_secs(2), &RunName { number: 105, ..run }), None);
    }
}
