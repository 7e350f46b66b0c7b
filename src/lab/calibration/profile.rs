//! From single times to a profile.

use super::crowd::Crowds;
use super::cycle::{CODEC_STEPS, FSYNC, FSYNC_DIRECTORY, LIST, READ, READ_UNCACHED, RENAME, RENAME_NEW, WRITE};
use super::fit::{self, Grows};
use super::{Calibration, Effort, Figure, Samples};
use crate::actors::machine::Cost;
use crate::actors::machine::Profile;
use crate::actors::machine::profile::{CodecCosts, Discipline, DiskProfile, FileCost, MessageCosts};
use crate::lab::Machine;
use crate::runtime::live::hops;
use crate::runtime::record::Typical;
use crate::units::{Span, counted};

/// Rounds that differ by more than this make a figure doubtful.
const DISAGREEMENT_MAX: f64 = 0.2;
/// A load average above this is somebody else's work.
const LOAD_MAX: f64 = 0.5;
/// The kernel's base time slice with one core; it grows with the logarithm of the cores, up to eight.
const BASE_SLICE: Span = Span(700_000);

/// The profile that `samples` show.
pub(super) fn assemble(samples: &Samples, crowds: &Crowds, machine: &Machine, effort: Effort) -> Calibration {
    let figures: Vec<Figure> = order().into_iter().filter_map(|name| figure(samples, name)).collect();
    let doubts = doubts(&figures, machine, effort);
    let cores = u32::try_from(machine.cores).unwrap_or(u32::MAX).max(1);
    let profile = Profile {
        name: "calibrated".to_owned(),
        title: format!("{}, {}, {}", machine.cpu, counted(cores, "core"), machine.file_system),
        source: source(machine, &doubts),
        measured_on: Some(machine.id()),
        cores,
        time_slice: Span(BASE_SLICE.0 * (1 + u64::from(cores.min(8).ilog2()))),
        interpreter_lock: None,
        disk: disk(samples, crowds),
        json: codec(samples, 0),
        json_indented_sorted: codec(samples, 1),
        update: Cost::default(),
        look_up: Cost::default(),
        messages: Some(messages(samples)),
    };
    Calibration { profile, figures, doubts }
}

/// All that is measured, in the order in which it is shown.
fn order() -> Vec<&'static str> {
    let files = [WRITE, FSYNC, FSYNC_DIRECTORY, RENAME, RENAME_NEW, READ, READ_UNCACHED, LIST];
    let codecs = CODEC_STEPS.into_iter().flatten();
    files.into_iter().flatten().chain(codecs).chain(hops::NAMES).collect()
}

fn figure(samples: &Samples, name: &'static str) -> Option<Figure> {
    let of = samples.get(name)?;
    let mut times: Vec<Span> = of.iter().map(|sample| Span::from_secs_f64(sample.secs)).collect();
    let typical = if hops::NAMES.contains(&name) { Typical::of(&mut times) } else { None };
    Some(Figure { name: name.to_owned(), samples: of.len(), typical, disagreement: fit::disagreement(of) })
}

fn cost(samples: &Samples, name: &str, grows: Grows) -> Cost {
    samples.get(name).map(|samples| fit::cost(samples, grows)).unwrap_or_default()
}

fn disk(samples: &Samples, crowds: &Crowds) -> DiskProfile {
    let file = |[cpu, device]: [&str; 2], of_cpu: Grows, of_device: Grows| FileCost {
        cpu: cost(samples, cpu, of_cpu),
        device: cost(samples, device, of_device),
    };
    let written = file(WRITE, Grows::WithBytes, Grows::Not);
    // Measured as one: what does not grow with the size is creating it.
    let write = Cost { base: Span::ZERO, ..written.cpu.clone() };
    let create = Cost { per_kib: Span::ZERO, ..written.cpu };
    DiskProfile {
        queue_depth: crowds.best(),
        discipline: Discipline::Fifo,
        crowding: crowds.factors().into(),
        create: FileCost { cpu: create, device: written.device },
        write: FileCost { cpu: write, device: Cost::default() },
        fsync: file(FSYNC, Grows::WithBytes, Grows::WithBytes),
        fsync_directory: file(FSYNC_DIRECTORY, Grows::Not, Grows::Not),
        rename: file(RENAME, Grows::Not, Grows::Not),
        rename_new: file(RENAME_NEW, Grows::Not, Grows::Not),
        read: file(READ, Grows::WithBytes, Grows::Not),
        read_uncached: file(READ_UNCACHED, Grows::WithBytes, Grows::WithBytes),
        list: file(LIST, Grows::WithEntries, Grows::Not),
        page_cache: None,
    }
}

fn codec(samples: &Samples, codec: usize) -> CodecCosts {
    let [encode, parse, build, status_only] = CODEC_STEPS[codec].map(|name| cost(samples, name, Grows::WithBoth));
    CodecCosts { encode, parse, build, status_only }
}

fn messages(samples: &Samples) -> MessageCosts {
    let [hop_awake, hop_asleep, timer, step, lock] = hops::NAMES.map(|name| cost(samples, name, Grows::Not));
    MessageCosts { hop_awake, hop_asleep, awake_for: hops::awake_for(), timer, step, lock }
}

fn doubts(figures: &[Figure], machine: &Machine, effort: Effort) -> Vec<String> {
    let mut doubts = Vec::new();
    if effort == Effort::Quick {
        doubts.push("measured in a few seconds: the figures are coarse".to_owned());
    }
    if let Some(load) = machine.load_at_start.filter(|load| *load > LOAD_MAX) {
        doubts.push(format!("the machine was busy when it began: load average {load}"));
    }
    let apart = |figure: &&Figure| figure.disagreement > DISAGREEMENT_MAX;
    let named: Vec<String> = figures
        .iter()
        .filter(apart)
        .map(|figure| format!("{} by {:.0} %", figure.name, figure.disagreement * 100.0))
        .collect();
    if !named.is_empty() {
        doubts.push(format!("rounds differ: {}", named.join("; ")));
    }
    doubts
}

fn source(machine: &Machine, doubts: &[String]) -> String {
    let virtualised = if machine.virtualised { ", a virtual machine" } else { "" };
    let load = |load: Option<f64>| load.map_or_else(|| "unknown".to_owned(), |load| load.to_string());
    let mut source = format!(
        "Measured by jqlab calibrate {} on {}, {}{virtualised}, Linux {}, {} ({}); load average {} before, {} after.",
        env!("CARGO_PKG_VERSION"),
        machine.cpu,
        counted(machine.cores, "core"),
        machine.kernel,
        machine.file_system,
        machine.mount_options,
        load(machine.load_at_start),
        load(machine.load_at_end),
    );
    if !doubts.is_empty() {
        source += &format!(" Doubtful: {}.", doubts.join("; "));
    }
    source
}
