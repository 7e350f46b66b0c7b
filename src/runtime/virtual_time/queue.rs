//! A queue in virtual time.

use super::holds::ScaledHolds;
use super::host::Host;
use super::kernel::Simulation;
use crate::actors::accounting::Observation;
use crate::actors::locks::LockRow;
use crate::actors::machine::{Cores, DiskModel, Interpreter, Keeps, ModelDirectory, Post, Profile};
use crate::actors::system::{Member, first_messages, violations};
use crate::actors::{ActorId, Design, Disks, Roster, Work};
use crate::runtime::record::Recorder;
use crate::runtime::{Record, RunSetup};
use crate::units::Instant;
use std::sync::Arc;

/// Up to so many messages, the invariants are checked after each; then after every so many.
const CHECKED_CLOSELY: u64 = 50_000;
const CHECKED_SPARSELY: u64 = 10_000;

/// What a simulated queue is made of.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What every run is made of.
    pub run: RunSetup,
    /// What is in the queue directory at the start.
    pub directory: ModelDirectory,
    /// What is kept of job files at least. Documents are kept, too, if anybody reads them: a call of the load, or the
    /// start of a queue that holds jobs.
    pub keeps: Keeps,
    /// What everything costs.
    pub profile: Arc<Profile>,
}

/// A queue in virtual time, and whoever takes down what happens in it.
#[derive(Debug)]
pub struct QueueSimulation<R = Record> {
    simulation: Simulation<Host, Recording<R>>,
    closely: bool,
}

#[derive(Debug)]
struct Recording<R> {
    recorder: R,
    tracing: bool,
    scaled: Option<ScaledHolds>,
}

impl<R: Recorder<Observation>> Recorder<Observation> for Recording<R> {
    #[inline]
    fn observe(&mut self, now: Instant, observation: Observation) {
        if let Some(scaled) = &mut self.scaled {
            scaled.observe(&observation);
        }
        self.recorder.observe(now, observation);
    }

    fn tracing(&self) -> bool {
        self.tracing
    }

    fn stretch(&self, actor: ActorId, work: Work) -> u32 {
        self.scaled.as_ref().map_or(1_000, |scaled| scaled.stretch(actor, work))
    }
}

impl QueueSimulation<Record> {
    /// A queue at time zero, about to be opened.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        Self::recorded_by(Record::default(), setup)
    }

    /// What was recorded so far.
    #[must_use]
    pub const fn record(&self) -> &Record {
        self.recorder()
    }

    /// Ends the system, as a crash would: what is left is what was recorded and what is on the disk.
    #[must_use]
    pub fn crash(self) -> (Record, ModelDirectory) {
        let messages = self.delivered();
        let (mut record, directory) = self.into_parts();
        record.messages = messages;
        (record, directory)
    }
}

impl<R: Recorder<Observation>> QueueSimulation<R> {
    /// A queue at time zero, about to be opened.
    #[must_use]
    pub fn recorded_by(recorder: R, setup: Setup) -> Self {
        Self::with_scaled_holds(recorder, setup, None)
    }

    /// The same, in which holding one kind of lock takes more or less time.
    #[must_use]
    pub fn with_scaled_holds(recorder: R, setup: Setup, scaled: Option<ScaledHolds>) -> Self {
        let Setup { run, directory, keeps, profile } = setup;
        let RunSetup { design, load, streams, tracing, ends_with_load, watched } = run;
        let reads_documents = load.reads_documents() || !directory.is_without_jobs();
        let keeps = if reads_documents { Keeps::Documents } else { keeps };
        let roster = Member::roster(&design, Disks::Shared);
        let mut members = Member::all(&design, &roster, load, ends_with_load);
        members.extend(models(design, &profile, &roster, directory, keeps, watched));
        let hosts = Host::all(members, &roster, profile.messages.is_some());
        let recording = Recording { recorder, tracing, scaled };
        let mut simulation = Simulation::new(hosts, recording, streams);
        for (to, message) in first_messages(&roster) {
            simulation.send(to, message);
        }
        Self { simulation, closely: cfg!(debug_assertions) }
    }

    /// Leaves out the checks of invariants that debug builds make: for a run that is one of many alike.
    pub const fn trust(&mut self) {
        self.closely = false;
    }

