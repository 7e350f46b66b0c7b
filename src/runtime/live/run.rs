//! One live run, from an empty queue directory to its record.

use super::book::{Book, Delivery, is_of_hub};
use super::clock::{Clock, wall_clock};
use super::disk::Disk;
use super::host::{Collect, Hand, Host, Shared};
use super::instrument;
use super::notifier::Notifier;
use super::timers::Timers;
use crate::actors::load::LoadPlan;
use crate::actors::message::{Directory, LoadMessage};
use crate::actors::system::{Member, first_messages};
use crate::actors::{ActorId, Design, Disks, Message, Roster};
use crate::queue_dir::{Found, QueueDirError, QueueDirectory};
use crate::runtime::{Record, Streams};
use crate::units::Span;
use actix::{Actor, Addr, Recipient};
use actix_rt::{Arbiter, ArbiterHandle, System};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// How often the run looks whether it is to stop, and says how far it is.
const TICK: Duration = Duration::from_millis(50);
/// How long the hub looks out for messages before it sleeps.
pub(super) const LOOK_OUT: Duration = Duration::from_micros(50);
/// How long an actor may take to hand its record over: as long as the longest file operation.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// What a live run is made of.
#[derive(Debug)]
pub struct LiveSetup<'a> {
    /// The design.
    pub design: Design,
    /// What clients do.
    pub load: LoadPlan,
    /// The queue directory: empty, or a queue.
    pub directory: PathBuf,
    /// For the jitter of lock attempts.
    pub streams: Streams,
    /// Whether details are recorded.
    pub tracing: bool,
    /// Whether the run ends when the load is done (or only at its limit).
    pub ends_with_load: bool,
    /// When the run ends at the latest; then its record is marked partial, unless it was to end so.
    pub limit: Option<Span>,
    /// Whether clients watch files.
    pub watched: bool,
    /// Set by somebody else to stop the load: what runs is finished.
    pub stop: &'a AtomicBool,
}

/// How far a run is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Jobs that have ended.
    pub jobs: u64,
    /// Time passed.
    pub elapsed: Span,
}

/// Why a run could not be.
#[derive(Debug, thiserror::Error)]
pub enum LiveError {
    /// The queue directory cannot be opened.
    #[error(transparent)]
    Directory(#[from] QueueDirError),
    /// The operating system refuses a thread, or to watch the directory.
    #[error(
        "cannot start a thread or watch the directory: {0}. Use fewer workers or request threads, or raise the limits on processes or inotify watches"
    )]
    Resources(#[from] std::io::Error),
}

impl LiveError {
    /// Whether the queue directory is at fault, not the machine.
    #[must_use]
    pub const fn is_directory(&self) -> bool {
        matches!(self, Self::Directory(_))
    }
}

/// The actors of a run.
struct Crew {
    hosts: Vec<Addr<Host>>,
    disks: Vec<Addr<Disk>>,
    arbiters: Vec<Arbiter>,
}

/// A thread for actors. It needs neither sockets nor the runtime's timers, and wakes faster without them.
pub(super) fn new_arbiter() -> Arbiter {
    Arbiter::with_tokio_rt(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        runtime.unwrap_or_else(|error| panic!("cannot start a runtime for a thread: {error}"))
    })
}

/// The thread of the hub, which looks out for messages, for so long, before it sleeps.
pub(super) fn new_hub(look_out: impl Fn(Duration) + Clone + Send + Sync + 'static) -> Arbiter {
    Arbiter::with_tokio_rt(move || {
        let look_out = look_out.clone();
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.on_thread_park(move || look_out(LOOK_OUT)).build();
        runtime.unwrap_or_else(|error| panic!("cannot start a runtime for a thread: {error}"))
    })
}

/// Runs a queue until its load is done, it is stopped, or its limit is reached.
///
/// # Errors
/// If the queue directory cannot be opened or a thread not be started.
pub fn run(setup: LiveSetup<'_>, progress: &mut dyn FnMut(Progress)) -> Result<Record, LiveError> {
    let (directory, found) = QueueDirectory::open(&setup.directory)?;
    let system = System::new();
    let result = system.block_on(async {
        let clock = Clock::start();
        let book = Arc::new(Book::default());
        let (halted, mut halts) = tokio::sync::mpsc::unbounded_channel();
        let (timers, timer_thread) = Timers::start(clock, Arc::clone(&book))?;
        let ended = Arc::new(AtomicU64::new(0));
        let shared = Shared { clock, book, timers, tracing: setup.tracing, ended, halted };
        let crew = Crew::assemble(&setup, &directory, found, &shared)?;
        let notifier = match setup.watched {
            true => Some(Notifier::start(directory.path(), Arc::clone(&shared.book))?),
            false => None,
        };
        let instrument = instrument::measure(&crew.arbiters[0].handle()).await;

        // The clock that the jobs see starts with the load, not with the setting up.
        for (to, message) in first_messages(&Member::roster(&setup.design, Disks::PerProcess)) {
            shared.book.send(to, Delivery(message));
        }
        let partial = watch(&setup, &shared, &mut halts, progress).await;
        let mut record = crew.collect();
        record.partial |= partial;
        record.instrument = Some(instrument);
        crew.dismiss();
        drop(notifier);
        drop(shared);
        // With the last of those who could set a timer gone, the thread ends.
        let _ = timer_thread.join();
        Ok(record)
    });
    drop(directory);
    result
}

