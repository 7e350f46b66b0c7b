//! Taking in new jobs, inside the queue lock: one write of the serial file, then one write per job.
//!
//! Both request threads and workers (whose opcodes may submit jobs) go through these steps.

use crate::actors::accounting::ledger::{Account, Ledger};
use crate::actors::clients::call::Reply;
use crate::actors::clients::request::JobRequest;
use crate::actors::design::Design;
use crate::actors::files::done::DiskDone;
use crate::actors::files::operation::Operation;
use crate::actors::files::tally::WriteCause;
use crate::actors::queue::active_job::{Accounted, ActiveJob};
use crate::actors::queue::protocol::Entered;
use crate::job::JobId;
use crate::units::Instant;

/// A submission under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Submission {
    /// Requests that are still to be looked at, the next one last.
    requests: Vec<JobRequest>,
    /// Whether jobs may name others of the call by relative ids.
    many: bool,
    count: u64,
    due: Instant,
    next_id: u64,
    room: u64,
    /// Ids of the call's jobs so far, refused ones included, for relative ids.
    ids: Vec<JobId>,
    accepted: Vec<Box<ActiveJob>>,
    outcomes: Vec<Result<JobId, String>>,
    /// Why the queue takes nothing at all.
    refusal: Option<String>,
    drained: bool,
    ledger: Ledger,
}

/// What is to be done next.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum SubmissionStep {
    /// This file operation.
    Ask(Operation),
    /// Leave the queue with these jobs.
    Done(Vec<Accounted>),
}

impl Submission {
    /// A submission of `requests`, by one call due at `due`.
    #[must_use]
    pub(super) fn new(mut requests: Vec<JobRequest>, many: bool, due: Instant) -> Self {
        let count = requests.len() as u64;
        requests.reverse();
        let (ids, accepted, outcomes) = (Vec::new(), Vec::new(), Vec::new());
        let ledger = Ledger::starting(due);
        Self {
            requests,
            many,
            count,
            due,
            next_id: 0,
            room: 0,
            ids,
            accepted,
            outcomes,
            refusal: None,
            drained: false,
            ledger,
        }
    }

    /// How many ids it needs.
    #[must_use]
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// Charges the way to the thread that takes the call.
    pub(super) fn called(&mut self, sent: Instant, now: Instant) {
        self.ledger.charge(Account::Admission, sent);
        self.ledger.charge(Account::Mailbox, now);
    }

    /// The queue is locked.
    pub(super) fn entered(&mut self, now: Instant, entered: &Entered) -> SubmissionStep {
        self.ledger.charge(Account::Mailbox, entered.arrived);
        self.ledger.charge(Account::QueueLock, entered.granted);
        self.ledger.charge(Account::Mailbox, now);
        if entered.drained || entered.shutting_down {
            let why = match entered.drained {
                true => "Job queue is drained, refusing job",
                false => "Job queue is shutting down, refusing job",
            };
            self.refusal = Some(why.to_owned());
            self.drained = entered.drained;
            return SubmissionStep::Done(Vec::new());
        }
        self.next_id = entered.first_id;
        self.room = entered.room;
        SubmissionStep::Ask(Operation::WriteSerial(entered.first_id + self.count - 1))
    }

    /// The serial file is written, or the file of `job`.
    pub(super) fn written(&mut self, now: Instant, job: Option<Box<ActiveJob>>, design: &Design) -> SubmissionStep {
        if let Some(job) = job {
            self.outcomes.push(Ok(job.document.id));
            self.accepted.push(job);
        }
        while let Some(request) = self.requests.pop() {
            let id = JobId(self.next_id);
            self.next_id += 1;
            let earlier = self.many.then_some(&self.ids[..]);
            let summary = if self.many { format!("; opcodes {}", request.summary()) } else { String::new() };
            let made = if self.accepted.len() as u64 >= self.room {
                Err("Job queue is full".to_owned())
            } else {
                let received = design.epoch.after(now.since(Instant::ZERO));
                request.into_job(id, earlier, self.due, received)
            };
            self.ids.push(id);
            match made {
                Ok(job) => return SubmissionStep::Ask(Operation::WriteJob(job, WriteCause::Submit)),
                Err(why) => self.outcomes.push(Err(format!("{why}{summary}"))),
            }
        }
        let ledger = &self.ledger;
        let accepted = std::mem::take(&mut self.accepted).into_iter();
        SubmissionStep::Done(accepted.map(|job| Accounted { job, ledger: ledger.clone() }).collect())
    }

    /// Charges a file operation.
    pub(super) fn charge(&mut self, done: &DiskDone, now: Instant) {
        done.charge(&mut self.ledger, now);
    }

    /// Why the queue took nothing at all, if it did not: the error's class and text.
    pub(super) fn refusal(&self) -> Option<(&'static str, &str)> {
        let class = if self.drained { "JobQueueDrainError" } else { "JobQueueError" };
        self.refusal.as_deref().map(|why| (class, why))
    }

    /// For each job its id, or why it was refused.
    pub(super) fn outcomes(&self) -> &[Result<JobId, String>] {
        &self.outcomes
    }

    /// The answer to the call.
    #[must_use]
    pub(super) fn into_reply(self) -> Reply {
        match (self.refusal, self.many) {
            (Some(why), _) => Reply::Refused(why),
            (None, true) => Reply::SubmittedMany(self.outcomes),
            (None, false) => match self.outcomes.into_iter().next() {
                Some(Ok(id)) => Reply::Submitted(id),
                Some(Err(why)) => Reply::Refused(why),
                None => Reply::Done,
            },
        }
    }
}
