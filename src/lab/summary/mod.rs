//! One run, reduced to figures.

mod checks;
mod instrument;
mod jobs;
mod locks;
mod safety;

pub use checks::CheckSummary;
pub use instrument::{InstrumentSummary, TypicalSummary};
pub use jobs::{CountSummary, Group, GroupSummary};
pub use locks::LockSummary;
pub use safety::{MemorySummary, SafetySummary, Seen};

use super::Run;
use super::flow::{Flow, contradictions};
use super::histogram::{Spread, StoredHistogram};
use super::machine::Conditions;
use super::reduction::{Distribution, JobSums, Series, Summed, SummedRecord};
use crate::actors::accounting::{Account, FoundJobs, LockKind};
use crate::runtime::record::{self, CallProfile, Latencies};
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
    /// From opening the queue until it takes the first call, in nanoseconds.
    #[serde(default)]
    pub start_up_ns: u64,
    /// The share of the workers' time in which they had a job, at most: submitting it and its mailboxes are counted as if they
    /// took a worker. None without jobs.
    #[serde(default)]
    pub workers_busy: Option<f64>,
    /// What must not happen, over the whole run.
    #[serde(default)]
    pub safety: SafetySummary,
    /// Memory of the whole program; live runs only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<MemorySummary>,
    /// File operations and timers that took far too long, the longest first; live runs only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stalls: Vec<Stall>,
}

/// Something that took far too long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stall {
    /// What: `writing job 17`, `a timer`.
    pub what: String,
    /// How long, in nanoseconds.
    pub took_ns: u64,
}

impl Stall {
    fn of(stall: &record::Stall) -> Self {
        Self { what: stall.what.clone(), took_ns: stall.took.0 }
    }
}

/// Calls of one sort.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CallSummary {
    /// From the due time to the answer.
    pub latency: Spread,
    /// Refused.
    pub refused: u64,
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

impl RunSummary {
    /// Reduces a run.
    #[must_use]
    pub fn of(run: Run) -> Self {
        let Run { variant, replication, number, control, has_open_arrivals, workers, doses, conditions, record } = run;
        let SummedRecord { sums, record, seen, .. } = record;
        let (first, settled) = sums.first_part();
        let growth = growth(sums.series()).filter(|_| has_open_arrivals);
        let Summed { cut, jobs, checks, presence, runs_again } = sums.after(first);
        let mut all = JobSums::default();
        jobs.iter().for_each(|class| all.merge(class));
        let of_group = |jobs| GroupSummary::of(jobs, has_open_arrivals);
        let (mut groups, sojourns): (Vec<_>, Vec<_>) = std::iter::once(&all).chain(&jobs).map(of_group).unzip();
        groups.iter_mut().skip(1).zip(doses).for_each(|(class, dose)| class.dose = dose);
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
            calls: record.calls.iter().map(|(name, calls)| ((*name).to_owned(), CallSummary::of(calls))).collect(),
            instrument: record.instrument.map(InstrumentSummary::of),
            elapsed_ns: record.elapsed().0,
            messages: record.messages,
            found: record.found.as_ref().map(FoundSummary::of),
            flow: Flow::of(&presence, has_open_arrivals),
            sojourns,
            start_up_ns: record.began.0,
            workers_busy: workers_busy(&all, workers),
            safety: SafetySummary::of(&record, runs_again, &seen),
            memory: seen.memory,
            stalls: record.stalls.iter().map(Stall::of).collect(),
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

/// The share of the time of so many workers in which they had one of these jobs, at most.
fn workers_busy(jobs: &JobSums, workers: u32) -> Option<f64> {
    /// Where a job has no worker.
    const WITHOUT: [Account; 4] = [Account::Admission, Account::Worker, Account::Dependency, Account::Siblings];
    let with: u128 =
        Account::ALL.iter().filter(|account| !WITHOUT.contains(account)).map(|of| jobs.ledger[*of as usize]).sum();
    let ((from, _), (_, to)) = jobs.dues.zip(jobs.ends)?;
    let time = to.since(from).0 as f64 * f64::from(workers);
    (time > 0.0).then(|| with as f64 / time)
}

/// How spans are distributed. The mean is exact; the histogram knows it to three digits.
fn spread(distribution: &Distribution, n: u64) -> (Spread, Latencies) {
    let histogram = distribution.histogram();
    let mean_ns = distribution.total as f64 / (n as f64).max(1.0);
    (Spread { mean_ns, ..Spread::of(&histogram) }, histogram)
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
            raises: 0,
            runs_again: 0,
            checks: 0,
            opcodes: 1,
            messages: 0,
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
        assert_eq!(found.groups[0].counts.writes, 4.0);
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
