//! What messages between threads cost: measured on the threads, mailboxes and timers of live runs, by the
//! `Book` that all their messages go through. It is the only such measurement: a calibration takes many, and every
//! run takes a short one.
//!
//! Two actors, one on a hub's thread and one on a worker's, send each other a message to and fro. Half of the time
//! the worker sleeps before it answers, so that the hub has gone to sleep.

use super::LiveError;
use super::book::{Book, Delivery};
use super::clock::{Clock, computed};
use super::run::PATIENCE;
use super::threads::{LOOK_OUT, dismiss, new_arbiter, new_hub, new_system};
use super::timers::Timers;
use crate::actors::clients::ClientsMessage;
use crate::actors::locks::{Activity, Ask, Lock, Mode};
use crate::actors::{ActorId, Message, Roster};
use crate::job::Priority;
use crate::units::{Instant, Span};
use actix::{Actor, Handler};
use actix_rt::Arbiter;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// What is measured, in the order of [`Hops::named`].
pub const NAMES: [&str; 5] = [
    "hop to a thread that is awake",
    "hop to a thread that sleeps",
    "timer, how late",
    "step of a receiver",
    "lock operation",
];

/// Where the system puts two threads makes a message between them cheap or dear, by a factor of ten where waking a core is
/// the hypervisor's business. So the threads are made anew several times, and what they show is put together.
const SEATINGS: u32 = 4;
/// The hub's actor, and the worker's.
const HUB: ActorId = ActorId(0);
const WORKER: ActorId = Roster::OPENER;
/// How long the worker sleeps before every other answer.
const PAUSE: Duration = Duration::from_micros(400);
/// Messages of a burst, and how long the receiver is kept from them.
const BURST: u32 = 1_000;
const HELD: Duration = Duration::from_millis(3);
/// Lock operations of one sample; acquiring and releasing are one each.
const LOCK_PAIRS: u32 = 200;

/// Single times of each kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hops {
    /// Until a thread that is awake begins with a message.
    pub awake: Vec<Span>,
    /// Until one that sleeps begins with it.
    pub asleep: Vec<Span>,
    /// How late a timer's message comes.
    pub timer: Vec<Span>,
    /// Computing that a message takes its receiver: taking it from the mailbox, and sending one on.
    pub step: Vec<Span>,
    /// Computing of one lock operation.
    pub lock: Vec<Span>,
}

impl Hops {
    /// Each kind by its name.
    #[must_use]
    pub fn named(self) -> [(&'static str, Vec<Span>); 5] {
        let Self { awake, asleep, timer, step, lock } = self;
        let [first, second, third, fourth, fifth] = NAMES;
        [(first, awake), (second, asleep), (third, timer), (fourth, step), (fifth, lock)]
    }
}

/// How long the hub's thread stays awake with nothing to do.
#[must_use]
pub fn awake_for() -> Span {
    Span(u64::try_from(LOOK_OUT.as_nanos()).unwrap_or(u64::MAX))
}

/// What the actors tell the one who measures.
#[derive(Debug, Clone, Copy)]
enum Note {
    /// A message took so long to a thread that had been idle for so long.
    Hop { to: ActorId, idle: Span, latency: Span },
    /// Sending a message on took so much computing.
    Sent(Span),
    /// A timer's message came.
    Timed(Instant),
    /// The messages of a burst took so much computing in all.
    Burst(Span),
}

/// What an actor does with messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Sends them back.
    Exchange,
    /// Notes when they come.
    Time,
    /// Counts them.
    Count,
}

#[derive(Debug)]
struct Table {
    clock: Clock,
    book: Book,
    /// When the message under way was sent, by the clock.
    sent: AtomicU64,
    /// Exchanges that are left.
    left: AtomicU64,
    phase: AtomicU64,
}

struct Player {
    address: ActorId,
    table: Arc<Table>,
    notes: mpsc::Sender<Note>,
    /// When it had nothing to do any more.
    idle_since: Instant,
    /// Messages of a burst so far, and the computing at the first.
    burst: (u32, Span),
}

impl Table {
    fn phase(&self) -> Phase {
        match self.phase.load(Ordering::SeqCst) {
            0 => Phase::Exchange,
            1 => Phase::Time,
            _ => Phase::Count,
        }
    }

    fn set_phase(&self, phase: Phase) {
        self.phase.store(phase as u64, Ordering::SeqCst);
    }

    fn send(&self, to: ActorId) {
        self.sent.store(self.clock.now().0, Ordering::SeqCst);
        self.book.send(to, nothing());
    }
}

