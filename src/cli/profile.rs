//! `jqlab profile`: the shipped machines, and what a file operation costs on one.

use super::failure::Failure;
use super::output;
use crate::actors::machine::Cost;
use crate::actors::machine::Profile;
use crate::actors::machine::profile::FileCost;
use crate::profile::{self, TextErrors, costs};
use crate::units::Span;
use clap::{Args, Subcommand};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::fmt::Write as _;

/// Look at profiles: what a machine costs in virtual time.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  jqlab profile list
  jqlab profile show nvme
  jqlab profile show my-machine.toml          made by `jqlab calibrate --out my-machine.toml`
  jqlab profile show --toml nvme > mine.toml  a start for a profile of one's own")]
pub(super) struct ProfileCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List the shipped profiles
    List,
    /// Show what writing, syncing, reading and loading a job file costs
    Show {
        /// A shipped profile by its name, or a file (what has a / in it or ends with .toml)
        #[arg(value_name = "NAME|FILE")]
        profile: String,
        /// Print the profile as TOML, instead of a table
        #[arg(long)]
        toml: bool,
    },
}

impl ProfileCommand {
    pub(super) fn execute(self) -> Result<(), Failure> {
        match self.action {
            Action::List => list(),
            Action::Show { profile, toml: true } => match profile::shipped(&profile) {
                // With its comments.
                Ok((_, text)) => output::print(text),
                Err(_) => output::print(&profile::write(&find(&profile)?)),
            },
            Action::Show { profile, toml: false } => output::print(&shown(&find(&profile)?)),
        }
    }
}

/// The profile that a command names; what is wrong with it is shown with its place.
pub(super) fn find(name_or_path: &str) -> Result<Profile, Failure> {
    profile::find(name_or_path).map_err(|errors| refuse(name_or_path, &errors))
}

fn refuse(name: &str, errors: &TextErrors) -> Failure {
    output::complain(errors.render(output::is_colourful()).trim_end());
    Failure::Usage(format!("profile {name} cannot be used"))
}

fn list() -> Result<(), Failure> {
    let mut rows = Vec::new();
    for name in profile::names() {
        let (profile, _) = profile::shipped(name).map_err(|errors| refuse(name, &errors))?;
        rows.push(vec![name.to_owned(), profile.title]);
    }
    output::print(&output::table(&["name", "machine"], rows))
}

/// A job file that costs are shown for: its bytes and its log entries.
const FILES: [(&str, u64, u64); 2] = [("1 KB, 3 entries", 1_000, 3), ("100 KB, 800 entries", 100_000, 800)];
/// Random times that a 99th percentile is taken of.
const DRAWS: usize = 20_000;

/// What a job file costs on a machine, for people.
pub(super) fn shown(profile: &Profile) -> String {
    let mut text = format!("{}: {}\n", profile.name, profile.title);
    // Writing to a String cannot fail.
    let _ = writeln!(text, "source: {}", profile.source);
    let _ = writeln!(text, "{}\n", machine(profile));
    let [small, large] = FILES.map(|(label, ..)| format!("{label}: mean"));
    let figures = rows(profile).into_iter().map(|(label, costs)| {
        let of_file = |(_, bytes, entries)| {
            let mean: Span = costs.iter().map(|cost| cost.mean(bytes, entries)).sum();
            [mean, p99(&costs, bytes, entries)].map(|span| span.to_string())
        };
        [label].into_iter().chain(FILES.into_iter().flat_map(of_file)).collect()
    });
    text + &output::table(&["cost", &small, "p99", &large, "p99"], figures.collect())
}

/// Cores, locks, the disk's ways.
fn machine(profile: &Profile) -> String {
    let count = |count: u32| if count == u32::MAX { "unlimited".to_owned() } else { count.to_string() };
    let lock = profile.interpreter_lock.map_or_else(
        || "no interpreter lock".to_owned(),
        |interval| format!("an interpreter lock that switches after {interval}"),
    );
    let crowded: Vec<String> = profile
        .disk
        .crowding
        .iter()
        .skip(1)
        .map(|(count, factor)| format!("{count} at once take {:.1} × as long", f64::from(*factor) / 1e3))
        .collect();
    let messages = profile.messages.as_ref().map_or_else(
        || "messages take no time".to_owned(),
        |costs| {
            let mut costs = costs.clone();
            let means =
                costs::MESSAGES.iter().map(|cost| format!("{} {}", cost.key, (cost.field)(&mut costs).mean(0, 0)));
            format!("messages, mean: {}", means.collect::<Vec<_>>().join(", "))
        },
    );
    let depth = count(profile.disk.queue_depth);
    format!(
        "cores: {}, {lock}; disk: queue depth {depth}{}{}; {messages}",
        count(profile.cores),
        if crowded.is_empty() { "" } else { ", " },
        crowded.join(", ")
    )
}

/// A label, and costs that are paid one after the other.
type Row = (String, Vec<Cost>);

/// Every cost of disk, codec and overhead, and what an update and a look-up of a job file take in all.
fn rows(profile: &Profile) -> Vec<Row> {
    let mut profile = profile.clone();
    let mut rows: Vec<Row> = Vec::new();
    for cost in &costs::DISK {
        rows.push((format!("disk: {}", cost.key), parts((cost.field)(&mut profile.disk))));
    }
    for cost in &costs::CODEC {
        rows.push((format!("codec: {}", cost.key), vec![(cost.field)(&mut profile.json).clone()]));
    }
    for cost in &costs::OVERHEAD {
        rows.push((format!("overhead: {}", cost.key), vec![(cost.field)(&mut profile).clone()]));
    }
    let Profile { disk, json, .. } = &profile;
    let operations = |costs: &[&FileCost]| costs.iter().flat_map(|cost| parts(cost)).collect::<Vec<_>>();
    let on_disk = operations(&[&disk.create, &disk.write, &disk.fsync, &disk.rename]);
    rows.push(("an update, durable".into(), [vec![json.encode.clone(), profile.update.clone()], on_disk].concat()));
    let in_memory = vec![json.parse.clone(), json.build.clone(), profile.look_up.clone()];
    rows.push(("a look-up, from memory".into(), [operations(&[&disk.read]), in_memory].concat()));
    rows
}

fn parts(cost: &FileCost) -> Vec<Cost> {
    vec![cost.cpu.clone(), cost.device.clone()]
}

/// What one time in a hundred exceeds, of all parts together.
fn p99(costs: &[Cost], bytes: u64, entries: u64) -> Span {
    let mut random = Pcg64Mcg::seed_from_u64(1);
    let mut time = || costs.iter().map(|cost| cost.sample(bytes, entries, || random.next_u64())).sum();
    let mut times: Vec<Span> = (0..DRAWS).map(|_| time()).collect();
    times.sort_unstable();
    times[DRAWS * 99 / 100]
}
