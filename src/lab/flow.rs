//! What has to hold in every run, whatever the model: Little's law, and the utilisation of locks, in whole nanoseconds.

use super::reduction::Presence;
use crate::runtime::Record;
use crate::runtime::record::LockProfile;
use serde::{Deserialize, Serialize};

/// How jobs flow through the queue in one whole run, its warm-up included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    /// L: jobs in the queue, from their due time to their last write, on average over the run.
    pub jobs_in_queue_mean: f64,
    /// Most at once.
    pub jobs_in_queue_max: u64,
    /// λ: jobs per second, over the run.
    pub arrivals_per_s: f64,
    /// W: from due to last write.
    pub sojourn_mean_ns: f64,
    /// From the first due time to the last write.
    pub window_ns: u64,
    /// ∫ N(t) dt = L · window, counted edge by edge.
    pub area_ns: u64,
    /// Jobs in the queue when the last one was due; none where arrivals wait for the queue, or come all at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backlog_at_last_arrival: Option<u64>,
    /// Σ sojourns = λ · W · window. Little's law says that it is the area.
    pub sojourns_ns: u64,
}

impl Flow {
    /// Of the jobs of a run. None if no time passes.
    #[must_use]
    pub fn of(presence: &Presence, has_open_arrivals: bool) -> Option<Self> {
        let window_ns = presence.window();
        let (jobs, window) = (presence.jobs() as f64, window_ns as f64);
        let (area, sojourns) = (presence.area(), presence.sojourns());
        (window_ns > 0).then(|| Self {
            jobs_in_queue_mean: area as f64 / window,
            jobs_in_queue_max: presence.most(),
            arrivals_per_s: jobs * 1e9 / window,
            sojourn_mean_ns: sojourns as f64 / jobs,
            window_ns,
            backlog_at_last_arrival: has_open_arrivals.then(|| presence.at_last_arrival()),
            // A job that ended before it was due would make it negative.
            area_ns: u64::try_from(area).unwrap_or(0),
            sojourns_ns: u64::try_from(sojourns).unwrap_or(u64::MAX),
        })
    }
}

/// What of a run contradicts itself; nothing, unless there is a bug.
#[must_use]
pub fn contradictions(record: &Record, flow: Option<&Flow>) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(flow) = flow.filter(|flow| flow.area_ns != flow.sojourns_ns) {
        found.push(format!("L · T is {} ns, but the sojourns are {} ns in all", flow.area_ns, flow.sojourns_ns));
    }
    for (kind, lock) in &record.locks {
        if let Some(what) = idle_or_more(lock) {
            found.push(format!("{}: {what}", kind.name()));
        }
    }
    found
}

/// Utilisation law: a lock that is held exclusively is busy for the sum of its holds; shared holds may overlap.
fn idle_or_more(lock: &LockProfile) -> Option<String> {
    let (busy, held) = (lock.busy, lock.held.shared + lock.held.exclusive);
    let is_exclusive = lock.acquisitions.shared == 0;
    let is_wrong = busy > held || busy < lock.held.exclusive || (is_exclusive && busy != held);
    is_wrong.then(|| {
        let (busy, shared, exclusive) = (busy.0, lock.held.shared.0, lock.held.exclusive.0);
        format!("busy for {busy} ns, held for {shared} ns shared and {exclusive} ns exclusively")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::accounting::LockKind;
    use crate::runtime::record::ByMode;
    use crate::units::{Instant, Span};

    /// Of jobs that are in the queue from (first) until (second).
    fn over(stays: &[(u64, u64)]) -> Option<Flow> {
        let mut presence = Presence::default();
        stays.iter().for_each(|(due, finished)| presence.add(Instant(*due), Instant(*finished)));
        presence.settle();
        Flow::of(&presence, true)
    }

    #[test]
    fn littles_law_of_three_jobs_is_the_one_computed_by_hand() {
        // In the queue: one 0-10 and 40-50, two 10-30, one 30-40; none 50-60; one 60-100.
        let flow = over(&[(10, 40), (0, 30), (40, 50), (60, 100)]).unwrap();
        assert_eq!((flow.area_ns, flow.sojourns_ns, flow.window_ns), (110, 110, 100));
        assert_eq!(flow.jobs_in_queue_max, 2);
        let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9 * expected, "{found}");
        close(flow.jobs_in_queue_mean, 1.1);
        close(flow.arrivals_per_s, 4e7);
        close(flow.sojourn_mean_ns, 27.5);
        assert_eq!(over(&[]), None);
        assert_eq!(over(&[(5, 5)]), None);
    }

    #[test]
    fn a_job_that_ends_before_it_is_due_contradicts_littles_law() {
        let flow = over(&[(0, 100), (50, 40)]);
        assert_eq!(contradictions(&Record::default(), flow.as_ref()).len(), 1, "{flow:?}");
    }

    #[test]
    fn an_exclusive_lock_is_busy_for_the_sum_of_its_holds() {
        let lock = |shared: u64, [held_shared, held_exclusive]: [u64; 2], busy: u64| {
            let mut record = Record::default();
            let profile = LockProfile {
                acquisitions: ByMode { shared, exclusive: 3 },
                held: ByMode { shared: Span(held_shared), exclusive: Span(held_exclusive) },
                busy: Span(busy),
                ..LockProfile::default()
            };
            record.locks.insert(LockKind::Queue, profile);
            contradictions(&record, None).len()
        };
        assert_eq!([lock(0, [0, 70], 70), lock(2, [50, 70], 90), lock(2, [50, 70], 120)], [0, 0, 0]);
        assert_eq!([lock(0, [0, 70], 69), lock(2, [50, 70], 69), lock(2, [50, 70], 121)], [1, 1, 1]);
    }
}
