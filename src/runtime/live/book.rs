//! The address book: how a message finds its actor.
//!
//! Every message of a run goes by the book, timers' and file news included. An actor's mailbox is one queue that all
//! senders share, and [`Book::send`] has put the message into it when it returns: that is the order of messages that
//! [`Context`](crate::actors::Context) promises.

use crate::actors::{ActorId, Message, Roster};
use actix::Recipient;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A message on its way.
#[derive(Debug)]
pub(super) struct Delivery(pub(super) Message);

impl actix::Message for Delivery {
    type Result = ();
}

/// Where every actor can be reached. An actix actor whose last address is gone stops without a word: the book
/// keeps them all until the run is over.
#[derive(Debug, Default)]
pub(super) struct Book {
    addresses: OnceLock<Vec<Recipient<Delivery>>>,
    /// Messages sent to actors of the hub so far.
    to_hub: AtomicU64,
    /// Of these, received.
    at_hub: AtomicU64,
}

impl Book {
    /// Writes all addresses down, in order, once.
    pub(super) fn fill(&self, addresses: Vec<Recipient<Delivery>>) {
        // It is called once, so there is nothing in it.
        let _ = self.addresses.set(addresses);
    }

    /// Where an actor can be reached.
    pub(super) fn address(&self, actor: ActorId) -> Option<Recipient<Delivery>> {
        self.addresses.get().and_then(|all| all.get(actor.0 as usize)).cloned()
    }

    /// Sends a message. The mailboxes are unbounded in effect: the number of messages under way is small.
    pub(super) fn send(&self, to: ActorId, delivery: Delivery) {
        if let Some(recipient) = self.addresses.get().and_then(|all| all.get(to.0 as usize)) {
            if Roster::is_of_hub(to) {
                self.to_hub.fetch_add(1, Ordering::Relaxed);
            }
            recipient.do_send(delivery);
        }
    }

    /// Messages sent to actors of the hub so far.
    #[cfg(test)]
    pub(super) fn sent_to_hub(&self) -> u64 {
        self.to_hub.load(Ordering::Relaxed)
    }

    /// Notes that an actor of the hub has received a message.
    pub(super) fn note_received(&self) {
        self.at_hub.fetch_add(1, Ordering::Relaxed);
    }

    /// Lets the hub's thread look out for messages a little longer before it goes to sleep. Waking a thread takes
    /// longer than most of what the hub does; anybody who needs the core gets it meanwhile.
    pub(super) fn look_out(&self, longest: Duration) {
        let received = self.at_hub.load(Ordering::Relaxed);
        let began = std::time::Instant::now();
        while self.to_hub.load(Ordering::Relaxed) == received && began.elapsed() < longest {
            std::thread::yield_now();
        }
    }
}
