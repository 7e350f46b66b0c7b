//! One live run, from an empty queue directory to its record.

use super::book::{Book, Delivery};
use super::clock::{Clock, wall_clock};
use super::disk::Disk;
use super::found::refuse_foreign_jobs;
use super::host::{Collect, Hand, Host, Shared};
use super::instrument;
use super::notifier::Notifier;
use super::threads::{dismiss, new_arbiter, new_hub, new_system};
use super::timers::Timers;
use crate::actors::clients::ClientsMessage;
use crate::actors::files::FoundQueue;
use crate::actors::system::{Member, first_messages};
use crate::actors::{ActorId, Design, Disks, Message, Roster};
use crate::job::{Fault, JobId, Timestamp};
use crate::queue_dir::{Found, JobFiles, Printable, QueueDirError, QueueDirectory};
use crate::runtime::record::RunFault;
use crate::runtime::{Record, RunSetup};
use crate::units::Span;
use actix::{Actor, Addr, Recipient};
use actix_rt::Arbiter;
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// How often the run looks whether it is to stop, and says how far it is.
const TICK: Duration = Duration::from_millis(50);
/// How long an actor may take to hand its record over: as long as the longest file operation.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// What a live run is made of.
#[derive(Debug)]
pub struct LiveSetup<'a> {
    /// What every run is made of.
    pub run: RunSetup,
    /// The queue directory: empty, or a queue.
    pub directory: PathBuf,
    /// When the run ends at the latest; then its record is marked partial, unless it was to end so.
    pub limit: Option<Span>,
    /// Whether unfinished opcodes in the directory that jqlab did not write are run, too, as delays of their duration.
    /// No study may: they would count as done.
    pub runs_foreign_jobs: bool,
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
    Directory(QueueDirError),
    /// The queue holds work of somebody else's.
    #[error(
        "{}: job {job} has an unfinished opcode {} that jqlab did not write{}; a run would mark it as done, and nobody \
         would have done it: name an empty directory, or a queue of jqlab's own",
        directory.display(), Printable(op_id), more_such_jobs(*others)
    )]
    ForeignJobs {
        /// The queue directory.
        directory: PathBuf,
        /// The first such job.
        job: JobId,
        /// Its opcode.
        op_id: String,
        /// How many more such jobs there are.
        others: usize,
    },
    /// There are too few file descriptors for so many threads.
    #[error("{0}. Use fewer workers or request threads, or raise the limit on open files (ulimit -n)")]
    Descriptors(#[source] Fault),
    /// The operating system refuses a thread.
    #[error(
        "cannot start a thread: {0}. Use fewer workers or request threads, or raise the limits on processes (ulimit -u) and open files (ulimit -n)"
    )]
    Threads(#[source] io::Error),
    /// The operating system refuses to watch the queue directory.
    #[error(
        "cannot watch {}: {source}. Raise fs.inotify.max_user_instances or fs.inotify.max_user_watches", directory.display()
    )]
    Watch {
        /// The queue directory.
        directory: PathBuf,
        /// What it was.
        source: io::Error,
    },
}

impl From<QueueDirError> for LiveError {
    fn from(error: QueueDirError) -> Self {
        match error {
            QueueDirError::File(fault) if fault.is_out_of_descriptors() => Self::Descriptors(fault),
            error => Self::Directory(error),
        }
    }
}

impl From<Fault> for LiveError {
    fn from(fault: Fault) -> Self {
        QueueDirError::from(fault).into()
    }
}

fn more_such_jobs(others: usize) -> String {
    if others == 0 { String::new() } else { format!(" (and so have {others} more)") }
}

/// The actors of a run.
struct Crew {
    hosts: Vec<Addr<Host>>,
    disks: Vec<Addr<Disk>>,
    /// The hub's thread, then one for each process. They end with the crew.
    arbiters: Vec<Arbiter>,
    /// What each process reads and writes by, until its disk has it.
    files: Vec<JobFiles>,
}

