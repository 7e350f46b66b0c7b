//! What a run leaves behind: raw, before any statistics.

use super::sums::Sums;
use crate::actors::locks::{Activity, Grant, Mode, Release};
use crate::actors::observation::{DependencyCheck, JobRow, LockKind, Observation, Trace};
use crate::units::{Instant, Span};
use hdrhistogram::Histogram;
use std::collections::BTreeMap;

/// Latencies in nanoseconds, to three significant digits.
pub type Latencies = Histogram<u64>;

/// An empty histogram.
#[must_use]
pub fn latencies() -> Latencies {
    Histogram::new(3).unwrap_or_else(|error| unreachable!("three digits are always possible: {error}"))
}

/// Records a latency. The histogram grows to hold it.
pub fn note(histogram: &mut Latencies, latency: Span) {
    // `saturating_record` would clamp to what the histogram holds so far, without growing it.
    if let Err(error) = histogram.record(latency.0) {
        unreachable!("every latency fits a histogram that grows: {error}");
    }
}

/// How one kind of lock was used.
#[derive(Debug, Clone)]
pub struct LockProfile {
    /// Acquisitions, shared and exclusive.
    pub acquisitions: [u64; 2],
    /// From asking to holding, shared and exclusive; those that did not wait count as zero.
    pub waits: [Latencies; 2],
    /// From holding to giving back, shared and exclusive.
    pub holds: [Latencies; 2],
    /// Sum of all waits, shared and exclusive.
    pub waited: [Span; 2],
    /// Sum of all holds, shared and exclusive.
    pub held: [Span; 2],
    /// Time during which somebody held it (summed over the locks of the kind).
    pub busy: Span,
    /// Most shared holders at once.
    pub holders_max: u32,
    /// Longest queue.
    pub queue_max: u32,
    /// Wait of one activity (first index) caused by another that held the lock (second index).
    pub blame: Vec<[Span; Activity::ALL.len()]>,
}

/// How calls of one sort were answered.
#[derive(Debug, Clone)]
pub struct CallProfile {
    /// From the due time to the answer.
    pub latency: Latencies,
    /// Of these, refused.
    pub refused: u64,
}

/// What one run left behind.
#[derive(Debug, Clone)]
pub struct Record {
    /// Jobs that ended, in the order of their ends, if they are kept.
    pub jobs: Vec<JobRow>,
    /// Dependency checks, in the order of their ends, if they are kept.
    pub checks: Vec<DependencyCheck>,
    /// What jobs and checks were summed up to as they came, if they were.
    pub sums: Option<Sums>,
    /// Whether jobs are kept although they are summed up.
    pub keeps_jobs: bool,
    /// By kind of lock; only those used.
    pub locks: BTreeMap<LockKind, LockProfile>,
    /// By name of call.
    pub calls: BTreeMap<&'static str, CallProfile>,
    /// Details, if they were asked for, in order.
    pub traces: Vec<(Instant, Trace)>,
    /// From the start to the last observation.
    pub elapsed: Span,
    /// Messages delivered.
    pub messages: u64,
    /// What broke, if anything did.
    pub fault: Option<String>,
    /// True if the load was stopped before its end.
    pub partial: bool,
    /// The instrument's own costs; live runs only.
    pub instrument: Option<Instrument>,
}

/// The instrument's own costs, measured in the same run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Instrument {
    /// One reading of the clock, median.
    pub clock_reading: Span,
    /// One message between two actors of the same thread, median.
    pub hop_same_thread: Span,
    /// One message between two threads, median.
    pub hop_between_threads: Span,
    /// One message to a thread that had gone to sleep, median.
    pub hop_to_sleeping_thread: Span,
    /// A lock granted at once, asked for from another thread: there and back, median.
    pub uncontended_grant: Span,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            jobs: Vec::new(),
            checks: Vec::new(),
            sums: None,
            keeps_jobs: true,
            locks: BTreeMap::new(),
            calls: BTreeMap::new(),
            traces: Vec::new(),
            elapsed: Span::ZERO,
            messages: 0,
            fault: None,
            partial: false,
            instrument: None,
        }
    }
}

impl Record {
    /// An empty record that sums jobs and checks up, and keeps the rows of jobs only if asked to.
    #[must_use]
    pub fn summing_up(sums: Sums, keeps_jobs: bool) -> Self {
        Self { sums: Some(sums), keeps_jobs, ..Self::default() }
    }

    /// Sums up what was kept, if it was not summed up as it came.
    pub fn sum_up(&mut self, empty: impl FnOnce() -> Sums) {
        if self.sums.is_none() {
            let mut sums = empty();
            self.jobs.iter().for_each(|job| sums.add_job(job));
            self.checks.iter().for_each(|check| sums.add_check(check));
            self.sums = Some(sums);
        }
    }

    /// Jobs that ended.
    #[must_use]
    pub fn ended(&self) -> u64 {
        self.sums.as_ref().map_or(self.jobs.len() as u64, Sums::ended)
    }

