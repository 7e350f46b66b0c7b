//! What a run leaves behind: its jobs and dependency checks one by one, its locks and calls as counts and histograms.
//!
//! No warm-up is cut off here, and nothing is estimated: that is the laboratory's business.

use crate::actors::accounting::{DependencyCheck, FoundJobs, JobRow, LockKind, Observation, Trace};
use crate::actors::locks::{Activity, Grant, Mode, Release};
use crate::actors::{ActorId, Work};
use crate::job::Fault;
use crate::units::{Instant, Span};
use hdrhistogram::Histogram;
use std::collections::BTreeMap;

/// Whoever takes what actors report.
pub trait Recorder<O> {
    /// Takes one observation.
    fn observe(&mut self, now: Instant, observation: O);

    /// Whether detailed traces are wanted.
    fn tracing(&self) -> bool {
        false
    }

    /// How long work of `actor` that begins now takes, in thousandths of what it would: see
    /// [`Context::stretch`](crate::actors::Context::stretch).
    fn stretch(&self, actor: ActorId, work: Work) -> u32 {
        let _ = (actor, work);
        1_000
    }
}

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

/// One of each for the two modes of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ByMode<T> {
    /// For shared holds.
    pub shared: T,
    /// For exclusive holds.
    pub exclusive: T,
}

/// How one kind of lock was used.
#[derive(Debug, Clone)]
pub struct LockProfile {
    /// Acquisitions, shared and exclusive.
    pub acquisitions: ByMode<u64>,
    /// From asking to holding, shared and exclusive; those that did not wait count as zero.
    pub waits: ByMode<Latencies>,
    /// From holding to giving back, shared and exclusive.
    pub holds: ByMode<Latencies>,
    /// Sum of all waits, shared and exclusive.
    pub waited: ByMode<Span>,
    /// Sum of all holds, shared and exclusive.
    pub held: ByMode<Span>,
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

/// Why a run is no sound measurement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunFault {
    /// A file operation failed.
    #[error(transparent)]
    File(#[from] Fault),
    /// Jobs of its load had not ended when it was over.
    #[error(
        "{missing} of {expected} jobs had not ended when the run was over: raise run.limit, or lower the load{}",
        in_short(left)
    )]
    Unfinished {
        /// So many.
        missing: u64,
        /// Of so many.
        expected: u64,
        /// What was under way or waited then, in a few words each.
        left: Vec<String>,
    },
    /// An actor did not hand over what it recorded.
    #[error("an actor did not answer at the end of the run: what it recorded is lost")]
    NoAnswer,
}

/// The first of what was left, after a message.
fn in_short(left: &[String]) -> String {
    const NAMED: usize = 4;
    let more = left.len().saturating_sub(NAMED);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let named = left[..left.len().min(NAMED)].join("; ");
    if named.is_empty() { String::new() } else { format!(". Then: {named}{more}") }
}

/// What one run left behind.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Jobs that ended, in the order of their ends.
    pub jobs: Vec<JobRow>,
    /// Dependency checks, in the order of their ends.
    pub checks: Vec<DependencyCheck>,
    /// By kind of lock; only those used.
    pub locks: BTreeMap<LockKind, LockProfile>,
    /// By name of call.
    pub calls: BTreeMap<&'static str, CallProfile>,
    /// Details, if they were asked for, in order.
    pub traces: Vec<(Instant, Trace)>,
    /// Jobs that the queue held before; none if it held none. They are no jobs of the load.
    pub found: Option<FoundJobs>,
    /// When the load began: the queue had been opened by then. Everything before is setting up.
    pub began: Instant,
    /// When the last observation was made.
    pub last: Instant,
    /// Messages delivered.
    pub messages: u64,
    /// What was under way or waited in each actor at the end, in a few words.
    pub left: Vec<String>,
    /// What broke, if anything did.
    pub fault: Option<RunFault>,
    /// True if the load was stopped before its end.
    pub partial: bool,
    /// The instrument's own costs; live runs only.
    pub instrument: Option<Instrument>,
    /// File operations and timers that took far too long; live runs only.
    pub stalls: Stalls,
}

