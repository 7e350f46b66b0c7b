//! Who has which address in a system.

use super::ActorId;

/// The addresses of a system's actors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Roster {
    workers: u32,
    threads: u32,
    disks: Disks,
}

/// Whether processes share one disk actor, or have one each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disks {
    /// One, which models a disk and all that is on it.
    Shared,
    /// One for each process: file operations block the thread of whoever asks for them.
    PerProcess,
}

impl Roster {
    /// The load generator.
    pub const LOAD: ActorId = ActorId(0);
    /// The queue.
    pub const QUEUE: ActorId = ActorId(1);
    /// The dependency tracker.
    pub const TRACKER: ActorId = ActorId(2);
    /// The lock manager.
    pub const LOCKS: ActorId = ActorId(3);
    /// The watcher.
    pub const WATCHER: ActorId = ActorId(4);
    /// The process that opens the queue.
    pub const OPENER: ActorId = ActorId(5);
    const FIRST_WORKER: u32 = 6;

    /// The roster of a system with so many workers and request threads.
    #[must_use]
    pub const fn new(workers: u32, threads: u32, disks: Disks) -> Self {
        Self { workers, threads, disks }
    }

    /// How many workers there are.
    #[must_use]
    pub const fn workers(&self) -> u32 {
        self.workers
    }

    /// How many request threads there are.
    #[must_use]
    pub const fn threads(&self) -> u32 {
        self.threads
    }

    /// Worker `number`.
    #[must_use]
    pub const fn worker(&self, number: u32) -> ActorId {
        ActorId(Self::FIRST_WORKER + number)
    }

    /// Request thread `number`.
    #[must_use]
    pub const fn thread(&self, number: u32) -> ActorId {
        ActorId(Self::FIRST_WORKER + self.workers + number)
    }

    /// The disk of a process: the opener, a worker or a request thread.
    #[must_use]
    pub const fn disk_of(&self, process: ActorId) -> ActorId {
        let first = Self::FIRST_WORKER + self.workers + self.threads;
        match self.disks {
            Disks::Shared => ActorId(first),
            Disks::PerProcess => ActorId(first + process.0 - Self::OPENER.0),
        }
    }
}
