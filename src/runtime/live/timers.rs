//! Timers to the microsecond: one thread that sleeps until the next is due.
//!
//! The timers of the asynchronous runtime tick in milliseconds, which is longer than many an opcode.

use super::book::{Book, Delivery};
use super::clock::Clock;
use crate::actors::{ActorId, Message, TimerId};
use crate::runtime::calendar::Calendar;
use crate::runtime::record::Stalls;
use crate::units::Instant;
use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How far the kernel may put off a wake-up of the timer thread, in nanoseconds.
const SLACK_NS: NonZeroU64 = NonZeroU64::MIN;

enum Command {
    Set { timer: TimerId, at: Instant, to: ActorId, message: Message },
    Cancel(TimerId),
}

/// Sets and cancels timers. Cheap to clone, one for each actor.
#[derive(Debug, Clone)]
pub(super) struct Timers {
    commands: mpsc::Sender<Command>,
    next: Arc<AtomicU64>,
}

impl Timers {
    /// Starts the timer thread. It ends when the last [`Timers`] is gone.
    pub(super) fn start(clock: Clock, book: Arc<Book>) -> std::io::Result<(Self, JoinHandle<Stalls>)> {
        let (commands, receiver) = mpsc::channel();
        let thread = std::thread::Builder::new().name("timers".into()).spawn(move || {
            // Not to have it costs some 50 µs a timer, and nothing else.
            let _ = rustix::thread::set_current_timer_slack(Some(SLACK_NS));
            serve(&receiver, clock, &book)
        })?;
        Ok((Self { commands, next: Arc::default() }, thread))
    }

    /// Sends `message` to `to` at `at`.
    pub(super) fn set(&self, at: Instant, to: ActorId, message: Message) -> TimerId {
        let timer = TimerId(self.next.fetch_add(1, Ordering::Relaxed));
        // It fails only at the end of a run, when nobody waits any more.
        let _ = self.commands.send(Command::Set { timer, at, to, message });
        timer
    }

    /// Drops a timer that has not gone off.
    pub(super) fn cancel(&self, timer: TimerId) {
        let _ = self.commands.send(Command::Cancel(timer));
    }
}

/// Until nobody can set a timer any more; what was late by far.
fn serve(commands: &mpsc::Receiver<Command>, clock: Clock, book: &Book) -> Stalls {
    let mut stalls = Stalls::default();
    let mut calendar: Calendar<(TimerId, ActorId, Message)> = Calendar::default();
    let mut places: BTreeMap<TimerId, TimerId> = BTreeMap::new();
    loop {
        let mut now = clock.now();
        while calendar.next_time().is_some_and(|at| at <= now) {
            if let Some((at, (timer, to, message))) = calendar.pop() {
                stalls.note(now.since(at), || "waking up for a timer".to_owned());
                places.remove(&timer);
                book.send(to, Delivery(message));
            }
            now = clock.now();
        }
        let wait = calendar
            .next_time()
            .map_or(Duration::from_secs(3600), |at| clock.at(at).saturating_duration_since(std::time::Instant::now()));
        match commands.recv_timeout(wait) {
            Ok(Command::Set { timer, at, to, message }) => {
                places.insert(timer, calendar.schedule(at, (timer, to, message)));
            }
            Ok(Command::Cancel(timer)) => {
                if let Some(place) = places.remove(&timer) {
                    calendar.cancel(place);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return stalls,
        }
    }
}
