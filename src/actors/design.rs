//! The knobs of the queue's design, one field a knob. The defaults are the design document's.

use crate::job::file_format::Codec;
use crate::job::{Durability, Status, Timestamp};
use crate::units::Span;
use std::sync::Arc;

/// How job objects are shared between the threads of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Storage {
    /// Through their files: whoever needs a job that it does not work on reads its file.
    Files,
    /// As objects in memory, guarded by the queue lock; files are written only.
    SharedObjects,
}

/// How the status of a dependency is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DependencyLookup {
    /// Read the job file, parse all of it, build the job, compute its status.
    FullParse,
    /// Read the job file and pick the statuses out of it.
    StatusOnly,
    /// Ask the queue's memory.
    SharedObjects,
}

/// How the queue lock is taken by those who only need their own job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QueueLock {
    /// Shared by workers, exclusive for whoever changes the queue.
    Shared,
    /// Exclusive for everybody.
    Exclusive,
}

/// How the dependency tracker's own lock is held during a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DependencyLock {
    /// Exclusively, around the whole check: as shipped.
    Exclusive,
    /// Shared, around the whole check.
    Shared,
    /// Exclusively, but only to note who waits for whom; not while the file is read.
    RegisterOnly,
}

/// One design of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Design {
    /// Size of the worker pool.
    pub workers: u32,
    /// Threads that answer clients' requests.
    pub request_threads: u32,
    /// Most unarchived jobs that the queue takes.
    pub queue_size_limit: u64,
    /// How job objects are shared.
    pub storage: Storage,
    /// How a dependency's status is found.
    pub dependency_lookup: DependencyLookup,
    /// How the queue lock is taken.
    pub queue_lock: QueueLock,
    /// How the dependency tracker's lock is held.
    pub dependency_lock: DependencyLock,
    /// The status of an opcode that waits for dependencies: waiting or waitdeps.
    pub waiting_status: Status,
    /// The status of an opcode after a failed lock attempt: waiting or queued.
    pub lock_retry_status: Status,
    /// How job files are written down.
    pub codec: Codec,
    /// How they reach the disk.
    pub durability: Durability,
    /// Added to every file operation (each read; each create-and-write, fsync and rename).
    pub disk_latency: Span,
    /// Timeouts of the lock attempts of one round.
    pub lock_attempts: Arc<[Span]>,
    /// Whether each timeout is varied by up to 5 % either way.
    pub lock_jitter: bool,
    /// The cluster whose locks opcodes take.
    pub cluster: Arc<Cluster>,
    /// What the wall clock shows at the start of the run, for timestamps.
    pub epoch: Timestamp,
}

/// The objects that have locks. Names are sorted, so that the order of numbers is the order of names.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Cluster {
    instances: Vec<String>,
    nodes: Vec<String>,
}

impl Cluster {
    /// A cluster of `inst1` to `inst<instances>` and `node1` to `node<nodes>`.
    #[must_use]
    pub fn of_size(instances: u32, nodes: u32) -> Self {
        let names = |stem: &str, count| {
            let mut names: Vec<String> = (1..=count).map(|number| format!("{stem}{number}")).collect();
            names.sort();
            names
        };
        Self { instances: names("inst", instances), nodes: names("node", nodes) }
    }

    /// Instance names, sorted.
    #[must_use]
    pub fn instances(&self) -> &[String] {
        &self.instances
    }

    /// Node names, sorted.
    #[must_use]
    pub fn nodes(&self) -> &[String] {
        &self.nodes
    }
}

/// What the wall clock shows at the start of a run in virtual time.
pub const EPOCH: Timestamp = Timestamp { seconds: 1_300_000_000, microseconds: 0 };

impl Default for Design {
    fn default() -> Self {
        Self {
            workers: 25,
            request_threads: 16,
            queue_size_limit: 5000,
            storage: Storage::Files,
            dependency_lookup: DependencyLookup::FullParse,
            queue_lock: QueueLock::Shared,
            dependency_lock: DependencyLock::Exclusive,
            waiting_status: Status::Waiting,
            lock_retry_status: Status::Waiting,
            codec: Codec::Json,
            durability: Durability::Fsync,
            disk_latency: Span::ZERO,
            lock_attempts: super::locks::standard_attempts(),
            lock_jitter: true,
            cluster: Arc::new(Cluster::of_size(20, 5)),
            epoch: EPOCH,
        }
    }
}
