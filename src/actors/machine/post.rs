//! The post: messages between the threads of the live runtime, which take time to arrive and to be handled.
//!
//! A message lies in its receiver's mailbox at once, so that order is never lost. A thread that sleeps has to wake up
//! first; then it handles its messages one by one, each of which takes it a little computing on a core.

use super::message::{Burst, Computed, CoresMessage, MachineMessage, PostMessage};
use super::profile::{MessageCosts, Profile};
use crate::actors::actor::ActorId;
use crate::actors::context::QueueContext;
use crate::actors::impossible::impossible;
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
                if let State::Idle(_) = state {
                    let latency = self.costs().timer.sample(0, 0, || context.draw());
                    self.wake(thread, latency, context);
                }
            }
            PostMessage::Awake { thread } if self.threads[thread as usize].state == State::Waking => {
                self.handle_next(now, thread as usize, context);
            }
            PostMessage::Awake { .. } => impossible(self, &message),
        }
    }

    /// A thread has computed what its first message takes: the message is handled, and the next one's turn.
    pub fn computed(&mut self, now: Instant, computed: Computed, context: &mut impl QueueContext) {
        let number = computed.ticket;
        let handled = match self.threads.get_mut(number) {
            Some(Thread { mail, state: State::Handling }) => mail.pop_front(),
            _ => None,
        };
        let Some((to, message)) = handled else { impossible(self, &computed) };
        context.send(to, message);
        self.handle_next(now, number, context);
    }

    /// Nothing comes by the post on a machine where messages cost nothing.
    fn costs(&self) -> &MessageCosts {
        self.profile.messages.as_ref().unwrap_or_else(|| impossible(self, &"a message, which costs nothing here"))
    }

    /// Puts a message into a mailbox; the state of its thread before.
    fn deposit(&mut self, thread: u32, to: ActorId, message: Message) -> State {
        let thread = &mut self.threads[thread as usize];
        thread.mail.push_back((to, message));
        thread.state
    }

    /// How long an idle thread takes to come to a message.
    fn latency(&self, thread: u32, idle_for: Span, context: &mut impl QueueContext) -> Span {
        let costs = self.costs();
        let awake_for = if thread == 0 { costs.awake_for } else { Span::ZERO };
        let hop = if idle_for <= awake_for { &costs.hop_awake } else { &costs.hop_asleep };
        hop.sample(0, 0, || context.draw())
    }

    fn wake(&mut self, thread: u32, latency: Span, context: &mut impl QueueContext) {
        self.threads[thread as usize].state = State::Waking;
        context.after(latency, Message::Machine(MachineMessage::Post(PostMessage::Awake { thread })));
    }

    fn handle_next(&mut self, now: Instant, number: usize, context: &mut impl QueueContext) {
        let thread = &mut self.threads[number];
        let Some((_, message)) = thread.mail.front() else {
            thread.state = State::Idle(now);
            return;
        };
        thread.state = State::Handling;
        let takes_lock = matches!(message, Message::Queue(_) | Message::Tracker(_) | Message::Locks(_));
        let costs = self.costs();
        let mut span = costs.step.sample(0, 0, || context.draw());
        if takes_lock {
            span += costs.lock.sample(0, 0, || context.draw());
        }
        let burst = Burst { asker: self.address, ticket: number, span };
        context.send(self.cores, Message::Machine(MachineMessage::Cores(CoresMessage::Compute(burst))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::recording::Recording;
    use crate::actors::roster::Disks;

    fn post() -> Post {
        Post::new(Arc::new(Profile::free()), &Roster::new(1, 1, Disks::Shared))
    }

    #[test]
    #[should_panic(expected = "message: Awake { thread: 1 }")]
    fn a_thread_that_was_not_woken_does_not_awake() {
        post().receive(Instant::ZERO, PostMessage::Awake { thread: 1 }, &mut Recording::default());
    }

    #[test]
    #[should_panic(expected = "state: Idle(")]
    fn an_idle_thread_has_handled_nothing() {
        let computed = Computed { ticket: 0, core: Span::ZERO, interpreter_lock: Span::ZERO };
        post().computed(Instant::ZERO, computed, &mut Recording::default());
    }
}
