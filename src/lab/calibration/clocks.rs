//! The two clocks: time that passes, and time that this thread computes.

use std::time::Instant;

/// A reading of both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    elapsed: Instant,
    computed_ns: i128,
}

/// What passed between two readings, in seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passed {
    /// Computing of this thread, in user space and in the kernel.
    pub(super) cpu: f64,
    /// The rest: waiting.
    pub(super) waited: f64,
}

/// Reads both clocks.
pub(super) fn now() -> Moment {
    let computed = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let computed_ns = i128::from(computed.tv_sec) * 1_000_000_000 + i128::from(computed.tv_nsec);
    Moment { elapsed: Instant::now(), computed_ns }
}

/// What reading both clocks once takes, in seconds of computing: to be taken off from every measured time.
pub(super) fn reading_costs() -> f64 {
    let mut costs: Vec<i128> = (0..501)
        .map(|_| {
            let began = now();
            now().computed_ns - began.computed_ns
        })
        .collect();
    costs.sort_unstable();
    seconds(costs[costs.len() / 2])
}

/// What passed from one reading to the next, of which `reading` is the clocks' own.
pub(super) fn passed(from: Moment, to: Moment, reading: f64) -> Passed {
    let elapsed = to.elapsed.duration_since(from.elapsed).as_secs_f64();
    let cpu = seconds(to.computed_ns - from.computed_ns);
    // Nothing takes no time at all: at least a nanosecond.
    Passed { cpu: (cpu - reading).max(1e-9), waited: (elapsed - cpu).max(0.0) }
}

#[allow(clippy::cast_precision_loss)] // 2^53 ns is 104 days
fn seconds(ns: i128) -> f64 {
    ns as f64 / 1e9
}

/// How long this thread has waited for a core so far, in seconds; zero where the kernel does not say.
pub(super) fn waited_for_core() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').nth(1).and_then(|field| field.parse().ok()).map_or(0.0, seconds)
}
