//! The vocabulary of measures: one, in claims, tables, pictures, `results.json` and on the command line.

use crate::actors::accounting::{Account, LockKind};
use crate::actors::locks::Activity;
use crate::written::suggest;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What is measured of a run, or of the runs of one block. Which class of jobs it is read of stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Measure {
    /// Jobs per second over the measured window.
    Throughput,
    /// From the first due time to the last end.
    Makespan,
    /// Throughput over that at the smallest value of the swept knob, in the same block.
    SpeedUp,
    /// Coefficient σ of the universal scalability law, fitted over the swept knob, block by block.
    Contention,
    /// Its coefficient κ.
    Coherence,
    /// Of the sojourn times.
    Sojourn(Statistic),
    /// Mean time per job in a line of the ledger.
    Account(Account),
    /// Mean of a part of the dependency checks.
    Check(CheckMeasure),
    /// What one more dependency adds to a job's mean sojourn, by regression over the classes of a run.
    Slope,
    /// Wait per job, at all locks, that was caused by this activity's holding them.
    WaitCausedBy(Activity),
    /// Latency of the calls of this name.
    Call(String, Statistic),
    /// The longest that a job waited from its due time until its first opcode ran.
    LongestWait,
    /// Workers that read a dependency at the same time.
    Readers(ReadersMeasure),
    /// Share of the time in which anybody read in which two or more did.
    Overlap,
    /// Of one kind of lock.
    Lock(LockKind, LockMeasure),
    /// A count, per job.
    Count(Count),
    /// Most memory that the process used.
    MemoryPeak,
    /// Memory per job.
    BytesPerJob,
    /// From opening the queue until it takes the first call.
    StartUp,
    /// What must not happen, over a whole run.
    Safety(Safety),
}

/// Which figure of many times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Statistic {
    /// The mean.
    Mean,
    /// The median.
    P50,
    /// 95 % are at or below.
    P95,
    /// 99 % are at or below.
    P99,
    /// The longest.
    Max,
}

/// Which part of a dependency check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckMeasure {
    /// From its beginning to its verdict.
    Whole,
    /// Reading the file.
    Read,
    /// Parsing it.
    Parse,
    /// Building the job.
    Build,
    /// Waiting for the dependency tracker's lock.
    Lock,
    /// What the design asks for: lock, read, parse and build.
    Design,
    /// The rest of the whole: messages between actors, and waiting for a core.
    Instrument,
}

/// Which figure of those who read at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReadersMeasure {
    /// On average while anybody reads.
    Mean,
    /// Most at once.
    Most,
}

/// Which figure of a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockMeasure {
    /// Share of the run in which somebody held it.
    Utilisation,
    /// Mean wait for it.
    Wait,
}

/// What is counted, per job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Count {
    /// Writes of the job's own file.
    Writes,
    /// Bytes written to it.
    BytesWritten,
    /// Syncs.
    Fsyncs,
    /// Files read.
    Reads,
    /// Bytes read.
    BytesRead,
    /// Files parsed.
    Parses,
    /// Changes of status, as they stand in files.
    Transitions,
    /// Changes of its file that clients who watch it were told of.
    Notifications,
    /// Lock attempts that failed.
    FailedAttempts,
    /// Rises of its priority.
    Raises,
    /// Calls of clients.
    Calls,
}

/// What must not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// Jobs of the load that never ended and were not refused.
    JobsLost,
    /// Opcodes that ran more than once.
    JobsRunTwice,
    /// Job files that hold no job.
    FilesUnreadable,
    /// Runs that ended with jobs that all wait for each other.
    Deadlocks,
}

/// What a measure is counted in; times are nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Nanoseconds.
    Time,
    /// Per second.
    Rate,
    /// Bytes.
    Bytes,
    /// A share, from 0 to 1.
    Share,
    /// A plain number.
    Number,
}

const STATISTICS: [(&str, Statistic); 5] = [
    ("mean", Statistic::Mean),
    ("p50", Statistic::P50),
    ("p95", Statistic::P95),
    ("p99", Statistic::P99),
    ("max", Statistic::Max),
];

