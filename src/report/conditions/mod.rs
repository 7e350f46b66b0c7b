//! What the figures of a study hold for: machine, runtime, instrument, and what speaks against them.

mod instrument;
mod threats;

pub(super) use instrument::instrument;
pub(super) use threats::{Threats, in_short, is_unlike_itself, threats};

use super::figures::Quantity;
use super::words::names;
use crate::lab::doubts::{Doubt, StudyDoubt, VariantDoubt};
use crate::lab::machine::Machine;
use crate::lab::{Analysis, Study, doubts};
use crate::scenario::Runtime;
use crate::units::{Span, counted};

/// Up to this load for each core before it began, a machine was idle.
const IDLE_MAX: f64 = 0.1;

/// What a reader has to know before the first figure.
pub(super) fn at_a_glance(analysis: &Analysis) -> String {
    let study = &analysis.study;
    match study.runtime {
        Runtime::Live => format!(
            "Measured live, on job files of a real file system; {}. The queue is made of Rust actors, not of CPython threads: hold its \
             times against each other, not against those of another system.",
            business(analysis),
        ),
        Runtime::Virtual => {
            let mut profiles: Vec<String> =
                study.modelled.iter().map(|machine| format!("“{}” ({})", machine.profile, machine.title)).collect();
            profiles.dedup();
            let machine = match profiles.as_slice() {
                [] => "a modelled machine".to_owned(),
                [profile] => format!("the modelled machine {profile}"),
                profiles => format!("the modelled machines {}", profiles.join(" and ")),
            };
            format!("Computed in virtual time, not measured: every duration is one of {machine}.")
        }
    }
}

/// Whether the machine had other things to do.
fn business(analysis: &Analysis) -> String {
    let machine = &analysis.study.machine;
    // The load average still has what was before; a study that looked at the machine knows better.
    if let Some((quiet, busy)) = analysis.study.quiet.as_ref().and_then(|quiet| Some((quiet, quiet.busy?))) {
        let state = if quiet.is_quiet { "quiet" } else { "BUSY" };
        let cores = counted(machine.cores, "core");
        return format!("the machine was {state} when the study began ({busy:.2} of {cores} busy)");
    }
    let Some(load) = machine.load_at_start else { return "what else the machine did is not known".to_owned() };
    let is_busy = doubts::study_doubts(analysis).iter().any(|doubt| matches!(doubt, StudyDoubt::BusyMachine { .. }));
    let state = match is_busy {
        true => "BUSY",
        false if load <= IDLE_MAX * machine.cores as f64 => "idle",
        false => "not quite idle",
    };
    format!("the machine was {state} when the study began (load {load:.2} on {})", counted(machine.cores, "core"))
}

/// What a live study was run on, one sentence after the other.
pub(super) fn machine(machine: &Machine) -> Vec<String> {
    let mut sentences = vec![format!(
        "One machine: {} with {}{}, kernel {}, queue directories on {} ({}).",
        machine.cpu,
        counted(machine.cores, "core"),
        if machine.virtualised { " (virtual)" } else { "" },
        machine.kernel,
        machine.file_system,
        machine.mount_options,
    )];
    if let (Some(start), Some(end)) = (machine.load_at_start, machine.load_at_end) {
        sentences
            .push(format!("Load average: {start:.2} at the start, {end:.2} at the end (the study itself included)."));
    }
    sentences
}

/// How busy the machine was before the runs, which may follow each other for hours.
pub(super) fn loads(analysis: &Analysis) -> Option<String> {
    let loads = || analysis.runs.iter().filter_map(|run| run.conditions.as_ref()?.load_before);
    let (least, most) = (loads().reduce(f64::min)?, loads().reduce(f64::max)?);
    Some(format!(
        "Load average before each run: {least:.2} to {most:.2} (the run before is part of it). When each run began is in `results.json`."
    ))
}

/// The doubts of one kind in one point, those variants together of which the same is said.
fn doubts_by_kind(analysis: &Analysis) -> Vec<String> {
    let all = doubts::of_variants(analysis);
    let mut kinds: Vec<Doubt> = Vec::new();
    for found in &all {
        if kinds.iter().all(|kind| kind.mark() != found.doubt.mark()) {
            kinds.push(found.doubt);
        }
    }
    let of_kind = |kind: &Doubt| {
        let found: Vec<&VariantDoubt> = all.iter().filter(|found| found.doubt.mark() == kind.mark()).collect();
        format!("{}: {}. {}", kind.mark(), told(analysis, *kind, &found), kind.remedy())
    };
    kinds.iter().map(of_kind).collect()
}

/// What is said of which variants; how far it goes, where that is different of many.
fn told(analysis: &Analysis, kind: Doubt, found: &[&VariantDoubt]) -> String {
    const DIFFERENT_MAX: usize = 3;
    let mut said: Vec<(String, Vec<&str>)> = Vec::new();
    for VariantDoubt { variant, doubt } in found {
        let name = analysis.study.variants[*variant].name.as_str();
        let what = doubt.what();
        match said.iter_mut().find(|(known, _)| *known == what) {
            Some((_, of)) => of.push(name),
            None => said.push((what, vec![name])),
        }
    }
    if said.len() <= DIFFERENT_MAX {
        let said: Vec<String> = said.iter().map(|(what, of)| format!("{what} ({})", names(of))).collect();
        return said.join("; ");
    }
    let shares = || {
        found.iter().filter_map(|found| match found.doubt {
            Doubt::Noise { variation: share } | Doubt::Mailboxes { share } => Some(share),
            _ => None,
        })
    };
    let range = match (shares().reduce(f64::min), shares().reduce(f64::max)) {
        (Some(least), Some(most)) => format!(" ({})", Quantity::Share.show_range(least, most)),
        _ => String::new(),
    };
    format!("{}{range}, in {} of {} variants", kind.name(), found.len(), analysis.study.variants.len())
}

/// A sentence for each profile of a study in virtual time, with all the machines that are made of it.
fn modelled_machines(study: &Study) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    for machine in &study.modelled {
        if told.contains(&machine.profile.as_str()) {
            continue;
        }
        told.push(&machine.profile);
        let of_profile = || study.modelled.iter().filter(|other| other.profile == machine.profile);
        let mut cores: Vec<String> = of_profile()
            .map(|machine| machine.cores.map_or("unlimited".to_owned(), |cores| cores.to_string()))
            .collect();
        cores.dedup();
        let lock = |interval: u64| format!("with an interpreter lock (switch interval {})", Span(interval));
        let mut locks: Vec<String> = of_profile()
            .map(|machine| machine.interpreter_lock_ns.map_or("without an interpreter lock".to_owned(), lock))
            .collect();
        locks.dedup();
        let (cores, locks) = (cores.join(", "), locks.join(" and "));
        sentences.push(format!(
            "Modelled machine: profile `{}` ({}), cores: {cores}, {locks}. Its figures: {}",
            machine.profile, machine.title, machine.source
        ));
    }
    sentences
}

fn warmup(analysis: &Analysis) -> String {
    let cuts: Vec<usize> = analysis.runs.iter().map(|run| run.cut).collect();
    let most = cuts.iter().max().copied().unwrap_or(0);
    let mean = cuts.iter().sum::<usize>() as f64 / cuts.len().max(1) as f64;
    format!("{}; {mean:.0} jobs a run on average, {most} at most", analysis.study.warmup.in_words())
}
