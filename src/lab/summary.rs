//! One run, reduced to figures.

use super::Run;
use super::flow::{Flow, contradictions};
use super::histogram::{Spread, StoredHistogram};
use super::machine::Conditions;
use super::readers::Readers;
use super::reduction::{CheckPart, CheckSums, Distribution, FileSums, JobSums, Series, Summed, SummedRecord};
use crate::actors::accounting::{Account, FoundJobs};
use crate::actors::accounting::{LockKind, Verdict};
use crate::actors::locks::Activity;
use crate::runtime::record::{ByMode, CallProfile, Instrument, Latencies, LockProfile, Typical};
use crate::units::Span;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one run came to, after its warm-up was cut off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunSummary {
    /// Place of the variant in the study.
    pub variant: usize,
    /// Number of the replication, from 0.
    pub replication: u32,
    /// Place in the running order of its study, from 1; 0 in results that do not tell.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub number: usize,
    /// Whether it is the control of a live run: the same once more, to tell the machine's noise. It is in no estimate.
    #[serde(default, skip_serializing_if = "is_false")]
    pub control: bool,
    /// What was seen of the machine around it; live runs only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Conditions>,
    /// What broke, if anything did; then the figures stay out of every estimate.
    pub fault: Option<String>,
    /// True if it was stopped before its end.
    pub partial: bool,
    /// Jobs cut off at the start.
    pub cut: usize,
    /// False if the sojourns never settled, so that nothing was cut.
    pub settled: bool,
    /// Mean sojourn of the last third of the jobs over that of the middle third; far above 1 the queue grows. None where
    /// arrivals wait for the queue, or come all at once.
    pub growth: Option<f64>,
    /// All jobs, then each class by number.
    pub groups: Vec<GroupSummary>,
    /// Dependency checks; none if there were none.
    pub checks: Option<CheckSummary>,
    /// By kind of lock; only those used.
    pub locks: BTreeMap<LockKind, LockSummary>,
    /// Per job.
    pub files: FileSummary,
    /// By name of call.
    pub calls: BTreeMap<String, CallSummary>,
    /// The instrument's own costs, in nanoseconds; live runs only.
    pub instrument: Option<InstrumentSummary>,
    /// Length of the run.
    pub elapsed_ns: u64,
    /// Messages delivered.
    pub messages: u64,
    /// Jobs that the queue held before; they are in no figure. None if it held none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<FoundSummary>,
    /// How jobs flowed through the queue; none if none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<Flow>,
    /// Sojourn times of the jobs that count: all, then those of each class by number.
    #[serde(default)]
    pub sojourns: Vec<StoredHistogram>,
}

/// Which jobs of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// All.
    All,
    /// Those of the class with this number.
    Class(usize),
}

impl Group {
    /// The group that a side of a claim is about.
    #[must_use]
    pub const fn of(class: Option<usize>) -> Self {
        match class {
            None => Self::All,
            Some(class) => Self::Class(class),
        }
    }

    /// Its place among the groups of a run: all jobs, then each class by number.
    #[must_use]
    pub const fn place(self) -> usize {
        match self {
            Self::All => 0,
            Self::Class(number) => number.saturating_add(1),
        }
    }
}

/// Jobs that a queue held when it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundSummary {
    /// Unarchived jobs that could be read.
    pub readable: u64,
    /// Of these, not final: they ran beside the load.
    pub unfinished: u64,
    /// Ids of jobs whose files hold none, moved to the archive.
    pub set_aside: Vec<u64>,
}

/// A group of jobs of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupSummary {
    /// Of the sojourn times.
    pub sojourn: Spread,
    /// Jobs that ended in error, and that were canceled.
    pub unsuccessful: u64,
    /// Jobs that ended per second, from the first end to the last; none if that is no time.
    pub throughput_per_s: Option<f64>,
    /// Mean time per job in each account, in the order of the accounts.
    pub ledger_mean_ns: Vec<f64>,
    /// Mean sojourn that no account holds: must be nothing.
    pub unaccounted_mean_ns: f64,
}

/// The dependency checks of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckSummary {
    /// How they came out.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// A whole check, from its beginning to its verdict.
    pub whole: Spread,
    /// The wait for the queue lock before a turn's first check.
    pub queue_lock: Spread,
    /// The wait for the tracker's lock.
    pub dependency_lock: Spread,
    /// Reading.
    pub read: Spread,
    /// Parsing.
    pub parse: Spread,
    /// Building.
    pub build: Spread,
    /// Mean size of the files read, in bytes; 0 if none was.
    pub bytes_mean: f64,
    /// How many read at the same time; none if nothing was read.
    pub readers: Option<Readers>,
}

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

