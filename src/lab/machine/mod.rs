//! What a study was run on, as far as it can be told without asking anybody.

// It looks at the machine that it runs on, and at its clock.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod conditions;
mod look;
mod storage;

pub use conditions::Conditions;
pub(in crate::lab) use conditions::{Observed, now, stopwatch};
pub(in crate::lab) use look::{Look, look};

use crate::actors::machine::profile::MachineId;
use conditions::load;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;
use storage::Storage;

/// A machine, and what was seen of its load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Machine {
    /// Model of the processor.
    pub cpu: String,
    /// Processors that the program may use.
    pub cores: usize,
    /// Their frequency when the study began, in megahertz, as the kernel tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mhz: Option<f64>,
    /// Memory, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// The kernel's version.
    pub kernel: String,
    /// Whether the processor says that a hypervisor is below it.
    pub virtualised: bool,
    /// What the machine calls itself, such as the name of a hypervisor; empty if it does not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub product: String,
    /// What the kernel takes the time from, such as `tsc`; empty if it does not tell.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub clock_source: String,
    /// Type of the file system that held the queue directories.
    pub file_system: String,
    /// Its mount options.
    pub mount_options: String,
    /// The device that it is on, such as `vda1`; empty if it is on none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub disk: String,
    /// Whether that device says that it turns. Virtual ones say what they like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk_rotates: Option<bool>,
    /// Whether it keeps a journal, of an ext4.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub journal: Option<bool>,
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
        let line = |path: &str| read(path).trim().to_owned();
        let storage = Storage::of(directory, &read("/proc/self/mountinfo"));
        Self {
            cpu: field("model name").unwrap_or_else(|| "unknown".to_owned()),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            mhz: field("cpu MHz").and_then(|mhz| mhz.parse().ok()),
            memory_bytes: memory_of(&read("/proc/meminfo")),
            kernel: line("/proc/sys/kernel/osrelease"),
            virtualised: field("flags").is_some_and(|flags| flags.split(' ').any(|flag| flag == "hypervisor")),
            product: line("/sys/class/dmi/id/product_name"),
            clock_source: line("/sys/devices/system/clocksource/clocksource0/current_clocksource"),
            disk_rotates: storage.rotates(),
            journal: storage.has_journal(),
            file_system: storage.file_system,
            mount_options: storage.mount_options,
            disk: storage.disk,
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

/// The line `MemTotal:       24684084 kB`, in bytes.
fn memory_of(info: &str) -> Option<u64> {
    let line = info.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_told_in_kibibytes() {
        assert_eq!(memory_of("MemTotal:       24684084 kB\nMemFree: 1 kB\n"), Some(24_684_084 * 1024));
        assert_eq!(memory_of("MemFree: 1 kB\n"), None);
    }

    #[test]
    fn no_machine_says_nothing_that_depends_on_one() {
        let text = serde_json::to_string(&Machine::none()).unwrap();
        assert!(!text.contains("mhz") && !text.contains("disk") && !text.contains("clock"), "{text}");
    }
}
