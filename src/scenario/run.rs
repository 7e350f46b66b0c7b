//! How a scenario is run: in which runtimes, how often, and what of a run does not count.

use crate::units::Span;
use serde::{Deserialize, Serialize};

/// What moves a queue's actors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runtime {
    /// Threads on real job files, by the wall clock.
    Live,
    /// A calendar in virtual time, on a modelled machine.
    Virtual,
}

impl Runtime {
    /// The word in scenarios and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Virtual => "virtual",
        }
    }
}

/// The runtimes that a scenario is run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Runtimes {
    /// In this one.
    One(Runtime),
    /// In both: live, with the predictions of virtual time held against it.
    Both,
}

impl Runtimes {
    /// How scenarios and the command line write them.
    pub const WORDS: [(&str, Self); 3] =
        [("live", Self::One(Runtime::Live)), ("virtual", Self::One(Runtime::Virtual)), ("both", Self::Both)];

    /// How it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::One(runtime) => runtime.as_str(),
            Self::Both => "both",
        }
    }

    /// Whether `runtime` is among them.
    #[must_use]
    pub fn include(self, runtime: Runtime) -> bool {
        self == Self::Both || self == Self::One(runtime)
    }
}

/// How the start of each run is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WarmUp {
    /// Nothing is cut off.
    None,
    /// Jobs due before this time, in nanoseconds, do not count.
    Time(Span),
    /// The first so many jobs, in the order in which they were due, do not count.
    Jobs(u32),
    /// As MSER-5 finds it in the sojourn times, in the order in which the jobs were due.
    Mser5,
}

/// How a scenario is run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunPlan {
    /// The runtimes that every variant is run in.
    pub runtimes: Runtimes,
    /// Blocks: how often each variant. With a rule to stop by, the blocks between two looks at it.
    pub replications: u32,
    /// When no more blocks are made.
    pub until: Until,
    /// Blocks at most, where `until` is a rule.
    pub at_most: u32,
    /// No block is begun that would not end within this time since the study began, as far as can be told.
    pub time_limit: Option<Span>,
    /// What variants of the same block share.
    pub random_numbers: RandomNumbers,
    /// What is cut off at the start.
    pub warmup: WarmUp,
    /// When a run ends at the latest.
    pub limit: Option<Span>,
}

/// Looks at a study's claims before it ends, at most.
const LOOKS: u32 = 3;

impl RunPlan {
    /// How often the study's claims are looked at, each time with a chance to stop because of them; 1 if the number of
    /// blocks does not depend on them.
    #[must_use]
    pub fn looks(&self) -> u32 {
        match self.until {
            Until::Decided => self.at_most.div_ceil(self.replications.max(1)).clamp(1, LOOKS),
            Until::Fixed | Until::Precision(_) => 1,
        }
    }
}

/// When a study has enough blocks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Until {
    /// When there are as many as the scenario says.
    Fixed,
    /// When every claim is decided.
    Decided,
    /// When the interval of every claim's effect is no wider than this share of it, either way.
    Precision(f64),
}

/// What the variants of a block draw from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RandomNumbers {
    /// The same streams: they have the same jobs, arrivals and run times.
    Common,
    /// Streams of their own: in virtual time, this stands in for the noise of a machine.
    Own,
}

impl RandomNumbers {
    /// How scenarios write them.
    pub const WORDS: [(&str, Self); 2] = [("common", Self::Common), ("own", Self::Own)];
}
