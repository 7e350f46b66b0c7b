//! The vocabulary of measures, read off one run.
//!
//! One function for all: claims, tables, pictures and comparisons agree on what a measure is because they ask here. Times are
//! in nanoseconds, shares from 0 to 1. What a run cannot tell is none, and never a made-up nothing.

use super::histogram::Spread;
use super::summary::{CheckSummary, Group, GroupSummary, LockSummary, RunSummary};
use crate::actors::locks::Activity;
use crate::scenario::claim::{CheckMeasure, Count, LockMeasure, Measure, Named, ReadersMeasure, Safety, Statistic};

/// What `measure` came to in a run, for the jobs of one class (by number) or, without one, for all.
///
/// None where the run has no such thing: no job of the class ended, no check was made, no call of that name; where it cannot be
/// had in the run's runtime, such as memory in virtual time; for a class, where the measure is of no class
/// ([`Measure::has_classes`]); and for measures of a sweep.
///
/// Jobs of the warm-up count in no measure of jobs or checks. They do in what is of the whole run: locks, waits caused, calls,
/// memory, safety. A quantile is that of this run's jobs, however few; [`quantile`](super::histogram::quantile) says when one can
/// be relied on.
#[must_use]
pub fn measured(run: &RunSummary, measure: &Measure, class: Option<usize>) -> Option<f64> {
    let jobs = || run.group(Group::of(class)).filter(|jobs| jobs.sojourn.n > 0);
    match measure {
        Measure::Throughput => jobs()?.throughput_per_s,
        Measure::Makespan => jobs()?.makespan_ns.map(|span| span as f64),
        Measure::Sojourn(statistic) => Some(of_spread(&jobs()?.sojourn, *statistic)),
        Measure::Account(account) => Some(jobs()?.account(*account)),
        Measure::LongestWait => jobs()?.longest_wait_ns.map(|span| span as f64),
        Measure::Count(count) => counted(run, jobs()?, *count, class),
        _ if class.is_some() => None,
        Measure::Check(part) => run.checks.as_ref().map(|checks| of_checks(checks, *part)),
        Measure::Slope => slope(run),
        Measure::WaitCausedBy(activity) => wait_caused_by(run, *activity),
        Measure::Call(name, statistic) => {
            let latency = &run.calls.get(name)?.latency;
            (latency.n > 0).then(|| of_spread(latency, *statistic))
        }
        Measure::Readers(which) => run.checks.as_ref()?.readers.map(|readers| match which {
            ReadersMeasure::Mean => readers.mean,
            ReadersMeasure::Most => f64::from(readers.peak),
        }),
        Measure::Overlap => run.checks.as_ref()?.readers.map(|readers| readers.overlap_share),
        Measure::Lock(kind, figure) => of_lock(run.locks.get(kind), *figure),
        Measure::MemoryPeak => run.memory.map(|memory| memory.peak_bytes as f64),
        Measure::BytesPerJob => {
            let (memory, ended) = (run.memory?, run.jobs_ended());
            (ended > 0).then(|| memory.grown_bytes as f64 / ended as f64)
        }
        Measure::StartUp => Some(run.start_up_ns as f64),
        Measure::Safety(what) => of_safety(run, *what).map(|count| count as f64),
        Measure::SpeedUp | Measure::Contention | Measure::Coherence => None,
    }
}

/// Mean per job of a quantity that formulas name, over the jobs of a class or all; none if none ended.
#[must_use]
pub fn named(run: &RunSummary, class: Option<usize>, quantity: Named) -> Option<f64> {
    let counts = &run.group(Group::of(class)).filter(|jobs| jobs.sojourn.n > 0)?.counts;
    Some(match quantity {
        Named::Opcodes => counts.opcodes,
        Named::Messages => counts.messages,
        Named::Attempts => counts.failed_attempts,
        Named::Raises => counts.raises,
        Named::Checks => counts.checks,
        Named::Dependencies => return dependencies(run, class),
    })
}

/// Jobs that each job depends on, on average; none where that is not known of every class that has jobs.
fn dependencies(run: &RunSummary, class: Option<usize>) -> Option<f64> {
    let classes =
        run.groups.iter().skip(1).enumerate().filter(|(number, _)| class.is_none_or(|class| class == *number));
    let (mut jobs, mut dependencies) = (0.0, 0.0);
    for (_, group) in classes.filter(|(_, group)| group.sojourn.n > 0) {
        jobs += group.sojourn.n as f64;
        dependencies += group.sojourn.n as f64 * f64::from(group.dose?);
    }
    (jobs > 0.0).then(|| dependencies / jobs)
}

