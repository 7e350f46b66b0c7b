use super::actor::Worker;
use crate::actors::accounting::ledger::{Account, Ledger};
use crate::actors::actor::ActorId;
use crate::actors::clients::request::{DependencyRequest, On, OpcodeRequest};
use crate::actors::design::{DependencyLock, Design};
use crate::actors::files::done::{DiskDone, FileOutcome, FileTimes, JobRead};
use crate::actors::files::operation::Operation;
use crate::actors::locks::protocol::{LocksMessage, LocksOutcome, LocksSettled};
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::queue::active_job::ActiveJob;
use crate::actors::queue::protocol::{Entered, Exit, QueueMessage, Turn, TurnEnd};
use crate::actors::recording::{Recording, job};
use crate::actors::roster::{Disks, Roster};
use crate::actors::tracker::protocol::TrackerMessage;
use crate::job::{JobId, Status, exec_error};
use crate::units::{Instant, Span};
use std::sync::Arc;

/// A worker, and all that it talks to.
struct Trial {
    worker: Worker,
    context: Recording,
}

impl Trial {
    /// A worker that has been handed job 3.
    fn with(design: Design, change: impl FnOnce(&mut OpcodeRequest)) -> Self {
        let worker = Worker::new(0, Arc::new(design), &Roster::new(1, 1, Disks::Shared));
        let mut trial = Self { worker, context: Recording::default() };
        let ledger = Box::new(Ledger::starting(Instant::ZERO));
        let turn = Turn { job: job(3, change), ledger, queue_lock: Span::ZERO };
        trial.tell(0, ProcessMessage::Turn(Box::new(turn)));
        trial
    }

    fn tell(&mut self, at: u64, message: ProcessMessage) {
        self.worker.receive(Instant(at), message, &mut self.context);
    }

    /// The one message that it sent last.
    fn sent(&mut self) -> Message {
        self.context.take_sent().pop().map(|(_, message)| message).unwrap()
    }

    fn disk(&mut self, at: u64, outcome: FileOutcome) {
        let done = DiskDone { outcome, began: Instant(at), steps: FileTimes::default(), bytes: 0 };
        self.tell(at, ProcessMessage::Disk(Box::new(done)));
    }

    /// The disk writes what it was asked to; the job as written.
    fn write(&mut self, at: u64) -> ActiveJob {
        let Message::Disk(asked) = self.sent() else { panic!("expected a write") };
        let Operation::WriteJob(job, _) = asked.operation else { panic!("expected a write, found {asked:?}") };
        let written = (*job).clone();
        self.disk(at, FileOutcome::WroteJob(job));
        written
    }

    /// The queue is entered with the job that was left there.
    fn enter(&mut self, at: u64, job: Box<ActiveJob>, outcome: Option<LocksOutcome>) {
        let (arrived, granted) = (Instant(at), Instant(at));
        let locks = outcome.map(|outcome| LocksSettled { outcome, arrived, settled: arrived });
        let (job, shutting_down) = (Some(job), false);
        let entered =
            Entered { job, first_id: 0, size: 1, room: 1, drained: false, shutting_down, arrived, granted, locks };
        self.tell(at, ProcessMessage::Entered(Box::new(entered)));
    }

    /// Takes the job up and asks for its locks; the job as it was left in the queue.
    fn acquiring() -> (Self, Box<ActiveJob>) {
        let mut trial = Self::with(Design::default(), |_| {});
        trial.write(10);
        let sent = trial.context.take_sent();
        let [(_, Message::Queue(QueueMessage::Leave { exit: Exit::PutBack(job), .. })), (Roster::LOCKS, locks)] =
            &sent[..]
        else {
            panic!("expected the job back and the locks asked for, found {sent:?}")
        };
        assert!(matches!(locks, Message::Locks(LocksMessage::Acquire(_))));
        let job = job.clone();
        (trial, job)
    }

    /// How the turn ended that was given up.
    fn turn_end(&mut self) -> (Box<ActiveJob>, TurnEnd) {
        for (_, message) in self.context.take_sent() {
            if let Message::Queue(QueueMessage::Leave { exit: Exit::TurnOver(job, _, end), .. }) = message {
                return (job, end);
            }
        }
        panic!("the turn is not over")
    }
}

fn depends_on(ids: &[u64]) -> impl FnOnce(&mut OpcodeRequest) {
    let depends = ids.iter().map(|id| DependencyRequest { on: On::Id(JobId(*id)), wanted: Vec::new() }).collect();
    move |opcode| opcode.depends = Ok(depends)
}

