//! Taking in new jobs, inside the queue lock: one write of the serial file, then one write per job.
//!
//! Both request threads and workers (whose opcodes may submit jobs) go through these steps.
//!
//! All jobs of a call wait together for the queue lock and for the serial file, which is charged to each of them as
//! its own: alone, it would have taken as long. From then on, what a job waits for while files of the others are
//! written, before its own and after, is charged to [`Account::Siblings`].

use super::process::Process;
use super::protocol::Handover;
use crate::actors::accounting::ledger::{Account, Ledger};
use crate::actors::clients::call::Reply;
use crate::actors::clients::request::JobRequest;
use crate::actors::context::QueueContext;
use crate::actors::files::done::{DiskDone, FileOutcome};
use crate::actors::files::operation::Operation;
use crate::actors::files::tally::WriteCause;
use crate::actors::impossible::impossible;
use crate::actors::queue::active_job::Accounted;
use crate::actors::queue::protocol::{Entered, Exit};
use crate::job::JobId;
use crate::units::Instant;

/// A submission that waits for the queue lock.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Submission {
    requests: Vec<JobRequest>,
    /// Whether jobs may name others of the call by relative ids.
    many: bool,
    due: Instant,
    ledger: Ledger,
}

/// A submission inside the queue lock, while a file is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct TakingIn {
    /// Requests that are still to be looked at, the next one last.
    requests: Vec<JobRequest>,
    many: bool,
    due: Instant,
    /// What all jobs of the call have in common: the time until the serial file is written.
    ledger: Ledger,
    /// When the file that is being written was asked for.
    asked: Instant,
    next_id: u64,
    /// How many jobs the queue takes.
    room: u64,
    /// Ids of the call's jobs so far, refused ones included, for relative ids.
    ids: Vec<JobId>,
    accepted: Vec<Accounted>,
    outcomes: Vec<Result<JobId, String>>,
}

/// How far a submission is.
pub(super) enum SubmissionProgress {
    /// A file is being written.
    Writing(Box<TakingIn>),
    /// It is over, and the queue left.
    Over(Submitted),
}

/// What became of a submission.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Submitted {
    /// For the one job its id, or why it was refused.
    One(Result<JobId, String>),
    /// The same for each of several jobs.
    Many(Vec<Result<JobId, String>>),
    /// The queue takes nothing at all.
    Refused {
        /// Class of the error.
        class: &'static str,
        /// Its text.
        why: &'static str,
    },
}

impl Submission {
    /// A submission of `requests`, by one call due at `due`.
    pub(super) const fn new(requests: Vec<JobRequest>, many: bool, due: Instant) -> Self {
        Self { requests, many, due, ledger: Ledger::starting(due) }
    }

    /// How many ids it needs.
    pub(super) const fn count(&self) -> u64 {
        self.requests.len() as u64
    }

    /// Charges the way to the thread that takes the call. That a timer came late is the instrument's.
    pub(super) fn called(&mut self, handover: Handover, now: Instant) {
        self.ledger.charge(Account::Mailbox, handover.heard);
        self.ledger.charge(Account::Admission, handover.sent);
        self.ledger.charge(Account::Mailbox, now);
    }

    /// The queue is locked: asks for the write of the serial file, or leaves.
    pub(super) fn entered(
        mut self,
        now: Instant,
        entered: &Entered,
        process: &Process,
        context: &mut impl QueueContext,
    ) -> SubmissionProgress {
        self.ledger.charge_wait(Account::QueueLock, entered.arrived, entered.granted, now);
        if let Some(refused) = self.refusal(entered) {
            process.leave(Exit::Nothing, context);
            return SubmissionProgress::Over(refused);
        }
        process.ask_disk(Operation::WriteSerial(entered.first_id + self.count() - 1), context);
        let Self { mut requests, many, due, ledger } = self;
        requests.reverse();
        SubmissionProgress::Writing(Box::new(TakingIn {
            ids: Vec::with_capacity(requests.len()),
            accepted: Vec::with_capacity(requests.len()),
            outcomes: Vec::with_capacity(requests.len()),
            requests,
            many,
            due,
            ledger,
            asked: now,
            next_id: entered.first_id,
            room: entered.room,
        }))
    }

