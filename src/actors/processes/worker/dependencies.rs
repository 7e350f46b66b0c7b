//! Step 3 of a turn: the dependencies of the opcode, one after the other, under the tracker's lock.

use super::actor::Worker;
use super::state::{Check, Ending, State};
use crate::actors::accounting::ledger::Account;
use crate::actors::accounting::observation::{DependencyCheck, Observation, Verdict};
use crate::actors::context::QueueContext;
use crate::actors::design::{DependencyLock, DependencyLookup};
use crate::actors::files::done::{DiskDone, FileOutcome, FileTimes, JobRead};
use crate::actors::files::operation::{Depth, Operation};
use crate::actors::locks::grant::Mode;
use crate::actors::message::Message;
use crate::actors::queue::protocol::{QueueMessage, TurnEnd};
use crate::actors::roster::Roster;
use crate::actors::tracker::protocol::{TrackerMessage, Waiting};
use crate::job::{Dependency, Status, exec_error};
use crate::units::{Instant, Span};

impl Worker {
    /// Checks the first dependency that is not known to be met; if all are, goes on to the locks.
    pub(super) fn check_next(&mut self, now: Instant, context: &mut impl QueueContext) {
        let Some(current) = &mut self.current else { return };
        let Some(job) = &mut current.job else { return };
        let Some(dependency) = job.document.opcodes[current.index].depends.get(job.met).cloned() else {
            return self.acquire(context);
        };
        job.checks += 1;
        let itself = dependency.on == current.id;
        current.check = Some(Check {
            dependency,
            began: now,
            dependency_lock: Span::ZERO,
            steps: FileTimes::default(),
            reading: None,
            bytes: 0,
        });
        if itself {
            return self.settle_check(now, None, false, context);
        }
        let process = self.process.address;
        let message = match (self.process.design.dependency_lock, self.waiting()) {
            (DependencyLock::RegisterOnly, Some(waiting)) => TrackerMessage::Watch { process, waiting },
            (DependencyLock::Shared, _) => TrackerMessage::Enter { process, mode: Mode::Shared },
            _ => TrackerMessage::Enter { process, mode: Mode::Exclusive },
        };
        self.state = State::EnteringTracker;
        context.send(Roster::TRACKER, Message::Tracker(message));
    }

    /// Inside the tracker: finds the status of the dependency.
    pub(super) fn look_up(&mut self, waited: Span, context: &mut impl QueueContext) {
        let Some(check) = self.current.as_mut().and_then(|current| current.check.as_mut()) else { return };
        check.dependency_lock = waited;
        let job = check.dependency.on;
        self.state = State::LookingUp;
        match self.process.design.dependency_lookup {
            DependencyLookup::SharedObjects => {
                let process = self.process.address;
                context.send(Roster::QUEUE, Message::Queue(QueueMessage::LookUp { process, job }));
            }
            DependencyLookup::FullParse => self.process.ask_disk(Operation::ReadJob(job, Depth::Full), context),
            DependencyLookup::StatusOnly => self.process.ask_disk(Operation::ReadJob(job, Depth::StatusOnly), context),
        }
    }

    /// Memory has answered. What it does not know may still be a file, for instance in the archive.
    pub(super) fn looked_up(
        &mut self,
        now: Instant,
        status: Option<Status>,
        arrived: Instant,
        context: &mut impl QueueContext,
    ) {
        let Some(current) = &mut self.current else { return };
        current.ledger.charge(Account::Mailbox, arrived);
        current.ledger.charge(Account::Mailbox, now);
        let Some(check) = &mut current.check else { return };
        match status {
            Some(status) => self.settle_check(now, Some(status), true, context),
            None => {
                let job = check.dependency.on;
                self.process.ask_disk(Operation::ReadJob(job, Depth::Full), context);
            }
        }
    }

    /// The dependency's file was read; the time is charged already.
    pub(super) fn dependency_read(&mut self, now: Instant, done: DiskDone, context: &mut impl QueueContext) {
        let Some(current) = &mut self.current else { return };
        let (Some(check), Some(job)) = (&mut current.check, &mut current.job) else { return };
        job.tally.reads += 1;
        job.tally.bytes_read += done.bytes;
        let FileTimes { disk, read, parse, build, .. } = done.steps;
        check.steps = done.steps;
        check.bytes = done.bytes;
        check.reading = Some((done.began, done.began + disk + read + parse + build));
        let status = match done.outcome {
            FileOutcome::Read(JobRead::Status(status)) => Some(status),
            FileOutcome::Read(JobRead::Document { job, .. }) => Some(job.status()),
            _ => None,
        };
        self.settle_check(now, status, true, context);
    }

