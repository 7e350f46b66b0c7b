//! The watcher: tells those who watch a job file when it was replaced.

use super::protocol::WatcherMessage;
use crate::actors::actor::ActorId;
use crate::actors::context::QueueContext;
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::job::JobId;
use std::collections::BTreeMap;

/// Owner of who watches which file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Watcher {
    watching: BTreeMap<ActorId, JobId>,
}

impl Watcher {
    /// Takes one message.
    pub fn receive(&mut self, message: WatcherMessage, context: &mut impl QueueContext) {
        match message {
            WatcherMessage::Watch { process, job } => drop(self.watching.insert(process, job)),
            WatcherMessage::Unwatch { process } => drop(self.watching.remove(&process)),
            WatcherMessage::FileChanged { job } => {
                for (process, _) in self.watching.iter().filter(|(_, watched)| **watched == job) {
                    context.send(*process, Message::Process(ProcessMessage::FileChanged { job }));
                }
            }
        }
    }
}
