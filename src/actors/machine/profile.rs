//! A profile: what the modelled machine costs. Measured on a machine, or put together from published figures.
//!
//! A profile describes hardware and the code of the modelled system, never the design of the queue. Text to
//! profile and back is the business of `crate::profile`.

use super::cost::Cost;
use crate::job::file_format::Codec;
use crate::units::Span;
use std::sync::Arc;

/// Everything that virtual time has to know of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Profile {
    /// Its short name: `nvme`.
    pub name: String,
    /// What it stands for, in a sentence.
    pub title: String,
    /// Where its figures come from.
    pub source: String,
    /// The machine that it was measured on, if it was measured.
    pub measured_on: Option<MachineId>,
    /// Cores that compute; `u32::MAX` where nothing ever waits for one.
    pub cores: u32,
    /// How long a thread may compute while others wait for its core.
    pub time_slice: Span,
    /// If at most one thread of the queue computes at a time: how long it may while others wait for that.
    pub interpreter_lock: Option<Span>,
    /// The disk and its file system.
    pub disk: DiskProfile,
    /// Turning jobs into bytes and back, compact.
    pub json: CodecCosts,
    /// The same, indented with sorted keys.
    pub json_indented_sorted: CodecCosts,
    /// What else computing an update of a job file takes; part of `encode` in the ledger.
    pub update: Cost,
    /// What else computing the look-up of a job takes; part of `build` in the ledger.
    pub look_up: Cost,
    /// Messages between the threads of the live runtime; none: messages take no time.
    pub messages: Option<MessageCosts>,
}

/// What tells one machine from another, as far as a profile is concerned.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct MachineId {
    /// Model of the processor, as the operating system names it.
    pub cpu: String,
    /// Type of the file system with the queue directory.
    pub file_system: String,
}

/// A disk with its file system.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DiskProfile {
    /// Operations that the device works on at once; more wait.
    pub queue_depth: u32,
    /// Who of those that wait goes first.
    pub discipline: Discipline,
    /// How much longer each operation takes with so many (first) in service at once: thousandths (second).
    /// Ascending, from one; between two entries linear, beyond the last as the last.
    pub crowding: Arc<[(u32, u32)]>,
    /// Creating a file, opening it for writing and closing it.
    pub create: FileCost,
    /// Writing into it.
    pub write: FileCost,
    /// Syncing it.
    pub fsync: FileCost,
    /// Syncing the directory.
    pub fsync_directory: FileCost,
    /// Renaming it over a file, which is then gone.
    pub rename: FileCost,
    /// Renaming it to a name that no file has.
    pub rename_new: FileCost,
    /// Reading a file whose pages are in memory.
    pub read: FileCost,
    /// Reading one whose pages are not.
    pub read_uncached: FileCost,
    /// Listing the directory; `per_entry` is per file.
    pub list: FileCost,
    /// Bytes of files that stay in memory; none: all do.
    pub page_cache: Option<u64>,
}

/// In which order a device takes operations that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Discipline {
    /// As they came.
    Fifo,
    /// Reads before writes, each as they came.
    ReadsFirst,
}

/// A file operation: computing in the kernel, which takes a core, then the device.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FileCost {
    /// On a core, without the interpreter lock.
    pub cpu: Cost,
    /// On the device, without a core.
    pub device: Cost,
}

/// What a codec costs, by bytes of the file and entries of its log and reasons.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct CodecCosts {
    /// A job to bytes.
    pub encode: Cost,
    /// Bytes to a tree of values.
    pub parse: Cost,
    /// The tree to a job.
    pub build: Cost,
    /// Picking the statuses out of the bytes.
    pub status_only: Cost,
}

/// What messages between threads cost: the instrument of live runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct MessageCosts {
    /// Until a thread that is awake begins with a message.
    pub hop_awake: Cost,
    /// Until a thread that sleeps begins with a message.
    pub hop_asleep: Cost,
    /// How long the hub's thread stays awake when it has nothing to do.
    pub awake_for: Span,
    /// How late a timer's message comes.
    pub timer: Cost,
    /// Computing that a message takes its receiver.
    pub step: Cost,
    /// What a lock operation takes on top of that.
    pub lock: Cost,
}

impl Profile {
    /// A machine on which nothing takes any time.
    #[must_use]
    pub fn free() -> Self {
        Self {
            name: "free".into(),
            title: "Nothing takes any time".into(),
            source: String::new(),
            measured_on: None,
            cores: u32::MAX,
            time_slice: Span::from_millis(3),
            interpreter_lock: None,
            disk: DiskProfile::free(),
            json: CodecCosts::default(),
            json_indented_sorted: CodecCosts::default(),
            update: Cost::default(),
            look_up: Cost::default(),
            messages: None,
        }
    }

    /// What `codec` costs.
    #[must_use]
    pub const fn codec(&self, codec: Codec) -> &CodecCosts {
        match codec {
            Codec::Json => &self.json,
            Codec::JsonIndentedSorted => &self.json_indented_sorted,
        }
    }
}

impl DiskProfile {
    /// A disk that takes no time.
    #[must_use]
    pub fn free() -> Self {
        Self {
            queue_depth: u32::MAX,
            discipline: Discipline::Fifo,
            crowding: [(1, 1_000)].into(),
            create: FileCost::default(),
            write: FileCost::default(),
            fsync: FileCost::default(),
            fsync_directory: FileCost::default(),
            rename: FileCost::default(),
            rename_new: FileCost::default(),
            read: FileCost::default(),
            read_uncached: FileCost::default(),
            list: FileCost::default(),
            page_cache: None,
        }
    }

    /// How much longer operations take with `in_service` of them in service, in thousandths.
    #[must_use]
    pub fn crowding_at(&self, in_service: u32) -> u32 {
        let knots = &self.crowding;
        match knots.iter().position(|(count, _)| *count >= in_service) {
            Some(0) => knots[0].1,
            None => knots.last().map_or(1_000, |knot| knot.1),
            Some(above) => {
                let ((low, from), (high, to)) = (knots[above - 1], knots[above]);
                let (way, width) = (u64::from(in_service - low), u64::from((high - low).max(1)));
                let grown = u64::from(to.saturating_sub(from)) * way / width;
                from + u32::try_from(grown).unwrap_or(u32::MAX)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crowding_is_linear_between_its_entries_and_level_beyond() {
        let disk = DiskProfile { crowding: [(1, 1_000), (4, 1_600), (8, 3_000)].into(), ..DiskProfile::free() };
        let at: Vec<u32> = [0, 1, 2, 4, 6, 8, 100].map(|count| disk.crowding_at(count)).into();
        assert_eq!(at, [1_000, 1_000, 1_200, 1_600, 2_300, 3_000, 3_000]);
    }
}
