use super::actor::Queue;
use super::protocol::{Exit, QueueMessage, Turn, TurnEnd, Want};
use crate::actors::accounting::ledger::Account;
use crate::actors::actor::ActorId;
use crate::actors::design::Design;
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::locks::protocol::LocksMessage;
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::queue::active_job::ActiveJob;
use crate::actors::recording::{Recording, job};
use crate::actors::roster::Roster;
use crate::job::{JobId, Status};
use crate::units::{Instant, Span};
use std::sync::Arc;

const WORKER: ActorId = ActorId(6);
const CLIENT: ActorId = ActorId(9);

/// An open queue with job 1, and an idle worker that has it in its turn.
fn in_turn() -> (Queue, Recording, Turn) {
    let (mut queue, mut context) = (Queue::new(Arc::new(Design::default())), Recording::default());
    let jobs = vec![job(1, |_| {})];
    queue.receive(Instant(10), QueueMessage::Opened { jobs, serial: 1, size: 1, drained: false }, &mut context);
    context.take_sent();
    queue.receive(Instant(30), QueueMessage::Idle { worker: WORKER }, &mut context);
    let turn = turn(&mut context);
    (queue, context, turn)
}

fn turn(context: &mut Recording) -> Turn {
    match context.take_sent().pop() {
        Some((WORKER, Message::Process(ProcessMessage::Turn(turn)))) => *turn,
        other => panic!("expected a turn of the worker, found {other:?}"),
    }
}

fn leave(queue: &mut Queue, context: &mut Recording, at: u64, process: ActorId, exit: Exit) {
    queue.receive(Instant(at), QueueMessage::Leave { process, exit }, context);
}

/// The job, as a client gets it in order to change it.
fn lend_to_client(queue: &mut Queue, context: &mut Recording, at: u64) -> Box<ActiveJob> {
    let (process, mode, activity, want) = (CLIENT, Mode::Exclusive, Activity::Cancel, Want::Job(JobId(1)));
    queue.receive(Instant(at), QueueMessage::Enter { process, mode, activity, want, locks: None }, context);
    match context.take_sent().pop() {
        Some((CLIENT, Message::Process(ProcessMessage::Entered(entered)))) => entered.job.unwrap(),
        other => panic!("expected the queue to be entered, found {other:?}"),
    }
}

#[test]
fn a_ready_job_goes_to_an_idle_worker_with_its_ledger() {
    let (_, _, turn) = in_turn();
    assert_eq!(turn.job.document.id, JobId(1));
    assert_eq!((turn.ledger.total(Account::Worker), turn.ledger.cursor()), (Span(30), Instant(30)));
}

#[test]
fn the_way_of_the_end_of_a_turn_is_the_instruments() {
    let (mut queue, mut context, Turn { job, ledger, .. }) = in_turn();
    leave(&mut queue, &mut context, 35, WORKER, Exit::TurnOver(job, ledger, TurnEnd::Again));
    queue.receive(Instant(40), QueueMessage::Idle { worker: WORKER }, &mut context);
    let ledger = turn(&mut context).ledger;
    assert_eq!((ledger.total(Account::Mailbox), ledger.total(Account::Worker)), (Span(5), Span(35)));
}

#[test]
fn only_the_end_of_the_job_that_a_job_waits_for_makes_it_ready() {
    let (mut queue, mut context, Turn { job, ledger, .. }) = in_turn();
    leave(&mut queue, &mut context, 40, WORKER, Exit::TurnOver(job, ledger, TurnEnd::Waits(JobId(8))));
    queue.receive(Instant(40), QueueMessage::Idle { worker: WORKER }, &mut context);
    for (at, on) in [(50, 7), (60, 8)] {
        assert!(context.take_sent().is_empty(), "it waits for job 8");
        let (mode, activity, want) = (Mode::Exclusive, Activity::Notify, Want::Nothing);
        let enter = QueueMessage::Enter { process: CLIENT, mode, activity, want, locks: None };
        queue.receive(Instant(at), enter, &mut context);
        context.take_sent();
        leave(&mut queue, &mut context, at, CLIENT, Exit::Wake { on: JobId(on), jobs: vec![JobId(1)] });
    }
    assert_eq!(turn(&mut context).ledger.total(Account::Dependency), Span(20));
}

#[test]
fn the_lock_manager_hears_of_the_cancel_of_a_job_that_a_worker_has() {
    let (mut queue, mut context, Turn { mut job, .. }) = in_turn();
    job.document.opcodes[0].status = Status::Waiting;
    leave(&mut queue, &mut context, 40, WORKER, Exit::PutBack(job));
    for (status, told) in [(Status::Waiting, false), (Status::Canceling, true)] {
        let mut job = lend_to_client(&mut queue, &mut context, 50);
        job.document.opcodes[0].status = status;
        leave(&mut queue, &mut context, 60, CLIENT, Exit::Changed(job));
        let message = Message::Locks(LocksMessage::JobCanceled { process: WORKER });
        assert_eq!(context.take_sent().contains(&(Roster::LOCKS, message)), told);
    }
}

#[test]
#[should_panic(expected = "message: ActiveJob { document: Job { id: JobId(2)")]
fn a_job_that_nobody_was_lent_cannot_be_put_back() {
    let (mut queue, mut context, _) = in_turn();
    leave(&mut queue, &mut context, 40, WORKER, Exit::PutBack(job(2, |_| {})));
}

#[test]
#[should_panic(expected = "actor: Queue {")]
fn a_turn_does_not_end_twice() {
    let (mut queue, mut context, Turn { job, ledger, .. }) = in_turn();
    for at in [40, 50] {
        let exit = Exit::TurnOver(job.clone(), ledger.clone(), TurnEnd::Again);
        leave(&mut queue, &mut context, at, WORKER, exit);
    }
}
