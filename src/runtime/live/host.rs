//! What brings one pure actor to life as an actix actor.

use super::book::{Book, Delivery};
use super::clock::Clock;
use super::timers::Timers;
use crate::actors::accounting::Observation;
use crate::actors::system::Member;
use crate::actors::{Actor as _, ActorId, Context, Message, Roster, TimerId};
use crate::runtime::Record;
use crate::runtime::streams::{Purpose, Streams};
use crate::units::{Instant, Span};
use actix::{Actor, Handler};
use rand::Rng;
use rand_pcg::Pcg64Mcg;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};

/// Asks for all that an actor has recorded.
#[derive(Debug)]
pub(super) struct Collect(pub(super) mpsc::Sender<Record>);

impl actix::Message for Collect {
    type Result = ();
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
    pub(super) fn new(address: ActorId, shared: Shared, streams: Streams) -> Self {
        let random = streams.sequence(Purpose::Actor(address));
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
        if Roster::is_of_hub(self.hand.address) {
            self.hand.shared.book.note_received();
        }
        self.member.receive(self.hand.now, delivery.0, &mut self.hand);
    }
}

impl Handler<Collect> for Host {
    type Result = ();

    fn handle(&mut self, collect: Collect, _: &mut Self::Context) {
        self.hand.record.left = self.member.left();
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
        if matches!(&observation, Observation::JobFinished(row) if row.submission.is_some()) {
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
