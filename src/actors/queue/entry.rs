//! An unfinished job in the queue's memory: the job itself, or who has it, and what it waits for.

use super::active_job::ActiveJob;
use super::ready::ReadyPlace;
use crate::actors::accounting::ledger::Ledger;
use crate::actors::actor::ActorId;
use crate::job::{JobId, Status};

/// An unfinished job.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Entry {
    pub(super) job: Possession,
    pub(super) place: JobPlace,
    /// Its end was reported before its last turn: a client canceled it.
    pub(super) reported: bool,
}

/// Whether the job itself is here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Possession {
    /// It is.
    Here(Box<ActiveJob>),
    /// A process has it; memory shows the status that it had when it went.
    Lent(Status),
}

/// Where an unfinished job stands. Its ledger is with whoever has its turn.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum JobPlace {
    /// It waits.
    Waiting(WaitsFor, Box<Ledger>),
    /// This worker processes it.
    InTurn(ActorId),
}

/// What an unfinished job waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum WaitsFor {
    /// A worker, in the ready queue.
    Worker(ReadyPlace),
    /// The queue lock, which this worker has asked for to take it up.
    QueueLock(ActorId),
    /// Another job.
    Job(JobId),
    /// Nothing any more, because the queue is shutting down.
    Nothing,
}

impl Entry {
    /// A job that is ready, at this place of the ready queue.
    pub(super) const fn ready(job: Box<ActiveJob>, ledger: Box<Ledger>, place: ReadyPlace) -> Self {
        let place = JobPlace::Waiting(WaitsFor::Worker(place), ledger);
        Self { job: Possession::Here(job), place, reported: false }
    }

    /// Hands the job to a process; none if a process has it already.
    pub(super) fn lend(&mut self) -> Option<Box<ActiveJob>> {
        let lent = Possession::Lent(self.status());
        match std::mem::replace(&mut self.job, lent) {
            Possession::Here(job) => Some(job),
            Possession::Lent(_) => None,
        }
    }

    pub(super) fn status(&self) -> Status {
        match &self.job {
            Possession::Here(job) => job.document.status(),
            Possession::Lent(status) => *status,
        }
    }

    /// Whether the next turn is seen to begin with dependencies. If a client has the job just then, it is not.
    pub(super) fn checks_dependencies(&self) -> bool {
        let Possession::Here(job) = &self.job else { return false };
        job.document.current().is_some_and(|index| !job.document.opcodes[index].depends.is_empty())
    }

    pub(super) const fn is_ready(&self) -> bool {
        matches!(self.place, JobPlace::Waiting(WaitsFor::Worker(_), _))
    }

    /// The worker whose turn it is, or is about to be.
    pub(super) const fn worker(&self) -> Option<ActorId> {
        match self.place {
            JobPlace::InTurn(worker) | JobPlace::Waiting(WaitsFor::QueueLock(worker), _) => Some(worker),
            JobPlace::Waiting(..) => None,
        }
    }

    pub(super) fn violation(&self) -> Option<&'static str> {
        let Possession::Here(job) = &self.job else { return None };
        let status = job.document.status();
        match self.place {
            JobPlace::Waiting(WaitsFor::Job(_), _) if status.is_final() => Some("final, but waiting for a dependency"),
            JobPlace::Waiting(WaitsFor::Job(_) | WaitsFor::Worker(_), _) if status == Status::Running => {
                Some("running without a worker")
            }
            _ if job.document.end.is_some() != status.is_final() => Some("its end timestamp contradicts its status"),
            _ => None,
        }
    }
}
