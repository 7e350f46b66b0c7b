//! Workers in a closed loop over the queue's own readers-writer lock, each an actor of its own and the lock another,
//! against the Markov chain of the same loop.

use crate::areas::Areas;
use crate::chance::Law;
use crate::lock_chain::Loop;
use crate::reference::assert_mean;
use jqlab::actors::locks::{Activity, Ask, Grant, Lock, Mode};
use jqlab::actors::{Actor, ActorId, Context};
use jqlab::job::Priority;
use jqlab::runtime::virtual_time::Simulation;
use jqlab::runtime::{Recorder, Streams};
use jqlab::units::{Instant, Span};

const KEEPER: ActorId = ActorId(0);

#[derive(Debug, Clone, Copy)]
enum Message {
    /// For a worker: time to ask.
    Ask,
    /// For the keeper.
    Acquire { process: ActorId, mode: Mode },
    /// For a worker: it holds the lock.
    Granted { asked: Instant },
    /// For a worker: it has held it long enough.
    Held { asked: Instant, since: Instant, holds: Span },
    /// For the keeper.
    Release { process: ActorId },
}

/// What workers report.
#[derive(Debug, Clone, Copy)]
enum Seen {
    Asked,
    Granted { waited: Span },
    Released { holds: Span, sojourn: Span },
}

/// Owns the lock.
#[derive(Debug, Default)]
struct Keeper {
    lock: Lock,
    granted: Vec<Grant>,
}

/// Thinks, asks for the lock, holds it, and thinks again, until the time is up.
#[derive(Debug, Clone, Copy)]
struct Worker {
    address: ActorId,
    of: Loop,
    closes: Instant,
}

#[derive(Debug)]
enum Part {
    Keeper(Keeper),
    Worker(Worker),
}

/// Waits after the warm-up.
#[derive(Debug, Default)]
struct Waits {
    areas: Areas,
    warm_at: Instant,
    count: u64,
    waited: f64,
}

impl Recorder<Seen> for Waits {
    fn observe(&mut self, now: Instant, seen: Seen) {
        match seen {
            Seen::Asked => self.areas.arrive(now),
            Seen::Granted { waited } => {
                self.areas.begin(now, waited);
                if now >= self.warm_at {
                    self.count += 1;
                    self.waited += waited.as_secs_f64();
                }
            }
            Seen::Released { holds, sojourn } => self.areas.depart(now, holds, sojourn),
        }
    }

    fn tracing(&self) -> bool {
        false
    }
}

impl Actor for Part {
    type Message = Message;
    type Observation = Seen;

    fn receive<C>(&mut self, now: Instant, message: Message, context: &mut C)
    where
        C: Context<Message = Message, Observation = Seen>,
    {
        match self {
            Self::Keeper(keeper) => keeper.receive(now, message, context),
            Self::Worker(worker) => worker.receive(now, message, context),
        }
    }
}

impl Keeper {
    fn receive<C: Context<Message = Message>>(&mut self, now: Instant, message: Message, context: &mut C) {
        match message {
            Message::Acquire { process, mode } => {
                let ask = Ask { process, mode, priority: Priority::NORMAL, activity: Activity::RunOpcode };
                self.granted.extend(self.lock.acquire(now, ask));
            }
            Message::Release { process } => {
                self.lock.release(now, process, &mut self.granted);
            }
            other => panic!("{other:?} for the keeper"),
        }
        assert_eq!(self.lock.violation(), None);
        for grant in self.granted.drain(..) {
            context.send(grant.process, Message::Granted { asked: grant.asked });
        }
    }
}

impl Worker {
    fn receive<C>(&mut self, now: Instant, message: Message, context: &mut C)
    where
        C: Context<Message = Message, Observation = Seen>,
    {
        match message {
            Message::Ask if now >= self.closes => {}
            Message::Ask => {
                context.observe(Seen::Asked);
                let mode = mode(self.of.shared, context.draw());
                context.send(KEEPER, Message::Acquire { process: self.address, mode });
            }
            Message::Granted { asked } => {
                context.observe(Seen::Granted { waited: now.since(asked) });
                let holds = Law::Exponential(self.of.holds).sample(|| context.draw());
                context.after(holds, Message::Held { asked, since: now, holds });
            }
            Message::Held { asked, since, holds } => {
                assert_eq!(now.since(since), holds, "a timer comes when it is due");
                context.observe(Seen::Released { holds, sojourn: now.since(asked) });
                context.send(KEEPER, Message::Release { process: self.address });
                let thinks = Law::Exponential(self.of.thinks).sample(|| context.draw());
                context.after(thinks, Message::Ask);
            }
            other => panic!("{other:?} for a worker"),
        }
    }
}

fn mode(shared: f64, random: u64) -> Mode {
    if ((random >> 11) as f64) < shared * (1_u64 << 53) as f64 { Mode::Shared } else { Mode::Exclusive }
}

/// The mean wait of a run of so many seconds, in seconds.
fn mean_wait(of: Loop, seconds: u64, seed: u64) -> f64 {
    let closes = Instant::ZERO + Span::from_secs(seconds);
    let addresses = || (1..=of.workers).map(ActorId);
    let workers = addresses().map(|address| Part::Worker(Worker { address, of, closes }));
    let parts = std::iter::once(Part::Keeper(Keeper::default())).chain(workers).collect();
    let waits = Waits { warm_at: Instant(closes.0 / 20), ..Waits::default() };
    let mut simulation = Simulation::new(parts, waits, Streams::new(seed, 0));
    for address in addresses() {
        simulation.send(address, Message::Ask);
    }
    simulation.run(Instant::FAR_FUTURE);
    let waits = simulation.into_parts().1;
    waits.areas.check();
    waits.waited / waits.count as f64
}

#[test]
fn workers_in_a_closed_loop_wait_as_the_markov_chain_says() {
    for (shared, seconds) in [(0.9, 9_000), (0.5, 3_600), (0.0, 3_400)] {
        let of = Loop { workers: 8, thinks: 4.0, holds: 1.0, shared };
        let means: Vec<f64> = (0..30).map(|seed| mean_wait(of, seconds, 800 + seed)).collect();
        assert_mean(&format!("mean wait with {shared} shared, s"), &means, of.wait_mean(), 0.03);
    }
}
