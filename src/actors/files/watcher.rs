//! The watcher: tells those who watch a job file when it was replaced.

use super::protocol::WatcherMessage;
use crate::actors::actor::ActorId;
use crate::actors::context::QueueContext;
use crate::actors::impossible::impossible;
use crate::actors::message::Message;
use crate::actors::processes::protocol::ProcessMessage;
use crate::job::JobId;
use std::collections::BTreeMap;

/// Owner of who watches which file: each call that waits for a change has a watch of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Watcher {
    /// Of whose files who watches, and the number that it gave its watch.
    watches: BTreeMap<(JobId, ActorId), u64>,
}

impl Watcher {
    /// Takes one message.
    ///
    /// # Panics
    /// If a process watches a file twice at once, or stops without having watched.
    pub fn receive(&mut self, message: WatcherMessage, context: &mut impl QueueContext) {
        match message {
            WatcherMessage::Watch { process, watch, job } => {
                if self.watches.insert((job, process), watch).is_some() {
                    impossible(self, &message);
                }
                // What came before may have changed the file unseen: who asks looks at it once more after this.
                context.send(process, Message::Process(ProcessMessage::WatchSetUp { watch }));
            }
            WatcherMessage::Unwatch { process, job } => {
                if self.watches.remove(&(job, process)).is_none() {
                    impossible(self, &message);
                }
            }
            WatcherMessage::FileChanged { job } => {
                let of_job = (job, ActorId(0))..=(job, ActorId(u32::MAX));
                tell(self.watches.range(of_job), context);
            }
            WatcherMessage::AnyFileMayHaveChanged => tell(self.watches.iter(), context),
        }
    }
}

/// Has these watches look at their files.
fn tell<'a>(watches: impl Iterator<Item = (&'a (JobId, ActorId), &'a u64)>, context: &mut impl QueueContext) {
    for ((_, process), watch) in watches {
        context.send(*process, Message::Process(ProcessMessage::FileChanged { watch: *watch }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::recording::Recording;

    const PROCESS: ActorId = ActorId(7);

    fn told(watcher: &mut Watcher, message: WatcherMessage) -> Vec<ProcessMessage> {
        let mut context = Recording::default();
        watcher.receive(message, &mut context);
        let process = |(to, message)| match message {
            Message::Process(message) if to == PROCESS => message,
            other => panic!("{to:?} was told {other:?}"),
        };
        context.sent.into_iter().map(process).collect()
    }

    #[test]
    fn a_watch_hears_of_its_file_until_it_is_closed() {
        let mut watcher = Watcher::default();
        let watch = WatcherMessage::Watch { process: PROCESS, watch: 3, job: JobId(1) };
        assert_eq!(told(&mut watcher, watch), [ProcessMessage::WatchSetUp { watch: 3 }]);
        let changed = |job| WatcherMessage::FileChanged { job: JobId(job) };
        assert_eq!(told(&mut watcher, changed(1)), [ProcessMessage::FileChanged { watch: 3 }]);
        assert_eq!(told(&mut watcher, changed(2)), []);
        told(&mut watcher, WatcherMessage::Unwatch { process: PROCESS, job: JobId(1) });
        assert_eq!(told(&mut watcher, changed(1)), []);
    }

    #[test]
    #[should_panic(expected = "message: Unwatch")]
    fn a_watch_that_never_was_is_not_closed() {
        told(&mut Watcher::default(), WatcherMessage::Unwatch { process: PROCESS, job: JobId(1) });
    }
}
