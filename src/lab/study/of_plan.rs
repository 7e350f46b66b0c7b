//! The study that a plan is.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // names the place of live runs

use super::{DesignOfRuns, ModelledMachine, Study, VariantInfo};
use crate::lab::machine::{Machine, now};
use crate::lab::runner::Options;
use crate::scenario::{self, Plan, Runtime, Variant};

impl Study {
    /// The study of `plan`, about to be run.
    #[must_use]
    pub fn of(plan: &Plan, options: &Options<'_>) -> Self {
        let classes = plan.variants[0].workload.classes.iter().map(|class| class.name.clone()).collect();
        let variant = |variant: &Variant| VariantInfo {
            name: variant.name.clone(),
            changes: variant.changes.clone(),
            compare_with: variant.compare_with,
            point: variant.point,
            swept: variant.swept.clone(),
            role: variant.role,
        };
        // In virtual time nothing depends on a machine or a date, so that the report is the same every time.
        let (machine, started, modelled) = match options.runtime {
            Runtime::Live => {
                let files = options.queue_directory.clone().or_else(|| options.base.clone());
                (Machine::of(&files.unwrap_or_else(std::env::temp_dir)), now(), Vec::new())
            }
            Runtime::Virtual => (Machine::none(), String::new(), modelled(plan)),
        };
        Self {
            title: plan.title.clone(),
            name: plan.name.clone(),
            question: plan.question.clone().unwrap_or_default(),
            source: plan.source.as_ref().map(ToString::to_string).unwrap_or_default(),
            seed: plan.seed,
            scenario_hash: plan.hash.clone(),
            scenario_text: plan.text.clone(),
            classes,
            variants: plan.variants.iter().map(variant).collect(),
            claims: plan.claims.clone(),
            runtime: options.runtime,
            warmup: plan.run.warmup,
            design_of_runs: DesignOfRuns::of(plan, options.runtime),
            saturations: Vec::new(),
            quiet: None,
            machine,
            modelled,
            command: options.command.clone(),
            provenance: options.provenance.clone(),
            started,
            partial: false,
            warnings: scenario::warnings(plan),
        }
    }
}

/// The machines of the variants, each once.
fn modelled(plan: &Plan) -> Vec<ModelledMachine> {
    let mut machines: Vec<ModelledMachine> = Vec::new();
    for profile in plan.variants.iter().map(|variant| &variant.machine.profile) {
        let machine = ModelledMachine {
            profile: profile.name.clone(),
            title: profile.title.clone(),
            source: profile.source.clone(),
            cores: Some(profile.cores).filter(|cores| *cores < u32::MAX),
            interpreter_lock_ns: profile.interpreter_lock.map(|interval| interval.0),
        };
        if !machines.contains(&machine) {
            machines.push(machine);
        }
    }
    machines
}
