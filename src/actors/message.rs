//! What actors tell each other: one case a receiver. What each can be told stands beside it, in its `protocol`.

use crate::actors::clients::protocol::ClientsMessage;
use crate::actors::files::protocol::DiskMessage;
use crate::actors::files::protocol::WatcherMessage;
use crate::actors::locks::protocol::LocksMessage;
use crate::actors::machine::message::MachineMessage;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::queue::protocol::QueueMessage;
use crate::actors::tracker::protocol::TrackerMessage;

/// Any message of the system, by who receives it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Message {
    /// For the clients.
    Clients(ClientsMessage),
    /// For the queue.
    Queue(QueueMessage),
    /// For a worker, a request thread or the opener.
    Process(ProcessMessage),
    /// For the dependency tracker.
    Tracker(TrackerMessage),
    /// For the lock manager.
    Locks(LocksMessage),
    /// For a disk.
    Disk(DiskMessage),
    /// For the watcher.
    Watcher(WatcherMessage),
    /// For a model of the machine.
    Machine(MachineMessage<Message>),
}
