//! The queue actor.
//!
//! Every access to a job goes through the queue lock: a process enters, takes what it wants along, and leaves
//! things behind when it goes. So a job is either here or with exactly one process inside the lock.

use super::active_job::{Accounted, ActiveJob};
use super::protocol::{Entered, Exit, QueueMessage, Turn, TurnEnd, Want};
use super::ready::{ReadyPlace, ReadyQueue};
use crate::actors::accounting::ledger::{Account, Ledger};
use crate::actors::accounting::observation::{JobRow, LockKind, Observation};
use crate::actors::actor::ActorId;
use crate::actors::by_actor::ByActor;
use crate::actors::clients::protocol::ClientsMessage;
use crate::actors::context::QueueContext;
use crate::actors::design::{DependencyLookup, Design, QueueLock, Storage};
use crate::actors::locks::grant::{Activity, Grant, Mode};
use crate::actors::locks::lock::Lock;
use crate::actors::locks::protocol::LocksSettled;
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::roster::Roster;
use crate::job::{Job, JobId, Priority, Status};
use crate::units::Instant;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Where an unfinished job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum JobPlace {
    /// In the ready queue.
    Ready(ReadyPlace),
    /// Waiting for another job.
    Dependency,
    /// A worker processes it.
    InTurn(ActorId),
    /// Left alone, because the queue is shutting down.
    Abandoned,
}

