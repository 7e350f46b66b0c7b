//! How much memory the program has while a run goes on, as the kernel tells.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // the kernel tells it in files

use super::summary::MemorySummary;
use std::fs;

/// Memory of the program, watched from before a run to its end.
#[derive(Debug)]
pub(super) struct MemoryWatch {
    /// Bytes before; none where the most so far cannot be forgotten.
    before: Option<u64>,
}

impl MemoryWatch {
    /// To be made when a run begins.
    pub(super) fn begin() -> Self {
        // "5" makes the kernel forget the most so far (proc_pid_clear_refs(5)); nothing else is touched.
        let forgotten = fs::write("/proc/self/clear_refs", "5").is_ok();
        Self { before: forgotten.then(|| resident("VmRSS:")).flatten() }
    }

    /// What was seen, now that the run is over.
    pub(super) fn end(self) -> Option<MemorySummary> {
        let (before, peak_bytes) = (self.before?, resident("VmHWM:")?);
        Some(MemorySummary { peak_bytes, grown_bytes: peak_bytes.saturating_sub(before) })
    }
}

fn resident(field: &str) -> Option<u64> {
    bytes_of(&fs::read_to_string("/proc/self/status").ok()?, field)
}

/// A line like `VmHWM:     5120 kB`, in bytes.
fn bytes_of(status: &str, field: &str) -> Option<u64> {
    let value = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kibibytes: u64 = value.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_counts_in_kibibytes() {
        let status = "Name:\tjqlab\nVmHWM:\t    5120 kB\nVmRSS:\t       4 kB\n";
        assert_eq!(bytes_of(status, "VmHWM:"), Some(5 << 20));
        assert_eq!(bytes_of(status, "VmRSS:"), Some(4096));
        assert_eq!(bytes_of(status, "VmSwap:"), None);
    }
}
