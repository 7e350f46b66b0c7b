//! The queue actor.
//!
//! Every access to a job goes through the queue lock: a process enters, takes what it wants along, and leaves
//! things behind when it goes. So a job is either here or with exactly one process inside the lock.

use super::active_job::{Accounted, ActiveJob};
use super::entry::{Entry, JobPlace, Possession, WaitsFor};
use super::protocol::{Entered, Exit, QueueMessage, Turn, TurnEnd, Want};
use super::ready::ReadyQueue;
use crate::actors::accounting::ledger::{Account, Ledger};
use crate::actors::accounting::observation::{JobRow, LockKind, Observation};
use crate::actors::actor::ActorId;
use crate::actors::clients::protocol::ClientsMessage;
use crate::actors::context::QueueContext;
use crate::actors::design::{DependencyLookup, Design, QueueLock, Storage};
use crate::actors::impossible::impossible;
use crate::actors::locks::grant::{Activity, Ask, Mode};
use crate::actors::locks::guarded::{Admitted, Guarded};
use crate::actors::locks::protocol::{LocksMessage, LocksSettled};
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::roster::Roster;
use crate::job::{Job, JobId, Priority, Status};
use crate::units::Instant;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// What a process came for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Errand {
    want: Want,
    locks: Option<LocksSettled>,
}

/// Owner of the queue's state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Queue {
    design: Arc<Design>,
    lock: Guarded<Errand>,
    entries: BTreeMap<JobId, Entry>,
    /// Finished jobs that the design keeps in memory, with all they contain if it shares objects.
    finished: BTreeMap<JobId, (Status, Option<Box<Job>>)>,
    ready: ReadyQueue,
    idle: VecDeque<ActorId>,
    last_id: u64,
    size: u64,
    drained: bool,
    shutting_down: bool,
    /// The load waits to hear that no turn is under way.
    tell_when_idle: bool,
    turns: u32,
}

impl Queue {
    /// A queue that is not open yet.
    #[must_use]
    pub fn new(design: Arc<Design>) -> Self {
        Self {
            design,
            lock: Guarded::new(LockKind::Queue),
            entries: BTreeMap::new(),
            finished: BTreeMap::new(),
            ready: ReadyQueue::default(),
            idle: VecDeque::new(),
            last_id: 0,
            size: 0,
            drained: false,
            shutting_down: false,
            tell_when_idle: false,
            turns: 0,
        }
    }

    /// Takes one message.
    pub fn receive(&mut self, now: Instant, message: QueueMessage, context: &mut impl QueueContext) {
        match message {
            QueueMessage::Opened { jobs, serial, size, drained } => {
                (self.last_id, self.size, self.drained) = (serial, size, drained);
                let accounted = jobs.into_iter().map(|job| Accounted { ledger: Ledger::starting(job.due), job });
                accounted.for_each(|job| self.add(job));
                context.send(Roster::CLIENTS, Message::Clients(ClientsMessage::Begin));
            }
            QueueMessage::Enter { process, mode, activity, want, locks } => {
                let ask = Ask { process, mode, priority: Priority::NORMAL, activity };
                self.enter(now, ask, Errand { want, locks }, context);
            }
            QueueMessage::Leave { process, exit } => self.leave(now, process, exit, context),
            QueueMessage::Idle { worker } => self.idle.push_back(worker),
            QueueMessage::LookUp { process, job } => {
                let status = self.entries.get(&job).map(Entry::status);
                let status = status.or_else(|| self.finished.get(&job).map(|(status, _)| *status));
                context.send(process, Message::Process(ProcessMessage::LookedUp { status, arrived: now }));
            }
            QueueMessage::PrepareShutdown { process } => {
                self.shutting_down = true;
                let running = self.turns > 0;
                match process {
                    Some(process) => {
                        context.send(process, Message::Process(ProcessMessage::ShutdownPrepared { running }));
                    }
                    None => self.tell_when_idle = true,
                }
            }
        }
        self.assign(now, context);
    }

    /// Hands ready jobs to idle workers.
    fn assign(&mut self, now: Instant, context: &mut impl QueueContext) {
        while !self.shutting_down
            && self.ready.len() > 0
            && let Some(worker) = self.idle.pop_front()
        {
            let Some(job) = self.ready.pop() else { impossible(self, &worker) };
            let Some(entry) = self.entries.get_mut(&job) else { impossible(self, &job) };
            let JobPlace::Waiting(waits_for, ledger) = &mut entry.place else { impossible(self, &job) };
            ledger.charge(Account::Worker, now);
            *waits_for = WaitsFor::QueueLock(worker);
            self.turns += 1;
            let errand = Errand { want: Want::Turn(job), locks: None };
            let activity = if entry.checks_dependencies() { Activity::CheckDependencies } else { Activity::TakeUp };
            let ask = Ask { process: worker, mode: Mode::Shared, priority: Priority::NORMAL, activity };
            self.enter(now, ask, errand, context);
        }
        if self.tell_when_idle && self.turns == 0 {
            self.tell_when_idle = false;
            context.send(Roster::CLIENTS, Message::Clients(ClientsMessage::Idle));
        }
    }

