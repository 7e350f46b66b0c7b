//! Every cost of a profile, once: its key, what it is, the field that keeps it, and what holds where a profile leaves
//! it out. Reading, writing, `jqlab profile show` and the table in `docs/profiles.md` follow from these lists.

use crate::actors::machine::cost::Cost;
use crate::actors::machine::profile::{CodecCosts, DiskProfile, FileCost, MessageCosts, Profile};

/// One cost `C` of a section that is kept in `S`.
#[derive(Debug)]
pub struct CostKey<S: 'static, C: 'static> {
    /// How a profile calls it.
    pub key: &'static str,
    /// What it is the cost of.
    pub about: &'static str,
    /// The field that keeps it.
    pub field: fn(&mut S) -> &mut C,
    /// What holds where a profile leaves it out.
    pub missing: Missing,
}

/// What holds where a profile leaves a cost out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The profile is refused.
    Refused,
    /// It takes no time.
    Free,
    /// It is as another one that stands before it in the list.
    As(&'static str),
}

use Missing::{As, Free, Refused};

const fn cost<S, C>(
    key: &'static str,
    about: &'static str,
    field: fn(&mut S) -> &mut C,
    missing: Missing,
) -> CostKey<S, C> {
    CostKey { key, about, field, missing }
}

/// `[disk]`: operations on files and directories.
pub const DISK: [CostKey<DiskProfile, FileCost>; 9] = [
    cost("create", "creating a file, opening it for writing and closing it", |disk| &mut disk.create, Refused),
    cost("write", "writing into it", |disk| &mut disk.write, Refused),
    cost("fsync", "syncing it", |disk| &mut disk.fsync, Refused),
    cost("fsync_directory", "syncing the directory", |disk| &mut disk.fsync_directory, Refused),
    cost("rename", "renaming a file over another", |disk| &mut disk.rename, Refused),
    cost("rename_new", "renaming it to a name that no file has", |disk| &mut disk.rename_new, As("rename")),
    cost("read", "reading a file whose pages are in memory", |disk| &mut disk.read, Refused),
    cost("read_uncached", "reading a file whose pages are not", |disk| &mut disk.read_uncached, Refused),
    cost("list", "listing the directory; `per_entry` is per file", |disk| &mut disk.list, Refused),
];

/// `[codec.json]` and `[codec.json-indented-sorted]`.
pub const CODEC: [CostKey<CodecCosts, Cost>; 4] = [
    cost("encode", "a job to bytes", |codec| &mut codec.encode, Refused),
    cost("parse", "bytes to a tree of values", |codec| &mut codec.parse, Refused),
    cost("build", "the tree to a job", |codec| &mut codec.build, Refused),
    cost("status_only", "picking the statuses out of the bytes", |codec| &mut codec.status_only, Refused),
];

/// `[overhead]`: computing that is part of no step.
pub const OVERHEAD: [CostKey<Profile, Cost>; 2] = [
    cost("update", "what else an update of a job file takes", |profile| &mut profile.update, Free),
    cost("look_up", "what else the look-up of a job takes", |profile| &mut profile.look_up, Free),
];

/// `[messages]`: the instrument of live runs.
pub const MESSAGES: [CostKey<MessageCosts, Cost>; 5] = [
    cost("hop_awake", "until a thread that is awake begins with a message", |costs| &mut costs.hop_awake, Refused),
    cost("hop_asleep", "until a thread that sleeps begins with a message", |costs| &mut costs.hop_asleep, Refused),
    cost("timer", "how late a timer's message comes", |costs| &mut costs.timer, Refused),
    cost("step", "what a message takes its receiver to compute", |costs| &mut costs.step, Refused),
    cost("lock", "what a lock operation takes besides", |costs| &mut costs.lock, Refused),
];

/// The keys of a section.
pub(super) fn keys<S, C>(costs: &[CostKey<S, C>]) -> impl Iterator<Item = &'static str> {
    costs.iter().map(|cost| cost.key)
}
