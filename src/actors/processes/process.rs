//! What all processes are able to do: enter the queue and leave it, and ask their disk.

use crate::actors::actor::ActorId;
use crate::actors::context::QueueContext;
use crate::actors::design::Design;
use crate::actors::files::operation::Operation;
use crate::actors::files::protocol::DiskMessage;
use crate::actors::locks::grant::{Activity, Mode};
use crate::actors::message::Message;
use crate::actors::queue::protocol::{Exit, QueueMessage, Want};
use crate::actors::roster::Roster;
use crate::job::Timestamp;
use crate::units::Instant;
use std::sync::Arc;

/// A worker, a request thread or the opener, as the queue and the disks know it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::actors) struct Process {
    /// Its address.
    pub(in crate::actors) address: ActorId,
    /// The design of its queue.
    pub(in crate::actors) design: Arc<Design>,
    disk: ActorId,
}

impl Process {
    /// The process at `address`.
    pub(super) fn new(address: ActorId, design: Arc<Design>, roster: &Roster) -> Self {
        Self { address, design, disk: roster.disk_of(address) }
    }

    /// Asks for the queue lock, and for `want` once inside.
    pub(super) fn enter(&self, mode: Mode, activity: Activity, want: Want, context: &mut impl QueueContext) {
        let process = self.address;
        context.send(Roster::QUEUE, Message::Queue(QueueMessage::Enter { process, mode, activity, want, locks: None }));
    }

    /// Gives the queue lock back.
    pub(super) fn leave(&self, exit: Exit, context: &mut impl QueueContext) {
        context.send(Roster::QUEUE, Message::Queue(QueueMessage::Leave { process: self.address, exit }));
    }

    /// Asks its disk for `operation`.
    pub(super) fn ask_disk(&self, operation: Operation, context: &mut impl QueueContext) {
        context.send(self.disk, Message::Disk(DiskMessage { process: self.address, operation }));
    }

    /// What the wall clock of the run shows at `now`.
    pub(super) fn timestamp(&self, now: Instant) -> Timestamp {
        self.design.epoch.after(now.since(Instant::ZERO))
    }
}
