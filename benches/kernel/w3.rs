//! W3: entities pass messages to each other at random, each after a random delay.

use crate::Run;
use crate::exponential::Exponential;
use crate::statistics::BATCHES;
use jqlab::actors::{Actor, ActorId, Context};
use jqlab::runtime::virtual_time::Simulation;
use jqlab::runtime::{Recorder, Streams};
use jqlab::units::{Instant, Span};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const ENTITIES: u32 = 1024;
const MESSAGES: u32 = 16;
/// Nanoseconds.
const DELAY: f64 = 1e9;

enum Message {
    /// Its delay is over: pass it on.
    Over,
    /// It has arrived: keep it for a while.
    Arrived,
}

struct Entity<'e> {
    exponential: &'e Exponential,
}

/// Counts messages, and notes the time after each batch of them.
struct Progress {
    size: u64,
    count: u64,
    ends: Vec<u64>,
}

impl Progress {
    fn new(messages: u64) -> Self {
        Self { size: (messages / BATCHES).max(1), count: 0, ends: Vec::with_capacity(32) }
    }

    #[inline]
    fn take(&mut self, now: Instant) {
        self.count += 1;
        if self.count == self.size {
            self.ends.push(now.0);
            self.count = 0;
        }
    }

    fn is_done(&self) -> bool {
        self.ends.len() as u64 == BATCHES
    }

    fn finish(self) -> Run {
        let per_message = DELAY / f64::from(ENTITIES * MESSAGES);
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let batch = |(start, end): (u64, &u64)| (end - start) as f64 / self.size as f64 / per_message;
        Run { events: self.size * BATCHES, batches: starts.zip(&self.ends).map(batch).collect() }
    }
}

impl Recorder<()> for Progress {
    fn observe(&mut self, now: Instant, (): ()) {
        self.take(now);
    }

    fn tracing(&self) -> bool {
        false
    }
}

impl Actor for Entity<'_> {
    type Message = Message;
    type Observation = ();

    fn receive<C>(&mut self, _: Instant, message: Message, context: &mut C)
    where
        C: Context<Message = Message, Observation = ()>,
    {
        match message {
            Message::Over => {
                context.observe(());
                let next = someone(context.draw());
                context.send(next, Message::Arrived);
            }
            Message::Arrived => {
                let delay = self.exponential.nanoseconds(DELAY, || context.draw());
                context.after(Span(delay), Message::Over);
            }
        }
    }
}

#[allow(clippy::cast_possible_truncation)] // below the number of entities
fn someone(random: u64) -> ActorId {
    ActorId((random >> 32) as u32 % ENTITIES)
}

pub(crate) fn with_actors(exponential: &Exponential, messages: u64, seed: u64) -> Run {
    let entities = (0..ENTITIES).map(|_| Entity { exponential }).collect();
    let mut simulation = Simulation::new(entities, Progress::new(messages), Streams::new(seed, 0));
    for number in 0..ENTITIES * MESSAGES {
        simulation.send(ActorId(number % ENTITIES), Message::Arrived);
    }
    while !simulation.recorder().is_done() {
        simulation.step(Instant::FAR_FUTURE);
    }
    simulation.into_parts().1.finish()
}

pub(crate) fn by_hand(exponential: &Exponential, messages: u64, seed: u64) -> Run {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut progress = Progress::new(messages);
    let mut heap = BinaryHeap::with_capacity((ENTITIES * MESSAGES) as usize);
    let mut sequence = 0_u64;
    for number in 0..ENTITIES * MESSAGES {
        let delay = exponential.nanoseconds(DELAY, || random.next_u64());
        heap.push(Reverse((delay, sequence, number % ENTITIES)));
        sequence += 1;
    }
    // What each entity has received, so that it is not only the heap that is at work.
    let mut received = [0_u64; ENTITIES as usize];
    while let Some(Reverse((now, _, entity))) = heap.pop() {
        received[entity as usize] += 1;
        progress.take(Instant(now));
        if progress.is_done() {
            break;
        }
        let next = someone(random.next_u64());
        let delay = exponential.nanoseconds(DELAY, || random.next_u64());
        heap.push(Reverse((now + delay, sequence, next.0)));
        sequence += 1;
    }
    std::hint::black_box(received);
    progress.finish()
}