const fn of_spread(spread: &Spread, statistic: Statistic) -> f64 {
    match statistic {
        Statistic::Mean => spread.mean_ns,
        Statistic::P50 => spread.p50_ns as f64,
        Statistic::P95 => spread.p95_ns as f64,
        Statistic::P99 => spread.p99_ns as f64,
        Statistic::Max => spread.max_ns as f64,
    }
}

fn of_checks(checks: &CheckSummary, part: CheckMeasure) -> f64 {
    match part {
        CheckMeasure::Whole => checks.whole.mean_ns,
        CheckMeasure::Read => checks.read.mean_ns,
        CheckMeasure::Parse => checks.parse.mean_ns,
        CheckMeasure::Build => checks.build.mean_ns,
        CheckMeasure::Lock => checks.dependency_lock.mean_ns,
        CheckMeasure::Design => checks.design_ns(),
        CheckMeasure::Instrument => checks.rest_ns(),
    }
}

fn counted(run: &RunSummary, jobs: &GroupSummary, count: Count, class: Option<usize>) -> Option<f64> {
    let counts = &jobs.counts;
    Some(match count {
        Count::Writes => counts.writes,
        Count::BytesWritten => counts.bytes_written,
        Count::Fsyncs => counts.fsyncs,
        Count::Reads => counts.reads,
        Count::BytesRead => counts.bytes_read,
        Count::Parses => counts.parses,
        Count::Transitions => counts.transitions,
        Count::FailedAttempts => counts.failed_attempts,
        Count::Raises => counts.raises,
        // Nobody is told of anything where nobody watches; how many are told otherwise is not counted.
        Count::Notifications => return (!run.calls.contains_key("watch")).then_some(0.0),
        // A call is of no class.
        Count::Calls if class.is_some() => return None,
        Count::Calls => {
            run.calls.values().map(|calls| calls.latency.n).sum::<u64>() as f64 / run.jobs_ended().max(1) as f64
        }
    })
}

/// A lock that nobody took was held for no time, and nobody waited for it.
fn of_lock(lock: Option<&LockSummary>, figure: LockMeasure) -> Option<f64> {
    match figure {
        LockMeasure::Utilisation => Some(lock.map_or(0.0, |lock| lock.utilisation)),
        LockMeasure::Wait => lock.map(|lock| lock.wait.mean_ns),
    }
}

/// Of the column of an activity in all blame tables, the share of one job.
fn wait_caused_by(run: &RunSummary, holder: Activity) -> Option<f64> {
    let ended = run.jobs_ended();
    let caused: u64 = run.locks.values().map(|lock| lock.caused_by_ns(holder)).sum();
    (ended > 0).then(|| caused as f64 / ended as f64)
}

const fn of_safety(run: &RunSummary, what: Safety) -> Option<u64> {
    match what {
        Safety::JobsLost => run.safety.jobs_lost,
        Safety::JobsRunTwice => run.safety.jobs_run_twice,
        Safety::FilesUnreadable => run.safety.files_unreadable,
        Safety::Deadlocks => run.safety.deadlocks,
    }
}

/// What one more dependency adds to a job's sojourn, in nanoseconds: the slope of a least-squares line through the jobs of all
/// classes that have a dose. That is the line through the classes' means, each as heavy as it has jobs.
fn slope(run: &RunSummary) -> Option<f64> {
    let classes = run.groups.iter().skip(1).filter(|class| class.sojourn.n > 0);
    let points: Vec<(f64, f64, f64)> = classes
        .filter_map(|class| Some((f64::from(class.dose?), class.sojourn.mean_ns, class.sojourn.n as f64)))
        .collect();
    let weight: f64 = points.iter().map(|(_, _, n)| n).sum();
    let dose_mean = points.iter().map(|(dose, _, n)| n * dose).sum::<f64>() / weight;
    let time_mean = points.iter().map(|(_, time, n)| n * time).sum::<f64>() / weight;
    let scatter: f64 = points.iter().map(|(dose, _, n)| n * (dose - dose_mean) * (dose - dose_mean)).sum();
    let together: f64 = points.iter().map(|(dose, time, n)| n * (dose - dose_mean) * (time - time_mean)).sum();
    (scatter > 0.0).then(|| together / scatter)
}
