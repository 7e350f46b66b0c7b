//! One kind of lock in one run.

use crate::actors::locks::Activity;
use crate::lab::histogram::Spread;
use crate::runtime::record::{ByMode, Latencies, LockProfile};
use crate::units::Span;
use serde::{Deserialize, Serialize};

/// One kind of lock in one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LockSummary {
    /// Acquisitions in shared mode.
    pub shared: u64,
    /// Acquisitions in exclusive mode.
    pub exclusive: u64,
    /// Waits, both modes.
    pub wait: Spread,
    /// Holds, both modes.
    pub hold: Spread,
    /// Time during which somebody held it, over the run (summed over the locks of the kind).
    pub utilisation: f64,
    /// Longest queue.
    pub queue_max: u32,
    /// Most holders at once.
    pub holders_max: u32,
    /// Wait of each activity (first index) caused by each other that held it (second index), in nanoseconds.
    pub blame_ns: Vec<Vec<u64>>,
}

impl LockSummary {
    pub(super) fn of(lock: &LockProfile, elapsed: Span) -> Self {
        // The sums are exact; the histograms know a mean to three digits.
        let both = |pair: &ByMode<Latencies>, total: &ByMode<Span>| {
            let mut sum = pair.shared.clone();
            sum += &pair.exclusive;
            let total = (total.shared + total.exclusive).0 as f64;
            Spread { mean_ns: total / (sum.len() as f64).max(1.0), ..Spread::of(&sum) }
        };
        let blame = |row: &[Span; Activity::ALL.len()]| row.iter().map(|span| span.0).collect();
        Self {
            shared: lock.acquisitions.shared,
            exclusive: lock.acquisitions.exclusive,
            wait: both(&lock.waits, &lock.waited),
            hold: both(&lock.holds, &lock.held),
            utilisation: lock.busy.as_secs_f64() / elapsed.as_secs_f64().max(1e-9),
            queue_max: lock.queue_max,
            holders_max: lock.holders_max,
            blame_ns: lock.blame.iter().map(blame).collect(),
        }
    }

    /// Wait of all activities that this one's holding caused, in nanoseconds.
    #[must_use]
    pub fn caused_by_ns(&self, holder: Activity) -> u64 {
        self.blame_ns.iter().filter_map(|row| row.get(holder as usize)).sum()
    }
}
