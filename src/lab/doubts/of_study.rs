//! Doubts about a study as a whole, in words.

use crate::lab::statistics::REPLICATIONS_MIN;
use crate::lab::summary::FoundSummary;
use crate::runtime::record::STALL;

/// So many runs, calls or jobs are named, and the others counted.
pub(super) const NAMED: usize = 3;

/// A doubt about a study.
#[derive(Debug, Clone, PartialEq)]
pub enum StudyDoubt {
    /// It was stopped before its end.
    Partial,
    /// Runs have a fault.
    Faults {
        /// The first ones, each with what it is.
        named: Vec<String>,
        /// How many.
        runs: usize,
    },
    /// The program was built without optimisation.
    DebugBuild,
    /// What was known before it was run.
    Warning(String),
    /// The machine had other work.
    BusyMachine {
        /// Load average when the study began.
        load: f64,
        /// Processors.
        cores: usize,
    },
    /// The hypervisor gave processors to others.
    Steal {
        /// Of the time of all processors during the runs.
        share: f64,
    },
    /// Something took far too long in some runs.
    Stalled {
        /// The longest, each with its run and what it did to a claim.
        named: Vec<String>,
        /// Runs in which anything did.
        runs: usize,
        /// Of so many.
        of: usize,
        /// Runs without which a claim would be judged otherwise.
        deciding: usize,
    },
    /// Workers have so little to do that nothing waits for one.
    Idle {
        /// Variants of which that holds.
        variants: usize,
        /// Of so many in which jobs arrive whatever the queue does.
        of: usize,
        /// The largest share of their time, among these variants, in which workers have a job.
        busy: f64,
        /// The most jobs in the queue on average, among these variants.
        jobs_in_queue: f64,
    },
    /// Some calls were made too seldom to tell more than their mean.
    FewCalls {
        /// Each with how often.
        calls: Vec<String>,
    },
    /// The queue directory held jobs before a run.
    FoundJobs {
        /// Which: variant and replication.
        run: String,
        /// What it held.
        found: FoundSummary,
    },
    /// The queue refused calls.
    Refused {
        /// How many.
        calls: u64,
    },
    /// There are too few replications for an interval.
    NoIntervals {
        /// The most that a variant has.
        replications: usize,
    },
}

impl StudyDoubt {
    /// What was found; a sentence.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::Partial => {
                "The study was stopped before its end: figures rest on the runs, and parts of runs, listed.".to_owned()
            }
            Self::Faults { named, runs: 1 } => format!("1 run is left out of every estimate: {}.", named.join("")),
            Self::Faults { named, runs } => {
                format!("{runs} runs are left out of every estimate: {}.", in_short(named, *runs))
            }
            Self::DebugBuild => {
                "The program was built without optimisation: what it computes takes several times as long.".to_owned()
            }
            Self::Warning(what) => format!("Known before the runs: {what}."),
            Self::BusyMachine { load, cores } => {
                format!("The machine was busy when the study began: load average {load:.2}, cores {cores}.")
            }
            Self::Steal { share } => {
                format!("The hypervisor gave {:.1} % of the processors' time during the runs to others.", share * 100.0)
            }
            Self::Stalled { named, runs, of, deciding } => {
                let decides = match deciding {
                    0 => "no claim would be judged otherwise without one of them".to_owned(),
                    _ => format!("without one of them, a claim would be judged otherwise in {deciding} cases"),
                };
                format!(
                    "In {runs} of {of} runs something took more than {} ms; {decides}. {}.",
                    STALL.0 / 1_000_000,
                    in_short(named, *runs)
                )
            }
            Self::Idle { variants, of, busy, jobs_in_queue } => format!(
                "Nothing can queue in {variants} of {of} variants: their workers have a job for at most {:.0} % of the time, and \
                 {jobs_in_queue:.2} jobs are in the queue on average.",
                busy * 100.0
            ),
            Self::FewCalls { calls } => {
                format!("Too few calls for any quantile of their latency: {}.", in_short(calls, calls.len()))
            }
            Self::FoundJobs { run, found } => format!("{run}: {}", found_in_words(found)),
            Self::Refused { calls: 1 } => {
                "The queue refused 1 call; its jobs are excluded from every figure.".to_owned()
            }
            Self::Refused { calls } => {
                format!("The queue refused {calls} calls; their jobs are excluded from every figure.")
            }
            Self::NoIntervals { replications } => format!(
                "There are no intervals: they need {REPLICATIONS_MIN} replications; no variant has more than {replications}."
            ),
        }
    }

    /// Both, as one text.
    #[must_use]
    pub fn in_words(&self) -> String {
        self.remedy().map_or_else(|| self.what(), |remedy| format!("{} {remedy}", self.what()))
    }

    /// What to change, if anything can be; a sentence.
    #[must_use]
    pub const fn remedy(&self) -> Option<&'static str> {
        match self {
            Self::Partial => Some("Run it again, to its end."),
            Self::Faults { .. } => Some("Mend what broke, and run it again."),
            Self::DebugBuild => Some("Run it with cargo run --release."),
            Self::Stalled { .. } => Some(
                "Run it again if a verdict rests on such a run; keep queue directories on a disk of their own, or in memory.",
            ),
            Self::Idle { .. } => Some(
                "Expect no differences of waits there: raise the rate of arrivals to half of the saturation or more.",
            ),
            Self::FewCalls { .. } => Some("Raise workload.jobs or run.replications, to 40 calls."),
            Self::BusyMachine { .. } => Some("Keep the machine otherwise idle."),
            Self::Steal { .. } => Some("Run it on a machine of its own, or at another time."),
            Self::Refused { .. } => {
                Some("Raise design.queue_size_limit, lower workload.jobs, or remove the drain file.")
            }
            Self::NoIntervals { .. } => Some("Raise run.replications."),
            Self::FoundJobs { .. } => Some("Use an empty queue directory."),
            Self::Warning(_) => None,
        }
    }
}

/// The first of so many, and how many more.
fn in_short(named: &[String], of: usize) -> String {
    let more = of.saturating_sub(named.len().min(NAMED));
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("{}{more}", named[..named.len().min(NAMED)].join("; "))
}

/// What a queue held before its run.
fn found_in_words(found: &FoundSummary) -> String {
    /// So many jobs that were set aside are named.
    const NAMED: usize = 10;
    let FoundSummary { readable, unfinished, set_aside } = found;
    let mut text = format!(
        "jobs in the queue directory before: {readable}, of which unfinished: {unfinished}. They are excluded from every \
         figure of jobs; but the unfinished ones ran beside the load and used the same locks."
    );
    if !set_aside.is_empty() {
        let ids: Vec<String> = set_aside.iter().take(NAMED).map(u64::to_string).collect();
        let more = set_aside.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        text += &format!(" Moved to the archive, because their files hold no job: {}{more}.", ids.join(", "));
    }
    text
}
