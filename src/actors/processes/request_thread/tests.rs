//! A request thread beside its code: what it asks for, and what it cannot be told.

use super::actor::RequestThread;
use crate::actors::actor::TimerId;
use crate::actors::clients::call::{Call, Watch};
use crate::actors::clients::request::JobRequest;
use crate::actors::design::Design;
use crate::actors::files::done::{DiskDone, FileOutcome, FileTimes, JobRead};
use crate::actors::files::operation::Operation;
use crate::actors::files::protocol::{DiskMessage, WatcherMessage};
use crate::actors::message::Message;
use crate::actors::processes::protocol::{Handover, ProcessMessage};
use crate::actors::queue::protocol::Entered;
use crate::actors::recording::{Recording, job};
use crate::actors::roster::{Disks, Roster};
use crate::job::JobId;
use crate::units::{Instant, Span};
use serde_json::json;
use std::sync::Arc;

const ROSTER: Roster = Roster::new(1, 1, Disks::Shared);

/// A thread, and what it has done.
struct Trial {
    thread: RequestThread,
    context: Recording,
}

impl Trial {
    fn new() -> Self {
        Self { thread: RequestThread::new(0, Arc::new(Design::default()), &ROSTER), context: Recording::default() }
    }

    fn tell(&mut self, at_ms: u64, message: ProcessMessage) {
        self.thread.receive(Instant(at_ms * 1_000_000), message, &mut self.context);
    }

    fn call(&mut self, call: Call) {
        let handover = Handover { heard: Instant::ZERO, sent: Instant::ZERO };
        self.tell(0, ProcessMessage::Call { number: 0, due: Instant::ZERO, handover, call: Box::new(call) });
    }

    /// The file of job 1 was read, which is queued.
    fn read(&mut self, at_ms: u64) {
        let job = Box::new(job(1, |_| {}).document);
        self.done(at_ms, FileOutcome::Read(JobRead::Document { job, archived: false }));
    }

    fn done(&mut self, at_ms: u64, outcome: FileOutcome) {
        let done = DiskDone { outcome, began: Instant(0), steps: FileTimes::default(), bytes: 0 };
        self.tell(at_ms, ProcessMessage::Disk(Box::new(done)));
    }

    /// The timer that was set as number `place` goes off.
    fn time_up(&mut self, at_ms: u64, place: usize) {
        let (_, message) = self.context.timers[place].clone();
        let Message::Process(message) = message else { panic!("a timer of somebody else: {message:?}") };
        self.tell(at_ms, message);
    }

    fn watch(seen: &str) -> Call {
        Call::WaitForChange(Box::new(Watch {
            job: JobId(1),
            fields: vec!["status".into()],
            seen: Some(vec![json!(seen)]),
            log_serial: 0,
            timeout: Span::from_secs(60),
        }))
    }

    /// A watch that waits for a change, from 100 ms on; the number of the watch.
    fn waiting() -> (Self, u64) {
        let mut trial = Self::new();
        trial.call(Self::watch("queued"));
        trial.read(0);
        let watch = trial.context.take_sent().into_iter().find_map(|(_, message)| match message {
            Message::Watcher(WatcherMessage::Watch { watch, .. }) => Some(watch),
            _ => None,
        });
        let watch = watch.unwrap_or_else(|| panic!("there is no watch"));
        trial.tell(0, ProcessMessage::WatchSetUp { watch });
        trial.time_up(100, 0);
        trial.read(100);
        trial.context.take_sent();
        (trial, watch)
    }
}

fn entered() -> ProcessMessage {
    ProcessMessage::Entered(Box::new(Entered {
        job: None,
        first_id: 1,
        size: 0,
        room: 10,
        drained: false,
        shutting_down: false,
        arrived: Instant::ZERO,
        granted: Instant::ZERO,
        locks: None,
    }))
}

#[test]
fn a_change_cancels_the_timer_of_the_end() {
    let (mut trial, watch) = Trial::waiting();
    assert_eq!(trial.context.timers[1].0, Span::from_millis(59_900));
    trial.tell(500, ProcessMessage::FileChanged { watch });
    assert_eq!(trial.context.canceled, [TimerId(1)]);
    // It was on its way already: it is not the timer of the settling.
    trial.time_up(500, 1);
    assert_eq!(trial.context.sent, []);
    trial.time_up(600, 2);
    assert_eq!(trial.context.sent.len(), 1, "the look");
}

#[test]
fn a_change_while_the_job_settles_leads_to_one_more_look() {
    let (mut trial, watch) = Trial::waiting();
    for at_ms in [500, 550, 599] {
        trial.tell(at_ms, ProcessMessage::FileChanged { watch });
    }
    trial.time_up(600, 2);
    trial.read(600);
    assert_eq!(trial.context.timers.len(), 4, "settling, not waiting for the end");
    assert_eq!(trial.context.timers[3].0, Span::from_millis(100));
}

#[test]
fn stale_news_of_a_watch_does_not_touch_the_next_call() {
    let (mut trial, watch) = Trial::waiting();
    trial.tell(500, ProcessMessage::FileChanged { watch });
    trial.time_up(600, 2);
    let mut canceled = job(1, |_| {}).document;
    canceled.cancel(crate::actors::design::EPOCH);
    let job = Box::new(canceled);
    trial.done(600, FileOutcome::Read(JobRead::Document { job, archived: false }));
    trial.call(Call::Submit(JobRequest::default()));
    trial.tell(601, entered());
    trial.context.take_sent();
    let before = trial.thread.clone();
    trial.tell(602, ProcessMessage::FileChanged { watch });
    trial.time_up(602, 1);
    assert_eq!(trial.thread, before);
    trial.done(603, FileOutcome::Done);
    assert_eq!(trial.context.sent.len(), 2, "it leaves the queue and answers");
}

#[test]
fn an_unfinished_job_that_the_queue_does_not_know_is_not_changed() {
    let mut trial = Trial::new();
    trial.call(Call::Cancel(JobId(1)));
    trial.tell(0, entered());
    trial.context.take_sent();
    trial.read(0);
    let writes = |(_, message): &(_, Message)| {
        matches!(message, Message::Disk(DiskMessage { operation: Operation::WriteJob(..), .. }))
    };
    assert!(!trial.context.sent.iter().any(writes));
}

#[test]
#[should_panic(expected = "message: Begin\nactor: RequestThread {")]
fn a_thread_is_no_worker() {
    Trial::new().tell(0, ProcessMessage::Begin);
}

#[test]
#[should_panic(expected = "Busy(")]
fn a_thread_that_waits_for_the_queue_lock_takes_no_other_call() {
    let mut trial = Trial::new();
    trial.call(Call::QueueSize);
    trial.call(Call::QueueSize);
}

#[test]
#[should_panic(expected = "EnteringSize")]
fn no_file_is_read_for_a_thread_that_waits_for_the_queue_lock() {
    let mut trial = Trial::new();
    trial.call(Call::QueueSize);
    trial.read(0);
}

#[test]
#[should_panic(expected = "FirstLook")]
fn a_watch_is_not_set_up_before_it_was_asked_for() {
    let mut trial = Trial::new();
    trial.call(Trial::watch("queued"));
    trial.tell(0, ProcessMessage::WatchSetUp { watch: 1 });
}

#[test]
#[should_panic(expected = "message: FileChanged { watch: 7 }")]
fn there_is_no_news_of_a_watch_that_never_was() {
    Trial::new().tell(0, ProcessMessage::FileChanged { watch: 7 });
}
