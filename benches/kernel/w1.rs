//! W1: customers arrive at random and are served by the first of 25 servers that is free.

use crate::Run;
use crate::exponential::Exponential;
use crate::statistics::Batches;
use jqlab::actors::{Actor, ActorId, Context};
use jqlab::runtime::virtual_time::Simulation;
use jqlab::runtime::{Recorder, Streams};
use jqlab::units::{Instant, Span};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

const SERVERS: u32 = 25;
/// A service, in nanoseconds.
const SERVICE: f64 = 1e9;
/// A gap between arrivals.
const GAP: f64 = SERVICE / (0.9 * SERVERS as f64);

const SOURCE: ActorId = ActorId(0);
const STATION: ActorId = ActorId(1);

enum Message {
    /// For the source: the next customer.
    Due,
    /// For the station.
    Arrive,
    /// For the station: a service is over.
    Depart,
}

struct Source<'e> {
    exponential: &'e Exponential,
    left: u64,
}

struct Station<'e> {
    exponential: &'e Exponential,
    idle: u32,
    /// When those who wait came.
    waiting: VecDeque<Instant>,
}

enum Part<'e> {
    Source(Source<'e>),
    Station(Station<'e>),
}

/// Takes the waits.
pub(crate) struct Waits(pub(crate) Batches);

impl Recorder<Span> for Waits {
    fn observe(&mut self, _: Instant, wait: Span) {
        self.0.take(wait.0 as f64);
    }

    fn tracing(&self) -> bool {
        false
    }
}

impl Actor for Part<'_> {
    type Message = Message;
    type Observation = Span;

    fn receive<C>(&mut self, now: Instant, message: Message, context: &mut C)
    where
        C: Context<Message = Message, Observation = Span>,
    {
        match (self, message) {
            (Self::Source(source), Message::Due) => source.send_customer(context),
            (Self::Station(station), Message::Arrive) => station.arrive(now, context),
            (Self::Station(station), Message::Depart) => station.depart(now, context),
            _ => unreachable!("a message for another actor"),
        }
    }
}

impl Source<'_> {
    fn send_customer<C: Context<Message = Message>>(&mut self, context: &mut C) {
        context.send(STATION, Message::Arrive);
        self.left -= 1;
        if self.left > 0 {
            let gap = self.exponential.nanoseconds(GAP, || context.draw());
            context.after(Span(gap), Message::Due);
        }
    }
}

impl Station<'_> {
    fn arrive<C: Context<Message = Message, Observation = Span>>(&mut self, now: Instant, context: &mut C) {
        if self.idle > 0 {
            self.idle -= 1;
            self.serve(now, now, context);
        } else {
            self.waiting.push_back(now);
        }
    }

    fn depart<C: Context<Message = Message, Observation = Span>>(&mut self, now: Instant, context: &mut C) {
        match self.waiting.pop_front() {
            Some(came) => self.serve(now, came, context),
            None => self.idle += 1,
        }
    }

    fn serve<C: Context<Message = Message, Observation = Span>>(
        &mut self,
        now: Instant,
        came: Instant,
        context: &mut C,
    ) {
        context.observe(now.since(came));
        let takes = self.exponential.nanoseconds(SERVICE, || context.draw());
        context.after(Span(takes), Message::Depart);
    }
}

pub(crate) fn with_actors(exponential: &Exponential, customers: u64, seed: u64) -> Run {
    let source = Part::Source(Source { exponential, left: customers });
    let station = Part::Station(Station { exponential, idle: SERVERS, waiting: VecDeque::with_capacity(1 << 12) });
    let mut simulation = Simulation::new(vec![source, station], Waits(Batches::new(customers)), Streams::new(seed, 0));
    simulation.send(SOURCE, Message::Due);
    simulation.run(Instant::FAR_FUTURE);
    finish(customers, simulation.into_parts().1.0)
}

fn finish(customers: u64, waits: Batches) -> Run {
    Run { events: 2 * customers, batches: waits.into_means().iter().map(|mean| mean / SERVICE).collect() }
}

pub(crate) fn by_hand(exponential: &Exponential, customers: u64, seed: u64) -> Run {
    const ARRIVAL: u64 = 1;
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut waits = Batches::new(customers);
    let mut heap = BinaryHeap::with_capacity(64);
    let mut waiting = VecDeque::with_capacity(1 << 12);
    let (mut idle, mut left, mut sequence) = (SERVERS, customers, 0_u64);
    heap.push(Reverse((0_u64, sequence, ARRIVAL)));
    let mut serve = |now: u64, came: u64, heap: &mut BinaryHeap<_>, random: &mut Pcg64Mcg, sequence: &mut u64| {
        waits.take((now - came) as f64);
        *sequence += 1;
        let takes = exponential.nanoseconds(SERVICE, || random.next_u64());
        heap.push(Reverse((now + takes, *sequence, 0)));
    };
    while let Some(Reverse((now, _, kind))) = heap.pop() {
        if kind == ARRIVAL {
            left -= 1;
            if left > 0 {
                sequence += 1;
                let gap = exponential.nanoseconds(GAP, || random.next_u64());
                heap.push(Reverse((now + gap, sequence, ARRIVAL)));
            }
            if idle > 0 {
                idle -= 1;
                serve(now, now, &mut heap, &mut random, &mut sequence);
            } else {
                waiting.push_back(now);
            }
        } else if let Some(came) = waiting.pop_front() {
            serve(now, came, &mut heap, &mut random, &mut sequence);
        } else {
            idle += 1;
        }
    }
    finish(customers, waits)
}
