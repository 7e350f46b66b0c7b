//! What a study was run on, as far as it can be told without asking anybody.

use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

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
    fn a_directory_belongs_to_the_nearest_mount_above_it() {
        let mounts =
            "1 0 8:1 / / rw,relatime shared:1 - ext4 /dev/a rw\n2 1 0:5 / /dev/shm rw,nosuid - tmpfs tmpfs rw\n";
        assert_eq!(mount_of(Path::new("/dev/shm"), mounts), ("tmpfs".into(), "rw,nosuid".into()));
        assert_eq!(mount_of(Path::new("/dev"), mounts), ("ext4".into(), "rw,relatime".into()));
    }
}