    fn enter(&mut self, now: Instant, ask: Ask, errand: Errand, context: &mut impl QueueContext) {
        let mode = match self.design.queue_lock {
            QueueLock::Shared => ask.mode,
            QueueLock::Exclusive => Mode::Exclusive,
        };
        if let Some(admitted) = self.lock.enter(now, Ask { mode, ..ask }, errand, context) {
            self.serve(now, admitted, context);
        }
    }

    /// Gives a process that is inside now what it wants.
    fn serve(&mut self, now: Instant, admitted: Admitted<Errand>, context: &mut impl QueueContext) {
        let Admitted { process, asked: arrived, errand } = admitted;
        let mut entered = Entered {
            job: None,
            first_id: 0,
            size: self.size,
            room: self.design.queue_size_limit.saturating_sub(self.size),
            drained: self.drained,
            shutting_down: self.shutting_down,
            arrived,
            granted: now,
            locks: errand.locks,
        };
        match errand.want {
            Want::Turn(job) => return self.start_turn(now, process, job, context),
            // To be inside is enough: for what only the queue's state decides, or for files.
            Want::Nothing => {}
            Want::Job(job) => entered.job = self.entries.get_mut(&job).and_then(Entry::lend),
            Want::Copy(job) => entered.job = self.copy(job),
            // The process sees why it gets none.
            Want::Ids(_) if self.drained || self.shutting_down => {}
            Want::Ids(count) => {
                let last_id = self.last_id.checked_add(count);
                let last_id =
                    last_id.unwrap_or_else(|| unreachable!("a queue opens only with ids left for every load"));
                entered.first_id = self.last_id + 1;
                self.last_id = last_id;
            }
        }
        context.send(process, Message::Process(ProcessMessage::Entered(Box::new(entered))));
    }

    fn start_turn(&mut self, now: Instant, worker: ActorId, id: JobId, context: &mut impl QueueContext) {
        let Some(entry) = self.entries.get_mut(&id) else { impossible(self, &(worker, id)) };
        let place = std::mem::replace(&mut entry.place, JobPlace::InTurn(worker));
        let (Some(job), JobPlace::Waiting(_, mut ledger)) = (entry.lend(), place) else {
            impossible(self, &(worker, id))
        };
        let asked = ledger.cursor();
        ledger.charge(Account::QueueLock, now);
        let turn = Turn { job, ledger, queue_lock: now.since(asked) };
        context.send(worker, Message::Process(ProcessMessage::Turn(Box::new(turn))));
    }

    fn leave(&mut self, now: Instant, process: ActorId, exit: Exit, context: &mut impl QueueContext) {
        match exit {
            // The process took nothing along, or changed nothing that is kept here.
            Exit::Nothing => {}
            Exit::PutBack(job) => self.put_back(job),
            Exit::TurnOver(job, mut ledger, end) => {
                ledger.charge(Account::Mailbox, now);
                self.end_turn(job, ledger, end, context);
            }
            Exit::Changed(job) => self.take_change(now, job, context),
            Exit::Submitted(jobs) => {
                self.size += jobs.len() as u64;
                jobs.into_iter().for_each(|mut job| {
                    job.ledger.charge(Account::Mailbox, now);
                    self.add(job);
                });
            }
            Exit::Wake { on, jobs } => jobs.into_iter().for_each(|job| self.wake(now, job, on)),
            Exit::Archived(jobs) => {
                self.size = self.size.saturating_sub(jobs.len() as u64);
                for job in jobs {
                    self.finished.remove(&job);
                }
            }
            Exit::Drained(flag) => self.drained = flag,
        }
        for grant in self.lock.leave(now, process, context) {
            let admitted = self.lock.admit(grant, context);
            self.serve(now, admitted, context);
        }
    }

    /// A new job, or one found at start-up.
    fn add(&mut self, Accounted { job, ledger }: Accounted) {
        let id = job.document.id;
        let place = self.ready.push(id, job.document.priority());
        self.entries.insert(id, Entry::ready(job, Box::new(ledger), place));
    }

    fn put_back(&mut self, job: Box<ActiveJob>) {
        match self.entries.get_mut(&job.document.id) {
            Some(entry @ Entry { job: Possession::Lent(_), .. }) => entry.job = Possession::Here(job),
            _ => impossible(self, &job),
        }
    }

    fn end_turn(&mut self, job: Box<ActiveJob>, ledger: Box<Ledger>, end: TurnEnd, context: &mut impl QueueContext) {
        let id = job.document.id;
        let Some(entry @ Entry { place: JobPlace::InTurn(_), job: Possession::Lent(_), .. }) =
            self.entries.get_mut(&id)
        else {
            impossible(self, &(job, end))
        };
        self.turns -= 1;
        let waits_for = match end {
            TurnEnd::Again => WaitsFor::Worker(self.ready.push(id, job.document.priority())),
            TurnEnd::Waits(on) => WaitsFor::Job(on),
            TurnEnd::Abandoned => WaitsFor::Nothing,
            TurnEnd::Final => {
                let reported = entry.reported;
                self.entries.remove(&id);
                return self.retire(*job, reported, context);
            }
        };
        entry.place = JobPlace::Waiting(waits_for, ledger);
        entry.job = Possession::Here(job);
    }

