//! The dependency tracker: owns who waits for whom, and a lock of its own.
//!
//! With `dependency_lock = "register-only"` a job is noted as waiting before its dependency is looked up, so
//! that no end goes unnoticed in between; if it need not wait after all, the note is taken back.

use super::protocol::{TrackerMessage, Waiting};
use crate::actors::accounting::observation::LockKind;
use crate::actors::actor::ActorId;
use crate::actors::context::QueueContext;
use crate::actors::locks::grant::{Activity, Ask, Mode};
use crate::actors::locks::guarded::{Admitted, Guarded};
use crate::actors::locks::monitor::{LockRow, Pending};
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::queue::protocol::QueueMessage;
use crate::actors::roster::Roster;
use crate::job::{JobId, Priority, Status};
use crate::units::Instant;
use std::collections::BTreeMap;

/// What a process that waits for the tracker's lock will do inside.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Errand {
    /// Look a dependency up while holding the lock.
    Check,
    /// Note who waits, and leave.
    Watch(Waiting),
    /// Take such a note back, and leave.
    Forget(Waiting),
    /// Hand out who waits for this job, and leave.
    Notify(JobId),
}

/// Owner of who waits for whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tracker {
    lock: Guarded<Errand>,
    /// By the job waited for, then by the job that waits.
    waiting: BTreeMap<JobId, BTreeMap<JobId, Vec<Status>>>,
}

impl Default for Tracker {
    fn default() -> Self {
        Self { lock: Guarded::new(LockKind::Dependency), waiting: BTreeMap::new() }
    }
}

impl Tracker {
    /// Takes one message.
    pub fn receive(&mut self, now: Instant, message: TrackerMessage, context: &mut impl QueueContext) {
        match message {
            TrackerMessage::Enter { process, mode } => self.enter(now, process, mode, Errand::Check, context),
            TrackerMessage::Leave { process, waits } => {
                if let Some(waiting) = waits {
                    self.note(waiting);
                }
                self.leave(now, process, context);
            }
            TrackerMessage::Watch { process, waiting } => {
                self.enter(now, process, Mode::Exclusive, Errand::Watch(waiting), context);
            }
            TrackerMessage::Forget { process, waiting } => {
                self.enter(now, process, Mode::Exclusive, Errand::Forget(waiting), context);
            }
            TrackerMessage::Notify { process, job } => {
                self.enter(now, process, Mode::Exclusive, Errand::Notify(job), context);
            }
            TrackerMessage::Report { process } => {
                context.send(process, Message::Process(ProcessMessage::DependencyReport(self.report())));
            }
        }
    }

    fn enter(&mut self, now: Instant, process: ActorId, mode: Mode, errand: Errand, context: &mut impl QueueContext) {
        let activity = match errand {
            Errand::Notify(_) => Activity::Notify,
            Errand::Check | Errand::Watch(_) | Errand::Forget(_) => Activity::CheckDependencies,
        };
        let ask = Ask { process, mode, priority: Priority::NORMAL, activity };
        if let Some(admitted) = self.lock.enter(now, ask, errand, context) {
            self.serve(now, admitted, context);
        }
    }

    fn serve(&mut self, now: Instant, admitted: Admitted<Errand>, context: &mut impl QueueContext) {
        let Admitted { process, asked: arrived, errand } = admitted;
        match errand {
            Errand::Check => {
                context.send(process, Message::Process(ProcessMessage::TrackerEntered { arrived, granted: now }));
            }
            Errand::Watch(waiting) => {
                self.note(waiting);
                context.send(process, Message::Process(ProcessMessage::TrackerEntered { arrived, granted: now }));
                self.leave(now, process, context);
            }
            Errand::Forget(waiting) => {
                self.forget(&waiting);
                self.leave(now, process, context);
            }
            Errand::Notify(job) => {
                match self.waiting.remove(&job) {
                    Some(waiting) => {
                        let jobs = waiting.into_keys().collect();
                        context.send(process, Message::Process(ProcessMessage::Waiters { jobs }));
                    }
                    None => {
                        context.send(Roster::QUEUE, Message::Queue(QueueMessage::Idle { worker: process }));
                    }
                }
                self.leave(now, process, context);
            }
        }
    }

    fn leave(&mut self, now: Instant, process: ActorId, context: &mut impl QueueContext) {
        for grant in self.lock.leave(now, process, context) {
            let admitted = self.lock.admit(grant, context);
            self.serve(now, admitted, context);
        }
    }

    fn note(&mut self, waiting: Waiting) {
        self.waiting.entry(waiting.on).or_default().insert(waiting.job, waiting.wanted);
    }

    fn forget(&mut self, waiting: &Waiting) {
        // If the job waited for has ended in the meantime, the note was handed out already.
        if let Some(jobs) = self.waiting.get_mut(&waiting.on) {
            jobs.remove(&waiting.job);
            if jobs.is_empty() {
                self.waiting.remove(&waiting.on);
            }
        }
    }