const CHECKS: [(&str, CheckMeasure); 7] = [
    ("whole", CheckMeasure::Whole),
    ("read", CheckMeasure::Read),
    ("parse", CheckMeasure::Parse),
    ("build", CheckMeasure::Build),
    ("lock", CheckMeasure::Lock),
    ("design", CheckMeasure::Design),
    ("instrument", CheckMeasure::Instrument),
];

/// Calls that clients of scenarios make.
const CALLS: [&str; 8] = ["submit", "submit many", "cancel", "change priority", "archive", "drain", "query", "watch"];

impl Measure {
    /// Every measure that has a name, in the order of reports.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Throughput, Self::Makespan, Self::SpeedUp, Self::Contention, Self::Coherence];
        all.extend(STATISTICS.map(|(_, statistic)| Self::Sojourn(statistic)));
        all.extend(Account::ALL.map(Self::Account));
        all.extend(CHECKS.map(|(_, part)| Self::Check(part)));
        all.push(Self::Slope);
        all.extend(Activity::ALL.map(Self::WaitCausedBy));
        let calls = CALLS.iter().flat_map(|call| STATISTICS.map(|(_, of)| Self::Call((*call).to_owned(), of)));
        all.extend(calls);
        all.extend([Self::LongestWait, Self::Readers(ReadersMeasure::Mean), Self::Readers(ReadersMeasure::Most)]);
        all.push(Self::Overlap);
        for lock in LockKind::ALL {
            all.extend([Self::Lock(lock, LockMeasure::Utilisation), Self::Lock(lock, LockMeasure::Wait)]);
        }
        all.extend(Count::ALL.map(|(_, count)| Self::Count(count)));
        all.extend([Self::MemoryPeak, Self::BytesPerJob, Self::StartUp]);
        all.extend(Safety::ALL.map(|(_, what)| Self::Safety(what)));
        all
    }

    /// What it is counted in.
    #[must_use]
    pub const fn unit(&self) -> Unit {
        match self {
            Self::Throughput => Unit::Rate,
            Self::Makespan
            | Self::Sojourn(_)
            | Self::Account(_)
            | Self::Check(_)
            | Self::Slope
            | Self::WaitCausedBy(_)
            | Self::Call(..)
            | Self::LongestWait
            | Self::Lock(_, LockMeasure::Wait)
            | Self::StartUp => Unit::Time,
            Self::Overlap | Self::Lock(_, LockMeasure::Utilisation) => Unit::Share,
            Self::Count(Count::BytesWritten | Count::BytesRead) | Self::MemoryPeak | Self::BytesPerJob => Unit::Bytes,
            Self::SpeedUp
            | Self::Contention
            | Self::Coherence
            | Self::Readers(_)
            | Self::Count(_)
            | Self::Safety(_) => Unit::Number,
        }
    }

    /// Whether it can be read of one class of jobs.
    #[must_use]
    pub const fn has_classes(&self) -> bool {
        match self {
            Self::Throughput | Self::Makespan | Self::Sojourn(_) | Self::Account(_) | Self::LongestWait => true,
            // A call is of no class.
            Self::Count(count) => !matches!(count, Count::Calls),
            _ => false,
        }
    }

    /// Whether it takes all values of a swept knob to find it.
    #[must_use]
    pub const fn is_of_a_sweep(&self) -> bool {
        matches!(self, Self::SpeedUp | Self::Contention | Self::Coherence)
    }

    /// Whether more of it is better.
    #[must_use]
    pub const fn more_is_better(&self) -> bool {
        matches!(self, Self::Throughput | Self::SpeedUp | Self::Readers(_) | Self::Overlap)
    }
}

impl Count {
    /// Every count, by its name.
    pub const ALL: [(&str, Self); 11] = [
        ("writes", Self::Writes),
        ("bytes written", Self::BytesWritten),
        ("fsyncs", Self::Fsyncs),
        ("reads", Self::Reads),
        ("bytes read", Self::BytesRead),
        ("parses", Self::Parses),
        ("transitions", Self::Transitions),
        ("notifications", Self::Notifications),
        ("failed attempts", Self::FailedAttempts),
        ("raises", Self::Raises),
        ("calls", Self::Calls),
    ];
}

