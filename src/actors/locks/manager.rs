//! The lock manager: owns all opcode locks.
//!
//! An acquire names all locks that an opcode needs, in order, and has one timeout for all of them. Either the
//! process comes to hold every one, or it holds none when the time is over. Either way its next step is inside the
//! queue, so the manager asks the queue on its behalf rather than have it ask itself.

use super::grant::{Activity, Grant, Mode};
use super::lock::Lock;
use super::monitor::{LockRow, Pending};
use super::name::{Level, LockName};
use super::protocol::{Acquire, LocksMessage, LocksOutcome, LocksSettled};
use crate::actors::accounting::observation::{LockKind, Observation};
use crate::actors::actor::{ActorId, TimerId};
use crate::actors::by_actor::ByActor;
use crate::actors::context::QueueContext;
use crate::actors::design::Design;
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::queue::protocol::{QueueMessage, Want};
use crate::actors::roster::Roster;
use crate::units::{Instant, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An acquire whose timeout is shorter than this fails at once if it would have to wait.
const SHORTEST_WAIT: Span = Span::from_millis(1);

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Acquisition {
    acquire: Box<Acquire>,
    /// Locks held: the first so many of those wanted.
    held: usize,
    arrived: Instant,
    timer: Option<TimerId>,
    /// Tells timers of an earlier attempt from this one's.
    attempt: u64,
}

/// Owner of all opcode locks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LockManager {
    design: Arc<Design>,
    locks: BTreeMap<LockName, Lock>,
    acquisitions: ByActor<Acquisition>,
    attempts: u64,
}

impl LockManager {
    /// A manager whose locks are all free.
    #[must_use]
    pub const fn new(design: Arc<Design>) -> Self {
        Self { design, locks: BTreeMap::new(), acquisitions: ByActor::new(), attempts: 0 }
    }

    /// Takes one message.
    pub fn receive(&mut self, now: Instant, message: LocksMessage, context: &mut impl QueueContext) {
        match message {
            LocksMessage::Acquire(acquire) => self.begin(now, acquire, context),
            LocksMessage::Release { process } => self.release_all(now, process, context),
            LocksMessage::Expired { process, attempt } => self.expire(now, process, attempt, context),
            LocksMessage::Report { process } => {
                context.send(process, Message::Process(ProcessMessage::LockReport(self.report())));
            }
        }
    }

    fn begin(&mut self, now: Instant, acquire: Box<Acquire>, context: &mut impl QueueContext) {
        self.attempts += 1;
        let process = acquire.process;
        let acquisition = Acquisition { acquire, held: 0, arrived: now, timer: None, attempt: self.attempts };
        self.acquisitions.insert(process, acquisition);
        self.advance(now, process, context);
    }

    /// Acquires on for `process`, until it holds all, has to wait, or has no time to wait.
    fn advance(&mut self, now: Instant, process: ActorId, context: &mut impl QueueContext) {
        let Some(acquisition) = self.acquisitions.get_mut(process) else { return };
        while let Some(wanted) = acquisition.acquire.wanted.get(acquisition.held) {
            let lock = self.locks.entry(wanted.name).or_default();
            let priority = acquisition.acquire.priority;
            let Some(grant) = lock.acquire(now, process, wanted.mode, priority, Activity::RunOpcode) else {
                return self.wait(now, process, context);
            };
            acquisition.held += 1;
            observe_grant(context, wanted.name, grant);
        }
        self.settle(now, process, LocksOutcome::Acquired, context);
    }

    fn wait(&mut self, now: Instant, process: ActorId, context: &mut impl QueueContext) {
        let Some(acquisition) = self.acquisitions.get_mut(process) else { return };
        let Some(timeout) = acquisition.acquire.timeout else { return };
        if acquisition.timer.is_some() {
            return;
        }
        let left = timeout - now.since(acquisition.arrived);
        let attempt = acquisition.attempt;
        if left < SHORTEST_WAIT {
            return self.expire(now, process, attempt, context);
        }
        acquisition.timer = Some(context.after(left, Message::Locks(LocksMessage::Expired { process, attempt })));
    }

