//! Studies made by hand, for tests here and of reports.

use super::findings::Findings;
use super::provenance::Provenance;
use super::validation::sample::run;
use super::{Analysis, Conditions, DesignOfRuns, FORMAT, Machine, RunSummary, Study, VariantInfo};
use crate::actors::accounting::Account;
use crate::scenario::{Runtime, WarmUp};

/// A live study of variants that are each compared with the one at this place.
pub(crate) fn study(variants: &[(&str, Option<usize>)]) -> Study {
    let info = |(name, compare_with): &(&str, Option<usize>)| VariantInfo {
        name: (*name).to_owned(),
        changes: Vec::new(),
        compare_with: *compare_with,
        point: 0,
        swept: Vec::new(),
        role: None,
    };
    Study {
        title: "By hand".into(),
        name: "by-hand".into(),
        question: String::new(),
        source: String::new(),
        seed: 1,
        scenario_hash: "0".into(),
        scenario_text: String::new(),
        classes: Vec::new(),
        variants: variants.iter().map(info).collect(),
        claims: Vec::new(),
        runtime: Runtime::Live,
        warmup: WarmUp::Jobs(0),
        design_of_runs: DesignOfRuns::default(),
        saturations: Vec::new(),
        quiet: None,
        machine: Machine { cores: 2, ..Machine::default() },
        modelled: Vec::new(),
        command: "jqlab run by-hand.toml".into(),
        provenance: Provenance::built_in(),
        started: "then".into(),
        partial: false,
        warnings: Vec::new(),
    }
}

/// A sound run of a variant: 100 jobs, mean times per job in microseconds.
pub(crate) fn run_of(variant: usize, replication: u32, accounts: &[(Account, f64)]) -> RunSummary {
    let conditions = Conditions { started: "then".into(), load_before: Some(0.0), steal_ns: Some(0) };
    RunSummary { variant, conditions: Some(conditions), ..run(replication, accounts) }
}

/// What `runs` say of `study`.
pub(crate) fn analysis(study: Study, runs: Vec<RunSummary>) -> Analysis {
    Analysis {
        format: FORMAT,
        study,
        runs,
        findings: Findings::default(),
        prediction: None,
        sensitivity: None,
        capacity: None,
    }
}
