//! What brings one pure actor to life in virtual time.
//!
//! Where messages between threads cost something, those that leave the actor's thread go by the post, as do its
//! timers; all others arrive at once.

use crate::actors::accounting::Observation;
use crate::actors::machine::Post;
use crate::actors::machine::message::{MachineMessage, PostMessage};
use crate::actors::system::Member;
use crate::actors::{Actor, ActorId, Context, Message, Roster, TimerId, Work};
use crate::units::{Instant, Span};

/// An actor on its thread.
#[derive(Debug)]
pub(super) struct Host {
    member: Member,
    seat: Option<Seat>,
}

/// Where an actor sits, if messages between threads cost something.
#[derive(Debug, Clone, Copy)]
struct Seat {
    address: ActorId,
    thread: u32,
    roster: Roster,
}

impl Host {
    /// Hosts for all members, in the order of addresses.
    pub(super) fn all(members: Vec<Member>, roster: &Roster, messages_cost: bool) -> Vec<Self> {
        let seat = |address| {
            let thread = Post::thread_of(address, roster).filter(|_| messages_cost)?;
            Some(Seat { address, thread, roster: *roster })
        };
        (0..).zip(members).map(|(number, member)| Self { member, seat: seat(ActorId(number)) }).collect()
    }

    pub(super) const fn member(&self) -> &Member {
        &self.member
    }
}

impl Actor for Host {
    type Message = Message;
    type Observation = Observation;

    fn receive<C>(&mut self, now: Instant, message: Message, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        match (&self.seat, message) {
            (None, message) => self.member.receive(now, message, context),
            // The actor's own timer: it comes by the post, too.
            (Some(seat), Message::Machine(MachineMessage::Post(message))) => {
                context.send(seat.roster.post(), Message::Machine(MachineMessage::Post(message)));
            }
            (Some(seat), message) => self.member.receive(now, message, &mut ByPost { seat: *seat, context }),
        }
    }
}

/// A context whose messages to other threads go by the post.
struct ByPost<'a, C> {
    seat: Seat,
    context: &'a mut C,
}

impl<C: Context<Message = Message>> Context for ByPost<'_, C> {
    type Message = Message;
    type Observation = C::Observation;

    fn send(&mut self, to: ActorId, message: Message) {
        match Post::thread_of(to, &self.seat.roster) {
            Some(thread) if thread != self.seat.thread => {
                let mail = PostMessage::Mail { thread, to, message: Box::new(message) };
                self.context.send(self.seat.roster.post(), Message::Machine(MachineMessage::Post(mail)));
            }
            _ => self.context.send(to, message),
        }
    }

    fn after(&mut self, span: Span, message: Message) -> TimerId {
        let Seat { address, thread, .. } = self.seat;
        let time_up = PostMessage::TimeUp { thread, to: address, message: Box::new(message) };
        self.context.after(span, Message::Machine(MachineMessage::Post(time_up)))
    }

    fn cancel(&mut self, timer: TimerId) {
        self.context.cancel(timer);
    }

    fn draw(&mut self) -> u64 {
        self.context.draw()
    }

    fn observe(&mut self, observation: Self::Observation) {
        self.context.observe(observation);
    }

    fn tracing(&self) -> bool {
        self.context.tracing()
    }

    fn stretch(&self, actor: ActorId, work: Work) -> u32 {
        self.context.stretch(actor, work)
    }

    fn halt(&mut self) {
        self.context.halt();
    }
}