    /// A job is final and its turn over: keeps what the design keeps, and tells the load.
    fn retire(&mut self, job: ActiveJob, reported: bool, context: &mut impl QueueContext) {
        if !reported {
            tell_clients(&job, context);
        }
        let id = job.document.id;
        let shares = self.design.storage == Storage::SharedObjects;
        if shares || self.design.dependency_lookup == DependencyLookup::SharedObjects {
            self.finished.insert(id, (job.document.status(), shares.then(|| Box::new(job.document))));
        }
    }

    /// A client changed a job, whose file is written already.
    fn take_change(&mut self, now: Instant, job: Box<ActiveJob>, context: &mut impl QueueContext) {
        let id = job.document.id;
        let Some(entry @ Entry { job: Possession::Lent(_), .. }) = self.entries.get_mut(&id) else {
            impossible(self, &job)
        };
        let status = job.document.status();
        match &mut entry.place {
            JobPlace::InTurn(worker) if status == Status::Canceling => {
                let message = LocksMessage::JobCanceled { process: *worker };
                context.send(Roster::LOCKS, Message::Locks(message));
            }
            // Its worker sees what it is told once it has the job in hand.
            JobPlace::InTurn(_) => {}
            JobPlace::Waiting(waits_for, ledger) => {
                if let WaitsFor::Worker(place) = waits_for {
                    *place = self.ready.change_priority(*place, job.document.priority());
                }
                if status.is_final() && !entry.reported {
                    entry.reported = true;
                    ledger.charge(Account::Worker, now);
                    context.observe(Observation::JobFinished(Box::new(JobRow::of(&job, ledger, now))));
                    tell_clients(&job, context);
                }
            }
        }
        entry.job = Possession::Here(job);
    }

    /// The job `on`, which job `id` was noted to wait for, is final.
    fn wake(&mut self, now: Instant, id: JobId, on: JobId) {
        // It may have found out by itself in the meantime, and wait for another job now, or be over.
        if let Some(Entry { job, place: JobPlace::Waiting(waits_for, ledger), .. }) = self.entries.get_mut(&id)
            && *waits_for == WaitsFor::Job(on)
        {
            let Possession::Here(job) = job else { impossible(self, &(id, on)) };
            ledger.charge(Account::Dependency, now);
            *waits_for = WaitsFor::Worker(self.ready.push(id, job.document.priority()));
        }
    }

    fn copy(&self, id: JobId) -> Option<Box<ActiveJob>> {
        let active = match self.entries.get(&id) {
            Some(Entry { job: Possession::Here(job), .. }) => Some(job.clone()),
            _ => None,
        };
        active.or_else(|| {
            let document = self.finished.get(&id)?.1.as_deref()?.clone();
            Some(Box::new(ActiveJob::recovered(document, Arc::new([]), Instant::ZERO)))
        })
    }

    /// What is wrong with its state, if anything is.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        let mut found: Vec<String> = self.lock.violation().into_iter().collect();
        let ready: Vec<JobId> = self.ready.iter().collect();
        let places = self.entries.values().filter(|entry| entry.is_ready()).count();
        if ready.len() != places || ready.iter().any(|id| !self.entries.get(id).is_some_and(Entry::is_ready)) {
            found.push(format!("ready queue holds {ready:?}, but {places} jobs are marked ready"));
        }
        let turns = self.entries.values().filter(|entry| entry.worker().is_some()).count();
        if turns != self.turns as usize {
            found.push(format!("{turns} jobs are in a turn, but {} turns are counted", self.turns));
        }
        if self.ready.len() > 0 && !self.idle.is_empty() && !self.shutting_down {
            found.push(format!("workers {:?} idle while jobs are ready", self.idle));
        }
        for (id, entry) in &self.entries {
            found.extend(entry.violation().map(|what| format!("job {id}: {what}")));
        }
        found
    }

    /// Jobs that are ready for a worker.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.ready.len()
    }

    /// Jobs that are not final, or whose last turn is still to come.
    pub fn unfinished(&self) -> impl Iterator<Item = JobId> {
        self.entries.keys().copied()
    }

    /// Jobs that a worker processes, with the worker.
    pub fn in_turn(&self) -> impl Iterator<Item = (JobId, ActorId)> {
        self.entries.iter().filter_map(|(id, entry)| match entry.place {
            JobPlace::InTurn(worker) => Some((*id, worker)),
            _ => None,
        })
    }

    /// Unarchived jobs, and the last id handed out.
    #[must_use]
    pub const fn size_and_serial(&self) -> (u64, u64) {
        (self.size, self.last_id)
    }
}

/// The load waits for the end of its jobs.
fn tell_clients(job: &ActiveJob, context: &mut impl QueueContext) {
    if let Some(submission) = job.submission {
        let (id, class) = (job.document.id, job.class);
        context.send(Roster::CLIENTS, Message::Clients(ClientsMessage::JobEnded { id, submission, class }));
    }
}
