//! W2: workers think, take a readers-writer lock, hold it, and think again. The lock serves first come, first served:
//! neighbours in the queue that are both shared hold it together.
//!
//! It is not the queue's own lock, which serves another order: there, all who wait to share stand where the first of
//! them came. The models for other simulators have the textbook's lock, and so has this.

use crate::Run;
use crate::exponential::Exponential;
use crate::statistics::Batches;
use crate::w1::Waits;
use jqlab::actors::{Actor, ActorId, Context};
use jqlab::runtime::Streams;
use jqlab::runtime::virtual_time::Simulation;
use jqlab::units::{Instant, Span};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

const WORKERS: u32 = 25;
/// Nanoseconds.
const THINK: f64 = 1e6;
const HOLD: f64 = 0.2e6;
const MILLISECOND: f64 = 1e6;

const LOCK: ActorId = ActorId(WORKERS);

enum Message {
    /// For a worker: it has thought enough.
    Thought,
    /// For a worker: it holds the lock.
    Granted,
    /// For a worker: it has held it long enough.
    Held,
    /// For the lock.
    Acquire { worker: ActorId, shared: bool },
    /// For the lock.
    Release,
}

struct Worker<'e> {
    address: ActorId,
    exponential: &'e Exponential,
}

/// The lock, with no queue but its own.
#[derive(Default)]
struct Lock {
    shared_holders: u32,
    exclusive: bool,
    waiting: VecDeque<(ActorId, bool, Instant)>,
    left: u64,
}

enum Part<'e> {
    Worker(Worker<'e>),
    Lock(Lock),
}

impl Actor for Part<'_> {
    type Message = Message;
    type Observation = Span;

    fn receive<C>(&mut self, now: Instant, message: Message, context: &mut C)
    where
        C: Context<Message = Message, Observation = Span>,
    {
        match (self, message) {
            (Self::Worker(worker), message) => worker.receive(message, context),
            (Self::Lock(lock), Message::Acquire { worker, shared }) => lock.acquire(now, worker, shared, context),
            (Self::Lock(lock), Message::Release) => lock.release(now, context),
            _ => unreachable!("a message for another actor"),
        }
    }
}

impl Worker<'_> {
    fn receive<C: Context<Message = Message>>(&mut self, message: Message, context: &mut C) {
        match message {
            Message::Thought => {
                let shared = is_shared(context.draw());
                context.send(LOCK, Message::Acquire { worker: self.address, shared });
            }
            Message::Granted => {
                let hold = self.exponential.nanoseconds(HOLD, || context.draw());
                context.after(Span(hold), Message::Held);
            }
            Message::Held => {
                context.send(LOCK, Message::Release);
                let think = self.exponential.nanoseconds(THINK, || context.draw());
                context.after(Span(think), Message::Thought);
            }
            Message::Acquire { .. } | Message::Release => unreachable!("a message for the lock"),
        }
    }
}

impl Lock {
    fn acquire<C>(&mut self, now: Instant, worker: ActorId, shared: bool, context: &mut C)
    where
        C: Context<Message = Message, Observation = Span>,
    {
        if self.waiting.is_empty() && self.is_open_to(shared) {
            self.grant(now, worker, shared, now, context);
        } else {
            self.waiting.push_back((worker, shared, now));
        }
    }

    fn release<C: Context<Message = Message, Observation = Span>>(&mut self, now: Instant, context: &mut C) {
        if self.exclusive {
            self.exclusive = false;
        } else {
            self.shared_holders -= 1;
        }
        while let Some(&(worker, shared, asked)) = self.waiting.front()
            && self.is_open_to(shared)
        {
            self.waiting.pop_front();
            self.grant(now, worker, shared, asked, context);
        }
    }

    fn is_open_to(&self, shared: bool) -> bool {
        !self.exclusive && (shared || self.shared_holders == 0)
    }

    fn grant<C>(&mut self, now: Instant, worker: ActorId, shared: bool, asked: Instant, context: &mut C)
    where
        C: Context<Message = Message, Observation = Span>,
    {
        if shared {
            self.shared_holders += 1;
        } else {
            self.exclusive = true;
        }
        context.observe(now.since(asked));
        context.send(worker, Message::Granted);
        self.left -= 1;
        if self.left == 0 {
            context.halt();
        }
    }
}

/// Nine in ten.
fn is_shared(random: u64) -> bool {
    random < u64::MAX / 10 * 9
}

fn finish(acquisitions: u64, waits: Batches) -> Run {
    Run { events: 2 * acquisitions, batches: waits.into_means().iter().map(|mean| mean / MILLISECOND).collect() }
}

pub(crate) fn with_actors(exponential: &Exponential, acquisitions: u64, seed: u64) -> Run {
    let worker = |number| Part::Worker(Worker { address: ActorId(number), exponential });
    let lock = Lock { left: acquisitions, ..Lock::default() };
    let parts = (0..WORKERS).map(worker).chain([Part::Lock(lock)]).collect();
    let mut simulation = Simulation::new(parts, Waits(Batches::new(acquisitions)), Streams::new(seed, 0));
    for number in 0..WORKERS {
        simulation.send(ActorId(number), Message::Held);
    }
    // Each worker starts as if it gave a lock back that it never held.
    if let Some(Part::Lock(lock)) = simulation.actors_mut().last_mut() {
        lock.shared_holders = WORKERS;
    }
    simulation.run(Instant::FAR_FUTURE);
    finish(acquisitions, simulation.into_parts().1.0)
}

pub(crate) fn by_hand(exponential: &Exponential, acquisitions: u64, seed: u64) -> Run {
    const THOUGHT: u32 = 1;
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut waits = Batches::new(acquisitions);
    let mut heap = BinaryHeap::with_capacity(64);
    let mut waiting: VecDeque<(u32, bool, u64)> = VecDeque::with_capacity(64);
    let (mut shared_holders, mut exclusive, mut left, mut sequence) = (0_u32, false, acquisitions, 0_u64);
    for worker in 0..WORKERS {
        let think = exponential.nanoseconds(THINK, || random.next_u64());
        heap.push(Reverse((think, sequence, worker, THOUGHT)));
        sequence += 1;
    }
    while let Some(Reverse((now, _, worker, kind))) = heap.pop() {
        if kind == THOUGHT {
            let shared = is_shared(random.next_u64());
            waiting.push_back((worker, shared, now));
        } else {
            if exclusive {
                exclusive = false;
            } else {
                shared_holders -= 1;
            }
            let think = exponential.nanoseconds(THINK, || random.next_u64());
            heap.push(Reverse((now + think, sequence, worker, THOUGHT)));
            sequence += 1;
        }
        while let Some(&(worker, shared, asked)) = waiting.front()
            && !exclusive
            && (shared || shared_holders == 0)
        {
            waiting.pop_front();
            if shared {
                shared_holders += 1;
            } else {
                exclusive = true;
            }
            waits.take((now - asked) as f64);
            left -= 1;
            if left == 0 {
                return finish(acquisitions, waits);
            }
            let hold = exponential.nanoseconds(HOLD, || random.next_u64());
            heap.push(Reverse((now + hold, sequence, worker, 0)));
            sequence += 1;
        }
    }
    unreachable!("workers never end")
}
