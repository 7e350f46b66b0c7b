//! A whole queue: its actors, in the order of their addresses.

use crate::actors::accounting::observation::Observation;
use crate::actors::actor::{Actor, Context};
use crate::actors::clients::actor::Clients;
use crate::actors::clients::load::Load;
use crate::actors::context::QueueContext;
use crate::actors::design::Design;
use crate::actors::files::watcher::Watcher;
use crate::actors::impossible::impossible;
use crate::actors::locks::manager::LockManager;
use crate::actors::locks::monitor::LockRow;
use crate::actors::machine::cores::Cores;
use crate::actors::machine::disk::DiskModel;
use crate::actors::machine::interpreter::Interpreter;
use crate::actors::machine::message::MachineMessage;
use crate::actors::machine::post::Post;
use crate::actors::message::Message;
use crate::actors::processes::opener::Opener;
use crate::actors::processes::protocol::ProcessMessage;
use crate::actors::processes::request_thread::actor::RequestThread;
use crate::actors::processes::worker::actor::Worker;
use crate::actors::queue::actor::Queue;
use crate::actors::roster::{Disks, Roster};
use crate::actors::tracker::actor::Tracker;
use crate::units::Instant;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One actor of a queue.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Member {
    /// The clients.
    Clients(Clients),
    /// The queue.
    Queue(Queue),
    /// The dependency tracker.
    Tracker(Tracker),
    /// The lock manager.
    Locks(LockManager),
    /// The watcher.
    Watcher(Watcher),
    /// The process that opens the queue.
    Opener(Opener),
    /// A worker.
    Worker(Worker),
    /// A request thread.
    Thread(RequestThread),
    /// A modelled disk.
    Disk(DiskModel),
    /// Modelled cores.
    Cores(Cores),
    /// A modelled interpreter lock.
    Interpreter(Interpreter),
    /// The modelled post.
    Post(Post),
}

impl Member {
    /// All actors but the disks.
    #[must_use]
    pub fn all(design: &Arc<Design>, roster: &Roster, load: Load, ends_run: bool) -> Vec<Self> {
        let mut members = vec![
            Self::Clients(Clients::new(load, roster, ends_run)),
            Self::Queue(Queue::new(Arc::clone(design))),
            Self::Tracker(Tracker::default()),
            Self::Locks(LockManager::new(Arc::clone(design))),
            Self::Watcher(Watcher::default()),
            Self::Opener(Opener::new(Arc::clone(design), roster)),
        ];
        let worker = |number| Self::Worker(Worker::new(number, Arc::clone(design), roster));
        members.extend((0..roster.workers()).map(worker));
        let thread = |number| Self::Thread(RequestThread::new(number, Arc::clone(design), roster));
        members.extend((0..roster.threads()).map(thread));
        members
    }

    /// The roster of a system of `design`.
    #[must_use]
    pub fn roster(design: &Design, disks: Disks) -> Roster {
        Roster::new(design.workers, design.request_threads, disks)
    }
}

impl Member {
    /// What is under way in this actor or waits in it, each in a few words: of a system that stands still, or was
    /// stopped, why it does not go on.
    #[must_use]
    pub fn left(&self) -> Vec<String> {
        match self {
            Self::Worker(worker) => {
                worker.job().map(|job| format!("worker {} works on job {job}", worker.number())).into_iter().collect()
            }
            Self::Tracker(tracker) => {
                tracker.waiting().map(|(job, on)| format!("job {job} waits for job {on}")).collect()
            }
            Self::Locks(locks) => locks.report().iter().filter_map(LockRow::awaited).collect(),
            Self::Queue(queue) => {
                let ready = queue.ready();
                if ready > 0 { vec![format!("jobs ready for a worker: {ready}")] } else { Vec::new() }
            }
            Self::Post(post) => {
                let mail = post.mail();
                if mail > 0 { vec![format!("messages in mailboxes: {mail}")] } else { Vec::new() }
            }
            _ => Vec::new(),
        }
    }
}

impl Actor for Member {
    type Message = Message;
    type Observation = Observation;