    /// Takes an observation in.
    pub fn observe(&mut self, now: Instant, observation: Observation) {
        self.elapsed = self.elapsed.max(now.since(Instant::ZERO));
        match observation {
            Observation::JobFinished(row) => {
                if let Some(sums) = &mut self.sums {
                    sums.add_job(&row);
                }
                if self.keeps_jobs {
                    self.jobs.push(*row);
                }
            }
            Observation::DependencyChecked(check) => match &mut self.sums {
                Some(sums) => sums.add_check(&check),
                None => self.checks.push(*check),
            },
            Observation::LockGranted { lock, grant } => self.profile(lock).granted(now, &grant),
            Observation::LockReleased { lock, release } => self.profile(lock).released(&release),
            Observation::CallAnswered { call, took, refused } => {
                let profile =
                    self.calls.entry(call).or_insert_with(|| CallProfile { latency: latencies(), refused: 0 });
                note(&mut profile.latency, took);
                profile.refused += u64::from(refused);
            }
            Observation::Trace(trace) => self.traces.push((now, *trace)),
            Observation::Fault(what) => drop(self.fault.get_or_insert(what)),
        }
    }

    /// Adds what another thread of the same run recorded.
    pub fn merge(&mut self, other: Self) {
        self.jobs.extend(other.jobs);
        self.jobs.sort_by_key(|row| (row.finished, row.id));
        self.checks.extend(other.checks);
        self.checks.sort_by_key(|check| (check.ended, check.job));
        self.traces.extend(other.traces);
        self.traces.sort_by_key(|(at, _)| *at);
        for (lock, profile) in other.locks {
            self.profile(lock).merge(&profile);
        }
        for (call, profile) in other.calls {
            let ours = self.calls.entry(call).or_insert_with(|| CallProfile { latency: latencies(), refused: 0 });
            ours.latency += &profile.latency;
            ours.refused += profile.refused;
        }
        self.elapsed = self.elapsed.max(other.elapsed);
        self.messages += other.messages;
        self.fault = self.fault.take().or(other.fault);
        self.partial |= other.partial;
    }

    fn profile(&mut self, lock: LockKind) -> &mut LockProfile {
        self.locks.entry(lock).or_default()
    }
}

impl Default for LockProfile {
    fn default() -> Self {
        Self {
            acquisitions: [0; 2],
            waits: [latencies(), latencies()],
            holds: [latencies(), latencies()],
            waited: [Span::ZERO; 2],
            held: [Span::ZERO; 2],
            busy: Span::ZERO,
            holders_max: 0,
            queue_max: 0,
            blame: vec![[Span::ZERO; Activity::ALL.len()]; Activity::ALL.len()],
        }
    }
}

impl LockProfile {
    fn granted(&mut self, now: Instant, grant: &Grant) {
        let mode = mode_index(grant.mode);
        let waited = now.since(grant.asked);
        self.acquisitions[mode] += 1;
        note(&mut self.waits[mode], waited);
        self.waited[mode] += waited;
        self.holders_max = self.holders_max.max(grant.holders);
        if let Some(contention) = &grant.contention {
            self.queue_max = self.queue_max.max(contention.queue_length);
            for (sum, part) in self.blame[grant.activity as usize].iter_mut().zip(contention.blame) {
                *sum += part;
            }
        }
    }

    fn released(&mut self, release: &Release) {
        let mode = mode_index(release.mode);
        note(&mut self.holds[mode], release.held);
        self.held[mode] += release.held;
        self.busy += release.busy.unwrap_or_default();
    }

    fn merge(&mut self, other: &Self) {
        for mode in 0..2 {
            self.acquisitions[mode] += other.acquisitions[mode];
            self.waits[mode] += &other.waits[mode];
            self.holds[mode] += &other.holds[mode];
            self.waited[mode] += other.waited[mode];
            self.held[mode] += other.held[mode];
        }
        self.busy += other.busy;
        self.holders_max = self.holders_max.max(other.holders_max);
        self.queue_max = self.queue_max.max(other.queue_max);
        for (ours, theirs) in self.blame.iter_mut().zip(&other.blame) {
            for (sum, part) in ours.iter_mut().zip(theirs) {
                *sum += *part;
            }
        }
    }
}

/// The index of a mode in a profile's pairs.
#[must_use]
pub const fn mode_index(mode: Mode) -> usize {
    match mode {
        Mode::Shared => 0,
        Mode::Exclusive => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_grows_to_hold_a_long_latency_beside_a_short_one() {
        let mut histogram = latencies();
        note(&mut histogram, Span::ZERO);
        note(&mut histogram, Span::from_secs(100_000));
        let mut sum = latencies();
        sum += &histogram;
        assert_eq!((sum.min(), sum.len()), (0, 2));
        assert!(sum.max().abs_diff(Span::from_secs(100_000).0) < Span::from_secs(100).0, "{}", sum.max());
    }
}
