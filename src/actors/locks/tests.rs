use super::grant::Mode;
use super::manager::LockManager;
use super::name::{Level, LockRequest, LockSelection, WantedLocks};
use super::protocol::{Acquire, LocksMessage, LocksOutcome, Owner};
use crate::actors::actor::{ActorId, TimerId};
use crate::actors::design::{Cluster, Design};
use crate::actors::message::Message;
use crate::actors::queue::protocol::QueueMessage;
use crate::actors::recording::Recording;
use crate::job::{JobId, Priority};
use crate::units::{Instant, Span};
use std::sync::Arc;

const MS: u64 = 1_000_000;

/// A manager with the cluster that has inst1 and node1.
struct Trial {
    manager: LockManager,
    context: Recording,
}

impl Trial {
    fn new() -> Self {
        let design = Design { cluster: Arc::new(Cluster::of_size(1, 1)), ..Design::default() };
        Self { manager: LockManager::new(Arc::new(design)), context: Recording::default() }
    }

    fn tell(&mut self, at_ms: u64, message: LocksMessage) {
        self.manager.receive(Instant(at_ms * MS), message, &mut self.context);
        assert_eq!(self.manager.violations(), [] as [String; 0]);
    }

    /// Process `process` asks for these locks, with 100 ms to get them.
    fn acquire(&mut self, at_ms: u64, process: u32, names: &[(Level, &str)], mode: Mode) {
        let request = |(level, name): &(Level, &str)| LockRequest {
            level: *level,
            selection: LockSelection::Named([(*name).to_owned()].into()),
            mode,
        };
        let requests: Vec<LockRequest> = names.iter().map(request).collect();
        let acquire = Acquire {
            process: ActorId(process),
            owner: Owner { worker: process, job: JobId(u64::from(process)), opcode: "TEST_DELAY".into() },
            priority: Priority::NORMAL,
            wanted: WantedLocks::resolve(&Cluster::of_size(1, 1), Mode::Shared, &requests),
            timeout: Some(Span::from_millis(100)),
        };
        self.tell(at_ms, LocksMessage::Acquire(Box::new(acquire)));
    }

    fn release(&mut self, at_ms: u64, process: u32) {
        self.tell(at_ms, LocksMessage::Release { process: ActorId(process) });
    }

    /// The time of the `timer`th attempt that had to wait is over.
    fn expire(&mut self, at_ms: u64, timer: usize) {
        let (_, message) = self.context.timers[timer].clone();
        let Message::Locks(message) = message else { panic!("not the manager's: {message:?}") };
        self.tell(at_ms, message);
    }

    /// Which attempts were settled since this was last asked, and how.
    fn settled(&mut self) -> Vec<(u32, LocksOutcome)> {
        let settled = |(_, message)| match message {
            Message::Queue(QueueMessage::Enter { process, locks, .. }) => (process.0, locks.unwrap().outcome),
            other => panic!("expected that the queue is entered, found {other:?}"),
        };
        self.context.take_sent().into_iter().map(settled).collect()
    }
}

const INSTANCE: (Level, &str) = (Level::Instance, "inst1");
const NODE: (Level, &str) = (Level::Node, "node1");

#[test]
fn who_holds_all_enters_the_queue_and_who_cannot_in_time_holds_none() {
    let mut trial = Trial::new();
    trial.acquire(0, 1, &[NODE], Mode::Exclusive);
    trial.acquire(10, 2, &[INSTANCE, NODE], Mode::Exclusive);
    assert_eq!(trial.settled(), [(1, LocksOutcome::Acquired)]);
    assert_eq!(trial.context.timers[0].0, Span::from_millis(100));
    trial.expire(110, 0);
    assert_eq!(trial.settled(), [(2, LocksOutcome::TimedOut)]);
    trial.acquire(120, 3, &[INSTANCE], Mode::Exclusive);
    assert_eq!(trial.settled(), [(3, LocksOutcome::Acquired)]);
}

#[test]
fn a_timer_of_an_attempt_that_is_over_means_nothing() {
    let mut trial = Trial::new();
    trial.acquire(0, 1, &[INSTANCE], Mode::Exclusive);
    trial.acquire(0, 2, &[INSTANCE], Mode::Exclusive);
    trial.release(50, 1);
    assert_eq!(trial.context.canceled, [TimerId(0)]);
    trial.expire(100, 0);
    trial.release(110, 2);
    trial.expire(120, 0);
    trial.acquire(130, 2, &[INSTANCE], Mode::Exclusive);
    trial.expire(140, 0);
    let acquired = LocksOutcome::Acquired;
    assert_eq!(trial.settled(), [(1, acquired), (2, acquired), (2, acquired)]);
}

#[test]
fn with_less_than_a_millisecond_left_a_later_lock_is_not_waited_for() {
    let mut trial = Trial::new();
    trial.acquire(0, 1, &[INSTANCE], Mode::Shared);
    trial.acquire(0, 2, &[NODE], Mode::Exclusive);
    trial.acquire(10, 3, &[INSTANCE], Mode::Exclusive);
    trial.acquire(20, 4, &[INSTANCE, NODE], Mode::Shared);
    trial.settled();
    trial.expire(110, 0);
    assert_eq!(trial.settled(), [(3, LocksOutcome::TimedOut)]);
    trial.expire(120, 1);
    assert_eq!(trial.settled(), [(4, LocksOutcome::TimedOut)], "it got its instance, and has no time for its node");
}

#[test]
fn an_attempt_for_a_canceled_job_stops_before_the_next_level_or_at_its_end() {
    for (locks, ends_at) in [(&[INSTANCE, NODE][..], None), (&[INSTANCE], Some(0))] {
        let mut trial = Trial::new();
        trial.acquire(0, 1, &[INSTANCE], Mode::Exclusive);
        trial.acquire(0, 2, locks, Mode::Exclusive);
        trial.tell(10, LocksMessage::JobCanceled { process: ActorId(2) });
        trial.settled();
        match ends_at {
            Some(timer) => trial.expire(100, timer),
            None => trial.release(20, 1),
        }
        assert_eq!(trial.settled(), [(2, LocksOutcome::Canceled)]);
    }
}

#[test]
fn a_cancel_that_comes_after_all_are_held_changes_nothing() {
    let mut trial = Trial::new();
    trial.acquire(0, 1, &[INSTANCE, NODE], Mode::Exclusive);
    trial.tell(10, LocksMessage::JobCanceled { process: ActorId(1) });
    trial.tell(10, LocksMessage::JobCanceled { process: ActorId(2) });
    assert_eq!(trial.settled(), [(1, LocksOutcome::Acquired)]);
}

#[test]
fn a_lock_that_does_not_exist_is_missed_once_the_levels_before_are_held() {
    let mut trial = Trial::new();
    trial.acquire(0, 1, &[INSTANCE], Mode::Exclusive);
    trial.acquire(0, 2, &[INSTANCE, (Level::Node, "node7")], Mode::Exclusive);
    trial.settled();
    trial.release(10, 1);
    assert_eq!(trial.settled(), [(2, LocksOutcome::NotFound)]);
    assert!(trial.manager.report().is_empty());
}

#[test]
#[should_panic(expected = "message: Acquire { process: ActorId(1)")]
fn nobody_acquires_before_it_has_released() {
    let mut trial = Trial::new();
    trial.acquire(0, 1, &[INSTANCE], Mode::Exclusive);
    trial.acquire(1, 1, &[NODE], Mode::Exclusive);
}

#[test]
#[should_panic(expected = "actor: LockManager {")]
fn nobody_releases_what_it_has_not_acquired() {
    Trial::new().release(0, 1);
}