    fn receive<C>(&mut self, now: Instant, message: Message, context: &mut C)
    where
        C: Context<Message = Message, Observation = Observation>,
    {
        match (self, message) {
            (Self::Worker(worker), Message::Process(message)) => worker.receive(now, message, context),
            (Self::Queue(queue), Message::Queue(message)) => queue.receive(now, message, context),
            (Self::Disk(disk), Message::Disk(message)) => disk.receive(now, message, context),
            (Self::Locks(locks), Message::Locks(message)) => locks.receive(now, message, context),
            (Self::Tracker(tracker), Message::Tracker(message)) => tracker.receive(now, message, context),
            (Self::Clients(clients), Message::Clients(message)) => clients.receive(now, message, context),
            (Self::Thread(thread), Message::Process(message)) => thread.receive(now, message, context),
            (Self::Watcher(watcher), Message::Watcher(message)) => watcher.receive(message, context),
            (Self::Opener(opener), Message::Process(message)) => opener.receive(now, message, context),
            (model, Message::Machine(message)) => model.receive_of_machine(now, message, context),
            (member, message) => impossible(member, &message),
        }
    }
}

impl Member {
    /// A model of the machine takes one message.
    fn receive_of_machine(&mut self, now: Instant, message: MachineMessage<Message>, context: &mut impl QueueContext) {
        match (self, message) {
            (Self::Disk(disk), MachineMessage::Disk(timer)) => disk.time_over(now, timer, context),
            (Self::Disk(disk), MachineMessage::Computed(computed)) => disk.computed(now, computed, context),
            (Self::Cores(cores), MachineMessage::Cores(message)) => cores.receive(now, message, context),
            (Self::Interpreter(lock), MachineMessage::Interpreter(message)) => lock.receive(now, message, context),
            (Self::Interpreter(lock), MachineMessage::Computed(computed)) => lock.computed(now, computed, context),
            (Self::Post(post), MachineMessage::Post(message)) => post.receive(now, message, context),
            (Self::Post(post), MachineMessage::Computed(computed)) => post.computed(now, computed, context),
            (member, message) => impossible(member, &message),
        }
    }
}

/// What starts a system: the workers report for work, and the queue is opened.
pub fn first_messages(roster: &Roster) -> impl Iterator<Item = (super::ActorId, Message)> + use<> {
    let begin = |address| (address, Message::Process(ProcessMessage::Begin));
    let roster = *roster;
    let workers = (0..roster.workers()).map(move |number| roster.worker(number));
    workers.chain([Roster::OPENER]).map(begin)
}

/// What is wrong with the state of a whole system, if anything is: the invariants of each owner, and what must
/// hold between them whatever messages are on their way.
#[must_use]
pub fn violations<'a>(members: impl Iterator<Item = &'a Member> + Clone) -> Vec<String> {
    let mut found = Vec::new();
    let mut turns = BTreeMap::new();
    let mut known = BTreeSet::new();
    for member in members.clone() {
        match member {
            Member::Queue(queue) => {
                found.extend(queue.violations());
                turns.extend(queue.in_turn());
                known.extend(queue.unfinished());
            }
            Member::Locks(locks) => found.extend(locks.violations()),
            Member::Tracker(tracker) => found.extend(tracker.violations()),
            Member::Disk(disk) => found.extend(disk.violations()),
            Member::Cores(cores) => found.extend(cores.violations()),
            Member::Interpreter(interpreter) => found.extend(interpreter.violations()),
            // The others own nothing that could contradict itself.
            _ => {}
        }
    }
    for member in members {
        match member {
            // A worker lets go of its job before it tells the queue so.
            Member::Worker(worker) => {
                if let Some(job) = worker.job()
                    && turns.get(&job) != Some(&worker.address())
                {
                    found.push(format!("{:?} has job {job} in hand, whose turn is not its own", worker.address()));
                }
            }
            Member::Tracker(tracker) => {
                let lost = tracker.waiting().filter(|(job, _)| !known.contains(job));
                found.extend(lost.map(|(job, on)| format!("job {job} waits for job {on}, but the queue has lost it")));
            }
            // The others have no job in hand.
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actors::recording::Recording;

    #[test]
    #[should_panic(expected = "message: Process(Begin)\nactor: Tracker(")]
    fn what_is_meant_for_another_is_a_bug() {
        let message = Message::Process(ProcessMessage::Begin);
        Member::Tracker(Tracker::default()).receive(Instant::ZERO, message, &mut Recording::default());
    }
}
