//! The kernel: delivers messages to actors in the order of the calendar.

use crate::actors::{Actor, ActorId, Context, TimerId, Work};
use crate::runtime::calendar::Calendar;
use crate::runtime::record::Recorder;
use crate::runtime::streams::{Purpose, Streams};
use crate::units::{Instant, Span};
use rand::Rng;
use rand_pcg::Pcg64Mcg;
use std::collections::VecDeque;

/// A system of actors in virtual time.
#[derive(Debug)]
pub struct Simulation<A: Actor, R> {
    actors: Vec<A>,
    recorder: R,
    world: World<A::Message>,
    halted: bool,
}

/// All that actors act upon.
#[derive(Debug)]
struct World<M> {
    now: Instant,
    /// Messages sent and not yet delivered; they take no time, so they need no place in the calendar.
    mail: VecDeque<(ActorId, M)>,
    calendar: Calendar<(ActorId, M)>,
    /// Each actor's chance.
    streams: Vec<Pcg64Mcg>,
    delivered: u64,
}

/// What one actor acts through while it receives a message.
struct Hand<'a, M, R, O> {
    world: &'a mut World<M>,
    recorder: &'a mut R,
    actor: ActorId,
    halted: &'a mut bool,
    observations: std::marker::PhantomData<O>,
}

impl<A: Actor, R: Recorder<A::Observation>> Simulation<A, R> {
    /// A system of `actors`, whose addresses are their places in the list; each draws from a stream of its own.
    pub fn new(actors: Vec<A>, recorder: R, streams: Streams) -> Self {
        let of_actor = |address| streams.sequence(Purpose::Actor(ActorId(address)));
        let streams = (0..).map(of_actor).take(actors.len()).collect();
        let (mail, calendar) = (VecDeque::new(), Calendar::default());
        let world = World { now: Instant::ZERO, mail, calendar, streams, delivered: 0 };
        Self { actors, recorder, world, halted: false }
    }

    /// Sends a message from outside.
    pub fn send(&mut self, to: ActorId, message: A::Message) {
        self.world.mail.push_back((to, message));
    }

    /// Delivers the next message, if it is due by `until`. False if there is none, or the run was ended.
    #[inline]
    pub fn step(&mut self, until: Instant) -> bool {
        if self.halted {
            return false;
        }
        let (to, message) = match self.world.mail.pop_front() {
            Some(next) => next,
            None => match self.world.calendar.pop_until(until) {
                Some((at, next)) => {
                    self.world.now = at;
                    next
                }
                None => return false,
            },
        };
        self.world.delivered += 1;
        let mut hand = Hand {
            world: &mut self.world,
            recorder: &mut self.recorder,
            actor: to,
            halted: &mut self.halted,
            observations: std::marker::PhantomData,
        };
        let now = hand.world.now;
        self.actors[to.0 as usize].receive(now, message, &mut hand);
        true
    }

    /// Runs until nothing is left to do by `until`; then it is `until`, unless the run was ended before.
    pub fn run(&mut self, until: Instant) {
        while self.step(until) {}
        if !self.halted && until < Instant::FAR_FUTURE {
            self.world.now = self.world.now.max(until);
        }
    }

    /// The time.
    pub const fn now(&self) -> Instant {
        self.world.now
    }

    /// True once an actor has ended the run.
    pub const fn is_halted(&self) -> bool {
        self.halted
    }

    /// When the next message is due; none if nothing is left to happen.
    pub fn next_time(&mut self) -> Option<Instant> {
        if self.world.mail.is_empty() { self.world.calendar.next_time() } else { Some(self.world.now) }
    }

    /// Messages delivered so far.
    pub const fn delivered(&self) -> u64 {
        self.world.delivered
    }

    /// The actors, by address.
    pub fn actors(&self) -> &[A] {
        &self.actors
    }

    /// The same, to be set up before a run.
    pub fn actors_mut(&mut self) -> &mut [A] {
        &mut self.actors
    }

    /// Whoever takes what actors report.
    pub const fn recorder(&self) -> &R {
        &self.recorder
    }

    /// What is left of the system.
    pub fn into_parts(self) -> (Vec<A>, R) {
        (self.actors, self.recorder)
    }
}

