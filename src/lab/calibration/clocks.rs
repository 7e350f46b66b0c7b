//! The clocks: time that passes, time that this thread computes, and time that it waits for a core.

use crate::runtime::live::computed;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::time::Instant;

thread_local! {
    /// What the kernel tells of this thread's waits for a core.
    static SCHEDULING: Option<File> = File::open("/proc/thread-self/schedstat").ok();
}

/// A reading of the clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    elapsed: Instant,
    computed_ns: i128,
    /// What this thread has waited for a core; zero if that was not asked for.
    delayed_ns: i128,
}

/// What passed between two readings, in seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passed {
    /// Computing of this thread, in user space and in the kernel.
    pub(super) cpu: f64,
    /// The rest: waiting, for a core too if the readings do not tell that apart.
    pub(super) waited: f64,
}

/// Reads the clocks, and how long this thread has waited for a core: what others compute is no wait for the device.
pub(super) fn now_on_file() -> Moment {
    Moment { delayed_ns: waited_for_core(), ..now() }
}

/// Reads the clocks, but not the waits for a core, which takes longer than many a step.
pub(super) fn now() -> Moment {
    let computed_ns = i128::from(computed().0);
    Moment { elapsed: Instant::now(), computed_ns, delayed_ns: 0 }
}

/// What one such reading takes, in seconds of computing: to be taken off from every measured time.
pub(super) fn reading_costs(now: impl Fn() -> Moment) -> f64 {
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
    Passed {
        cpu: (cpu - reading).max(1e-9),
        waited: (elapsed - cpu - seconds(to.delayed_ns - from.delayed_ns)).max(0.0),
    }
}

#[allow(clippy::cast_precision_loss)] // 2^53 ns is 104 days
fn seconds(ns: i128) -> f64 {
    ns as f64 / 1e9
}

/// How long this thread has waited for a core so far, in nanoseconds; zero where the kernel does not say.
fn waited_for_core() -> i128 {
    let mut bytes = [0; 80];
    let length = SCHEDULING.with(|file| file.as_ref().and_then(|file| file.read_at(&mut bytes, 0).ok()));
    let text = std::str::from_utf8(&bytes[..length.unwrap_or(0)]).unwrap_or_default();
    text.split(' ').nth(1).and_then(|field| field.parse().ok()).unwrap_or(0)
}
