//! What is entered by holding a lock: the lock, and what those who wait for it will do inside.

use super::grant::{Ask, Grant};
use super::lock::Lock;
use crate::actors::accounting::observation::{LockKind, Observation};
use crate::actors::actor::ActorId;
use crate::actors::by_actor::ByActor;
use crate::actors::context::QueueContext;
use crate::actors::impossible::impossible;
use crate::units::Instant;
use std::fmt::Debug;

/// A lock whose owner does what processes come for: their errands of type `E`. Grants and releases are observed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::actors) struct Guarded<E> {
    kind: LockKind,
    lock: Lock,
    /// Of those who wait.
    errands: ByActor<E>,
}

/// A process that holds the lock now.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::actors) struct Admitted<E> {
    /// Who.
    pub(in crate::actors) process: ActorId,
    /// When it asked.
    pub(in crate::actors) asked: Instant,
    /// What it came for.
    pub(in crate::actors) errand: E,
}

impl<E: Debug> Guarded<E> {
    /// A free lock.
    pub(in crate::actors) fn new(kind: LockKind) -> Self {
        Self { kind, lock: Lock::default(), errands: ByActor::new() }
    }

    /// Lets a process in, or keeps its errand until [`Self::admit`].
    pub(in crate::actors) fn enter(
        &mut self,
        now: Instant,
        ask: Ask,
        errand: E,
        context: &mut impl QueueContext,
    ) -> Option<Admitted<E>> {
        let Some(grant) = self.lock.acquire(now, ask) else {
            if self.errands.get(ask.process).is_some() {
                impossible(self, &(ask, errand));
            }
            self.errands.insert(ask.process, errand);
            return None;
        };
        let (process, asked) = (grant.process, grant.asked);
        context.observe(Observation::LockGranted { lock: self.kind, grant });
        Some(Admitted { process, asked, errand })
    }

    /// Lets a process out. Who is returned is to be [admitted](Self::admit).
    pub(in crate::actors) fn leave(
        &mut self,
        now: Instant,
        process: ActorId,
        context: &mut impl QueueContext,
    ) -> Vec<Grant> {
        let mut granted = Vec::new();
        let release = self.lock.release(now, process, &mut granted);
        context.observe(Observation::LockReleased { lock: self.kind, release });
        granted
    }

    /// Lets in who waited.
    pub(in crate::actors) fn admit(&mut self, grant: Grant, context: &mut impl QueueContext) -> Admitted<E> {
        let (process, asked) = (grant.process, grant.asked);
        let Some(errand) = self.errands.remove(process) else { impossible(self, &grant) };
        context.observe(Observation::LockGranted { lock: self.kind, grant });
        Admitted { process, asked, errand }
    }

    /// What is wrong with the lock, if anything is.
    pub(in crate::actors) fn violation(&self) -> Option<String> {
        let waiting = self.lock.pending().map(|(_, processes)| processes.len()).sum::<usize>();
        let errands = self.errands.iter().count();
        let lost = || Some(format!("{waiting} wait for it, with {errands} errands")).filter(|_| waiting != errands);
        self.lock.violation().or_else(lost).map(|what| format!("{}: {what}", self.kind.name()))
    }
}
