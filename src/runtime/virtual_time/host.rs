//! What brings one pure actor to life in virtual time.
//!
//! Where messages between threads cost something, those that leave the actor's thread go by the post, as do its
//! timers; all others arrive at once.

use crate::actors::accounting::Observation;
use crate::actors::machine::Post;
use crate::actors::machine::message::{MachineMessage, PostMessage};
use crate::actors::system::Member;
use crate::actors::{Actor, ActorId, Context, Message, Roster, TimerId};
use crate::units::{Instant, Span};

/// An actor on its thread.
#[derive(Debug)]
pub(super) struct Host {
    member: Member,
    place: Option<Place>,
}

/// Where an actor stands, if messages between threads cost something.
#[derive(Debug, Clone, Copy)]
struct Place {
    address: ActorId,
    thread: u32,
    roster: Roster,
}

impl Host {
    /// Hosts for all members, in the order of addresses.
    pub(super) fn all(members: Vec<Member>, roster: &Roster, messages_cost: bool) -> Vec<Self> {
        let place = |address| {
            let thread = Post::thread_of(address, roster).filter(|_| messages_cost)?;
            Some(Place { address, thread, roster: *roster })
        };
        (0..).zip(members).map(|(number, member)| Self { member, place: place(ActorId(number)) }).collect()
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
        match (&self.place, message) {
            (None, message) => self.member.receive(now, message, context),
            // The actor's own timer: it comes by the post, too.
            (Some(place), Message::Machine(MachineMessage::Post(message))) => {
                context.send(place.roster.post(), Message::Machine(MachineMessage::Post(message)));
            }
            (Some(place), message) => self.member.receive(now, message, &mut ByPost { place: *place, context }),
        }
    }
}

/// A context whose messages to other threads go by the post.
struct ByPost<'a, C> {
    place: Place,
    context: &'a mut C,
}

impl<C: Context<Message = Message>> Context for ByPost<'_, C> {
    type Message = Message;
    type Observation = C::Observation;

    fn send(&mut self, to: ActorId, message: Message) {
        match Post::thread_of(to, &self.place.roster) {
            Some(thread) if thread != self.place.thread => {
                let mail = PostMessage::Mail { thread, to, message: Box::new(message) };
                self.context.send(self.place.roster.post(), Message::Machine(MachineMessage::Post(mail)));
            }
            _ => self.context.send(to, message),
        }
    }

    fn after(&mut self, span: Span, message: Message) -> TimerId {
        let Place { address, thread, .. } = self.place;
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

    fn halt(&mut self) {
        self.context.halt();
    }
}