impl Safety {
    /// Each, by its name.
    pub const ALL: [(&str, Self); 4] = [
        ("jobs lost", Self::JobsLost),
        ("jobs run twice", Self::JobsRunTwice),
        ("files unreadable", Self::FilesUnreadable),
        ("deadlocks", Self::Deadlocks),
    ];
}

impl Statistic {
    /// Its word.
    #[must_use]
    pub fn name(self) -> &'static str {
        word(&STATISTICS, self)
    }

    /// The share of jobs at or below it, if it is a quantile.
    #[must_use]
    pub const fn share(self) -> Option<f64> {
        match self {
            Self::P50 => Some(0.50),
            Self::P95 => Some(0.95),
            Self::P99 => Some(0.99),
            Self::Mean | Self::Max => None,
        }
    }
}

fn word<T: PartialEq + Copy>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, known)| *known == value).map_or("?", |(word, _)| word)
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throughput => f.write_str("throughput"),
            Self::Makespan => f.write_str("makespan"),
            Self::SpeedUp => f.write_str("speed-up"),
            Self::Contention => f.write_str("contention"),
            Self::Coherence => f.write_str("coherence"),
            Self::Sojourn(statistic) => write!(f, "sojourn {}", statistic.name()),
            Self::Account(account) => write!(f, "account {}", account.name()),
            Self::Check(part) => write!(f, "check {}", word(&CHECKS, *part)),
            Self::Slope => f.write_str("slope"),
            Self::WaitCausedBy(activity) => write!(f, "wait caused by {}", activity.name()),
            Self::Call(call, statistic) => write!(f, "call {call} {}", statistic.name()),
            Self::LongestWait => f.write_str("longest wait"),
            Self::Readers(ReadersMeasure::Mean) => f.write_str("readers mean"),
            Self::Readers(ReadersMeasure::Most) => f.write_str("readers most"),
            Self::Overlap => f.write_str("overlap"),
            Self::Lock(kind, LockMeasure::Utilisation) => write!(f, "{} utilisation", kind.name()),
            Self::Lock(kind, LockMeasure::Wait) => write!(f, "{} wait", kind.name()),
            Self::Count(count) => f.write_str(word(&Count::ALL, *count)),
            Self::MemoryPeak => f.write_str("memory peak"),
            Self::BytesPerJob => f.write_str("bytes per job"),
            Self::StartUp => f.write_str("start-up"),
            Self::Safety(what) => f.write_str(word(&Safety::ALL, *what)),
        }
    }
}

/// No measure has this name; the text is what might be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoMeasure(pub String);

impl FromStr for Measure {
    type Err = NoMeasure;

    /// By its name; without the class.
    fn from_str(text: &str) -> Result<Self, NoMeasure> {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let all = Self::all();
        if let Some(found) = all.iter().find(|measure| measure.to_string() == words) {
            return Ok(found.clone());
        }
        let names: Vec<String> = all.iter().map(ToString::to_string).collect();
        Err(NoMeasure(suggest(&words, &names.iter().map(String::as_str).collect::<Vec<_>>())))
    }
}

impl TryFrom<String> for Measure {
    type Error = NoMeasure;

    fn try_from(text: String) -> Result<Self, NoMeasure> {
        text.parse()
    }
}

impl From<Measure> for String {
    fn from(measure: Measure) -> Self {
        measure.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_is_read_back_from_its_name() {
        for measure in Measure::all() {
            assert_eq!(measure.to_string().parse(), Ok(measure));
        }
    }

    #[test]
    fn a_misspelt_measure_names_the_nearest() {
        let NoMeasure(help) = "sojurn p95".parse::<Measure>().unwrap_err();
        assert!(help.contains("sojourn p95"), "{help}");
    }
}