    fn expire(&mut self, now: Instant, process: ActorId, attempt: u64, context: &mut impl QueueContext) {
        let Some(acquisition) = self.acquisitions.get_mut(process) else { return };
        if acquisition.attempt != attempt {
            return;
        }
        let Some(wanted) = acquisition.acquire.wanted.get(acquisition.held) else { return };
        acquisition.timer = None;
        if let Some(lock) = self.locks.get_mut(&wanted.name) {
            lock.withdraw(process);
        }
        self.settle(now, process, LocksOutcome::TimedOut, context);
        self.release_all(now, process, context);
    }

    fn settle(&mut self, now: Instant, process: ActorId, outcome: LocksOutcome, context: &mut impl QueueContext) {
        let Some(acquisition) = self.acquisitions.get_mut(process) else { return };
        if let Some(timer) = acquisition.timer.take() {
            context.cancel(timer);
        }
        let activity = match outcome {
            LocksOutcome::Acquired => Activity::Start,
            LocksOutcome::TimedOut => Activity::Retry,
        };
        let want = Want::Job(acquisition.acquire.owner.job);
        let locks = Some(LocksSettled { outcome, arrived: acquisition.arrived, settled: now });
        let enter = QueueMessage::Enter { process, mode: Mode::Shared, activity, want, locks };
        context.send(Roster::QUEUE, Message::Queue(enter));
    }

    fn release_all(&mut self, now: Instant, process: ActorId, context: &mut impl QueueContext) {
        let Some(acquisition) = self.acquisitions.remove(process) else { return };
        let mut granted = Vec::new();
        for wanted in acquisition.acquire.wanted[..acquisition.held].iter().rev() {
            let Some(lock) = self.locks.get_mut(&wanted.name) else { continue };
            let release = lock.release(now, process, &mut granted);
            if lock.is_unused() {
                self.locks.remove(&wanted.name);
            }
            context.observe(Observation::LockReleased { lock: kind(wanted.name), release });
            for grant in granted.drain(..) {
                let process = grant.process;
                observe_grant(context, wanted.name, grant);
                if let Some(acquisition) = self.acquisitions.get_mut(process) {
                    acquisition.held += 1;
                }
                self.advance(now, process, context);
            }
        }
    }

    /// One row for each lock in use.
    #[must_use]
    pub fn report(&self) -> Vec<LockRow> {
        let owner = |process: ActorId| {
            self.acquisitions.get(process).map_or_else(String::new, |held| held.acquire.owner.to_string())
        };
        let row = |(name, lock): (&LockName, &Lock)| LockRow {
            name: name.display(&self.design.cluster),
            mode: lock.mode(),
            owners: Some(lock.holders().map(owner).collect()),
            pending: lock
                .pending()
                .map(|(mode, waiters)| Pending::Lock(mode, waiters.into_iter().map(owner).collect()))
                .collect(),
        };
        self.locks.iter().map(row).collect()
    }

    /// What is wrong with its state, if anything is.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        let name = |name: &LockName| name.display(&self.design.cluster);
        let mut found: Vec<String> = self
            .locks
            .iter()
            .filter_map(|(lock, state)| Some(format!("{}: {}", name(lock), state.violation()?)))
            .collect();
        for (process, acquisition) in self.acquisitions.iter() {
            for wanted in &acquisition.acquire.wanted[..acquisition.held] {
                if !self.locks.get(&wanted.name).is_some_and(|lock| lock.is_held_by(process)) {
                    found.push(format!("{} should be held by {}", name(&wanted.name), acquisition.acquire.owner));
                }
            }
        }
        found
    }
}

const fn kind(name: LockName) -> LockKind {
    match name.level() {
        Level::Cluster => LockKind::Cluster,
        Level::Instance => LockKind::Instance,
        Level::Node => LockKind::Node,
    }
}

fn observe_grant(context: &mut impl QueueContext, name: LockName, grant: Grant) {
    context.observe(Observation::LockGranted { lock: kind(name), grant });
}
