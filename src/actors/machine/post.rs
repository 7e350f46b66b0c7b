//! The post: messages between the threads of the live runtime, which take time to arrive and to be handled.
//!
//! A message lies in its receiver's mailbox at once, so that order is never lost. A thread that sleeps has to wake up
//! first; then it handles its messages one by one, each of which takes it a little computing on a core.

use super::message::{Burst, CoresMessage, MachineMessage, PostMessage};
use super::profile::{MessageCosts, Profile};
use crate::actors::actor::ActorId;
use crate::actors::context::QueueContext;
use crate::actors::message::Message;
use crate::actors::roster::{self, Roster};
use crate::units::{Instant, Span};
use std::collections::VecDeque;
use std::sync::Arc;

/// The mailboxes of all threads.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Post {
    address: ActorId,
    cores: ActorId,
    profile: Arc<Profile>,
    /// By number: the hub's, then one for each process.
    threads: Vec<Thread>,
}

/// One thread, and what lies in its mailbox.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Thread {
    mail: VecDeque<(ActorId, Message)>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum State {
    /// Nothing to do since then.
    Idle(Instant),
    /// On its way to its first message.
    Waking,
    /// Handling its first message.
    Handling,
}

impl Default for State {
    fn default() -> Self {
        Self::Idle(Instant::ZERO)
    }
}

impl Post {
    /// The post of a system, all mailboxes empty.
    #[must_use]
    pub fn new(profile: Arc<Profile>, roster: &Roster) -> Self {
        let threads = vec![Thread::default(); roster.processes() as usize + 1];
        Self { address: roster.post(), cores: roster.cores(), profile, threads }
    }

    /// The number of an actor's thread here; none for models, which have no mailbox.
    #[must_use]
    pub const fn thread_of(actor: ActorId, roster: &Roster) -> Option<u32> {
        match roster.thread_of(actor) {
            roster::Thread::Hub => Some(0),
            roster::Thread::Process(number) => Some(number + 1),
            roster::Thread::Model => None,
        }
    }

    /// Messages in mailboxes.
    #[must_use]
    pub fn mail(&self) -> usize {
        self.threads.iter().map(|thread| thread.mail.len()).sum()
    }

    /// Takes one message.
    pub fn receive(&mut self, now: Instant, message: PostMessage<Message>, context: &mut impl QueueContext) {
        match message {
            PostMessage::Mail { thread, to, message } => {
                let state = self.deposit(thread, to, *message);
                if let State::Idle(since) = state {
                    let latency = self.latency(thread, now.since(since), context);
                    self.wake(thread, latency, context);
                }
            }
            PostMessage::TimeUp { thread, to, message } => {
                let state = self.deposit(thread, to, *message);
                if let (State::Idle(_), Some(costs)) = (state, self.costs()) {
                    let latency = costs.timer.sample(0, 0, || context.draw());
                    self.wake(thread, latency, context);
                }
            }
            PostMessage::Awake { thread } => self.handle_next(now, thread, context),
        }
    }

    /// A thread has computed what its first message takes: the message is handled, and the next one's turn.
    pub fn computed(&mut self, now: Instant, ticket: u64, context: &mut impl QueueContext) {
        let Ok(thread) = u32::try_from(ticket) else { return };
        if let Some((to, message)) = self.threads[thread as usize].mail.pop_front() {
            context.send(to, message);
        }
        self.handle_next(now, thread, context);
    }

    fn costs(&self) -> Option<&MessageCosts> {
        self.profile.messages.as_ref()
    }

    /// Puts a message into a mailbox; the state of its thread before.
    fn deposit(&mut self, thread: u32, to: ActorId, message: Message) -> State {
        let thread = &mut self.threads[thread as usize];
        thread.mail.push_back((to, message));
        thread.state
    }

    /// How long an idle thread takes to come to a message.
    fn latency(&self, thread: u32, idle_for: Span, context: &mut impl QueueContext) -> Span {
        let Some(costs) = self.costs() else { return Span::ZERO };
        let awake_for = if thread == 0 { costs.awake_for } else { Span::ZERO };
        let hop = if idle_for <= awake_for { &costs.hop_awake } else { &costs.hop_asleep };
        hop.sample(0, 0, || context.draw())
    }

    fn wake(&mut self, thread: u32, latency: Span, context: &mut impl QueueContext) {
        self.threads[thread as usize].state = State::Waking;
        context.after(latency, Message::Machine(MachineMessage::Post(PostMessage::Awake { thread })));
    }

    fn handle_next(&mut self, now: Instant, number: u32, context: &mut impl QueueContext) {
        let thread = &mut self.threads[number as usize];
        let Some((_, message)) = thread.mail.front() else {
            thread.state = State::Idle(now);
            return;
        };
        thread.state = State::Handling;
        let takes_lock = matches!(message, Message::Queue(_) | Message::Tracker(_) | Message::Locks(_));
        let mut span = Span::ZERO;
        if let Some(costs) = &self.profile.messages {
            span = costs.step.sample(0, 0, || context.draw());
            if takes_lock {
                span += costs.lock.sample(0, 0, || context.draw());
            }
        }
        let burst = Burst { asker: self.address, ticket: u64::from(number), span };
        context.send(self.cores, Message::Machine(MachineMessage::Cores(CoresMessage::Compute(burst))));
    }
}