#[test]
fn a_job_is_taken_up_runs_and_ends_with_three_writes() {
    let (mut trial, job) = Trial::acquiring();
    assert_eq!(job.document.status(), Status::Waiting);
    trial.enter(20, job, Some(LocksOutcome::Acquired));
    assert_eq!(trial.write(30).document.status(), Status::Running);
    let Message::Queue(QueueMessage::Leave { exit: Exit::PutBack(job), .. }) = trial.sent() else { panic!() };
    let due = Instant(30) + Span::from_millis(2);
    trial.tell(due.0 + 5, ProcessMessage::TimeUp { token: 0, due });
    trial.context.take_sent();
    trial.enter(due.0 + 6, job, None);
    assert_eq!(trial.write(due.0 + 7).document.status(), Status::Success);
    let (_, end) = trial.turn_end();
    assert_eq!(end, TurnEnd::Final);
    assert_eq!(trial.worker.job(), None);
}

#[test]
fn the_way_back_from_memory_and_a_late_timer_are_the_instruments() {
    use crate::actors::design::{DependencyLookup, Storage};
    let design = Design {
        storage: Storage::SharedObjects,
        dependency_lookup: DependencyLookup::SharedObjects,
        ..Design::default()
    };
    let mut trial = Trial::with(design, depends_on(&[1]));
    trial.write(0);
    trial.tell(3, ProcessMessage::TrackerEntered { arrived: Instant(1), granted: Instant(2) });
    trial.tell(9, ProcessMessage::LookedUp { status: Some(Status::Waiting), arrived: Instant(5) });
    let sent = trial.context.take_sent();
    let ledger = sent.into_iter().find_map(|(_, message)| match message {
        Message::Queue(QueueMessage::Leave { exit: Exit::TurnOver(_, ledger, TurnEnd::Waits(JobId(1))), .. }) => {
            Some(ledger)
        }
        _ => None,
    });
    let ledger = ledger.unwrap();
    assert_eq!((ledger.total(Account::Read), ledger.total(Account::DependencyLock)), (Span::ZERO, Span(1)));
    assert_eq!(ledger.total(Account::Mailbox), Span(8));
}

#[test]
fn whoever_depends_on_itself_leaves_the_tracker_as_often_as_it_entered_it() {
    for lock in [DependencyLock::Exclusive, DependencyLock::Shared, DependencyLock::RegisterOnly] {
        let mut trial = Trial::with(Design { dependency_lock: lock, ..Design::default() }, depends_on(&[1, 3]));
        trial.write(0);
        trial.tell(1, ProcessMessage::TrackerEntered { arrived: Instant(1), granted: Instant(1) });
        trial.context.take_sent();
        trial.disk(2, FileOutcome::Read(JobRead::Status(Status::Success)));
        let to_tracker = |(to, _): &&(ActorId, Message)| *to == Roster::TRACKER;
        let left: Vec<_> = trial.context.sent.iter().filter(to_tracker).collect();
        assert!(
            matches!(
                left[..],
                [(_, Message::Tracker(TrackerMessage::Leave { waits: None, .. } | TrackerMessage::Forget { .. }))]
            ),
            "{lock:?}: {left:?}"
        );
        let written = trial.write(3);
        assert_eq!(written.document.opcodes[0].result, exec_error("Job can't depend on itself"));
    }
}

#[test]
fn a_failed_attempt_leaves_the_job_waiting_and_counts() {
    let (mut trial, job) = Trial::acquiring();
    trial.enter(20, job, Some(LocksOutcome::TimedOut));
    let (job, end) = trial.turn_end();
    assert_eq!((job.document.status(), job.attempt, end), (Status::Waiting, 1, TurnEnd::Again));
}

#[test]
#[should_panic(expected = "message: Done")]
fn the_disk_cannot_answer_an_idle_worker() {
    let worker = Worker::new(0, Arc::new(Design::default()), &Roster::new(1, 1, Disks::Shared));
    Trial { worker, context: Recording::default() }.disk(0, FileOutcome::Done);
}

#[test]
#[should_panic(expected = "state: Acquiring(")]
fn no_turn_begins_while_another_is_under_way() {
    let (mut trial, job) = Trial::acquiring();
    let ledger = Box::new(Ledger::starting(Instant::ZERO));
    trial.tell(20, ProcessMessage::Turn(Box::new(Turn { job, ledger, queue_lock: Span::ZERO })));
}

#[test]
#[should_panic(expected = "message: Entered { job: Some(")]
fn who_acquires_locks_does_not_enter_without_them() {
    let (mut trial, job) = Trial::acquiring();
    trial.enter(20, job, None);
}