/// File operations, means per job.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct FileSummary {
    /// Writes of the job's own file.
    pub writes: f64,
    /// Bytes written to it.
    pub bytes_written: f64,
    /// Reads of files of dependencies.
    pub reads: f64,
    /// Bytes read from them.
    pub bytes_read: f64,
    /// Syncs.
    pub fsyncs: f64,
    /// Renames.
    pub renames: f64,
}

/// Calls of one sort.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CallSummary {
    /// From the due time to the answer.
    pub latency: Spread,
    /// Refused.
    pub refused: u64,
}

/// Single times, in nanoseconds: the median, and between what nine in ten and one in ten are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypicalSummary {
    /// One in ten is no longer.
    pub p10_ns: u64,
    /// One in two is.
    pub median_ns: u64,
    /// Nine in ten are.
    pub p90_ns: u64,
}

/// The instrument's own costs, measured before the run; none of what did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstrumentSummary {
    /// One reading of the clock.
    pub clock_reading: Option<TypicalSummary>,
    /// Until a thread that is awake begins with a message.
    pub hop_awake: Option<TypicalSummary>,
    /// Until a thread that sleeps begins with a message.
    pub hop_asleep: Option<TypicalSummary>,
    /// How late the message of a timer comes.
    pub timer: Option<TypicalSummary>,
    /// Computing that a message takes its receiver.
    pub step: Option<TypicalSummary>,
    /// Computing of one lock operation.
    pub lock: Option<TypicalSummary>,
}

impl RunSummary {
    /// Reduces a run.
    #[must_use]
    pub fn of(run: Run) -> Self {
        let Run { variant, replication, number, control, has_open_arrivals, conditions, record } = run;
        let SummedRecord { sums, record, .. } = record;
        let (first, settled) = sums.first_part();
        let growth = growth(sums.series()).filter(|_| has_open_arrivals);
        let Summed { cut, jobs, checks, presence } = sums.after(first);
        let mut all = JobSums::default();
        jobs.iter().for_each(|class| all.merge(class));
        let (groups, sojourns) = std::iter::once(&all).chain(&jobs).map(GroupSummary::of).unzip();
        let summary = Self {
            variant,
            replication,
            number,
            control,
            conditions,
            fault: record.fault.as_ref().map(ToString::to_string),
            partial: record.partial,
            cut: usize::try_from(cut).unwrap_or(usize::MAX),
            settled,
            growth,
            groups,
            checks: CheckSummary::of(&checks),
            locks: record.locks.iter().map(|(kind, lock)| (*kind, LockSummary::of(lock, record.elapsed()))).collect(),
            files: FileSummary::of(&all),
            calls: record.calls.iter().map(|(name, calls)| ((*name).to_owned(), CallSummary::of(calls))).collect(),
            instrument: record.instrument.map(InstrumentSummary::of),
            elapsed_ns: record.elapsed().0,
            messages: record.messages,
            found: record.found.as_ref().map(FoundSummary::of),
            flow: Flow::of(&presence, has_open_arrivals),
            sojourns,
        };
        debug_assert_eq!(contradictions(&record, summary.flow.as_ref()), [""; 0]);
        summary
    }

    /// The sojourn times of a group of its jobs.
    #[must_use]
    pub fn sojourns(&self, group: Group) -> Option<&StoredHistogram> {
        self.sojourns.get(group.place())
    }

    /// The figures of a group of its jobs.
    #[must_use]
    pub fn group(&self, group: Group) -> Option<&GroupSummary> {
        self.groups.get(group.place())
    }

    /// Jobs that ended, those of the warm-up included.
    #[must_use]
    pub fn jobs_ended(&self) -> u64 {
        self.group(Group::All).map_or(0, |jobs| jobs.sojourn.n) + self.cut as u64
    }

