//! What was asked and what was run: the part of a report that is known without measuring.

mod conduct;
mod of_plan;
mod of_runs;

pub use conduct::{Studied, study};
pub use of_runs::{DesignOfRuns, Saturation, StoppedBy, WaitForQuiet};

use super::machine::{Conditions, Machine};
use super::provenance::Provenance;
use super::reduction::SummedRecord;
use crate::scenario::{Claim, Role, Runtime, WarmUp};
use serde::{Deserialize, Serialize};

/// One variant of the design or workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariantInfo {
    /// Its name, as in the scenario.
    pub name: String,
    /// What it changes of the base: knob and value, `("design.workers", "4")`.
    pub changes: Vec<(String, String)>,
    /// The variant that it is compared with, by place, as the scenario says; none: with nothing.
    #[serde(default)]
    pub compare_with: Option<usize>,
    /// Its point of the matrix: variants of the same point differ in what their `[[variant]]` says alone.
    #[serde(default)]
    pub point: usize,
    /// The knobs of the matrix and their values at its point, as written: `("workers", "4")`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub swept: Vec<(String, String)>,
    /// What it stands for, if the scenario says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// A machine of virtual time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelledMachine {
    /// Name of its profile.
    pub profile: String,
    /// What the profile stands for.
    pub title: String,
    /// Where its figures come from.
    pub source: String,
    /// Cores; none where nothing waits for one.
    pub cores: Option<u32>,
    /// The switch interval of its interpreter lock, if it has one.
    pub interpreter_lock_ns: Option<u64>,
}

/// A study: a question, and how it was put to the queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Study {
    /// For the top of the page.
    pub title: String,
    /// Short, as in file names.
    pub name: String,
    /// In one sentence.
    pub question: String,
    /// The document, and the place in it.
    pub source: String,
    /// From which all chance comes.
    pub seed: u64,
    /// Fingerprint of the scenario's text.
    pub scenario_hash: String,
    /// The scenario as it was written.
    pub scenario_text: String,
    /// Names of the workload classes, by number.
    pub classes: Vec<String>,
    /// In the order of the scenario.
    pub variants: Vec<VariantInfo>,
    /// What the design document says, and what would show it.
    pub claims: Vec<Claim>,
    /// Where it was run.
    pub runtime: Runtime,
    /// How the start of each run is cut off.
    pub warmup: WarmUp,
    /// How many blocks of runs were planned and made, and why no more.
    #[serde(default)]
    pub design_of_runs: DesignOfRuns,
    /// Of the variants whose load is a share of it: the saturation, found before the first block.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub saturations: Vec<Saturation>,
    /// How quiet the machine was when the first block began; none in virtual time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<WaitForQuiet>,
    /// What it was run on.
    pub machine: Machine,
    /// The command that does it again.
    pub command: String,
    /// Which program made it.
    pub provenance: Provenance,
    /// What was modelled, in virtual time: each machine that a variant has, once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub modelled: Vec<ModelledMachine>,
    /// When it began, by the wall clock.
    pub started: String,
    /// True if it was stopped before its end.
    pub partial: bool,
    /// What was known to speak against it before it was run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// One run of one variant.
#[derive(Debug, Clone)]
pub struct Run {
    /// Place of the variant in the study.
    pub variant: usize,
    /// Number of the replication, from 0. The same number means the same random numbers in every variant.
    pub replication: u32,
    /// Place in the running order, from 1.
    pub number: usize,
    /// Whether it is the control of a live run: the same once more, to tell the machine's noise.
    pub control: bool,
    /// Whether jobs arrive whatever the queue does, so that arrivals can outrun it.
    pub has_open_arrivals: bool,
    /// Workers of its design.
    pub workers: u32,
    /// For each class by number the dependencies of each of its jobs, if it is one of several that differ in nothing else.
    pub doses: Vec<Option<u32>>,
    /// What was seen of the machine around it; live runs only.
    pub conditions: Option<Conditions>,
    /// What it left behind.
    pub record: SummedRecord,
}

impl Study {
    /// What a run is called: `as designed, replication 2`.
    #[must_use]
    pub fn run_name(&self, variant: usize, replication: u32, control: bool) -> String {
        let variant = self.variants.get(variant).map_or("?", |variant| &variant.name);
        let control = if control { ", control" } else { "" };
        format!("{variant}, replication {}{control}", replication + 1)
    }
}

impl Run {
    /// The first run of a study's first variant, with open arrivals.
    #[must_use]
    pub const fn new(record: SummedRecord) -> Self {
        Self {
            variant: 0,
            replication: 0,
            number: 1,
            control: false,
            has_open_arrivals: true,
            workers: 1,
            doses: Vec::new(),
            conditions: None,
            record,
        }
    }
}
