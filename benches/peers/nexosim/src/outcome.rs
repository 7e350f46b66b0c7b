//! What a run saw, and the clock that it was timed with.

use rustix::time::{ClockId, clock_gettime};

/// The outcome of one run.
#[derive(Debug)]
pub struct Outcome {
    /// Timed events, as the README counts them.
    pub events: u64,
    /// CPU seconds of this process from the first event to the last.
    pub cpu_s: f64,
    /// W1: mean wait in service times; W2: mean lock wait in milliseconds; W3: end time in mean delays.
    pub statistic: f64,
}

/// CPU seconds that this process has used.
pub fn cpu_seconds() -> f64 {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    used.tv_sec as f64 + 1e-9 * used.tv_nsec as f64
}