    /// Calls that the queue refused.
    #[must_use]
    pub fn calls_refused(&self) -> u64 {
        self.calls.values().map(|calls| calls.refused).sum()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde asks
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde asks
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Mean sojourn of the last third over that of the middle third, in the order of arrival.
fn growth(series: &Series) -> Option<f64> {
    let (count, third) = (series.count(), series.count() / 3);
    if third < 20 {
        return None;
    }
    let middle = series.mean(third, 2 * third);
    (middle > 0.0).then(|| series.mean(2 * third, count) / middle)
}

/// How spans are distributed. The mean is exact; the histogram knows it to three digits.
fn spread(distribution: &Distribution, n: u64) -> (Spread, Latencies) {
    let histogram = distribution.histogram();
    let mean_ns = distribution.total as f64 / (n as f64).max(1.0);
    (Spread { mean_ns, ..Spread::of(&histogram) }, histogram)
}

impl GroupSummary {
    fn of(jobs: &JobSums) -> (Self, StoredHistogram) {
        let n = (jobs.n as f64).max(1.0);
        let (sojourn, histogram) = spread(&jobs.sojourn, jobs.n);
        let span = jobs.ends.map_or(Span::ZERO, |(first, last)| last.since(first)).as_secs_f64();
        let summary = Self {
            sojourn,
            unsuccessful: jobs.unsuccessful,
            throughput_per_s: (jobs.n > 1 && span > 0.0).then(|| (jobs.n - 1) as f64 / span),
            ledger_mean_ns: jobs.ledger.iter().map(|total| *total as f64 / n).collect(),
            unaccounted_mean_ns: jobs.unaccounted as f64 / n,
        };
        (summary, StoredHistogram::of(&histogram))
    }

    /// Mean time per job in `account`, in nanoseconds.
    #[must_use]
    pub fn account(&self, account: Account) -> f64 {
        self.ledger_mean_ns.get(account as usize).copied().unwrap_or(0.0)
    }
}

impl CheckSummary {
    fn of(checks: &CheckSums) -> Option<Self> {
        let n = checks.count();
        let part = |part: CheckPart| spread(checks.part(part), n).0;
        (n > 0).then(|| Self {
            verdicts: checks.verdicts.clone(),
            whole: part(CheckPart::Whole),
            queue_lock: part(CheckPart::QueueLock),
            dependency_lock: part(CheckPart::DependencyLock),
            read: part(CheckPart::Read),
            parse: part(CheckPart::Parse),
            build: part(CheckPart::Build),
            bytes_mean: checks.bytes_read as f64 / (checks.readings as f64).max(1.0),
            readers: Readers::of(&checks.readers),
        })
    }

    /// Mean time of a check that the design asks for, in nanoseconds: the wait for the tracker's lock, reading, parsing and
    /// building.
    #[must_use]
    pub fn design_ns(&self) -> f64 {
        [&self.dependency_lock, &self.read, &self.parse, &self.build].into_iter().map(|part| part.mean_ns).sum()
    }

    /// What is left of the mean check, in nanoseconds: messages between actors, and waiting for a core.
    #[must_use]
    pub fn rest_ns(&self) -> f64 {
        (self.whole.mean_ns - self.design_ns()).max(0.0)
    }

    /// How many there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.verdicts.values().sum()
    }
}

impl LockSummary {
    fn of(lock: &LockProfile, elapsed: Span) -> Self {
        let both = |pair: &ByMode<Latencies>| {
            let mut sum = pair.shared.clone();
            sum += &pair.exclusive;
            Spread::of(&sum)
        };
        let blame = |row: &[Span; Activity::ALL.len()]| row.iter().map(|span| span.0).collect();
        Self {
            shared: lock.acquisitions.shared,
            exclusive: lock.acquisitions.exclusive,
            wait: both(&lock.waits),
            hold: both(&lock.holds),
            utilisation: lock.busy.as_secs_f64() / elapsed.as_secs_f64().max(1e-9),
            queue_max: lock.queue_max,
            holders_max: lock.holders_max,
            blame_ns: lock.blame.iter().map(blame).collect(),
        }
    }
}

impl FileSummary {
    fn of(jobs: &JobSums) -> Self {
        let n = (jobs.n as f64).max(1.0);
        let FileSums { writes, bytes_written, reads, bytes_read, fsyncs, renames } = jobs.files;
        let per_job = |sum: u64| sum as f64 / n;
        Self {
            writes: per_job(writes),
            bytes_written: per_job(bytes_written),
            reads: per_job(reads),
            bytes_read: per_job(bytes_read),
            fsyncs: per_job(fsyncs),
            renames: per_job(renames),
        }
    }
}

impl CallSummary {
    fn of(calls: &CallProfile) -> Self {
        Self { latency: Spread::of(&calls.latency), refused: calls.refused }
    }
}

impl FoundSummary {
    fn of(found: &FoundJobs) -> Self {
        let FoundJobs { readable, unfinished, set_aside } = found;
        let set_aside = set_aside.iter().map(|job| job.0).collect();
        Self { readable: *readable, unfinished: *unfinished, set_aside }
    }
}

impl InstrumentSummary {
    fn of(instrument: Instrument) -> Self {
        let ns = |times: Option<Typical>| {
            times.map(|times| TypicalSummary { p10_ns: times.p10.0, median_ns: times.median.0, p90_ns: times.p90.0 })
        };
        Self {
            clock_reading: ns(instrument.clock_reading),
            hop_awake: ns(instrument.hop_awake),
            hop_asleep: ns(instrument.hop_asleep),
            timer: ns(instrument.timer),
            step: ns(instrument.step),
            lock: ns(instrument.lock),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::accounting::JobRow;
    use crate::actors::accounting::Ledger;
    use crate::actors::files::FileTally;
    use crate::job::{JobId, Status};
    use crate::lab::reduction::Sums;
    use crate::runtime::Record;
    use crate::scenario::WarmUp;
    use crate::units::Instant;

    /// A job that waits for a worker, then runs; every second one is of class 1, and the fourth fails.
    fn job(id: u64, due: u64, waits: u64, runs: u64) -> JobRow {
        let mut ledger = Ledger::starting(Instant(due));
        ledger.charge(Account::Worker, Instant(due + waits));
        ledger.charge(Account::Run, Instant(due + waits + runs));
        JobRow {
            id: JobId(id),
            submission: u32::try_from(id - 1).ok(),
            class: u16::from(id.is_multiple_of(2)),
            due: Instant(due),
            started: Some(Instant(due + waits)),
            finished: Instant(due + waits + runs),
            status: if id == 4 { Status::Error } else { Status::Success },
            ledger,
            tally: FileTally { writes: 4, ..FileTally::default() },
            failed_attempts: 0,
            checks: 0,
        }
    }

    fn summary(jobs: Vec<JobRow>, warmup: WarmUp) -> RunSummary {
        let record = Record { jobs, ..Record::default() };
        let record = SummedRecord::of(record, Sums::new(warmup, 2));
        RunSummary::of(Run::new(record))
    }

    #[test]
    #[allow(clippy::float_cmp)] // sums of small whole numbers
    fn a_run_of_four_jobs_gives_the_figures_computed_by_hand() {
        let second = 1_000_000_000;
        let found = summary((0..4).map(|n| job(n + 1, n * second, 100 * n, 1000)).collect(), WarmUp::None);
        let all = &found.groups[0];
        // Sojourns of 1000, 1100, 1200 and 1300 ns.
        assert_eq!((all.sojourn.n, all.sojourn.mean_ns, all.unsuccessful), (4, 1150.0, 1));
        assert_eq!((all.account(Account::Worker), all.account(Account::Run)), (150.0, 1000.0));
        assert_eq!(all.ledger_mean_ns.iter().sum::<f64>(), all.sojourn.mean_ns);
        assert_eq!(all.unaccounted_mean_ns, 0.0);
        // Three ends after the first, in 3 s and 300 ns.
        assert!((all.throughput_per_s.unwrap() - 3.0 / 3.000_000_3).abs() < 1e-9);
        assert_eq!(found.groups[1..].iter().map(|class| class.sojourn.n).collect::<Vec<_>>(), [2, 2]);
        assert_eq!(found.files.writes, 4.0);
    }

    #[test]
    fn jobs_before_the_cut_do_not_count() {
        let found = summary((0..10).map(|n| job(n + 1, n * 1000, 0, 500)).collect(), WarmUp::Jobs(6));
        assert_eq!((found.cut, found.groups[0].sojourn.n, found.groups[0].unsuccessful), (6, 4, 0));
    }

    #[test]
    fn a_run_without_jobs_has_no_throughput() {
        let found = summary(Vec::new(), WarmUp::Mser5);
        assert_eq!((found.groups[0].throughput_per_s, found.growth, found.checks), (None, None, None));
    }

    #[test]
    fn time_that_no_account_has_shows() {
        let mut odd = job(1, 0, 10, 10);
        odd.finished = Instant(25);
        assert!((summary(vec![odd], WarmUp::None).groups[0].unaccounted_mean_ns - 5.0).abs() < 1e-12);
    }

    #[test]
    fn sojourns_that_grow_are_told_from_steady_ones() {
        let growing = summary((0..300).map(|n| job(n + 1, n * 1000, n * 50, 1)).collect(), WarmUp::None);
        // Last third over middle third of a line through zero: 249.5 over 149.5.
        assert!((growing.growth.unwrap() - 249.5 / 149.5).abs() < 1e-3);
        let steady = summary((0..300).map(|n| job(n + 1, n * 1000, 70, 500)).collect(), WarmUp::None);
        assert!((steady.growth.unwrap() - 1.0).abs() < 1e-12);
    }
}
