//! The clients beside their code: whom they hand calls to, and what they cannot be told.

use super::actor::Clients;
use super::call::{Call, Reply};
use super::load::Load;
use super::protocol::ClientsMessage;
use crate::actors::actor::ActorId;
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::recording::Recording;
use crate::actors::roster::{Disks, Roster};
use crate::job::JobId;
use crate::units::Instant;

/// Clients that make two calls of the one thread there is, which ask for the size of the queue.
fn clients() -> Clients {
    let load = Load::open([(Instant::ZERO, Call::QueueSize), (Instant::ZERO, Call::QueueSize)]);
    Clients::new(load, &Roster::new(1, 1, Disks::Shared), true)
}

fn tell(clients: &mut Clients, message: ClientsMessage) -> Vec<(ActorId, Message)> {
    let mut context = Recording::default();
    clients.receive(Instant::ZERO, message, &mut context);
    context.take_sent()
}

fn replied() -> ClientsMessage {
    let thread = Roster::new(1, 1, Disks::Shared).thread(0);
    ClientsMessage::Replied { thread, call: 0, reply: Reply::Size(0) }
}

#[test]
fn a_thread_is_handed_the_next_call_when_it_has_answered_the_last() {
    let mut clients = clients();
    for (message, number) in [(ClientsMessage::Begin, 0), (replied(), 1)] {
        let [(_, Message::Process(ProcessMessage::Call { number: handed, .. }))] = tell(&mut clients, message)[..]
        else {
            panic!("no call was handed out")
        };
        assert_eq!(handed, number);
    }
}

#[test]
#[should_panic(expected = "actor: Clients {")]
fn a_load_does_not_begin_twice() {
    let mut clients = clients();
    tell(&mut clients, ClientsMessage::Begin);
    tell(&mut clients, ClientsMessage::Begin);
}

#[test]
#[should_panic(expected = "no call has this number")]
fn a_call_that_nobody_made_is_not_answered() {
    tell(&mut clients(), replied());
}

#[test]
#[should_panic(expected = "message: Idle")]
fn nobody_is_idle_before_the_load_is_stopped() {
    tell(&mut clients(), ClientsMessage::Idle);
}

#[test]
#[should_panic(expected = "of a call that is over")]
fn no_job_ends_of_a_call_that_submits_none() {
    let mut clients = clients();
    tell(&mut clients, ClientsMessage::Begin);
    tell(&mut clients, ClientsMessage::JobEnded { id: JobId(1), submission: 0, class: 0 });
}