impl<M, R: Recorder<O>, O> Context for Hand<'_, M, R, O> {
    type Message = M;
    type Observation = O;

    fn send(&mut self, to: ActorId, message: M) {
        self.world.mail.push_back((to, message));
    }

    fn after(&mut self, span: Span, message: M) -> TimerId {
        self.world.calendar.schedule(self.world.now + span, (self.actor, message))
    }

    fn cancel(&mut self, timer: TimerId) {
        self.world.calendar.cancel(timer);
    }

    fn draw(&mut self) -> u64 {
        self.world.streams[self.actor.0 as usize].next_u64()
    }

    fn observe(&mut self, observation: O) {
        self.recorder.observe(self.world.now, observation);
    }

    fn tracing(&self) -> bool {
        self.recorder.tracing()
    }

    fn stretch(&self, actor: ActorId, work: Work) -> u32 {
        self.recorder.stretch(actor, work)
    }

    fn halt(&mut self) {
        *self.halted = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// A message by its sender and number, and to whom it went.
    type Sent = (ActorId, u64, ActorId);

    /// A message that knows what was sent before it, as far as its sender could know.
    #[derive(Clone)]
    struct Letter {
        sent: Sent,
        past: BTreeSet<Sent>,
        is_timer: bool,
    }

    /// An actor that answers each letter with a few more, to anybody, until enough were sent.
    struct Gossip {
        address: ActorId,
        actors: u32,
        letters_left: u64,
        written: u64,
        /// All that it sent, and all that those had sent whose letters it has read.
        past: BTreeSet<Sent>,
        received: Vec<Sent>,
        /// Letters that came though an earlier one to this actor, of which their senders could know, had not.
        too_early: Vec<Sent>,
    }

    impl Gossip {
        fn write(&mut self, to: ActorId, is_timer: bool) -> Letter {
            self.written += 1;
            let sent = (self.address, self.written, to);
            let letter = Letter { sent, past: self.past.clone(), is_timer };
            self.past.insert(sent);
            letter
        }
    }

    impl Actor for Gossip {
        type Message = Letter;
        type Observation = ();

        fn receive<C>(&mut self, _: Instant, letter: Letter, context: &mut C)
        where
            C: Context<Message = Letter, Observation = ()>,
        {
            let earlier = letter.past.iter().filter(|(_, _, to)| *to == self.address);
            if !letter.is_timer && earlier.clone().any(|sent| !self.received.contains(sent)) {
                self.too_early.push(letter.sent);
            }
            self.received.push(letter.sent);
            self.past.extend(letter.past);
            self.past.insert(letter.sent);
            for _ in 0..context.draw() % 4 {
                if self.letters_left == 0 {
                    return;
                }
                self.letters_left -= 1;
                let to = ActorId(u32::try_from(context.draw() % u64::from(self.actors)).unwrap());
                if to == self.address {
                    // A timer is no letter that others wait behind: it comes when its time has come.
                    let mut own = self.write(to, true);
                    self.past.remove(&own.sent);
                    own.past.clear();
                    let span = Span(context.draw() % 3);
                    context.after(span, own);
                } else {
                    let letter = self.write(to, false);
                    context.send(to, letter);
                }
            }
        }
    }

    struct Nobody;

    impl Recorder<()> for Nobody {
        fn observe(&mut self, _: Instant, (): ()) {}
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn messages_come_in_causal_order(seed in any::<u64>(), actors in 2..6_u32) {
            let gossip = |number| Gossip {
                address: ActorId(number),
                actors,
                letters_left: 12,
                written: 0,
                past: BTreeSet::new(),
                received: Vec::new(),
                too_early: Vec::new(),
            };
            let mut simulation = Simulation::new((0..actors).map(gossip).collect(), Nobody, Streams::new(seed, 0));
            for number in 0..actors {
                let sent = (ActorId(u32::MAX), u64::from(number), ActorId(number));
                simulation.send(ActorId(number), Letter { sent, past: BTreeSet::new(), is_timer: false });
            }
            simulation.run(Instant::FAR_FUTURE);
            let written: u64 = simulation.actors().iter().map(|actor| actor.written).sum();
            prop_assert_eq!(simulation.delivered(), written + u64::from(actors), "none is lost, none comes twice");
            for actor in simulation.actors() {
                prop_assert_eq!(&actor.too_early, &[]);
            }
        }
    }
}
