//! What the figures of a study hold for: machine, runtime, instrument, and what speaks against them.

use super::figures::{Clock, Quantity, time, whole};
use super::sentences::names;
use crate::lab::doubts::{Doubt, StudyDoubt, VariantDoubt};
use crate::lab::machine::Machine;
use crate::lab::summary::{InstrumentSummary, TypicalSummary};
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

/// The clock that times were measured with.
pub(super) fn clock(analysis: &Analysis) -> Clock {
    let readings = costs(analysis, |costs| costs.clock_reading);
    Clock { resolution: readings.map_or(Span::ZERO, |[_, median, _]| median) }
}

/// One cost of the instrument in one run.
type Cost = fn(&InstrumentSummary) -> Option<TypicalSummary>;

/// What the instrument costs: the lowest tenth of a run, the median of the medians of runs, and the largest tenth of a run;
/// none where it was not measured.
fn costs(analysis: &Analysis, cost: Cost) -> Option<[Span; 3]> {
    let runs = analysis.runs.iter().filter_map(|run| run.instrument.as_ref());
    let seen: Vec<TypicalSummary> = runs.filter_map(cost).collect();
    let mut medians: Vec<u64> = seen.iter().map(|times| times.median_ns).collect();
    medians.sort_unstable();
    let least = seen.iter().map(|times| times.p10_ns).min()?;
    let most = seen.iter().map(|times| times.p90_ns).max()?;
    Some([least, medians[medians.len() / 2], most].map(Span))
}

/// What the instrument itself costs.
pub(super) fn instrument(analysis: &Analysis) -> Vec<String> {
    let mut points = Vec::new();
    let measured: [(&str, Cost); 6] = [
        ("a clock reading", |costs| costs.clock_reading),
        ("a message to a thread that is awake", |costs| costs.hop_awake),
        ("a message to a thread that sleeps", |costs| costs.hop_asleep),
        ("a timer late by", |costs| costs.timer),
        ("handling a message", |costs| costs.step),
        ("a lock operation", |costs| costs.lock),
    ];
    let told = measured.into_iter().filter_map(|(what, figure)| {
        let [least, median, most] = costs(analysis, figure)?.map(|span| span.0 as f64);
        let range = match least < most {
            true => format!(" ({})", Quantity::Time.show_range(least, most)),
            false => String::new(),
        };
        Some(format!("{what} {}{range}", time(median)))
    });
    let told: Vec<String> = told.collect();
    if !told.is_empty() {
        let runs = counted(analysis.runs.iter().filter(|run| run.instrument.is_some()).count(), "run");
        points.push(format!(
            "Measured before each run, in the way of `jqlab calibrate`; median of {runs}, in brackets from their lowest 10th to their \
             highest 90th percentile: {}.",
            told.join(", ")
        ));
    }
    let shares: Vec<f64> =
        (0..analysis.study.variants.len()).filter_map(|variant| doubts::mailbox_share(analysis, variant)).collect();
    let (least, most) = (shares.iter().copied().fold(f64::MAX, f64::min), shares.iter().copied().fold(0.0, f64::max));
    if most > 0.0 {
        points.push(format!(
            "Mailboxes hold {} of the mean sojourn, by variant. That is time in which a message was on its way or its receiver's \
             thread waited for a core; a difference between variants smaller than that of their mailboxes is not the queue's.",
            Quantity::Share.show_range(least, most),
        ));
    }
    let messages = analysis.runs.iter().fold(0_u64, |sum, run| sum.saturating_add(run.messages));
    let runs = counted(analysis.runs.len(), "run");
    points.push(format!("{} messages were delivered in {runs}.", whole(messages)));
    points
}

/// What speaks against the figures, and what they are limited to.
pub(super) fn threats(analysis: &Analysis) -> Vec<String> {
    let study = &analysis.study;
    let mut points = doubts::of_study(analysis);
    points.extend(doubts_by_kind(analysis));
    points.push(format!("Warm-up: {}.", warmup(analysis)));
    match study.runtime {
        Runtime::Live => {
            points.extend(machine(&study.machine));
            points.extend(loads(analysis));
        }
        Runtime::Virtual => {
            points.push(
                "Virtual time: every duration is that of a modelled machine, as good as its profile. To see how far it is off, \
                 compare it with live runs: `jqlab validate`."
                    .to_owned(),
            );
            points.extend(modelled_machines(study));
        }
    }
    points.push(
        "Runs are interleaved over the variants, replication by replication, in an order drawn from the seed."
            .to_owned(),
    );
    points
}

/// How busy the machine was before the runs, which may follow each other for hours.
fn loads(analysis: &Analysis) -> Option<String> {
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
