//! What would be if holding a lock took more or less time.

use crate::actors::accounting::{LockKind, Observation};
use crate::actors::{ActorId, Work};
use std::collections::BTreeMap;

/// A kind of lock that is held for more or less time than it would be.
///
/// Scaled is the work of whoever holds a lock of the kind: file operations that it begins while it holds one, with their
/// computing, their time on the device and the latency that the design adds; and the running of an opcode. Not scaled is what
/// a holder only waits for: other locks, the device, a core, the interpreter lock, and messages between threads where they take
/// time. Work that has begun keeps the pace at which it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaledHolds {
    lock: LockKind,
    thousandths: u32,
    /// How many locks of the kind each process holds.
    held: BTreeMap<ActorId, u32>,
}

impl ScaledHolds {
    /// Locks of this kind, whose holders take so many thousandths of the time that they would.
    #[must_use]
    pub const fn new(lock: LockKind, thousandths: u32) -> Self {
        Self { lock, thousandths, held: BTreeMap::new() }
    }

    /// Takes note of grants and releases.
    pub(super) fn observe(&mut self, observation: &Observation) {
        match observation {
            Observation::LockGranted { lock, grant } if *lock == self.lock => {
                *self.held.entry(grant.process).or_default() += 1;
            }
            Observation::LockReleased { lock, release } if *lock == self.lock => {
                if let Some(count) = self.held.get_mut(&release.process) {
                    *count = count.saturating_sub(1);
                }
            }
            _ => {}
        }
    }

    /// How long work of `actor` that begins now takes, in thousandths.
    pub(super) fn stretch(&self, actor: ActorId, work: Work) -> u32 {
        // Whoever runs an opcode has told the queue that it leaves; that the message is on its way does not make it a holder.
        let is_left = work == Work::Run && matches!(self.lock, LockKind::Queue | LockKind::Dependency);
        let holds = self.held.get(&actor).is_some_and(|count| *count > 0);
        if holds && !is_left { self.thousandths } else { 1_000 }
    }
}