/// What took so long is a stall.
pub const STALL: Span = Span::from_millis(50);

/// Something that took far too long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stall {
    /// What, in a few words: `writing job 17`.
    pub what: String,
    /// How long.
    pub took: Span,
}

/// The longest stalls, the longest first: a few, however many there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stalls(Vec<Stall>);

impl Stalls {
    /// So many are kept.
    const KEPT: usize = 5;

    /// Takes in what took so long, if that is a stall. Its name is asked for only then.
    pub fn note(&mut self, took: Span, what: impl FnOnce() -> String) {
        if took > STALL {
            self.insert(Stall { what: what(), took });
        }
    }

    /// Takes those of another thread in.
    pub fn merge(&mut self, other: Self) {
        other.0.into_iter().for_each(|stall| self.insert(stall));
    }

    /// The longest first.
    pub fn iter(&self) -> impl Iterator<Item = &Stall> {
        self.0.iter()
    }

    fn insert(&mut self, stall: Stall) {
        let place = self.0.partition_point(|longer| longer.took >= stall.took);
        self.0.insert(place, stall);
        self.0.truncate(Self::KEPT);
    }
}

/// Single times of something, in three figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Typical {
    /// One in ten is no longer.
    pub p10: Span,
    /// One in two is.
    pub median: Span,
    /// Nine in ten are.
    pub p90: Span,
}

impl Typical {
    /// What is typical of `times`, which are sorted; none if there are none.
    #[must_use]
    pub fn of(times: &mut [Span]) -> Option<Self> {
        times.sort_unstable();
        let last = times.len().checked_sub(1)?;
        let at = |tenths: usize| times[(last * tenths).div_ceil(10)];
        Some(Self { p10: at(1), median: at(5), p90: at(9) })
    }
}

/// The instrument's own costs, measured before the run; none of what did not happen. What is measured, and how, is what a
/// calibration measures (`runtime::live::hops`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Instrument {
    /// One reading of the clock.
    pub clock_reading: Option<Typical>,
    /// Until a thread that is awake begins with a message.
    pub hop_awake: Option<Typical>,
    /// Until a thread that sleeps begins with a message.
    pub hop_asleep: Option<Typical>,
    /// How late the message of a timer comes.
    pub timer: Option<Typical>,
    /// Computing that a message takes its receiver: taking it from the mailbox, and sending one on.
    pub step: Option<Typical>,
    /// Computing of one lock operation.
    pub lock: Option<Typical>,
}

impl Record {
    /// Notes that the run goes on at `now`.
    pub fn note_time(&mut self, now: Instant) {
        self.last = self.last.max(now);
    }

    /// From the start of the load to the last observation: what rates and utilisations refer to, in every runtime.
    #[must_use]
    pub fn elapsed(&self) -> Span {
        self.last.since(self.began)
    }

