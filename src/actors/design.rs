//! The queue's design: one field a knob, and one table that says all there is to say of each: its name, values,
//! default, meaning, and the version that first had it.
//!
//! What a scenario may write, what is refused with which help, the table in `docs/scenario.md`, the random designs of
//! the property tests and the designs of the conformance suite all follow from [`KNOBS`].

use crate::actors::knob::{Knob, Needs, Values, Word, Worded, Words, design};
use crate::actors::locks::attempts::standard_attempts;
use crate::job::file_format::Codec;
use crate::job::{Durability, Status, Timestamp};
use crate::units::Span;
use std::sync::Arc;

design! {
    /// Size of the worker pool.
    #[since("0.1.0")]
    workers: u32 = 25, Count(1..=1024);

    /// Threads that answer clients' requests.
    #[since("0.1.0")]
    request_threads: u32 = 16, Count(1..=1024);

    /// Most unarchived jobs that the queue takes. The modelled system's default is 5000; runs do not archive, so a
    /// scenario's default is what any load needs.
    #[since("0.1.0")]
    queue_size_limit: u64 = 5000, Limit;

    /// How threads share jobs.
    #[since("0.1.0")]
    #[later("cached-files")]
    storage: enum Storage {
        /// Through their files: whoever needs a job that it does not work on reads its file.
        Files = "files",
        /// As objects in memory, guarded by the queue lock; files are only written.
        SharedObjects = "shared-objects",
    };

    /// How a dependency's status is found.
    #[since("0.1.0")]
    #[later("cached", "status-file")]
    dependency_lookup: enum DependencyLookup {
        /// Read the job file, parse all of it, build the job, compute its status.
        FullParse = "full-parse",
        /// Read the job file and pick the statuses out of it.
        StatusOnly = "status-only",
        /// Ask the queue's memory.
        #[needs(storage = "shared-objects")]
        SharedObjects = "shared-objects",
    };

    /// How workers take the queue lock; whoever changes the queue takes it exclusively.
    #[since("0.1.0")]
    #[later("per-job")]
    queue_lock: enum QueueLock {
        /// Workers share it.
        Shared = "shared",
        /// Everybody takes it exclusively.
        Exclusive = "exclusive",
    };

    /// How the dependency tracker's own lock is held during a check.
    #[since("0.1.0")]
    dependency_lock: enum DependencyLock {
        /// Exclusively, around the whole check: as shipped.
        Exclusive = "exclusive",
        /// Shared, around the whole check.
        Shared = "shared",
        /// Exclusively, but only to note who waits for whom; not while the file is read.
        RegisterOnly = "register-only",
    };

    /// The status of an opcode that waits for a dependency.
    #[since("0.1.0")]
    #[shows_in_files(true)]
    waiting_status: enum WaitingStatus {
        /// The same as that of an opcode that waits for locks.
        Waiting = "waiting",
        /// One of its own.
        WaitDeps = "waitdeps",
    };

    /// The status of an opcode after a failed lock attempt.
    #[since("0.1.0")]
    #[shows_in_files(true)]
    lock_retry_status: enum LockRetryStatus {
        /// It goes on waiting.
        Waiting = "waiting",
        /// It is queued until the next attempt.
        Queued = "queued",
    };

    /// What a worker does after a failed lock attempt if its job was canceled after it decided what to do, and before it had
    /// the queue lock.
    #[since("0.1.0")]
    after_attempt: enum AfterAttempt {
        /// It decides again, inside the queue lock, and cancels the job.
        DecideAgain = "decide-again",
        /// It lets its opcode go on waiting, as it decided: the opcode runs although it was canceled.
        Shipped = "shipped",
    };

    /// How job files are written.
    #[since("0.1.0")]
    codec: Codec = Codec::Json, Words;

    /// How job files reach the disk.
    #[since("0.1.0")]
    durability: Durability = Durability::Fsync, Words;

    /// Added to every file operation: each read; each create-and-write, fsync and rename.
    #[since("0.1.0")]
    disk_latency: Span = Span::ZERO, Duration(Span::ZERO..=Span::from_secs(10));

    /// Timeouts of the lock attempts of one round.
    #[since("0.1.0")]
    lock_attempts: Arc<[Span]> = standard_attempts(), Durations(Span(1)..=Span::from_secs(3600));

    /// Whether each of these timeouts is varied by up to 5 % either way.
    #[since("0.1.0")]
    lock_jitter: bool = true, Truth;

    fields
    /// The cluster whose locks opcodes take.
    cluster: Arc<Cluster> = Arc::new(Cluster::of_size(20, 5));
    /// What the wall clock shows at the start of the run, for timestamps.
    epoch: Timestamp = EPOCH;

    elsewhere
    /// Whether at most one thread of the queue computes at a time, in virtual time alone.
    #[since("0.1.0")]
    interpreter_lock: Values::InterpreterLock;
}

impl Worded for Codec {
    const ALL: &'static [Self] = &[Self::Json, Self::JsonIndentedSorted];
    const WORDS: &'static [Word] = &[
        Word::plain("json", &["On one line, as the modelled system writes it."]),
        Word::plain("json-indented-sorted", &["Indented by two, with sorted keys, as releases before it wrote it."]),
    ];
}

impl Worded for Durability {
    const ALL: &'static [Self] = &[Self::Fsync, Self::RenameOnly, Self::FsyncDirectory];
    const WORDS: &'static [Word] = &[
        Word::plain("fsync", &["Written, synced, renamed: a crash of the machine may lose the name."]),
        Word::plain("rename-only", &["Written and renamed: a crash of the machine may leave an empty file."]),
        Word::plain("fsync-directory", &["Written, synced, renamed, and the directory synced."]),
    ];
}

impl From<WaitingStatus> for Status {
    fn from(status: WaitingStatus) -> Self {
        match status {
            WaitingStatus::Waiting => Self::Waiting,
            WaitingStatus::WaitDeps => Self::WaitDeps,
        }
    }
}

impl From<LockRetryStatus> for Status {
    fn from(status: LockRetryStatus) -> Self {
        match status {
            LockRetryStatus::Waiting => Self::Waiting,
            LockRetryStatus::Queued => Self::Queued,
        }
    }
}

/// The knob with this key.
#[must_use]
pub fn knob(key: &str) -> Option<&'static Knob<Design>> {
    KNOBS.iter().find(|knob| knob.key == key)
}

impl Design {
    /// Whether another knob has the word that is needed.
    #[must_use]
    pub fn has(&self, needs: Needs) -> bool {
        let words = knob(needs.key).and_then(Knob::words);
        words.is_some_and(|words| words.chosen(self).word == needs.word)
    }

    /// Gives every word that is chosen what it needs.
    pub fn meet_needs(&mut self) {
        for words in KNOBS.iter().filter_map(Knob::words) {
            let needs = words.chosen(self).needs;
            let other = needs.and_then(|needs| Some((knob(needs.key)?.words()?, needs.word)));
            if let Some((other, word)) = other
                && let Some(place) = other.place(word)
            {
                other.choose(self, place);
            }
        }
    }
}

/// What the wall clock shows at the start of a run in virtual time.
pub const EPOCH: Timestamp = Timestamp { seconds: 1_300_000_000, microseconds: 0 };

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
