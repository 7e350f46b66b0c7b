//! What was seen of a machine around a live run: its load, and time that the hypervisor took.

use crate::job::Timestamp;
use crate::queue_dir::Utc;
use crate::units::Span;
use serde::{Deserialize, Serialize};
use std::fs;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// What was seen of the machine around one live run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Conditions {
    /// When it began, by the wall clock.
    pub started: String,
    /// Processes that were running or waiting for the disk, over the minute before it.
    pub load_before: Option<f64>,
    /// Time during the run that the hypervisor gave to others although a processor had work to do, over all
    /// processors, in nanoseconds.
    pub steal_ns: Option<u64>,
}

/// Conditions that are not complete: the run is under way.
#[derive(Debug)]
pub(in crate::lab) struct Observed {
    conditions: Conditions,
    stolen_before: Option<Span>,
}

impl Observed {
    /// To be made when a run begins.
    pub(in crate::lab) fn begin() -> Self {
        let conditions = Conditions { started: now(), load_before: load(), steal_ns: None };
        Self { conditions, stolen_before: stolen() }
    }

    /// What was seen, now that the run is over.
    pub(in crate::lab) fn end(self) -> Conditions {
        let stolen = self.stolen_before.zip(stolen()).map(|(before, after)| after.saturating_sub(before).0);
        Conditions { steal_ns: stolen, ..self.conditions }
    }
}

/// Tells how much time has passed since it was made.
pub(in crate::lab) fn stopwatch() -> impl Fn() -> Span {
    let began = Instant::now();
    move || Span(u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

/// The wall clock, to the second.
pub(in crate::lab) fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let shown = Utc(Timestamp { seconds: since.as_secs(), microseconds: 0 }).to_string();
    format!("{} UTC", shown.split('.').next().unwrap_or_default())
}

/// Time stolen from this machine by its hypervisor since it was started, over all processors.
fn stolen() -> Option<Span> {
    steal_of(&fs::read_to_string("/proc/stat").ok()?, rustix::param::clock_ticks_per_second())
}

/// The eighth figure of the first line, which is in ticks.
fn steal_of(stat: &str, ticks_per_second: u64) -> Option<Span> {
    let line = stat.lines().next()?.strip_prefix("cpu ")?;
    let ticks: u64 = line.split_ascii_whitespace().nth(7)?.parse().ok()?;
    Some(Span(ticks.saturating_mul(1_000_000_000 / ticks_per_second.max(1))))
}

/// The load average over one minute.
pub(super) fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stolen_time_is_the_eighth_figure_of_all_processors() {
        let stat = "cpu  10 20 30 40 50 60 70 150 90 100\ncpu0 1 2 3 4 5 6 7 8 9 10\n";
        assert_eq!(steal_of(stat, 100), Some(Span::from_millis(1500)));
        assert_eq!(steal_of("cpu  10 20 30\n", 100), None);
    }
}
