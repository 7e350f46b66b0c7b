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

/// What an actor lives on: in live runs a thread of the program, in virtual time one that the post models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Thread {
    /// The one that the clients, the queue, the tracker, the locks and the watcher share.
    Hub,
    /// That of the process with this number: the opener is 0, then come the workers, then the request threads.
    Process(u32),
    /// None: it models a part of the machine.
    Model,
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

    /// Whether an actor lives on the hub's thread.
    #[must_use]
    pub const fn is_of_hub(actor: ActorId) -> bool {
        actor.0 < Self::OPENER.0
    }

    /// What an actor lives on. A process's own disk shares its thread.
    #[must_use]
    pub const fn thread_of(&self, actor: ActorId) -> Thread {
        if Self::is_of_hub(actor) {
            return Thread::Hub;
        }
        let place = actor.0 - Self::OPENER.0;
        match self.disks {
            _ if place < self.processes() => Thread::Process(place),
            Disks::PerProcess if place < 2 * self.processes() => Thread::Process(place - self.processes()),
            _ => Thread::Model,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_actor_lives_where_the_roster_says() {
        for disks in [Disks::Shared, Disks::PerProcess] {
            let roster = Roster::new(3, 2, disks);
            for actor in [Roster::CLIENTS, Roster::QUEUE, Roster::TRACKER, Roster::LOCKS, Roster::WATCHER] {
                assert_eq!(roster.thread_of(actor), Thread::Hub);
            }
            let processes = [Roster::OPENER, roster.worker(0), roster.worker(2), roster.thread(0), roster.thread(1)];
            for (process, number) in processes.into_iter().zip([0, 1, 3, 4, 5]) {
                assert_eq!(roster.thread_of(process), Thread::Process(number));
                let disk = if disks == Disks::PerProcess { Thread::Process(number) } else { Thread::Model };
                assert_eq!(roster.thread_of(roster.disk_of(process)), disk);
            }
        }
        let roster = Roster::new(3, 2, Disks::Shared);
        for model in [roster.shared_disk(), roster.cores(), roster.interpreter(), roster.post()] {
            assert_eq!(roster.thread_of(model), Thread::Model);
        }
    }
}
