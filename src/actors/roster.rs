//! Who has which address in a system.

use crate::actors::actor::ActorId;

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
    /// The clients, who make the calls of the load.
    pub const CLIENTS: ActorId = ActorId(0);
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

    /// Processes: the opener, the workers and the request threads.
    #[must_use]
    pub const fn processes(&self) -> u32 {
        1 + self.workers + self.threads
    }

    /// The disk that all processes share.
    #[must_use]
    pub const fn shared_disk(&self) -> ActorId {
        ActorId(Self::FIRST_WORKER + self.workers + self.threads)
    }

    /// The modelled cores.
    #[must_use]
    pub const fn cores(&self) -> ActorId {
        ActorId(self.shared_disk().0 + 1)
    }

    /// The modelled interpreter lock.
    #[must_use]
    pub const fn interpreter(&self) -> ActorId {
        ActorId(self.shared_disk().0 + 2)
    }

    /// The modelled post between threads.
    #[must_use]
    pub const fn post(&self) -> ActorId {
        ActorId(self.shared_disk().0 + 3)
    }

    /// The disk of a process: the opener, a worker or a request thread.
    #[must_use]
    pub const fn disk_of(&self, process: ActorId) -> ActorId {
        let first = self.shared_disk();
        match self.disks {
            Disks::Shared => first,
            Disks::PerProcess => ActorId(first.0 + process.0 - Self::OPENER.0),
        }
    }
}
