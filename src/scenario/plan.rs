//! A scenario, resolved and validated: what the laboratory runs.

use super::arrivals::ArrivalProcess;
use super::capacity::CapacityPlan;
use super::claim::{Citation, Claim, Role};
use super::distribution::Distribution;
use super::limits;
use super::machine::Machine;
use super::run::{RandomNumbers, RunPlan};
use super::sensitivity::SensitivityPlan;
use crate::actors::Design;
use crate::actors::design::Cluster;
use crate::actors::locks::{Level, Mode};
use crate::job::{Priority, Status};
use crate::runtime::Streams;
use crate::units::Span;
use crate::written::suggest;
use std::sync::Arc;

/// A scenario that may be run.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What it is called in reports.
    pub title: String,
    /// The file's name without its ending.
    pub name: String,
    /// The design question.
    pub question: Option<String>,
    /// Where the claims stand.
    pub source: Option<Citation>,
    /// What all chance follows from.
    pub seed: u64,
    /// SHA-256 of the text, in hexadecimal digits.
    pub hash: String,
    /// At least one.
    pub variants: Vec<Variant>,
    /// What the design document says, and what would show it.
    pub claims: Vec<Claim>,
    /// How it is run.
    pub run: RunPlan,
    /// What is predicted beside it, in virtual time: variants of their own. It has no claims of its own, and no prediction.
    pub prediction: Option<Box<Self>>,
    /// What would change if a cost were another, if that is asked.
    pub sensitivity: Option<SensitivityPlan>,
    /// How much each variant bears, if that is asked.
    pub capacity: Option<CapacityPlan>,
    /// What was left out because it speaks of variants that were not chosen, in words.
    pub left_out: Vec<String>,
    /// The file as written.
    pub text: String,
}

/// One design under one workload.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// Its name, different from all others.
    pub name: String,
    /// The name of the `[[variant]]` that it was made of, with others if there is a matrix.
    pub family: String,
    /// The knobs of the matrix and their values at its point.
    pub swept: Vec<(String, String)>,
    /// What it stands for, if the scenario says so.
    pub role: Option<Role>,
    /// The design, complete.
    pub design: Design,
    /// The workload, complete.
    pub workload: Workload,
    /// The machine, complete.
    pub machine: Machine,
    /// Its point of the matrix; 0 without one. Variants of the same point differ in what their `[[variant]]` says alone.
    pub point: usize,
    /// Place in the plan of the variant that it is compared with; none for the first one alone.
    pub compare_with: Option<usize>,
    /// What it overrides: the key (`dependency_lock`, `chained.depends`) and the value as written.
    pub changes: Vec<(String, String)>,
}

/// What clients ask of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// Jobs in all.
    pub jobs: u32,
    /// How they come.
    pub arrivals: ArrivalProcess,
    /// Kinds of jobs; the shares add up to 1. `JobRequest::class` is the index in here.
    pub classes: Vec<Class>,
    /// The cluster whose locks they take; the design has the same.
    pub cluster: Arc<Cluster>,
}

/// One kind of jobs.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Different from all other classes' names.
    pub name: String,
    /// Its share of the jobs, 0 to 1.
    pub share: f64,
    /// What the first opcode of its jobs depends on.
    pub depends: Depends,
    /// The priority asked for.
    pub priority: Option<Priority>,
    /// The share of its jobs whose last opcode fails.
    pub fails: f64,
    /// Size of a finished job's file in bytes, about, if it would be smaller.
    pub file_size: Option<u32>,
    /// What the file is filled up with.
    pub filling: Filling,
    /// What its jobs do; at least one.
    pub opcodes: Vec<OpcodePlan>,
}

/// What fills a job file up to its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filling {
    /// One long comment: cheap to parse.
    Comment,
    /// Many short entries of a reason trail: as costly to parse as a log.
    Reasons,
}

/// Dependencies of the jobs of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Depends {
    /// On which jobs.
    pub shape: Shape,
    /// Only jobs of this class count; none: of any. For the shapes that look for jobs outside of a group.
    pub class: Option<String>,
    /// Final statuses that let the job go on; none means any.
    pub wanted: Vec<Status>,
}

/// On which jobs a job depends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// On none.
    None,
    /// On the `count` jobs submitted before it.
    Previous {
        /// Jobs depended on.
        count: u32,
    },
    /// On none, but in groups of `of` jobs in one `submit_many`: what other groups are to be compared with.
    Together {
        /// Jobs of a group.
        of: u32,
    },
    /// Groups of `of` jobs in one `submit_many`; each but the first depends on the one before.
    Chain {
        /// Jobs of a group.
        of: u32,
    },
    /// Groups of `of` jobs and one that depends on them all.
    FanIn {
        /// Jobs depended on.
        of: u32,
    },
    /// Groups of one job and `of` that depend on it.
    FanOut {
        /// Jobs that depend.
        of: u32,
    },
    /// On the `count` jobs that ended last.
    Finished {
        /// Jobs depended on.
        count: u32,
    },
    /// On `count` different jobs drawn among the `within` submitted last (none: among all).
    RandomEarlier {
        /// Jobs depended on.
        count: u32,
        /// Among how many.
        within: Option<u32>,
    },
}

