//! Every cost of a profile, once: its key, what it is, the field that keeps it, and what holds where a profile leaves it
//! out. Reading, writing, `jqlab profile show` and the table in `docs/profiles.md` follow from these lists.

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

/// `[disk]`: operations on files and directories.
#[rustfmt::skip] // a table
pub const DISK: [CostKey<DiskProfile, FileCost>; 9] = [
    CostKey { key: "create", about: "creating a file, opening it for writing and closing it", field: |disk| &mut disk.create, missing: Refused },
    CostKey { key: "write", about: "writing into it", field: |disk| &mut disk.write, missing: Refused },
    CostKey { key: "fsync", about: "syncing it", field: |disk| &mut disk.fsync, missing: Refused },
    CostKey { key: "fsync_directory", about: "syncing the directory", field: |disk| &mut disk.fsync_directory, missing: Refused },
    CostKey { key: "rename", about: "renaming a file over another", field: |disk| &mut disk.rename, missing: Refused },
    CostKey { key: "rename_new", about: "renaming it to a name that no file has", field: |disk| &mut disk.rename_new, missing: As("rename") },
    CostKey { key: "read", about: "reading a file whose pages are in memory", field: |disk| &mut disk.read, missing: Refused },
    CostKey { key: "read_uncached", about: "reading a file whose pages are not", field: |disk| &mut disk.read_uncached, missing: Refused },
    CostKey { key: "list", about: "listing the directory; `per_entry` is per file", field: |disk| &mut disk.list, missing: Refused },
];

/// `[codec.json]` and `[codec.json-indented-sorted]`.
#[rustfmt::skip] // a table
pub const CODEC: [CostKey<CodecCosts, Cost>; 4] = [
    CostKey { key: "encode", about: "a job to bytes", field: |codec| &mut codec.encode, missing: Refused },
    CostKey { key: "parse", about: "bytes to a tree of values", field: |codec| &mut codec.parse, missing: Refused },
    CostKey { key: "build", about: "the tree to a job", field: |codec| &mut codec.build, missing: Refused },
    CostKey { key: "status_only", about: "picking the statuses out of the bytes", field: |codec| &mut codec.status_only, missing: Refused },
];

/// `[overhead]`: computing that is part of no step.
#[rustfmt::skip] // a table
pub const OVERHEAD: [CostKey<Profile, Cost>; 2] = [
    CostKey { key: "update", about: "what else an update of a job file takes", field: |profile| &mut profile.update, missing: Free },
    CostKey { key: "load", about: "what else the look-up of a job takes", field: |profile| &mut profile.load, missing: Free },
];

/// `[messages]`: the instrument of live runs.
#[rustfmt::skip] // a table
pub const MESSAGES: [CostKey<MessageCosts, Cost>; 5] = [
    CostKey { key: "hop_awake", about: "until a thread that is awake begins with a message", field: |costs| &mut costs.hop_awake, missing: Refused },
    CostKey { key: "hop_asleep", about: "until a thread that sleeps begins with a message", field: |costs| &mut costs.hop_asleep, missing: Refused },
    CostKey { key: "timer", about: "how late a timer's message comes", field: |costs| &mut costs.timer, missing: Refused },
    CostKey { key: "step", about: "what a message takes its receiver to compute", field: |costs| &mut costs.step, missing: Refused },
    CostKey { key: "lock", about: "what a lock operation takes besides", field: |costs| &mut costs.lock, missing: Refused },
];

/// The keys of a section.
pub(super) fn keys<S, C>(costs: &[CostKey<S, C>]) -> impl Iterator<Item = &'static str> {
    costs.iter().map(|cost| cost.key)
}