/// Waits for the end of the run; true if it came early.
async fn watch(
    setup: &LiveSetup<'_>,
    shared: &Shared,
    halts: &mut tokio::sync::mpsc::UnboundedReceiver<()>,
    progress: &mut dyn FnMut(Progress),
) -> bool {
    let mut stopping = false;
    loop {
        let halted = tokio::time::timeout(TICK, halts.recv()).await.is_ok();
        let elapsed = shared.clock.now().since(crate::units::Instant::ZERO);
        progress(Progress { jobs: shared.ended.load(Ordering::Relaxed), elapsed });
        if halted {
            return stopping;
        }
        if setup.limit.is_some_and(|limit| elapsed >= limit) {
            return setup.ends_with_load;
        }
        if setup.stop.load(Ordering::Relaxed) && !stopping {
            stopping = true;
            shared.book.send(Roster::LOAD, Delivery(Message::Load(LoadMessage::Stop)));
        }
    }
}

impl Crew {
    fn assemble(
        setup: &LiveSetup<'_>,
        directory: &QueueDirectory,
        found: Found,
        shared: &Shared,
    ) -> Result<Self, LiveError> {
        let design = Arc::new(Design { epoch: wall_clock(), ..setup.design.clone() });
        let roster = Member::roster(&design, Disks::PerProcess);
        let members = Member::all(&design, &roster, setup.load.clone(), setup.ends_with_load);
        let found = Directory { serial: found.serial.0, drained: found.drained, jobs: found.jobs };
        let book = Arc::clone(&shared.book);
        let hub = new_hub(move |longest| book.look_out(longest));
        let hub_thread = hub.handle();
        let mut crew = Self { hosts: Vec::new(), disks: Vec::new(), arbiters: vec![hub] };
        for (address, member) in (0..).map(ActorId).zip(members) {
            let is_process = !is_of_hub(address);
            let thread = if is_process { crew.new_thread() } else { hub_thread.clone() };
            let hand = Hand::new(address, shared.clone(), setup.streams);
            crew.hosts.push(Host::start_in_arbiter(&thread, move |_| Host::new(member, hand)));
            if is_process {
                let files = directory.job_files()?;
                let hand = Hand::new(roster.disk_of(address), shared.clone(), setup.streams);
                let disk = Disk::new(hand, files, Arc::clone(&design), found.clone());
                crew.disks.push(Disk::start_in_arbiter(&thread, move |_| disk));
            }
        }
        let hosts = crew.hosts.iter().map(|host| host.clone().recipient());
        let disks = crew.disks.iter().map(|disk| disk.clone().recipient());
        let addresses: Vec<Recipient<Delivery>> = hosts.chain(disks).collect();
        shared.book.fill(addresses);
        Ok(crew)
    }

    fn new_thread(&mut self) -> ArbiterHandle {
        let arbiter = new_arbiter();
        let thread = arbiter.handle();
        self.arbiters.push(arbiter);
        thread
    }

    /// All that the actors recorded.
    fn collect(&self) -> Record {
        let (sender, records) = mpsc::channel();
        for host in &self.hosts {
            host.do_send(Collect(sender.clone()));
        }
        for disk in &self.disks {
            disk.do_send(Collect(sender.clone()));
        }
        let mut all = Record::default();
        for _ in 0..self.hosts.len() + self.disks.len() {
            match records.recv_timeout(PATIENCE) {
                Ok(record) => all.merge(record),
                Err(_) => {
                    all.fault.get_or_insert_with(|| "an actor died, or did not answer at the end of the run".into());
                    break;
                }
            }
        }
        all
    }

    fn dismiss(self) {
        for arbiter in &self.arbiters {
            arbiter.stop();
        }
        for arbiter in self.arbiters {
            // One that panicked has said so.
            let _ = arbiter.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::request::{Call, JobRequest};
    use crate::job::Status;
    use crate::units::Instant;
    use serde_json::json;

    #[test]
    fn a_chain_of_jobs_runs_on_real_files_and_its_ledgers_add_up() {
        let jobs = json!([
            [{"op_id": "OP_TEST_DELAY", "run_s": 0.002}],
            [{"op_id": "OP_TEST_DELAY", "log_messages": 2, "depends": [[-1, ["success"]]]}],
            [{"op_id": "OP_TEST_DELAY", "depends": [[-1, ["success"]]]}, {"op_id": "OP_TEST_DELAY"}],
        ]);
        let requests = jobs.as_array().unwrap().iter().map(|job| JobRequest::read(job).unwrap()).collect();
        let directory = tempfile::tempdir().unwrap();
        let setup = LiveSetup {
            design: Design { workers: 3, request_threads: 2, ..Design::default() },
            load: LoadPlan::open(vec![(Instant::ZERO, Call::SubmitMany(requests))]),
            directory: directory.path().to_owned(),
            streams: Streams::new(1, 0),
            tracing: false,
            ends_with_load: true,
            limit: None,
            watched: false,
            stop: &AtomicBool::new(false),
        };
        let record = run(setup, &mut |_| ()).unwrap();
        assert_eq!(record.fault, None);
        assert_eq!(record.jobs.iter().map(|row| row.tally.writes).collect::<Vec<_>>(), [4, 6, 7]);
        for row in &record.jobs {
            assert_eq!(row.status, Status::Success);
            assert_eq!(row.ledger.totals().iter().copied().sum::<Span>(), row.finished.since(row.due));
        }
        assert!(!record.partial);
    }
}