/// Runs a queue until its load is done, it is stopped, or its limit is reached.
///
/// # Errors
/// If the queue directory cannot be opened or watched, or a thread not be started.
pub fn run(setup: LiveSetup<'_>, progress: &mut dyn FnMut(Progress)) -> Result<Record, LiveError> {
    let (directory, found) = QueueDirectory::open(&setup.directory)?;
    if !setup.runs_foreign_jobs {
        refuse_foreign_jobs(&directory, &found.jobs)?;
    }
    let instrument = instrument::measure()?;
    let system = new_system().map_err(LiveError::Threads)?;
    let result = system.block_on(async {
        let book = Arc::new(Book::default());
        let mut crew = Crew::gather(&setup.run.design, &directory, &book)?;
        let notifier = match setup.run.watched {
            true => Some(Notifier::start(directory.path(), Arc::clone(&book))?),
            false => None,
        };
        let (halted, mut halts) = tokio::sync::mpsc::unbounded_channel();
        // Whatever takes long is done. Time begins here, for the actors and in the job files.
        let (epoch, clock) = (wall_clock(), Clock::start());
        let (timers, timer_thread) = Timers::start(clock, Arc::clone(&book)).map_err(LiveError::Threads)?;
        let ended = Arc::new(AtomicU64::new(0));
        let shared = Shared { clock, book, timers, tracing: setup.run.tracing, ended, halted };
        crew.begin(&setup, epoch, found, &shared);
        let partial = watch(&setup, &shared, &mut halts, progress).await;
        let mut record = crew.collect();
        record.partial |= partial;
        record.instrument = Some(instrument);
        drop(crew);
        drop(notifier);
        drop(shared);
        // With the last of those who could set a timer gone, the thread ends.
        record.stalls.merge(timer_thread.join().unwrap_or_default());
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
            return setup.run.ends_with_load;
        }
        if setup.stop.load(Ordering::Relaxed) && !stopping {
            stopping = true;
            shared.book.send(Roster::CLIENTS, Delivery(Message::Clients(ClientsMessage::Stop)));
        }
    }
}

impl Crew {
    /// Starts all threads and opens what they need.
    fn gather(design: &Design, directory: &QueueDirectory, book: &Arc<Book>) -> Result<Self, LiveError> {
        let book = Arc::clone(book);
        let hub = new_hub(move |longest| book.look_out(longest)).map_err(LiveError::Threads)?;
        let mut crew = Self { hosts: Vec::new(), disks: Vec::new(), arbiters: vec![hub], files: Vec::new() };
        for _ in 0..Member::roster(design, Disks::PerProcess).processes() {
            crew.arbiters.push(new_arbiter().map_err(LiveError::Threads)?);
            crew.files.push(directory.job_files()?);
        }
        Ok(crew)
    }

    /// Starts the actors on their threads, and with them the run.
    fn begin(&mut self, setup: &LiveSetup<'_>, epoch: Timestamp, found: Found, shared: &Shared) {
        let design = Arc::new(Design { epoch, ..(*setup.run.design).clone() });
        let roster = Member::roster(&design, Disks::PerProcess);
        let members = Member::all(&design, &roster, setup.run.load.clone(), setup.run.ends_with_load);
        let found = FoundQueue { serial: found.serial.0, drained: found.drained, jobs: found.jobs };
        let mut processes = self.arbiters[1..].iter().zip(self.files.drain(..));
        for (address, member) in (0..).map(ActorId).zip(members) {
            let hand = Hand::new(address, shared.clone(), setup.run.streams);
            let process = if Roster::is_of_hub(address) { None } else { processes.next() };
            let thread = process.as_ref().map_or(&self.arbiters[0], |(thread, _)| thread).handle();
            self.hosts.push(Host::start_in_arbiter(&thread, move |_| Host::new(member, hand)));
            if let Some((_, files)) = process {
                let hand = Hand::new(roster.disk_of(address), shared.clone(), setup.run.streams);
                let disk = Disk::new(hand, files, Arc::clone(&design), found.clone());
                self.disks.push(Disk::start_in_arbiter(&thread, move |_| disk));
            }
        }
        let hosts = self.hosts.iter().map(|host| host.clone().recipient());
        let disks = self.disks.iter().map(|disk| disk.clone().recipient());
        let addresses: Vec<Recipient<Delivery>> = hosts.chain(disks).collect();
        shared.book.fill(addresses);
        for (to, message) in first_messages(&roster) {
            shared.book.send(to, Delivery(message));
        }
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
                    all.fault.get_or_insert(RunFault::NoAnswer);
                    break;
                }
            }
        }
        all
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        dismiss(std::mem::take(&mut self.arbiters));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::clients::Load;
    use crate::actors::clients::{Call, JobRequest};
    use crate::job::Status;
    use crate::runtime::Streams;
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
            run: RunSetup {
                design: Arc::new(Design { workers: 3, request_threads: 2, ..Design::default() }),
                load: Load::open(vec![(Instant::ZERO, Call::SubmitMany(requests))]),
                streams: Streams::new(1, 0),
                ..RunSetup::default()
            },
            directory: directory.path().to_owned(),
            limit: None,
            runs_foreign_jobs: false,
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
        assert_eq!(record.jobs[0].due, record.began, "the first job is due as the load begins");
        assert_eq!(record.elapsed(), record.last.since(record.jobs[0].due));
    }
}
