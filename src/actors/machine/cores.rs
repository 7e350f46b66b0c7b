//! Cores: so many threads compute at once, and the others wait their turn.

use super::message::{Burst, Computed, CoresMessage, MachineMessage};
use super::profile::Profile;
use crate::actors::actor::ActorId;
use crate::actors::context::QueueContext;
use crate::actors::impossible::impossible;
use crate::actors::message::Message;
use crate::units::{Instant, Span};
use std::collections::VecDeque;
use std::sync::Arc;

/// The cores of a machine. Threads that wait are served in the order in which they came; one that has computed for
/// a time slice while others wait goes to the end of the queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cores {
    profile: Arc<Profile>,
    /// What runs on each core that is in use.
    running: Vec<Option<Share>>,
    idle: u32,
    free: Vec<u32>,
    waiting: VecDeque<Share>,
}

/// A burst that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Share {
    asker: ActorId,
    ticket: usize,
    /// Left to compute.
    left: Span,
    /// When it began to wait for a core.
    since: Instant,
    /// What it has waited before that.
    waited: Span,
}

impl Cores {
    /// The cores of the profile's machine, all idle.
    #[must_use]
    pub fn new(profile: Arc<Profile>) -> Self {
        let idle = profile.cores;
        Self { profile, running: Vec::new(), idle, free: Vec::new(), waiting: VecDeque::new() }
    }

    /// Takes one message.
    pub fn receive(&mut self, now: Instant, message: CoresMessage, context: &mut impl QueueContext) {
        match message {
            CoresMessage::Compute(Burst { asker, ticket, span }) => {
                let share = Share { asker, ticket, left: span, since: now, waited: Span::ZERO };
                if self.idle > 0 {
                    self.idle -= 1;
                    let core = self.free.pop().unwrap_or_else(|| {
                        self.running.push(None);
                        u32::try_from(self.running.len() - 1).unwrap_or(u32::MAX)
                    });
                    self.start(now, core, share, context);
                } else {
                    self.waiting.push_back(share);
                }
            }
            CoresMessage::SliceOver { core } => self.slice_over(now, core, context),
        }
    }

    fn start(&mut self, now: Instant, core: u32, mut share: Share, context: &mut impl QueueContext) {
        share.waited += now.since(share.since);
        let slice = share.left.min(self.profile.time_slice);
        share.left = share.left - slice;
        self.running[core as usize] = Some(share);
        context.after(slice, Message::Machine(MachineMessage::Cores(CoresMessage::SliceOver { core })));
    }

    fn slice_over(&mut self, now: Instant, core: u32, context: &mut impl QueueContext) {
        let Some(mut share) = self.running.get_mut(core as usize).and_then(Option::take) else {
            impossible(self, &CoresMessage::SliceOver { core })
        };
        share.since = now;
        if share.left.is_zero() {
            let computed = Computed { ticket: share.ticket, core: share.waited, interpreter_lock: Span::ZERO };
            context.send(share.asker, Message::Machine(MachineMessage::Computed(computed)));
        } else if self.waiting.is_empty() {
            return self.start(now, core, share, context);
        } else {
            self.waiting.push_back(share);
        }
        match self.waiting.pop_front() {
            Some(next) => self.start(now, core, next, context),
            None => {
                self.idle += 1;
                self.free.push(core);
            }
        }
    }

    /// What is wrong with its state, if anything is.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        let idle_while_others_wait = self.idle > 0 && !self.waiting.is_empty();
        idle_while_others_wait.then(|| format!("{} cores idle while threads wait", self.idle)).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::recording::Recording;

    #[test]
    #[should_panic(expected = "message: SliceOver { core: 0 }")]
    fn nothing_runs_on_an_idle_core() {
        let mut cores = Cores::new(Arc::new(Profile::free()));
        cores.receive(Instant::ZERO, CoresMessage::SliceOver { core: 0 }, &mut Recording::default());
    }
}