/// An unfinished job.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Entry {
    /// None while a process has it.
    job: Option<Box<ActiveJob>>,
    /// Its status when a process last took it along: what memory shows of it meanwhile.
    lent_as: Status,
    /// None while a worker has it.
    ledger: Option<Box<Ledger>>,
    place: JobPlace,
    /// Its end was reported before its last turn: a client canceled it.
    reported: bool,
}

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
    lock: Lock,
    /// What the processes that wait for the lock want.
    errands: ByActor<Errand>,
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
            lock: Lock::default(),
            errands: ByActor::new(),
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
                let errand = Errand { want, locks };
                self.enter(now, process, mode, activity, errand, context);
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
        while !self.shutting_down && !self.idle.is_empty() {
            let Some(job) = self.ready.pop() else { break };
            let (Some(entry), Some(worker)) = (self.entries.get_mut(&job), self.idle.pop_front()) else { continue };
            entry.place = JobPlace::InTurn(worker);
            if let Some(ledger) = &mut entry.ledger {
                ledger.charge(Account::Worker, now);
            }
            self.turns += 1;
            let checks = entry.job.as_ref().is_some_and(|job| {
                job.document.current().is_some_and(|index| !job.document.opcodes[index].depends.is_empty())
            });
            let activity = if checks { Activity::CheckDependencies } else { Activity::TakeUp };
            let errand = Errand { want: Want::Turn(job), locks: None };
            self.enter(now, worker, Mode::Shared, activity, errand, context);
        }
        if self.tell_when_idle && self.turns == 0 {
            self.tell_when_idle = false;
            context.send(Roster::CLIENTS, Message::Clients(ClientsMessage::Idle));
        }
    }

    fn enter(
        &mut self,
        now: Instant,
        process: ActorId,
        mode: Mode,
        activity: Activity,
        errand: Errand,
        context: &mut impl QueueContext,
    ) {
        let mode = match self.design.queue_lock {
            QueueLock::Shared => mode,
            QueueLock::Exclusive => Mode::Exclusive,
        };
        match self.lock.acquire(now, process, mode, Priority::NORMAL, activity) {
            Some(grant) => self.serve(now, grant, errand, context),
            None => self.errands.insert(process, errand),
        }
    }

    /// Gives a process that is inside now what it wants.
    fn serve(&mut self, now: Instant, grant: Grant, errand: Errand, context: &mut impl QueueContext) {
        let (process, arrived) = (grant.process, grant.asked);
        context.observe(Observation::LockGranted { lock: LockKind::Queue, grant });
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
            Want::Nothing => {}
            Want::Job(job) => entered.job = self.entries.get_mut(&job).and_then(Entry::lend),
            Want::Copy(job) => entered.job = self.copy(job),
            Want::Ids(_) if self.drained || self.shutting_down => {}
            Want::Ids(count) => {
                entered.first_id = self.last_id + 1;
                self.last_id += count;
            }
        }
        context.send(process, Message::Process(ProcessMessage::Entered(Box::new(entered))));
    }

    fn start_turn(&mut self, now: Instant, worker: ActorId, job: JobId, context: &mut impl QueueContext) {
        let Some(entry) = self.entries.get_mut(&job) else { return };
        let (Some(job), Some(mut ledger)) = (entry.lend(), entry.ledger.take()) else { return };
        let asked = ledger.cursor();
        ledger.charge(Account::QueueLock, now);
        let turn = Turn { job, ledger, queue_lock: now.since(asked) };
        context.send(worker, Message::Process(ProcessMessage::Turn(Box::new(turn))));
    }

    fn leave(&mut self, now: Instant, process: ActorId, exit: Exit, context: &mut impl QueueContext) {
        match exit {
            Exit::Nothing => {}
            Exit::PutBack(job) => self.put_back(job),
            Exit::TurnOver(job, ledger, end) => self.end_turn(job, ledger, end, context),
            Exit::Changed(job) => self.take_change(now, job, context),
            Exit::Submitted(jobs) => {
                self.size += jobs.len() as u64;
                jobs.into_iter().for_each(|mut job| {
                    job.ledger.charge(Account::Mailbox, now);
                    self.add(job);
                });
            }
            Exit::Wake(jobs) => jobs.into_iter().for_each(|job| self.wake(now, job)),
            Exit::Archived(jobs) => {
                self.size = self.size.saturating_sub(jobs.len() as u64);
                for job in jobs {
                    self.finished.remove(&job);
                }
            }
            Exit::Drained(flag) => self.drained = flag,
        }
        let mut granted = Vec::new();
        let release = self.lock.release(now, process, &mut granted);
        context.observe(Observation::LockReleased { lock: LockKind::Queue, release });
        for grant in granted {
            if let Some(errand) = self.errands.remove(grant.process) {
                self.serve(now, grant, errand, context);
            }
        }
    }

    /// A new job, or one found at start-up.
    fn add(&mut self, Accounted { job, ledger }: Accounted) {
        let id = job.document.id;
        let place = JobPlace::Ready(self.ready.push(id, job.document.priority()));
        let lent_as = job.document.status();
        let ledger = Some(Box::new(ledger));
        let entry = Entry { job: Some(job), lent_as, ledger, place, reported: false };
        self.entries.insert(id, entry);
    }

    fn put_back(&mut self, job: Box<ActiveJob>) {
        if let Some(entry) = self.entries.get_mut(&job.document.id) {
            entry.job = Some(job);
        }
    }

    fn end_turn(&mut self, job: Box<ActiveJob>, ledger: Box<Ledger>, end: TurnEnd, context: &mut impl QueueContext) {
        self.turns -= 1;
        let id = job.document.id;
        let Some(entry) = self.entries.get_mut(&id) else { return };
        if end == TurnEnd::Final {
            let reported = entry.reported;
            self.entries.remove(&id);
            return self.retire(*job, reported, context);
        }
        entry.place = match end {
            TurnEnd::Again => JobPlace::Ready(self.ready.push(id, job.document.priority())),
            TurnEnd::Waits => JobPlace::Dependency,
            TurnEnd::Abandoned | TurnEnd::Final => JobPlace::Abandoned,
        };
        entry.job = Some(job);
        entry.ledger = Some(ledger);
    }

    /// A job is final and its turn over: keeps what the design keeps, and tells the load.
    fn retire(&mut self, job: ActiveJob, reported: bool, context: &mut impl QueueContext) {
        let (id, submission, class) = (job.document.id, job.submission, job.class);
        let shares = self.design.storage == Storage::SharedObjects;
        if shares || self.design.dependency_lookup == DependencyLookup::SharedObjects {
            self.finished.insert(id, (job.document.status(), shares.then(|| Box::new(job.document))));
        }
        if let Some(submission) = submission
            && !reported
        {
            context.send(Roster::CLIENTS, Message::Clients(ClientsMessage::JobEnded { id, submission, class }));
        }
    }

    /// A client changed a job, whose file is written already.
    fn take_change(&mut self, now: Instant, job: Box<ActiveJob>, context: &mut impl QueueContext) {
        let id = job.document.id;
        let Some(entry) = self.entries.get_mut(&id) else { return };
        if let JobPlace::Ready(place) = entry.place {
            let priority = job.document.priority();
            entry.place = JobPlace::Ready(self.ready.change_priority(place, priority));
        }
        if job.document.status().is_final()
            && !entry.reported
            && let Some(ledger) = &mut entry.ledger
        {
            entry.reported = true;
            ledger.charge(Account::Worker, now);
            context.observe(Observation::JobFinished(Box::new(JobRow::of(&job, ledger, now))));
            if let Some(submission) = job.submission {
                let class = job.class;
                context.send(Roster::CLIENTS, Message::Clients(ClientsMessage::JobEnded { id, submission, class }));
            }
        }
        entry.job = Some(job);
    }

    /// A job's dependency is final. It may have gone on by itself in the meantime.
    fn wake(&mut self, now: Instant, id: JobId) {
        let Some(entry) = self.entries.get_mut(&id) else { return };
        if entry.place != JobPlace::Dependency {
            return;
        }
        if let Some(ledger) = &mut entry.ledger {
            ledger.charge(Account::Dependency, now);
        }
        let priority = entry.job.as_ref().map_or(Priority::NORMAL, |job| job.document.priority());
        entry.place = JobPlace::Ready(self.ready.push(id, priority));
    }

    fn copy(&self, id: JobId) -> Option<Box<ActiveJob>> {
        let active = self.entries.get(&id).and_then(|entry| entry.job.clone());
        active.or_else(|| {
            let document = self.finished.get(&id)?.1.as_deref()?.clone();
            Some(Box::new(ActiveJob::recovered(document, Arc::new([]), Instant::ZERO)))
        })
    }

    /// What is wrong with its state, if anything is.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        let mut found: Vec<String> =
            self.lock.violation().map(|what| format!("queue lock: {what}")).into_iter().collect();
        let ready: Vec<JobId> = self.ready.iter().collect();
        let places = self.entries.values().filter(|entry| matches!(entry.place, JobPlace::Ready(_))).count();
        if ready.len() != places || ready.iter().any(|id| !self.entries.get(id).is_some_and(Entry::is_ready)) {
            found.push(format!("ready queue holds {ready:?}, but {places} jobs are marked ready"));
        }
        let turns = self.entries.values().filter(|entry| matches!(entry.place, JobPlace::InTurn(_))).count();
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

impl Entry {
    /// Hands the job to a process.
    fn lend(&mut self) -> Option<Box<ActiveJob>> {
        self.lent_as = self.status();
        self.job.take()
    }

    fn status(&self) -> Status {
        self.job.as_ref().map_or(self.lent_as, |job| job.document.status())
    }

    const fn is_ready(&self) -> bool {
        matches!(self.place, JobPlace::Ready(_))
    }

    fn violation(&self) -> Option<&'static str> {
        let with_worker = matches!(self.place, JobPlace::InTurn(_));
        if !with_worker && self.ledger.is_none() {
            return Some("its ledger is with nobody");
        }
        let job = self.job.as_ref()?;
        let status = job.document.status();
        match self.place {
            JobPlace::Dependency if status.is_final() => Some("final, but waiting for a dependency"),
            JobPlace::Ready(_) | JobPlace::Dependency if status == Status::Running => Some("running without a worker"),
            _ if job.document.end.is_some() != status.is_final() => Some("its end timestamp contradicts its status"),
            _ => None,
        }
    }
}
