//! Measures in plain words.

use crate::scenario::claim::{CheckMeasure, Count, LockMeasure, Measure, ReadersMeasure, Safety, Statistic};

/// A measure as a sentence names it, without an article: `mean sojourn`, `readers at once (most)`.
#[must_use]
pub(in crate::report) fn measure(measure: &Measure) -> String {
    match measure {
        Measure::Sojourn(statistic) => of(*statistic, "sojourn"),
        Measure::Account(account) => format!("time in “{}” per job", account.name()),
        Measure::Check(part) => check(*part).to_owned(),
        Measure::Slope => "cost of one more dependency".to_owned(),
        Measure::WaitCausedBy(activity) => format!("wait per job caused by “{}”", activity.name()),
        Measure::Call(call, statistic) => of(*statistic, &format!("latency of “{call}”")),
        Measure::LongestWait => "longest wait for a worker".to_owned(),
        Measure::Readers(ReadersMeasure::Mean) => "readers at once (mean)".to_owned(),
        Measure::Readers(ReadersMeasure::Most) => "readers at once (most)".to_owned(),
        Measure::Overlap => "share of the reading time with two or more readers".to_owned(),
        Measure::Lock(kind, LockMeasure::Utilisation) => format!("utilisation of the {}", kind.name()),
        Measure::Lock(kind, LockMeasure::Wait) => format!("mean wait for the {}", kind.name()),
        Measure::Count(count) => per_job(*count).to_owned(),
        Measure::MemoryPeak => "peak memory".to_owned(),
        Measure::StartUp => "start-up time".to_owned(),
        Measure::Contention => "contention (σ)".to_owned(),
        Measure::Coherence => "coherence (κ)".to_owned(),
        Measure::Safety(Safety::Deadlocks) => "deadlocks".to_owned(),
        Measure::Throughput | Measure::Makespan | Measure::SpeedUp | Measure::BytesPerJob | Measure::Safety(_) => {
            measure.to_string()
        }
    }
}

/// The same as the title of a column, with a unit that does not depend on the figures.
#[must_use]
pub(in crate::report) fn title(of: &Measure) -> String {
    match of {
        Measure::Throughput => "jobs/s".to_owned(),
        Measure::Check(CheckMeasure::Design) => "a check".to_owned(),
        other => measure(other),
    }
}

fn of(statistic: Statistic, what: &str) -> String {
    match statistic {
        Statistic::Mean => format!("mean {what}"),
        Statistic::P50 => format!("median {what}"),
        Statistic::P95 | Statistic::P99 => format!("{} of the {what}", statistic.name()),
        Statistic::Max => format!("longest {what}"),
    }
}

const fn check(part: CheckMeasure) -> &'static str {
    match part {
        CheckMeasure::Whole => "whole dependency check, instrument included",
        CheckMeasure::Read => "reading in a dependency check",
        CheckMeasure::Parse => "parsing in a dependency check",
        CheckMeasure::Build => "building in a dependency check",
        CheckMeasure::Lock => "wait for the dependency lock in a check",
        CheckMeasure::Design => "cost of a dependency check",
        CheckMeasure::Instrument => "the instrument’s share of a check",
    }
}

const fn per_job(count: Count) -> &'static str {
    match count {
        Count::Writes => "writes a job",
        Count::BytesWritten => "bytes written a job",
        Count::Fsyncs => "fsyncs a job",
        Count::Reads => "reads a job",
        Count::BytesRead => "bytes read a job",
        Count::Parses => "parses a job",
        Count::Transitions => "transitions a job",
        Count::Notifications => "notifications a job",
        Count::FailedAttempts => "failed lock attempts a job",
        Count::Raises => "raises of priority a job",
        Count::Calls => "calls a job",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_measure_has_words_of_its_own() {
        let mut words: Vec<String> = Measure::all().iter().map(measure).collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
        assert_eq!(measure(&"sojourn p95".parse().unwrap()), "p95 of the sojourn");
    }
}
