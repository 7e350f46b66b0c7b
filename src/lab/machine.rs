//! What a study was run on, as far as it can be told without asking anybody.

// It looks at the machine that it runs on, and at its clock.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::actors::machine::profile::MachineId;
use crate::job::Timestamp;
use crate::queue_dir::Utc;
use crate::units::Span;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A machine, and what was seen of its load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Machine {
    /// Model of the processor.
    pub cpu: String,
    /// Processors that the program may use.
    pub cores: usize,
    /// The kernel's version.
    pub kernel: String,
    /// Name of the hypervisor flag, if the processor shows one.
    pub virtualised: bool,
    /// Type of the file system that held the queue directories.
    pub file_system: String,
    /// Its mount options.
    pub mount_options: String,
    /// Processes that were running or waiting for the disk, over the last minute, at the start.
    pub load_at_start: Option<f64>,
    /// The same at the end; the study itself is part of it.
    pub load_at_end: Option<f64>,
}

impl Machine {
    /// This machine, with the file system of `directory`.
    #[must_use]
    pub fn of(directory: &Path) -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let cpu_info = read("/proc/cpuinfo");
        let field = |name: &str| {
            let line = cpu_info.lines().find(|line| line.starts_with(name))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let (file_system, mount_options) = mount_of(directory, &read("/proc/self/mountinfo"));
        Self {
            cpu: field("model name").unwrap_or_else(|| "unknown".to_owned()),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            virtualised: field("flags").is_some_and(|flags| flags.split(' ').any(|flag| flag == "hypervisor")),
            file_system,
            mount_options,
            load_at_start: load(),
            load_at_end: None,
        }
    }

    /// What tells it from others.
    #[must_use]
    pub fn id(&self) -> MachineId {
        MachineId { cpu: self.cpu.clone(), file_system: self.file_system.clone() }
    }

    /// No machine: what virtual time tells does not depend on one.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// True if this is a machine at all.
    #[must_use]
    pub const fn is_some(&self) -> bool {
        self.cores > 0
    }

    /// Notes the load at the end of the study.
    pub fn note_end(&mut self) {
        if self.is_some() {
            self.load_at_end = load();
        }
    }
}

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
pub(super) struct Observed {
    conditions: Conditions,
    stolen_before: Option<Span>,
}

impl Observed {
    /// To be made when a run begins.
    pub(super) fn begin() -> Self {
        let conditions = Conditions { started: now(), load_before: load(), steal_ns: None };
        Self { conditions, stolen_before: stolen() }
    }

    /// What was seen, now that the run is over.
    pub(super) fn end(self) -> Conditions {
        let stolen = self.stolen_before.zip(stolen()).map(|(before, after)| after.saturating_sub(before).0);
        Conditions { steal_ns: stolen, ..self.conditions }
    }
}

/// Tells how much time has passed since it was made.
pub(super) fn stopwatch() -> impl Fn() -> Span {
    let began = Instant::now();
    move || Span(u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

/// The wall clock, to the second.
pub(super) fn now() -> String {
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
fn load() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split(' ').next()?.parse().ok()
}

/// Type and options of the file system that holds `directory`: the mount with the longest path that leads there.
fn mount_of(directory: &Path, mounts: &str) -> (String, String) {
    let directory = directory.canonicalize().unwrap_or_else(|_| directory.to_owned());
    let mut best = (0, "unknown".to_owned(), String::new());
    for line in mounts.lines() {
        let Some((before, after)) = line.split_once(" - ") else { continue };
        let fields: Vec<&str> = before.split(' ').collect();
        let (Some(point), Some(options)) = (fields.get(4), fields.get(5)) else { continue };
        let file_system = after.split(' ').next().unwrap_or_default();
        if directory.starts_with(point) && point.len() >= best.0 {
            best = (point.len(), file_system.to_owned(), (*options).to_owned());
        }
    }
    (best.1, best.2)
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

    #[test]
    fn a_directory_belongs_to_the_nearest_mount_above_it() {
        let mounts =
            "1 0 8:1 / / rw,relatime shared:1 - ext4 /dev/a rw\n2 1 0:5 / /dev/shm rw,nosuid - tmpfs tmpfs rw\n";
        assert_eq!(mount_of(Path::new("/dev/shm"), mounts), ("tmpfs".into(), "rw,nosuid".into()));
        assert_eq!(mount_of(Path::new("/dev"), mounts), ("ext4".into(), "rw,relatime".into()));
    }
}
