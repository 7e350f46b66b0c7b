//! The interpreter lock: of all threads of the queue, at most one computes.

use super::message::{Burst, Computed, CoresMessage, InterpreterMessage, MachineMessage};
use crate::actors::actor::ActorId;
use crate::actors::context::QueueContext;
use crate::actors::impossible::impossible;
use crate::actors::message::Message;
use crate::actors::roster::Roster;
use crate::units::{Instant, Span};
use std::collections::VecDeque;

/// The lock of an interpreter. Its holder computes on the cores, and gives it up when it is done (it does not hold it
/// while it waits for files) or when it has computed for the switch interval while others wait; those are served in
/// the order in which they came.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Interpreter {
    address: ActorId,
    cores: ActorId,
    switch_interval: Span,
    holder: Option<Held>,
    waiting: VecDeque<Held>,
}

/// A burst that holds the lock or waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Held {
    asker: ActorId,
    ticket: usize,
    /// Left to compute.
    left: Span,
    /// When it began to wait for the lock.
    since: Instant,
    /// What it has waited for the lock.
    waited: Span,
    /// What it has waited for a core.
    core: Span,
}

impl Interpreter {
    /// A free lock, with this switch interval.
    #[must_use]
    pub const fn new(roster: &Roster, switch_interval: Span) -> Self {
        let (address, cores) = (roster.interpreter(), roster.cores());
        Self { address, cores, switch_interval, holder: None, waiting: VecDeque::new() }
    }

    /// Takes one message.
    pub fn receive(
        &mut self,
        now: Instant,
        InterpreterMessage::Compute(burst): InterpreterMessage,
        context: &mut impl QueueContext,
    ) {
        let Burst { asker, ticket, span } = burst;
        let held = Held { asker, ticket, left: span, since: now, waited: Span::ZERO, core: Span::ZERO };
        if self.holder.is_none() {
            self.hold(now, held, context);
        } else {
            self.waiting.push_back(held);
        }
    }

    /// The holder has computed as long as it asked the cores for.
    pub fn computed(&mut self, now: Instant, computed: Computed, context: &mut impl QueueContext) {
        let Some(mut held) = self.holder.take() else { impossible(self, &computed) };
        held.core += computed.core;
        held.since = now;
        if held.left.is_zero() {
            let Held { asker, ticket, waited, core, .. } = held;
            context.send(
                asker,
                Message::Machine(MachineMessage::Computed(Computed { ticket, core, interpreter_lock: waited })),
            );
        } else if self.waiting.is_empty() {
            return self.hold(now, held, context);
        } else {
            self.waiting.push_back(held);
        }
        if let Some(next) = self.waiting.pop_front() {
            self.hold(now, next, context);
        }
    }

    fn hold(&mut self, now: Instant, mut held: Held, context: &mut impl QueueContext) {
        held.waited += now.since(held.since);
        let span = held.left.min(self.switch_interval);
        held.left = held.left - span;
        self.holder = Some(held);
        let burst = Burst { asker: self.address, ticket: 0, span };
        context.send(self.cores, Message::Machine(MachineMessage::Cores(CoresMessage::Compute(burst))));
    }

    /// What is wrong with its state, if anything is.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        let lost = self.holder.is_none() && !self.waiting.is_empty();
        lost.then(|| format!("{} threads wait for a free interpreter lock", self.waiting.len())).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::recording::Recording;
    use crate::actors::roster::Disks;

    #[test]
    #[should_panic(expected = "holder: None")]
    fn nobody_has_computed_with_a_free_lock() {
        let mut lock = Interpreter::new(&Roster::new(1, 1, Disks::Shared), Span::from_millis(5));
        let computed = Computed { ticket: 0, core: Span::ZERO, interpreter_lock: Span::ZERO };
        lock.computed(Instant::ZERO, computed, &mut Recording::default());
    }
}