/// A message that says nothing.
const fn nothing() -> Delivery {
    Delivery(Message::Clients(ClientsMessage::Due))
}

impl Actor for Player {
    type Context = actix::Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(1 << 16);
    }
}

impl Handler<Delivery> for Player {
    type Result = ();

    fn handle(&mut self, _: Delivery, _: &mut Self::Context) {
        let now = self.table.clock.now();
        if Roster::is_of_hub(self.address) {
            self.table.book.note_received();
        }
        match self.table.phase() {
            Phase::Exchange => self.answer(now),
            Phase::Time => self.note(Note::Timed(now)),
            Phase::Count => self.count(),
        }
        self.idle_since = self.table.clock.now();
    }
}

impl Player {
    /// Nobody may be left to be told, at the end.
    fn note(&self, note: Note) {
        let _ = self.notes.send(note);
    }

    fn answer(&self, now: Instant) {
        let sent = Instant(self.table.sent.load(Ordering::SeqCst));
        let idle = sent.since(self.idle_since);
        self.note(Note::Hop { to: self.address, idle, latency: now.since(sent) });
        let left = self.table.left.load(Ordering::SeqCst);
        if left == 0 {
            return;
        }
        self.table.left.store(left - 1, Ordering::SeqCst);
        if self.address == WORKER {
            // Each exchange takes two off.
            if (left / 2).is_multiple_of(2) {
                std::thread::sleep(PAUSE);
            }
            self.table.send(HUB);
        } else {
            let before = computed();
            self.table.send(WORKER);
            self.note(Note::Sent(computed() - before));
        }
    }

    fn count(&mut self) {
        if self.burst.0 == 0 {
            // The others come meanwhile.
            std::thread::sleep(HELD);
            self.burst.1 = computed();
        }
        self.burst.0 += 1;
        if self.burst.0 == BURST {
            self.note(Note::Burst(computed() - self.burst.1));
            self.burst.0 = 0;
        }
    }
}

/// Measures so many exchanges, and as many of the rest as suits.
///
/// # Errors
/// If a thread cannot be started.
pub fn measure(exchanges: u32) -> Result<Hops, LiveError> {
    let mut hops = Hops::default();
    new_system()
        .map_err(LiveError::Threads)?
        .block_on(async { (0..SEATINGS).try_for_each(|_| measure_seating(exchanges / SEATINGS, &mut hops)) })?;
    locks(exchanges / 8, &mut hops);
    Ok(hops)
}

/// On two threads, for as long as these live.
fn measure_seating(exchanges: u32, hops: &mut Hops) -> Result<(), LiveError> {
    let (table, told, arbiters) = seat_players().map_err(LiveError::Threads)?;
    let mut seen = Hops::default();
    exchange(&table, &told, exchanges, &mut seen);
    let timed = time(&table, &told, exchanges / 8, &mut seen);
    burst(&table, &told, exchanges / 50, &mut seen);
    dismiss(arbiters);
    let Hops { awake, asleep, timer, step, lock } = seen;
    hops.awake.extend(awake);
    hops.asleep.extend(asleep);
    hops.timer.extend(timer);
    hops.step.extend(step);
    hops.lock.extend(lock);
    timed.map_err(LiveError::Threads)
}

/// The two players on their threads, what they share, and where they tell of their messages.
fn seat_players() -> io::Result<(Arc<Table>, mpsc::Receiver<Note>, Vec<Arbiter>)> {
    let table = Arc::new(Table {
        clock: Clock::start(),
        book: Book::default(),
        sent: AtomicU64::new(0),
        left: AtomicU64::new(0),
        phase: AtomicU64::new(0),
    });
    let (notes, told) = mpsc::channel();
    let watched = Arc::clone(&table);
    let hub = new_hub(move |longest| watched.book.look_out(longest))?;
    let worker = new_arbiter()?;
    let player = |address| Player {
        address,
        table: Arc::clone(&table),
        notes: notes.clone(),
        idle_since: Instant::ZERO,
        burst: (0, Span::ZERO),
    };
    let (at_hub, at_worker) = (player(HUB), player(WORKER));
    let at_hub = Player::start_in_arbiter(&hub.handle(), move |_| at_hub);
    let at_worker = Player::start_in_arbiter(&worker.handle(), move |_| at_worker);
    let addresses = (0..=WORKER.0)
        .map(|number| if ActorId(number) == WORKER { at_worker.clone() } else { at_hub.clone() })
        .map(actix::Addr::recipient);
    table.book.fill(addresses.collect());
    Ok((table, told, vec![hub, worker]))
}

