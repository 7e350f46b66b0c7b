//! What brings one pure actor to life as an actix actor.

use super::clock::Clock;
use super::timers::Timers;
use crate::actors::observation::Observation;
use crate::actors::system::Member;
use crate::actors::{Actor as _, ActorId, Context, Message, Roster, TimerId};
use crate::runtime::Record;
use crate::units::{Instant, Span};
use actix::{Actor, Handler, Recipient};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::time::Duration;

/// A message on its way.
#[derive(Debug)]
pub(super) struct Delivery(pub(super) Message);

impl actix::Message for Delivery {
    type Result = ();
}

/// Asks for all that an actor has recorded.
#[derive(Debug)]
pub(super) struct Collect(pub(super) mpsc::Sender<Record>);

impl actix::Message for Collect {
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

    /// Sends a message. The mailboxes are unbounded in effect: the number of messages under way is small.
    pub(super) fn send(&self, to: ActorId, delivery: Delivery) {
        if let Some(recipient) = self.addresses.get().and_then(|all| all.get(to.0 as usize)) {
            if is_of_hub(to) {
                self.to_hub.fetch_add(1, Ordering::Relaxed);
            }
            recipient.do_send(delivery);
        }
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

/// Whether an actor lives on the thread that the queue, the tracker, the locks, the load and the watcher share.
pub(super) fn is_of_hub(address: ActorId) -> bool {
    address < Roster::OPENER
}

/// What all hosts of a run share.
#[derive(Debug, Clone)]
pub(super) struct Shared {
    pub(super) clock: Clock,
    pub(super) book: Arc<Book>,
    pub(super) timers: Timers,
    pub(super) tracing: bool,
    /// Jobs that have ended.
    pub(super) ended: Arc<AtomicU64>,
    /// Is told when the run is over.
    pub(super) halted: tokio::sync::mpsc::UnboundedSender<()>,
}

/// An actix actor that hosts a pure one.
#[derive(Debug)]
pub(super) struct Host {
    member: Member,
    hand: Hand,
}

/// What the pure actor acts through.
#[derive(Debug)]
pub(super) struct Hand {
    pub(super) address: ActorId,
    pub(super) now: Instant,
    pub(super) shared: Shared,
    pub(super) record: Record,
    random: Pcg64Mcg,
}

impl Hand {
    pub(super) fn new(address: ActorId, shared: Shared, seed: u64) -> Self {
        let random = Pcg64Mcg::seed_from_u64(seed ^ (u64::from(address.0) + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Self { address, now: Instant::ZERO, shared, record: Record::default(), random }
    }

    /// Hands over all that was recorded.
    pub(super) fn collect(&mut self, collect: &Collect) {
        // The collector waits for as many records as there are actors.
        let _ = collect.0.send(std::mem::take(&mut self.record));
    }
}

impl Host {
    /// Hosts `member`.
    pub(super) const fn new(member: Member, hand: Hand) -> Self {
        Self { member, hand }
    }
}

impl Actor for Host {
    type Context = actix::Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(1 << 16);
    }
}

impl Handler<Delivery> for Host {
    type Result = ();

    fn handle(&mut self, delivery: Delivery, _: &mut Self::Context) {
        self.hand.now = self.hand.shared.clock.now();
        self.hand.record.messages += 1;
        if is_of_hub(self.hand.address) {
            self.hand.shared.book.at_hub.fetch_add(1, Ordering::Relaxed);
        }
        self.member.receive(self.hand.now, delivery.0, &mut self.hand);
    }
}

impl Handler<Collect> for Host {
    type Result = ();

    fn handle(&mut self, collect: Collect, _: &mut Self::Context) {
        self.hand.collect(&collect);
    }
}

impl Context for Hand {
    type Message = Message;
    type Observation = Observation;

    fn send(&mut self, to: ActorId, message: Message) {
        self.shared.book.send(to, Delivery(message));
    }

    fn after(&mut self, span: Span, message: Message) -> TimerId {
        self.shared.timers.set(self.now + span, self.address, message)
    }

    fn cancel(&mut self, timer: TimerId) {
        self.shared.timers.cancel(timer);
    }

    fn draw(&mut self) -> u64 {
        self.random.next_u64()
    }

    fn observe(&mut self, observation: Observation) {
        if matches!(observation, Observation::JobFinished(_)) {
            self.shared.ended.fetch_add(1, Ordering::Relaxed);
        }
        self.record.observe(self.now, observation);
    }

    fn tracing(&self) -> bool {
        self.shared.tracing
    }

    fn halt(&mut self) {
        // Nobody listens any more after the first.
        let _ = self.shared.halted.send(());
    }
}