    /// Runs until `until`, or until nothing is left to happen or the load has ended the run.
    ///
    /// # Panics
    /// If an invariant breaks (checked in debug builds): a bug of an actor.
    pub fn run(&mut self, until: Instant) {
        if !self.closely {
            return self.simulation.run(until);
        }
        while self.simulation.step(until) {
            let delivered = self.simulation.delivered();
            if delivered < CHECKED_CLOSELY || delivered.is_multiple_of(CHECKED_SPARSELY) {
                let found = violations(self.members());
                assert!(found.is_empty(), "after message {delivered}, at {:?}: {found:#?}", self.simulation.now());
            }
        }
        self.simulation.run(until);
    }

    fn members(&self) -> impl Iterator<Item = &Member> + Clone {
        self.simulation.actors().iter().map(Host::member)
    }

    /// The time.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.simulation.now()
    }

    /// Messages delivered so far.
    #[must_use]
    pub const fn delivered(&self) -> u64 {
        self.simulation.delivered()
    }

    /// When something happens next; none if nothing is left to happen.
    pub fn next_time(&mut self) -> Option<Instant> {
        self.simulation.next_time()
    }

    /// True once the load has ended the run, or the queue could not be opened.
    #[must_use]
    pub const fn is_halted(&self) -> bool {
        self.simulation.is_halted()
    }

    /// Whoever takes down what happens.
    #[must_use]
    pub const fn recorder(&self) -> &R {
        &self.simulation.recorder().recorder
    }

    /// What is under way or waits in each actor, in a few words.
    #[must_use]
    pub fn left(&self) -> Vec<String> {
        self.members().flat_map(Member::left).collect()
    }

    /// What is on the disk.
    #[must_use]
    pub fn directory(&self) -> &ModelDirectory {
        let disk = self.members().find_map(|member| match member {
            Member::Disk(disk) => Some(disk.directory()),
            _ => None,
        });
        disk.unwrap_or_else(|| unreachable!("a simulated queue has a disk"))
    }

    /// Unarchived jobs, and the last id handed out, going by the queue's memory.
    #[must_use]
    pub fn size_and_serial(&self) -> (u64, u64) {
        let queue = self.members().find_map(|member| match member {
            Member::Queue(queue) => Some(queue.size_and_serial()),
            _ => None,
        });
        queue.unwrap_or_default()
    }

    /// The lock monitor: a row for each opcode lock in use, then one for each job that others wait for.
    #[must_use]
    pub fn lock_monitor(&self) -> Vec<LockRow> {
        let rows = |member: &Member| match member {
            Member::Locks(locks) => locks.report(),
            Member::Tracker(tracker) => tracker.report(),
            _ => Vec::new(),
        };
        let mut rows: Vec<LockRow> = self.members().flat_map(rows).collect();
        rows.sort_by_key(|row| row.owners.is_none());
        rows
    }

    /// Ends the system: its recorder, and what is on the disk.
    #[must_use]
    pub fn into_parts(self) -> (R, ModelDirectory) {
        let directory = self.directory().clone();
        (self.simulation.into_parts().1.recorder, directory)
    }
}