    /// Why the queue takes none of the jobs, if it does not.
    const fn refusal(&self, entered: &Entered) -> Option<Submitted> {
        let (class, why) = if entered.drained {
            ("JobQueueDrainError", "Job queue is drained, refusing job")
        } else if entered.shutting_down {
            ("JobQueueError", "Job queue is shutting down, refusing job")
        } else if self.requests.is_empty() {
            ("JobQueueError", "There is no job to submit")
        } else {
            return None;
        };
        Some(Submitted::Refused { class, why })
    }
}

impl TakingIn {
    /// The serial file is written, or the file of a job: asks for the next write, or leaves.
    pub(super) fn written(
        mut self: Box<Self>,
        now: Instant,
        mut done: DiskDone,
        process: &Process,
        context: &mut impl QueueContext,
    ) -> SubmissionProgress {
        match std::mem::replace(&mut done.outcome, FileOutcome::Done) {
            FileOutcome::Done => done.charge(&mut self.ledger, now),
            FileOutcome::WroteJob(job) => {
                let mut ledger = self.ledger.clone();
                ledger.charge(Account::Siblings, self.asked);
                done.charge(&mut ledger, now);
                self.outcomes.push(Ok(job.document.id));
                self.accepted.push(Accounted { job, ledger });
            }
            outcome => impossible(&self, &outcome),
        }
        let received = process.timestamp(now);
        while let Some(request) = self.requests.pop() {
            let id = JobId(self.next_id);
            self.next_id += 1;
            let earlier = self.many.then_some(&self.ids[..]);
            let summary = if self.many { format!("; opcodes {}", request.summary()) } else { String::new() };
            let made = if self.accepted.len() as u64 >= self.room {
                Err("Job queue is full".to_owned())
            } else {
                request.into_job(id, earlier, self.due, received)
            };
            self.ids.push(id);
            match made {
                Ok(job) => {
                    process.ask_disk(Operation::WriteJob(job, WriteCause::Submit), context);
                    self.asked = now;
                    return SubmissionProgress::Writing(self);
                }
                Err(why) => self.outcomes.push(Err(format!("{why}{summary}"))),
            }
        }
        SubmissionProgress::Over(self.leave(now, process, context))
    }

    fn leave(mut self, now: Instant, process: &Process, context: &mut impl QueueContext) -> Submitted {
        for accepted in &mut self.accepted {
            accepted.ledger.charge(Account::Siblings, now);
        }
        let exit = if self.accepted.is_empty() { Exit::Nothing } else { Exit::Submitted(self.accepted) };
        process.leave(exit, context);
        match (self.many, self.outcomes.pop()) {
            (false, Some(outcome)) => Submitted::One(outcome),
            (_, last) => {
                self.outcomes.extend(last);
                Submitted::Many(self.outcomes)
            }
        }
    }
}

impl Submitted {
    /// The answer to the call.
    pub(super) fn into_reply(self) -> Reply {
        match self {
            Self::One(Ok(id)) => Reply::Submitted(id),
            Self::One(Err(why)) => Reply::Refused(why),
            Self::Many(outcomes) => Reply::SubmittedMany(outcomes),
            Self::Refused { why, .. } => Reply::Refused(why.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Span;

    #[test]
    fn that_a_timer_came_late_is_no_wait_for_a_thread() {
        let mut submission = Submission::new(Vec::new(), false, Instant(100));
        submission.called(Handover { heard: Instant(130), sent: Instant(150) }, Instant(155));
        let charged = [Account::Admission, Account::Mailbox].map(|account| submission.ledger.total(account));
        assert_eq!(charged, [Span(20), Span(35)]);
    }
}
