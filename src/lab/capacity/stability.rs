//! Whether jobs outrun a queue.
//!
//! A queue that cannot keep up has more and more jobs, as long as jobs arrive. In a run that starts empty and has N jobs, about N
//! · (1 − μ/λ) of them are there when the last one arrives, twice as many as on average; one that keeps up has as many as it
//! mostly has, however many jobs the run has. So the limit is told from a finite run as sharply as the share of jobs that may be
//! left is small, and no bound on a time that few jobs of a short run could exceed makes it look higher.

use crate::lab::RunSummary;

/// At the last arrival, so many times as many jobs as on average: in a queue that only grows, twice as many.
const RATIO: f64 = 1.5;
/// So many jobs are in a queue by chance.
const BY_CHANCE: f64 = 10.0;

/// Whether jobs outran the queue in these runs, all taken together: more than `share` of them were there when the last one
/// arrived, and more than there mostly were. So were they if some were refused, or not done in the end.
pub(super) fn is_outrun(runs: &[&RunSummary], share: f64) -> bool {
    let (mut left, mut on_average, mut jobs) = (0.0, 0.0, 0.0);
    for run in runs {
        if run.fault.is_some() || run.partial || run.calls_refused() > 0 {
            return true;
        }
        let Some(flow) = &run.flow else { continue };
        left += flow.backlog_at_last_arrival.unwrap_or(0) as f64;
        on_average += flow.jobs_in_queue_mean;
        jobs += run.jobs_ended() as f64;
    }
    left > BY_CHANCE * runs.len() as f64 && left > share * jobs && left > RATIO * on_average
}