    /// Takes an observation in.
    pub fn observe(&mut self, now: Instant, observation: Observation) {
        self.note_time(now);
        match observation {
            Observation::JobsFound(found) => self.found = Some(*found),
            Observation::LoadBegan => self.began = now,
            Observation::JobFinished(row) => self.jobs.push(*row),
            Observation::DependencyChecked(check) => self.checks.push(*check),
            Observation::LockGranted { lock, grant } => self.profile(lock).granted(now, &grant),
            Observation::LockReleased { lock, release } => self.profile(lock).released(&release),
            Observation::CallAnswered { call, took, refused } => {
                let profile =
                    self.calls.entry(call).or_insert_with(|| CallProfile { latency: latencies(), refused: 0 });
                note(&mut profile.latency, took);
                profile.refused += u64::from(refused);
            }
            Observation::Trace(trace) => self.traces.push((now, *trace)),
            Observation::Fault(fault) => drop(self.fault.get_or_insert(RunFault::File(*fault))),
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
        self.found = self.found.take().or(other.found);
        // Whoever did not see it begin says zero.
        self.began = self.began.max(other.began);
        self.last = self.last.max(other.last);
        self.messages += other.messages;
        self.left.extend(other.left);
        self.fault = self.fault.take().or(other.fault);
        self.partial |= other.partial;
        self.stalls.merge(other.stalls);
    }

    fn profile(&mut self, lock: LockKind) -> &mut LockProfile {
        self.locks.entry(lock).or_default()
    }
}

impl Recorder<Observation> for Record {
    fn observe(&mut self, now: Instant, observation: Observation) {
        Self::observe(self, now, observation);
    }
}

impl Default for LockProfile {
    fn default() -> Self {
        Self {
            acquisitions: ByMode::default(),
            waits: ByMode { shared: latencies(), exclusive: latencies() },
            holds: ByMode { shared: latencies(), exclusive: latencies() },
            waited: ByMode::default(),
            held: ByMode::default(),
            busy: Span::ZERO,
            holders_max: 0,
            queue_max: 0,
            blame: vec![[Span::ZERO; Activity::ALL.len()]; Activity::ALL.len()],
        }
    }
}

impl LockProfile {
    fn granted(&mut self, now: Instant, grant: &Grant) {
        let mode = grant.mode;
        let waited = now.since(grant.asked);
        *self.acquisitions.of_mut(mode) += 1;
        note(self.waits.of_mut(mode), waited);
        *self.waited.of_mut(mode) += waited;
        self.holders_max = self.holders_max.max(grant.holders);
        if let Some(contention) = &grant.contention {
            self.queue_max = self.queue_max.max(contention.queue_length);
            for (sum, part) in self.blame[grant.activity as usize].iter_mut().zip(contention.blame) {
                *sum += part;
            }
        }
    }

    fn released(&mut self, release: &Release) {
        let mode = release.mode;
        note(self.holds.of_mut(mode), release.held);
        *self.held.of_mut(mode) += release.held;
        self.busy += release.busy.unwrap_or_default();
    }

    fn merge(&mut self, other: &Self) {
        for mode in [Mode::Shared, Mode::Exclusive] {
            *self.acquisitions.of_mut(mode) += *other.acquisitions.of(mode);
            *self.waits.of_mut(mode) += other.waits.of(mode);
            *self.holds.of_mut(mode) += other.holds.of(mode);
            *self.waited.of_mut(mode) += *other.waited.of(mode);
            *self.held.of_mut(mode) += *other.held.of(mode);
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

impl<T> ByMode<T> {
    /// That of a mode.
    #[must_use]
    pub const fn of(&self, mode: Mode) -> &T {
        match mode {
            Mode::Shared => &self.shared,
            Mode::Exclusive => &self.exclusive,
        }
    }

    const fn of_mut(&mut self, mode: Mode) -> &mut T {
        match mode {
            Mode::Shared => &mut self.shared,
            Mode::Exclusive => &mut self.exclusive,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{FaultSource, FileOperation};

    #[test]
    fn what_happens_before_the_load_begins_does_not_count_as_elapsed() {
        let fault = || {
            let fault = Fault::new(FileOperation::Read, "job-1", FaultSource::NotAFile);
            Observation::Fault(Box::new(fault))
        };
        let mut hub = Record::default();
        hub.observe(Instant(400), Observation::LoadBegan);
        let mut worker = Record::default();
        worker.observe(Instant(100), fault());
        worker.observe(Instant(1_000), fault());
        worker.merge(hub);
        assert_eq!((worker.began, worker.elapsed()), (Instant(400), Span(600)));
    }

    #[test]
    fn the_few_longest_stalls_are_kept_in_order() {
        let mut stalls = Stalls::default();
        stalls.note(STALL, || unreachable!("not long enough to be asked for its name"));
        for millis in [60, 90, 51, 70] {
            stalls.note(Span::from_millis(millis), || millis.to_string());
        }
        let mut others = Stalls::default();
        for millis in [80, 55, 100] {
            others.note(Span::from_millis(millis), || millis.to_string());
        }
        stalls.merge(others);
        let names: Vec<&str> = stalls.iter().map(|stall| stall.what.as_str()).collect();
        assert_eq!(names, ["100", "90", "80", "70", "60"]);
    }

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
