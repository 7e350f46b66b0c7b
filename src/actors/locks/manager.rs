//! The lock manager: owns all opcode locks.
//!
//! An acquire names all locks that an opcode needs, in order, and has one timeout for all of them. Either the
//! process comes to hold every one, or it holds none in the end. Either way its next step is inside the queue, so the
//! manager asks the queue on its behalf rather than have it ask itself.
//!
//! A worker looks before each level whether its job is being canceled. It is the manager that goes from level to level,
//! so the queue tells it of a cancel when a worker has the job: a message for each such cancel, and none for each level.

use super::grant::{Activity, Ask, Grant, Mode};
use super::lock::Lock;
use super::monitor::{LockRow, Pending};
use super::name::{Level, LockName, WantedLock};
use super::protocol::{Acquire, LocksMessage, LocksOutcome, LocksSettled};
use crate::actors::accounting::observation::{LockKind, Observation};
use crate::actors::actor::{ActorId, TimerId};
use crate::actors::by_actor::ByActor;
use crate::actors::context::QueueContext;
use crate::actors::design::Design;
use crate::actors::impossible::impossible;
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::queue::protocol::{QueueMessage, Want};
use crate::actors::roster::Roster;
use crate::units::{Instant, Span};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An acquire whose timeout is shorter than this fails at once if it would have to wait.
const SHORTEST_WAIT: Span = Span::from_millis(1);

/// What a process holds, or is about to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Acquisition {
    acquire: Box<Acquire>,
    /// Locks held: the first so many of those wanted.
    held: usize,
    arrived: Instant,
    /// Tells timers of an earlier attempt from this one's.
    attempt: u64,
    progress: Progress,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Progress {
    /// Under way.
    Acquiring {
        /// Set by the first wait, if the attempt has a timeout, and not over yet.
        timer: Option<TimerId>,
        /// Whether the job is being canceled.
        canceled: bool,
    },
    /// All are held.
    Held,
}

impl Acquisition {
    /// The next lock to acquire.
    fn next(&self) -> Option<&WantedLock> {
        self.acquire.wanted.locks.get(self.held)
    }

    /// Whether the next lock, or one that does not exist, begins a level.
    fn begins_level(&self) -> bool {
        let last = self.held.checked_sub(1).map(|last| self.acquire.wanted.locks[last].name.level());
        match self.next() {
            Some(next) => last != Some(next.name.level()),
            None => self.acquire.wanted.missing.is_some(),
        }
    }

    /// Sets the timer of its time, of which `left` is left, unless it was set before.
    fn set_timer(&mut self, left: Option<Span>, context: &mut impl QueueContext) {
        let (process, attempt) = (self.acquire.process, self.attempt);
        if let (Progress::Acquiring { timer: timer @ None, .. }, Some(left)) = (&mut self.progress, left) {
            *timer = Some(context.after(left, Message::Locks(LocksMessage::Expired { process, attempt })));
        }
    }

