//! What a study was run with, and its runs in their order.

use super::sheet::Sheet;
use crate::lab::provenance::Provenance;
use crate::lab::{Analysis, Machine, RunSummary, Saturation, Study};
use crate::report::document::Block;
use crate::report::figures::Quantity::{Number, Time};
use crate::report::figures::{NOTHING, Quantity};
use crate::report::words;
use crate::scenario::Runtime;
use crate::units::counted;

/// What has to be the same for the same result.
pub(in crate::report) fn facts(analysis: &Analysis, run_id: &str) -> Block {
    let study = &analysis.study;
    let mut facts = vec![
        ("run", run_id.to_owned()),
        ("seed", study.seed.to_string()),
        ("scenario", format!("sha256 {}", study.scenario_hash)),
        ("runtime", study.runtime.as_str().to_owned()),
    ];
    facts.extend(program(&study.provenance));
    if study.runtime == Runtime::Live {
        facts.push(("started", study.started.clone()));
        let took = study.design_of_runs.took_ns.map_or(String::new(), |ns| format!("about {}", words::duration(ns)));
        facts.push(("takes", took));
        facts.extend(machine(&study.machine));
    }
    let facts: Vec<(&str, String)> = facts.into_iter().filter(|(_, fact)| !fact.is_empty()).collect();
    Sheet::new("what", facts.iter().map(|(what, _)| *what))
        .words("value", facts.iter().map(|(_, fact)| fact.clone()))
        .into_block("facts", "What has to be the same for the same result", "")
}

fn program(provenance: &Provenance) -> [(&'static str, String); 5] {
    let Provenance { version, sources, commit, is_clean, profile, rustc, binary_sha256 } = provenance;
    let or_nothing = |text: &Option<String>| text.clone().unwrap_or_default();
    let tree = match is_clean {
        Some(true) => " (clean tree)",
        Some(false) => " (with changes that are in no commit)",
        None => "",
    };
    let profile = profile.as_ref().map_or(String::new(), |profile| format!(", {profile} build"));
    [
        ("version", format!("jqlab {version}{profile}")),
        ("commit", commit.as_ref().map_or(String::new(), |commit| format!("{commit}{tree}"))),
        ("sources", format!("sha256 {sources}")),
        ("compiler", or_nothing(rustc)),
        ("program", binary_sha256.as_ref().map_or(String::new(), |hash| format!("sha256 {hash}"))),
    ]
}

fn machine(machine: &Machine) -> [(&'static str, String); 8] {
    let mhz = machine.mhz.map_or(String::new(), |mhz| format!(", {mhz:.0} MHz"));
    let disk = match machine.disk_rotates {
        Some(true) => format!("{} (turns)", machine.disk),
        Some(false) => format!("{} (does not turn)", machine.disk),
        None => machine.disk.clone(),
    };
    let journal = match machine.journal {
        Some(true) => ", with a journal",
        Some(false) => ", without a journal",
        None => "",
    };
    let hypervisor = match machine.virtualised {
        true => format!("yes {}", machine.product),
        false => "no".to_owned(),
    };
    [
        ("processor", format!("{}, {}{mhz}", machine.cpu, counted(machine.cores as u64, "core"))),
        ("memory", machine.memory_bytes.map_or(String::new(), |bytes| Quantity::Bytes.show(bytes as f64))),
        ("disk", disk),
        ("file system", format!("{} ({}){journal}", machine.file_system, machine.mount_options)),
        ("kernel", machine.kernel.clone()),
        ("virtual machine", hypervisor.trim().to_owned()),
        ("clock source", machine.clock_source.clone()),
        ("load before", machine.load_at_start.map_or(String::new(), |load| format!("{load:.2}"))),
    ]
}

/// What saturates the variants whose load is a share of it; none where no load is.
pub(in crate::report) fn saturations(study: &Study) -> Option<Block> {
    let found = &study.saturations;
    let name = |saturation: &Saturation| {
        study.variants.get(saturation.variant).map_or(NOTHING.to_owned(), |variant| variant.name.clone())
    };
    let column = |of: fn(&Saturation) -> f64| found.iter().map(|saturation| Some(of(saturation))).collect::<Vec<_>>();
    let sheet = Sheet::new("variant", found.iter().map(name))
        .about(found.iter().map(|saturation| saturation.variant))
        .values("jobs/s", Number, &column(|saturation| saturation.per_second))
        .values("least", Number, &column(|saturation| saturation.low))
        .values("greatest", Number, &column(|saturation| saturation.high))
        .figures("pilots", found.iter().map(|saturation| saturation.runs.to_string()));
    let note = "The throughput of runs in which there is always work: the median of pilots before the first block. Loads are shares of it.";
    (!sheet.is_empty()).then(|| sheet.into_block("saturations", "What the variants can do at most", note))
}

/// The runs in their order; none where the order has no effect.
pub(in crate::report) fn order(analysis: &Analysis) -> Option<Block> {
    let mut runs: Vec<&RunSummary> = analysis.runs.iter().filter(|run| run.conditions.is_some()).collect();
    runs.sort_by_key(|run| run.number);
    let started = |run: &&RunSummary| {
        let conditions = run.conditions.as_ref();
        conditions.map_or(NOTHING.to_owned(), |conditions| conditions.started.clone())
    };
    let name = |run: &&RunSummary| analysis.study.run_name(run.variant, run.replication, run.control);
    let load: Vec<Option<f64>> = runs.iter().map(|run| run.conditions.as_ref()?.load_before).collect();
    let took: Vec<Option<f64>> = runs.iter().map(|run| Some(run.elapsed_ns as f64)).collect();
    let sheet = Sheet::new("number", runs.iter().map(|run| run.number.to_string()))
        .about(runs.iter().map(|run| run.variant))
        .words("run", runs.iter().map(name))
        .words("started", runs.iter().map(started))
        .values("took", Time, &took)
        .values("load before", Number, &load);
    let note = "Blocks of all variants, in an order that is drawn from the seed and balanced over the blocks.";
    (!sheet.is_empty()).then(|| sheet.into_table("order", "The runs in their order", note).folded().into())
}