    /// One row for each job waited for; those who want the same stand together.
    #[must_use]
    pub fn report(&self) -> Vec<LockRow> {
        let row = |(on, jobs): (&JobId, &BTreeMap<JobId, Vec<Status>>)| {
            let mut by_wish: BTreeMap<String, Vec<JobId>> = BTreeMap::new();
            for (job, wanted) in jobs {
                let wanted: Vec<&str> = wanted.iter().map(|status| status.as_str()).collect();
                by_wish.entry(wanted.join(",")).or_default().push(*job);
            }
            let pending = by_wish.into_iter().map(|(wanted, jobs)| Pending::Job(wanted, jobs)).collect();
            LockRow { name: format!("job/{on}"), mode: None, owners: None, pending }
        };
        self.waiting.iter().map(row).collect()
    }

    /// Who waits for whom: (job, dependency).
    pub fn waiting(&self) -> impl Iterator<Item = (JobId, JobId)> {
        self.waiting.iter().flat_map(|(on, jobs)| jobs.keys().map(|job| (*job, *on)))
    }

    /// What is wrong with its lock, if anything is.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        self.lock.violation().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::recording::Recording;

    const FIRST: ActorId = ActorId(6);
    const SECOND: ActorId = ActorId(7);

    fn waiting(job: u64, on: u64) -> Waiting {
        Waiting { job: JobId(job), on: JobId(on), wanted: Vec::new() }
    }

    fn tell(tracker: &mut Tracker, at: u64, message: TrackerMessage) -> Vec<(ActorId, Message)> {
        let mut context = Recording::default();
        tracker.receive(Instant(at), message, &mut context);
        context.sent
    }

    fn entered(process: ActorId, arrived: u64, granted: u64) -> (ActorId, Message) {
        let (arrived, granted) = (Instant(arrived), Instant(granted));
        (process, Message::Process(ProcessMessage::TrackerEntered { arrived, granted }))
    }

    #[test]
    fn who_is_noted_as_waiting_is_handed_out_once_when_the_job_ends() {
        let mut tracker = Tracker::default();
        for job in [5, 4] {
            tell(&mut tracker, 1, TrackerMessage::Enter { process: FIRST, mode: Mode::Shared });
            tell(&mut tracker, 1, TrackerMessage::Leave { process: FIRST, waits: Some(waiting(job, 1)) });
        }
        assert_eq!(tracker.report()[0].name, "job/1");
        let notify = TrackerMessage::Notify { process: SECOND, job: JobId(1) };
        let waiters = Message::Process(ProcessMessage::Waiters { jobs: vec![JobId(4), JobId(5)] });
        assert_eq!(tell(&mut tracker, 2, notify.clone()), [(SECOND, waiters)]);
        let idle = Message::Queue(QueueMessage::Idle { worker: SECOND });
        assert_eq!(tell(&mut tracker, 3, notify), [(Roster::QUEUE, idle)]);
    }

    #[test]
    fn a_check_keeps_the_lock_until_it_is_over() {
        let mut tracker = Tracker::default();
        let enter = |process| TrackerMessage::Enter { process, mode: Mode::Exclusive };
        assert_eq!(tell(&mut tracker, 1, enter(FIRST)), [entered(FIRST, 1, 1)]);
        assert_eq!(tell(&mut tracker, 2, enter(SECOND)), []);
        let leave = TrackerMessage::Leave { process: FIRST, waits: None };
        assert_eq!(tell(&mut tracker, 9, leave), [entered(SECOND, 2, 9)]);
    }

    #[test]
    fn a_note_may_be_taken_back_after_it_was_handed_out() {
        let mut tracker = Tracker::default();
        let note = TrackerMessage::Watch { process: FIRST, waiting: waiting(4, 1) };
        assert_eq!(tell(&mut tracker, 1, note), [entered(FIRST, 1, 1)]);
        tell(&mut tracker, 2, TrackerMessage::Notify { process: SECOND, job: JobId(1) });
        assert_eq!(tell(&mut tracker, 3, TrackerMessage::Forget { process: FIRST, waiting: waiting(4, 1) }), []);
        assert_eq!(tracker.waiting().count(), 0);
    }

    #[test]
    #[should_panic(expected = "message: (Ask { process: ActorId(7)")]
    fn nobody_waits_for_its_lock_twice() {
        let mut tracker = Tracker::default();
        for process in [FIRST, SECOND, SECOND] {
            tell(&mut tracker, 1, TrackerMessage::Enter { process, mode: Mode::Exclusive });
        }
    }

    #[test]
    #[should_panic(expected = "ActorId(6) releases a lock that it does not hold")]
    fn nobody_leaves_without_having_entered() {
        tell(&mut Tracker::default(), 1, TrackerMessage::Leave { process: FIRST, waits: None });
    }
}