    /// What is left of its time; none if that has no end.
    fn left(&self, now: Instant) -> Option<Span> {
        self.acquire.timeout.map(|timeout| timeout - now.since(self.arrived))
    }
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
            LocksMessage::JobCanceled { process } => self.job_canceled(process),
            LocksMessage::Expired { process, attempt } => self.expire(now, process, attempt, context),
            LocksMessage::Report { process } => {
                context.send(process, Message::Process(ProcessMessage::LockReport(self.report())));
            }
        }
    }

    fn begin(&mut self, now: Instant, acquire: Box<Acquire>, context: &mut impl QueueContext) {
        let process = acquire.process;
        if self.acquisitions.get(process).is_some() {
            impossible(self, &acquire);
        }
        self.attempts += 1;
        let progress = Progress::Acquiring { timer: None, canceled: false };
        let acquisition = Acquisition { acquire, held: 0, arrived: now, attempt: self.attempts, progress };
        self.acquisitions.insert(process, acquisition);
        self.advance(now, process, context);
    }

    /// Acquires on for `process`, until it holds all, has to wait, has no time to wait, or need not go on.
    fn advance(&mut self, now: Instant, process: ActorId, context: &mut impl QueueContext) {
        let Some(acquisition) = self.acquisitions.get_mut(process) else { impossible(self, &process) };
        let outcome = loop {
            if acquisition.begins_level() && matches!(acquisition.progress, Progress::Acquiring { canceled: true, .. })
            {
                break LocksOutcome::Canceled;
            }
            let Some(&WantedLock { name, mode }) = acquisition.next() else {
                let missing = acquisition.acquire.wanted.missing.is_some();
                break if missing { LocksOutcome::NotFound } else { LocksOutcome::Acquired };
            };
            let lock = self.locks.entry(name).or_default();
            let ask = Ask { process, mode, priority: acquisition.acquire.priority, activity: Activity::RunOpcode };
            let left = acquisition.left(now);
            let may_wait = left.is_none_or(|left| left >= SHORTEST_WAIT);
            let grant = if may_wait { lock.acquire(now, ask) } else { lock.try_acquire(now, ask) };
            match grant {
                Some(grant) => observe_grant(context, name, grant),
                None if may_wait => return acquisition.set_timer(left, context),
                None => break LocksOutcome::TimedOut,
            }
            acquisition.held += 1;
        };
        self.settle(now, process, outcome, context);
    }

    /// A waiter looks a last time. If it gets its lock, it has no time to wait for any later one.
    fn expire(&mut self, now: Instant, process: ActorId, attempt: u64, context: &mut impl QueueContext) {
        let acquisition = self.acquisitions.get_mut(process).filter(|acquisition| acquisition.attempt == attempt);
        // A timer that was canceled may be on its way already: the attempt is over, and all that it took given back.
        let Some(acquisition) = acquisition else { return };
        // The same, and the locks are held.
        let Progress::Acquiring { timer, canceled } = &mut acquisition.progress else { return };
        *timer = None;
        let canceled = *canceled;
        let waits_for = acquisition.next().map(|wanted| wanted.name);
        let Some((name, lock)) = waits_for.and_then(|name| Some((name, self.locks.get_mut(&name)?))) else {
            impossible(self, &(process, attempt))
        };
        match lock.time_over(now, process) {
            Some(grant) => {
                acquisition.held += 1;
                observe_grant(context, name, grant);
                self.advance(now, process, context);
            }
            None => {
                let outcome = if canceled { LocksOutcome::Canceled } else { LocksOutcome::TimedOut };
                self.settle(now, process, outcome, context);
            }
        }
    }

    /// The process will stop before the next level, unless it has reached its last one.
    fn job_canceled(&mut self, process: ActorId) {
        // The process may not be acquiring any more, or not yet: live, its acquire may come after such news. Either way
        // it sees inside the queue that its job is being canceled, in the second case once this attempt is over.
        if let Some(Acquisition { progress: Progress::Acquiring { canceled, .. }, .. }) =
            self.acquisitions.get_mut(process)
        {
            *canceled = true;
        }
    }

    fn settle(&mut self, now: Instant, process: ActorId, outcome: LocksOutcome, context: &mut impl QueueContext) {
        let Some(acquisition) = self.acquisitions.get_mut(process) else { impossible(self, &(process, outcome)) };
        if let Progress::Acquiring { timer: Some(timer), .. } = acquisition.progress {
            context.cancel(timer);
        }
        acquisition.progress = Progress::Held;
        let activity = match outcome {
            LocksOutcome::Acquired => Activity::Start,
            LocksOutcome::TimedOut => Activity::Retry,
            LocksOutcome::Canceled | LocksOutcome::NotFound => Activity::Finish,
        };
        let want = Want::Job(acquisition.acquire.owner.job);
        let locks = Some(LocksSettled { outcome, arrived: acquisition.arrived, settled: now });
        let enter = QueueMessage::Enter { process, mode: Mode::Shared, activity, want, locks };
        context.send(Roster::QUEUE, Message::Queue(enter));
        if outcome != LocksOutcome::Acquired {
            self.release_all(now, process, context);
        }
    }

    fn release_all(&mut self, now: Instant, process: ActorId, context: &mut impl QueueContext) {
        let Some(acquisition) = self.acquisitions.remove(process) else { impossible(self, &process) };
        let mut granted = Vec::new();
        for wanted in acquisition.acquire.wanted.locks[..acquisition.held].iter().rev() {
            let Some(lock) = self.locks.get_mut(&wanted.name) else { impossible(self, &acquisition) };
            let release = lock.release(now, process, &mut granted);
            if lock.is_unused() {
                self.locks.remove(&wanted.name);
            }
            context.observe(Observation::LockReleased { lock: kind(wanted.name), release });
            for grant in granted.drain(..) {
                let process = grant.process;
                let Some(acquisition) = self.acquisitions.get_mut(process) else { impossible(self, &grant) };
                acquisition.held += 1;
                observe_grant(context, wanted.name, grant);
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
            for wanted in &acquisition.acquire.wanted.locks[..acquisition.held] {
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