/// To and fro.
fn exchange(table: &Arc<Table>, told: &mpsc::Receiver<Note>, exchanges: u32, hops: &mut Hops) {
    table.left.store(2 * u64::from(exchanges), Ordering::SeqCst);
    table.send(WORKER);
    let (mut seen, mut sent) = (0, 0);
    while (seen <= 2 * exchanges || sent < exchanges)
        && let Ok(note) = told.recv_timeout(PATIENCE)
    {
        match note {
            Note::Hop { to, idle, latency } => {
                // As the post of virtual time tells them apart; a worker's thread never stays awake.
                let awake = to == HUB && idle <= awake_for();
                if seen > 0 {
                    if awake { hops.awake.push(latency) } else { hops.asleep.push(latency) }
                }
                seen += 1;
            }
            Note::Sent(span) => {
                hops.step.push(span);
                sent += 1;
            }
            Note::Timed(_) | Note::Burst(_) => {}
        }
    }
}

/// One timer after the other, from a fraction of a millisecond to two.
fn time(table: &Arc<Table>, told: &mpsc::Receiver<Note>, timers: u32, hops: &mut Hops) -> io::Result<()> {
    table.set_phase(Phase::Time);
    // The timers' own book has the worker alone.
    let book = Arc::new(Book::default());
    book.fill(table.book.address(WORKER).into_iter().collect());
    let (service, thread) = Timers::start(table.clock, book)?;
    for number in 0..timers {
        let due = table.clock.now() + Span::from_micros(150 + u64::from(number % 10) * 190);
        service.set(due, ActorId(0), Message::Clients(ClientsMessage::Due));
        if let Ok(Note::Timed(at)) = told.recv_timeout(PATIENCE) {
            hops.timer.push(at.since(due));
        }
    }
    drop(service);
    // With the last of those who could set a timer gone, the thread ends.
    let _ = thread.join();
    Ok(())
}

/// Many messages at once: what each takes its receiver, besides what it does. Added to what sending one on takes.
fn burst(table: &Arc<Table>, told: &mpsc::Receiver<Note>, bursts: u32, hops: &mut Hops) {
    table.set_phase(Phase::Count);
    let mut each = Vec::new();
    for _ in 0..bursts.max(1) {
        for _ in 0..BURST {
            table.book.send(HUB, nothing());
        }
        if let Ok(Note::Burst(span)) = told.recv_timeout(PATIENCE) {
            each.push(Span(span.0 / u64::from(BURST)));
        }
    }
    each.sort_unstable();
    let taking = each.get(each.len() / 2).copied().unwrap_or_default();
    for step in &mut hops.step {
        *step += taking;
    }
}

/// A lock among readers, acquired and released.
fn locks(samples: u32, hops: &mut Hops) {
    let mut lock = Lock::default();
    let acquire = |lock: &mut Lock, number: u32| {
        let (process, mode, priority, activity) = (ActorId(number), Mode::Shared, Priority::NORMAL, Activity::Query);
        lock.acquire(Instant::ZERO, Ask { process, mode, priority, activity })
    };
    for number in 0..4 {
        std::hint::black_box(acquire(&mut lock, number));
    }
    let mut granted = Vec::new();
    for _ in 0..samples.max(20) {
        let before = computed();
        for _ in 0..LOCK_PAIRS {
            std::hint::black_box(acquire(&mut lock, 9));
            lock.release(Instant::ZERO, ActorId(9), &mut granted);
            granted.clear();
        }
        hops.lock.push(Span((computed() - before).0 / u64::from(2 * LOCK_PAIRS)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_to_the_hub_go_by_the_book_that_keeps_it_awake() {
        let mut hops = Hops::default();
        new_system().unwrap().block_on(async {
            let (table, told, arbiters) = seat_players().unwrap();
            exchange(&table, &told, 20, &mut hops);
            // The last of 41 messages goes to the worker.
            assert_eq!(table.book.sent_to_hub(), 20);
            dismiss(arbiters);
        });
        assert_eq!(hops.awake.len() + hops.asleep.len(), 40);
    }

    #[test]
    fn every_kind_of_message_is_measured() {
        let hops = measure(48).unwrap();
        assert!(hops.awake.len() + hops.asleep.len() == 96, "{} {}", hops.awake.len(), hops.asleep.len());
        // At least those for which the worker had slept, and all to the worker.
        assert!(hops.asleep.len() >= 72 - SEATINGS as usize, "{}", hops.asleep.len());
        assert_eq!((hops.timer.len(), hops.step.len()), (4, 48));
        assert!(hops.lock.iter().chain(&hops.step).all(|span| !span.is_zero()));
    }
}