/// One opcode of a class.
#[derive(Debug, Clone, PartialEq)]
pub struct OpcodePlan {
    /// Time in the running state.
    pub run: Distribution,
    /// Locks besides the cluster's.
    pub locks: Vec<LockPlan>,
    /// Messages that it logs.
    pub log_messages: u32,
    /// Bytes of each message's text; none: a short text.
    pub log_text: Option<u32>,
}

/// Locks of one level that an opcode takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockPlan {
    /// Which level: instance or node.
    pub level: Level,
    /// So many, drawn at random; none: all of the level.
    pub count: Option<u32>,
    /// Shared or exclusive.
    pub mode: Mode,
}

impl Shape {
    /// Jobs that are submitted together; 1 if each goes alone.
    #[must_use]
    pub const fn group(self) -> u32 {
        match self {
            Self::Together { of } | Self::Chain { of } => of,
            Self::FanIn { of } | Self::FanOut { of } => of + 1,
            _ => 1,
        }
    }
}

impl Plan {
    /// The variant with this name.
    ///
    /// # Errors
    /// That there is none, with the nearest name.
    pub fn variant(&self, name: &str) -> Result<&Variant, String> {
        let names: Vec<&str> = self.variants.iter().map(|variant| variant.name.as_str()).collect();
        let found = self.variants.iter().find(|variant| variant.name == name);
        found.ok_or_else(|| format!("no variant is called `{name}`: {}", suggest(name, &names)))
    }

    /// The chance of a run of `variant`: that of its replication, which is numbered from 0, or of its own. A control has the
    /// same chance as its run only where all share it.
    #[must_use]
    pub fn streams(&self, variant: &Variant, replication: u32, control: bool) -> Streams {
        let common = Streams::new(self.seed, replication);
        match self.run.random_numbers {
            RandomNumbers::Common => common,
            RandomNumbers::Own if control => common.of_run(&format!("control of {}", variant.name)),
            RandomNumbers::Own => common.of_run(&variant.name),
        }
    }

    /// Runs in one runtime: variants times replications.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.variants.len() as u64 * u64::from(self.run.replications)
    }

    /// Why it cannot be run live, if it cannot: a live run has the machine that it runs on, without an interpreter
    /// lock.
    #[must_use]
    pub fn why_not_live(&self) -> Option<String> {
        let first = &self.variants.first()?.machine;
        if let Some(other) = self.variants.iter().find(|variant| !variant.machine.is_same_hardware(first)) {
            let (one, two) = (&self.variants[0].name, &other.name);
            return Some(format!(
                "`{one}` and `{two}` differ in their machine, but a live run has the machine that it runs on"
            ));
        }
        if let Some(locked) = self.variants.iter().find(|variant| variant.machine.wants_interpreter_lock()) {
            let name = &locked.name;
            return Some(format!("`{name}` has an interpreter lock, but the threads of a live run have none"));
        }
        let jobs = self.variants.iter().map(|variant| variant.workload.jobs).find(|jobs| *jobs > limits::LIVE_JOBS)?;
        Some(format!(
            "{jobs} jobs are more than a live run can have ready before it begins, which is {}",
            limits::LIVE_JOBS
        ))
    }

    /// How long the arrivals of a live block take, with the baseline twice, if that follows from the scenario: where arrivals
    /// are open and their rates known.
    #[must_use]
    pub fn block_lasts(&self) -> Option<Span> {
        let baseline = self.variants.iter().find(|variant| variant.compare_with.is_none());
        self.variants.iter().chain(baseline).map(|variant| variant.workload.arrivals_last()).sum()
    }
}

impl Workload {
    /// How long its arrivals take, on average; none if that depends on the queue.
    #[must_use]
    pub fn arrivals_last(&self) -> Option<Span> {
        let per_second = self.arrivals.rate()?.per_second()?;
        Some(Span::from_secs_f64(f64::from(self.jobs) / per_second))
    }

    /// Seconds of running that a job brings on average; none if the mean is infinite.
    #[must_use]
    pub fn run_time_mean(&self) -> Option<Span> {
        let mut secs = 0.0;
        for class in &self.classes {
            for step in &class.opcodes {
                secs += class.share * step.run.mean()?.as_secs_f64();
            }
        }
        Some(Span::from_secs_f64(secs))
    }
}