    /// The status of the dependency is known, or that it has none; `entered` if the tracker was entered for it.
    fn settle_check(&mut self, now: Instant, status: Option<Status>, entered: bool, context: &mut impl QueueContext) {
        let waiting = self.waiting();
        let Some(current) = &mut self.current else { return };
        let Some(check) = current.check.take() else { return };
        let Some(job) = &mut current.job else { return };
        let Check { dependency, .. } = &check;
        let itself = current.id == dependency.on;
        let verdict = judge(itself, dependency, status);
        let in_words = || explain(verdict, itself, dependency, status);
        let (message, wanted) = match context.tracing() {
            true => (in_words(), dependency.wanted_list(", ")),
            false => (String::new(), String::new()),
        };
        if verdict == Verdict::Continue {
            job.met += 1;
        }
        let queue_lock = std::mem::take(&mut current.queue_lock);
        context.observe(Observation::DependencyChecked(Box::new(DependencyCheck {
            job: current.id,
            submission: job.submission,
            class: job.class,
            on: dependency.on,
            began: check.began,
            ended: now,
            queue_lock,
            dependency_lock: check.dependency_lock,
            read: check.steps.disk + check.steps.read,
            parse: check.steps.parse,
            build: check.steps.build,
            reading: check.reading,
            bytes: check.bytes,
            verdict,
            message,
            wanted,
        })));
        if entered {
            self.leave_tracker(waiting, verdict == Verdict::Wait, context);
        }
        match verdict {
            Verdict::Continue => self.check_next(now, context),
            Verdict::Wait => self.give_up_turn(TurnEnd::Waits(check.dependency.on), context),
            Verdict::Cancel => self.end_inside(now, Ending::Canceled, context),
            Verdict::WrongStatus | Verdict::Error => {
                let result = exec_error(&in_words());
                self.end_inside(now, Ending::Failed(result), context);
            }
        }
    }

    /// Unlocks the tracker, and sees to it that the job is noted as waiting if it `waits`, and not otherwise.
    fn leave_tracker(&self, waiting: Option<Waiting>, waits: bool, context: &mut impl QueueContext) {
        let process = self.process.address;
        let message = match (self.process.design.dependency_lock, waiting) {
            (DependencyLock::RegisterOnly, Some(waiting)) if !waits => TrackerMessage::Forget { process, waiting },
            (DependencyLock::RegisterOnly, _) => return,
            (_, waiting) => TrackerMessage::Leave { process, waits: waiting.filter(|_| waits) },
        };
        context.send(Roster::TRACKER, Message::Tracker(message));
    }

    /// The job in hand as waiting for the dependency being checked.
    fn waiting(&self) -> Option<Waiting> {
        let current = self.current.as_ref()?;
        let Dependency { on, wanted } = current.check.as_ref()?.dependency.clone();
        Some(Waiting { job: current.id, on, wanted })
    }
}

/// What follows from the status of a dependency; none if it cannot be looked up.
fn judge(itself: bool, dependency: &Dependency, status: Option<Status>) -> Verdict {
    match status {
        None => Verdict::Error,
        _ if itself => Verdict::Error,
        Some(status) if !status.is_final() => Verdict::Wait,
        Some(Status::Canceled) if !dependency.wanted.contains(&Status::Canceled) => Verdict::Cancel,
        Some(status) if dependency.wanted.is_empty() || dependency.wanted.contains(&status) => Verdict::Continue,
        Some(_) => Verdict::WrongStatus,
    }
}

/// The same in words.
fn explain(verdict: Verdict, itself: bool, dependency: &Dependency, status: Option<Status>) -> String {
    let on = dependency.on;
    let status = status.map_or("", Status::as_str);
    match verdict {
        Verdict::Continue => format!("Dependency job {on} finished with status '{status}'"),
        Verdict::Wait => {
            let list: Vec<String> = dependency.wanted.iter().map(|wanted| format!("'{wanted}'")).collect();
            format!("Need to wait for job {on}, wanted status '[{}]'", list.join(", "))
        }
        Verdict::Cancel => format!("Dependency job {on} was cancelled"),
        Verdict::WrongStatus => {
            let wanted = dependency.wanted_list(", ");
            format!("Dependency job {on} finished with status '{status}', not one of '{wanted}' as required")
        }
        Verdict::Error if itself => "Job can't depend on itself".to_owned(),
        Verdict::Error => format!("Dependency error: Job {on} not found"),
    }
}
