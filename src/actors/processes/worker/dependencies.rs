//! Step 3 of a turn: the dependencies of the opcode, one after the other, under the tracker's lock.

use super::actor::Worker;
use super::state::{Check, Ending, Inside, State};
use crate::actors::accounting::ledger::Account;
use crate::actors::accounting::observation::{DependencyCheck, Observation, Verdict};
use crate::actors::context::QueueContext;
use crate::actors::design::{DependencyLock, DependencyLookup};
use crate::actors::files::done::{FileTimes, JobRead};
use crate::actors::files::operation::{Depth, Operation};
use crate::actors::locks::grant::Mode;
use crate::actors::message::Message;
use crate::actors::queue::protocol::{QueueMessage, TurnEnd};
use crate::actors::roster::Roster;
use crate::actors::tracker::protocol::{TrackerMessage, Waiting};
use crate::job::{Dependency, JobId, Status, exec_error};
use crate::units::{Instant, Span};

/// The status of a dependency, and what it took to find it out.
#[derive(Default)]
struct Found {
    /// None if it cannot be looked up, or is the job itself.
    status: Option<Status>,
    /// When its file was read, parsed and built; none if it was not.
    reading: Option<(Instant, Instant)>,
    steps: FileTimes,
    bytes: u64,
}

impl Worker {
    /// Checks the first dependency that is not known to be met; if all are, goes on to the locks.
    pub(super) fn check_next(&mut self, now: Instant, mut inside: Inside, context: &mut impl QueueContext) {
        let Some(dependency) = inside.dependency().cloned() else { return self.acquire(inside, context) };
        inside.job.checks += 1;
        let check = Check { dependency, began: now, dependency_lock: Span::ZERO };
        if check.dependency.on == inside.current.id {
            // That is known without entering the tracker.
            return self.conclude(now, inside, check, Found::default(), None, context);
        }
        let process = self.process.address;
        let message = match self.process.design.dependency_lock {
            DependencyLock::RegisterOnly => {
                TrackerMessage::Watch { process, waiting: waiting(inside.current.id, &check.dependency) }
            }
            DependencyLock::Shared => TrackerMessage::Enter { process, mode: Mode::Shared },
            DependencyLock::Exclusive => TrackerMessage::Enter { process, mode: Mode::Exclusive },
        };
        self.state = State::EnteringTracker(inside, check);
        context.send(Roster::TRACKER, Message::Tracker(message));
    }

    /// Inside the tracker: finds the status of the dependency.
    pub(super) fn look_up(&mut self, inside: Inside, check: Check, context: &mut impl QueueContext) {
        let (process, job) = (self.process.address, check.dependency.on);
        self.state = State::LookingUp(inside, check);
        match self.process.design.dependency_lookup {
            DependencyLookup::SharedObjects => {
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
        mut inside: Inside,
        check: Check,
        status: Option<Status>,
        arrived: Instant,
        context: &mut impl QueueContext,
    ) {
        // There and back: looking it up takes no time of its own.
        inside.current.ledger.charge_wait(Account::Mailbox, arrived, arrived, now);
        if status.is_some() {
            return self.looked(now, inside, check, Found { status, ..Found::default() }, context);
        }
        let job = check.dependency.on;
        self.state = State::LookingUp(inside, check);
        self.process.ask_disk(Operation::ReadJob(job, Depth::Full), context);
    }

    /// The dependency's file was read, from when on, with what effort; the time is charged already.
    pub(super) fn dependency_read(
        &mut self,
        now: Instant,
        mut inside: Inside,
        check: Check,
        (began, steps, bytes): (Instant, FileTimes, u64),
        read: JobRead,
        context: &mut impl QueueContext,
    ) {
        inside.job.tally.reads += 1;
        inside.job.tally.bytes_read += bytes;
        inside.job.tally.parses += u32::from(read != JobRead::Missing);
        let FileTimes { disk, read: reading, parse, build, .. } = steps;
        let status = match read {
            JobRead::Status(status) => Some(status),
            JobRead::Document { job, .. } => Some(job.status()),
            JobRead::Missing | JobRead::Unreadable(_) => None,
        };
        let reading = Some((began, began + disk + reading + parse + build));
        self.looked(now, inside, check, Found { status, reading, steps, bytes }, context);
    }

    /// Looked up inside the tracker, which is left once it is clear what follows.
    fn looked(&mut self, now: Instant, inside: Inside, check: Check, found: Found, context: &mut impl QueueContext) {
        let waiting = waiting(inside.current.id, &check.dependency);
        self.conclude(now, inside, check, found, Some(waiting), context);
    }

    /// The status of the dependency is known, or that it has none. If the tracker was entered, it is left with the job
    /// `waiting` there, or not.
    fn conclude(
        &mut self,
        now: Instant,
        mut inside: Inside,
        check: Check,
        found: Found,
        waiting: Option<Waiting>,
        context: &mut impl QueueContext,
    ) {
        let Check { dependency, began, dependency_lock } = check;
        let itself = inside.current.id == dependency.on;
        let verdict = judge(&dependency, found.status);
        let in_words = || explain(verdict, itself, &dependency, found.status);
        let (message, wanted) = match context.tracing() {
            true => (in_words(), dependency.wanted_list(", ")),
            false => (String::new(), String::new()),
        };
        context.observe(Observation::DependencyChecked(Box::new(DependencyCheck {
            job: inside.current.id,
            submission: inside.job.submission,
            class: inside.job.class,
            on: dependency.on,
            began,
            ended: now,
            queue_lock: std::mem::take(&mut inside.current.queue_lock),
            dependency_lock,
            read: found.steps.disk + found.steps.read,
            parse: found.steps.parse,
            build: found.steps.build,
            reading: found.reading,
            bytes: found.bytes,
            verdict,
            message,
            wanted,
        })));
        if let Some(waiting) = waiting {
            self.leave_tracker(waiting, verdict == Verdict::Wait, context);
        }
        match verdict {
            Verdict::Continue => {
                inside.job.met += 1;
                self.check_next(now, inside, context);
            }
            Verdict::Wait => self.give_up_turn(inside, TurnEnd::Waits(dependency.on), context),
            Verdict::Cancel => self.end_inside(now, inside, Ending::Canceled, context),
            Verdict::WrongStatus | Verdict::Error => {
                let result = exec_error(&in_words());
                self.end_inside(now, inside, Ending::Failed(result), context);
            }
        }
    }

    /// Leaves the tracker, and sees to it that the job is noted as waiting if it `waits`, and not otherwise.
    fn leave_tracker(&self, waiting: Waiting, waits: bool, context: &mut impl QueueContext) {
        let process = self.process.address;
        let message = match (self.process.design.dependency_lock, waits) {
            // It was noted, and the tracker left, before the look-up.
            (DependencyLock::RegisterOnly, true) => return,
            (DependencyLock::RegisterOnly, false) => TrackerMessage::Forget { process, waiting },
            (DependencyLock::Exclusive | DependencyLock::Shared, _) => {
                TrackerMessage::Leave { process, waits: waits.then_some(waiting) }
            }
        };
        context.send(Roster::TRACKER, Message::Tracker(message));
    }
}

/// `job` as waiting for `dependency`.
fn waiting(job: JobId, dependency: &Dependency) -> Waiting {
    let Dependency { on, wanted } = dependency.clone();
    Waiting { job, on, wanted }
}

/// What follows from the status of a dependency; none if it cannot be looked up, or is the job itself.
fn judge(dependency: &Dependency, status: Option<Status>) -> Verdict {
    match status {
        None => Verdict::Error,
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