/// The machine, in the order of addresses.
fn models(
    design: Arc<Design>,
    profile: &Arc<Profile>,
    roster: &Roster,
    directory: ModelDirectory,
    keeps: Keeps,
    watched: bool,
) -> [Member; 4] {
    let interval = profile.interpreter_lock.unwrap_or_default();
    [
        Member::Disk(DiskModel::new(design, Arc::clone(profile), *roster, directory, keeps, watched)),
        Member::Cores(Cores::new(Arc::clone(profile))),
        Member::Interpreter(Interpreter::new(roster, interval)),
        Member::Post(Post::new(Arc::clone(profile), roster)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::accounting::Account;
    use crate::actors::clients::Load;
    use crate::actors::clients::{Call, JobRequest};
    use crate::job::JobId;
    use crate::runtime::Streams;
    use crate::units::Span;
    use serde_json::json;

    fn run(text: serde_json::Value, design: Design) -> (Record, ModelDirectory) {
        run_on(Profile::free(), text, design)
    }

    fn run_on(profile: Profile, text: serde_json::Value, design: Design) -> (Record, ModelDirectory) {
        let requests = text.as_array().unwrap().iter().map(|job| JobRequest::read(job).unwrap()).collect();
        let load = Load::open(vec![(Instant::ZERO, Call::SubmitMany(requests))]);
        let mut queue = QueueSimulation::new(Setup {
            run: RunSetup {
                design: Arc::new(design),
                load,
                streams: Streams::new(1, 0),
                tracing: true,
                ..RunSetup::default()
            },
            directory: ModelDirectory::default(),
            keeps: Keeps::Documents,
            profile: Arc::new(profile),
        });
        queue.run(Instant::FAR_FUTURE);
        assert!(queue.is_halted(), "jobs are left: {:?}", queue.directory().paths());
        queue.crash()
    }

    #[test]
    fn a_chain_of_jobs_runs_in_order_and_its_ledgers_add_up() {
        let jobs = json!([
            [{"op_id": "OP_TEST_DELAY", "run_s": 0.5}],
            [{"op_id": "OP_TEST_DELAY", "run_s": 0.25, "log_messages": 1, "depends": [[-1, ["success"]]]}],
            [{"op_id": "OP_TEST_DELAY", "depends": [[-1, ["success"]]]}, {"op_id": "OP_TEST_DELAY"}],
        ]);
        let (record, directory) = run(jobs, Design::default());
        assert_eq!(record.jobs.iter().map(|row| row.id).collect::<Vec<_>>(), [JobId(1), JobId(2), JobId(3)]);
        for row in &record.jobs {
            let accounted: Span = row.ledger.totals().iter().copied().sum();
            assert_eq!(accounted, row.finished.since(row.due));
            assert_eq!(row.status, crate::job::Status::Success);
        }
        assert_eq!(record.jobs.iter().map(|row| row.tally.writes).collect::<Vec<_>>(), [4, 5, 7], "1 + 3n + m each");
        assert_eq!(directory.paths(), ["job-1", "job-2", "job-3", "serial", "version"]);
    }

    #[test]
    fn the_record_counts_from_the_start_of_the_load_on_not_from_the_opening() {
        let mut profile = Profile::free();
        profile.disk.list.device.base = Span::from_millis(3);
        let (record, _) = run_on(profile, json!([[{"op_id": "OP_TEST_DELAY", "run_s": 0.5}]]), Design::default());
        assert!(record.began > Instant::ZERO, "opening reads the directory, which takes time");
        assert_eq!(record.jobs[0].due, record.began, "the first job is due as the load begins");
        assert_eq!(record.elapsed(), record.last.since(record.jobs[0].due));
    }

    #[test]
    fn a_job_is_charged_its_own_write_and_those_of_the_others_of_its_call_apart() {
        let ms = Span::from_millis;
        let mut profile = Profile::free();
        profile.disk.write.device.base = ms(10);
        let job = json!([{"op_id": "OP_TEST_DELAY", "run_s": 1.0}]);
        let refused = json!([{"op_id": "OP_TEST_DELAY", "priority": 5}]);
        let (record, _) = run_on(profile.clone(), json!([job, refused, job, job]), Design::default());
        let siblings: Vec<Span> = record.jobs.iter().map(|row| row.ledger.total(Account::Siblings)).collect();
        assert_eq!(siblings, [ms(20); 3], "two others, before its own or after");
        for row in &record.jobs {
            assert_eq!(row.ledger.totals().iter().copied().sum::<Span>(), row.finished.since(row.due));
            assert_eq!(row.ledger.total(Account::Write), ms(10) + ms(40), "of the serial and its own four");
        }
        let (record, _) = run_on(profile, json!([job]), Design::default());
        assert_eq!(record.jobs[0].ledger.total(Account::Siblings), Span::ZERO);
    }

    #[test]
    fn the_same_seed_gives_the_same_run() {
        let jobs = || {
            let lock = json!([{"level": "instance", "names": ["inst1"], "mode": "exclusive"}]);
            json!(vec![[json!({"op_id": "OP_TEST_DELAY", "run_s": 3.0, "locks": lock})]; 6])
        };
        let design = || Design { disk_latency: Span::from_micros(70), ..Design::default() };
        let (first, second) = (run(jobs(), design()), run(jobs(), design()));
        assert_eq!(first.0.traces, second.0.traces);
        assert!(first.0.jobs.iter().any(|row| row.failed_attempts > 0));
    }
}
