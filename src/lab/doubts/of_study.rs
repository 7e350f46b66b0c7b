//! Doubts about a study as a whole.

use crate::lab::statistics::REPLICATIONS_MIN;
use crate::lab::summary::FoundSummary;
use crate::lab::{Analysis, RunSummary};

/// Above this load for each core before it began, a machine was busy.
pub(super) const LOAD_MAX: f64 = 0.5;
/// Above this share of all processors' time during the runs, what the hypervisor took matters.
pub(super) const STEAL_MAX: f64 = 0.01;

/// A doubt about a study.
#[derive(Debug, Clone, PartialEq)]
pub enum StudyDoubt {
    /// It was stopped before its end.
    Partial,
    /// A run has a fault.
    Fault {
        /// Which: variant and replication.
        run: String,
        /// What it is.
        what: String,
    },
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
    /// There are controls.
    Controls {
        /// How many.
        runs: usize,
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
            Self::Fault { run, what } => format!("{run}, is left out of every estimate: {what}."),
            Self::Warning(what) => format!("Known before the runs: {what}."),
            Self::BusyMachine { load, cores } => {
                format!("The machine was busy when the study began: load average {load:.2}, cores {cores}.")
            }
            Self::Steal { share } => {
                format!("The hypervisor gave {:.1} % of the processors' time during the runs to others.", share * 100.0)
            }
            Self::FoundJobs { run, found } => format!("{run}: {}", found_in_words(found)),
            Self::Refused { calls: 1 } => {
                "The queue refused 1 call; its jobs are excluded from every figure.".to_owned()
            }
            Self::Refused { calls } => {
                format!("The queue refused {calls} calls; their jobs are excluded from every figure.")
            }
            Self::Controls { runs } => {
                format!(
                    "Live runs made a second time, to tell the machine's noise: {runs}. They are in no figure here."
                )
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
            Self::BusyMachine { .. } => Some("Keep the machine otherwise idle."),
            Self::Steal { .. } => Some("Run it on a machine of its own, or at another time."),
            Self::Refused { .. } => {
                Some("Raise design.queue_size_limit, lower workload.jobs, or remove the drain file.")
            }
            Self::NoIntervals { .. } => Some("Raise run.replications."),
            Self::FoundJobs { .. } => Some("Use an empty queue directory."),
            Self::Fault { .. } | Self::Warning(_) | Self::Controls { .. } => None,
        }
    }
}

/// Doubts about the study as a whole.
#[must_use]
pub fn study_doubts(analysis: &Analysis) -> Vec<StudyDoubt> {
    let study = &analysis.study;
    let mut found = Vec::new();
    if study.partial {
        found.push(StudyDoubt::Partial);
    }
    let faulty = analysis.runs.iter().filter_map(|run| Some((run, run.fault.as_ref()?)));
    found.extend(faulty.map(|(run, what)| StudyDoubt::Fault {
        run: study.run_name(run.variant, run.replication, run.control),
        what: what.clone(),
    }));
    found.extend(study.warnings.iter().cloned().map(StudyDoubt::Warning));
    let machine = &study.machine;
    if let Some(load) = machine.load_at_start.filter(|load| *load > LOAD_MAX * machine.cores as f64) {
        found.push(StudyDoubt::BusyMachine { load, cores: machine.cores });
    }
    found.extend(steal(analysis).filter(|share| *share > STEAL_MAX).map(|share| StudyDoubt::Steal { share }));
    found.extend(analysis.runs.iter().filter_map(|run| {
        let held = run.found.clone()?;
        Some(StudyDoubt::FoundJobs { run: study.run_name(run.variant, run.replication, run.control), found: held })
    }));
    let calls: u64 = analysis.runs.iter().map(RunSummary::calls_refused).sum();
    if calls > 0 {
        found.push(StudyDoubt::Refused { calls });
    }
    let runs = analysis.runs.iter().filter(|run| run.control).count();
    if runs > 0 {
        found.push(StudyDoubt::Controls { runs });
    }
    let of_variant = (0..study.variants.len()).map(|variant| analysis.runs_of(variant).count());
    let replications = of_variant.max().unwrap_or(0);
    if replications < REPLICATIONS_MIN {
        found.push(StudyDoubt::NoIntervals { replications });
    }
    found
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

/// The share of all processors' time during the runs that the hypervisor gave to others.
fn steal(analysis: &Analysis) -> Option<f64> {
    let known = || analysis.runs.iter().filter_map(|run| Some((run.conditions.as_ref()?.steal_ns?, run.elapsed_ns)));
    let stolen: f64 = known().map(|(stolen, _)| stolen as f64).sum();
    let passed: f64 = known().map(|(_, passed)| passed as f64).sum();
    let processors = analysis.study.machine.cores as f64;
    (passed * processors > 0.0).then(|| stolen / (passed * processors))
}
