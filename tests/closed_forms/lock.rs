//! The readers-writer lock that all queues of this project are made of, against a small reference written from its
//! rules alone, and, where it is a textbook's queue, against theory.

use super::reference::assert_mean;
use super::source::{exponential, poisson};
use jqlab::actors::locks::{Activity, Lock, Mode};
use jqlab::actors::{Actor, ActorId, Context};
use jqlab::job::Priority;
use jqlab::runtime::virtual_time::Simulation;
use jqlab::runtime::{Recorder, Streams};
use jqlab::units::{Instant, Span};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Someone who wants the lock.
#[derive(Debug, Clone, Copy)]
struct Wish {
    asks: Instant,
    mode: Mode,
    priority: Priority,
    holds: Span,
}

/// Times of asking at random, with the given share of exclusive acquires.
fn wishes(count: usize, gap: Span, exclusive: u64, priorities: &[i64], seed: u64) -> Vec<Wish> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut arrivals = poisson(gap, &mut random);
    let mut one = || {
        let mode = if random.next_u64() % 100 < exclusive { Mode::Exclusive } else { Mode::Shared };
        let priority = priorities[usize::try_from(random.next_u64() % priorities.len() as u64).unwrap()];
        let holds = Span::from_secs_f64(exponential(&mut random) * 1e-3);
        Wish { asks: arrivals(), mode, priority: Priority::new(priority).unwrap(), holds }
    };
    (0..count).map(|_| one()).collect()
}

/// An actor that owns the lock, and plays all processes.
struct Owner {
    lock: Lock,
    wishes: Vec<Wish>,
    next: usize,
    granted_at: Vec<Option<Instant>>,
}

enum Message {
    Next,
    Release(usize),
}

struct Deaf;

impl Recorder<()> for Deaf {
    fn observe(&mut self, _: Instant, (): ()) {}

    fn tracing(&self) -> bool {
        false
    }
}

impl Owner {
    fn granted<C: Context<Message = Message>>(&mut self, now: Instant, number: usize, context: &mut C) {
        assert_eq!(self.granted_at[number].replace(now), None, "a wish is granted once");
        context.after(self.wishes[number].holds, Message::Release(number));
    }
}

impl Actor for Owner {
    type Message = Message;
    type Observation = ();

    fn receive<C>(&mut self, now: Instant, message: Message, context: &mut C)
    where
        C: Context<Message = Message, Observation = ()>,
    {
        let process = |number: usize| ActorId(u32::try_from(number).unwrap());
        match message {
            Message::Next => {
                let number = self.next;
                let Wish { mode, priority, .. } = self.wishes[number];
                self.next += 1;
                if let Some(wish) = self.wishes.get(self.next) {
                    context.after(wish.asks.since(now), Message::Next);
                }
                if self.lock.acquire(now, process(number), mode, priority, Activity::Query).is_some() {
                    self.granted(now, number, context);
                }
            }
            Message::Release(number) => {
                let mut granted = Vec::new();
                self.lock.release(now, process(number), &mut granted);
                for grant in granted {
                    self.granted(now, grant.process.0 as usize, context);
                }
            }
        }
        assert_eq!(self.lock.violation(), None);
    }
}

/// When the real lock grants each wish.
fn grants(wishes: &[Wish]) -> Vec<Instant> {
    let owner = Owner { lock: Lock::default(), wishes: wishes.to_vec(), next: 0, granted_at: vec![None; wishes.len()] };
    let mut simulation = Simulation::new(vec![owner], Deaf, Streams::new(1, 0));
    simulation.send(ActorId(0), Message::Next);
    // The first asks at time 0; all others as long after it as they are to.
    simulation.run(Instant::FAR_FUTURE);
    let owner = simulation.into_parts().0.remove(0);
    owner.granted_at.into_iter().map(|at| at.expect("every wish is granted")).collect()
}

/// The same from the rules: whoever comes waits if anybody waits; when something is given back, the most urgent is
/// looked at, where all who want to share at one priority stand together at the place of the first of them; they get
/// the lock if it is free for them, and nobody else does.
fn reference(wishes: &[Wish]) -> Vec<Instant> {
    let mut granted: Vec<Option<Instant>> = vec![None; wishes.len()];
    let mut holders: Vec<(Instant, usize)> = Vec::new();
    let mut waiting: Vec<usize> = Vec::new();
    let mut next = 0;
    while next < wishes.len() || !holders.is_empty() {
        let end = holders.iter().copied().min();
        let is_release = end.is_some_and(|(at, _)| next == wishes.len() || at < wishes[next].asks);
        let free_for = |holders: &[(Instant, usize)], mode| match mode {
            Mode::Exclusive => holders.is_empty(),
            Mode::Shared => holders.iter().all(|(_, holder)| wishes[*holder].mode == Mode::Shared),
        };
        let (now, chosen) = if is_release {
            let (now, gone) = end.unwrap();
            holders.retain(|(_, holder)| *holder != gone);
            // Standing of one who waits: the place of the first who waits for the same together with it.
            let together = |one: usize, other: usize| {
                let (one, other) = (&wishes[one], &wishes[other]);
                one.mode == Mode::Shared && other.mode == Mode::Shared && one.priority == other.priority
            };
            let standing = |one: usize| {
                let first = waiting.iter().copied().find(|other| together(one, *other)).unwrap_or(one);
                (wishes[one].priority, first)
            };
            let top = waiting.iter().map(|one| standing(*one)).min();
            let group: Vec<usize> = waiting.iter().copied().filter(|one| Some(standing(*one)) == top).collect();
            let can = group.first().is_some_and(|one| free_for(&holders, wishes[*one].mode));
            (now, if can { group } else { Vec::new() })
        } else {
            let now = wishes[next].asks;
            next += 1;
            let can = waiting.is_empty() && free_for(&holders, wishes[next - 1].mode);
            waiting.push(next - 1);
            (now, if can { vec![next - 1] } else { Vec::new() })
        };
        for one in chosen {
            waiting.retain(|other| *other != one);
            holders.push((now + wishes[one].holds, one));
            granted[one] = Some(now);
        }
    }
    granted.into_iter().map(|at| at.expect("every wish is granted")).collect()
}

/// The first asks at time 0, as the owner has it.
fn from_zero(mut wishes: Vec<Wish>) -> Vec<Wish> {
    let first = wishes[0].asks.since(Instant::ZERO);
    wishes.iter_mut().for_each(|wish| wish.asks = Instant(wish.asks.0 - first.0));
    wishes
}

#[test]
fn every_grant_comes_when_the_rules_say() {
    for (exclusive, gap_us, priorities) in
        [(10, 400, &[0][..]), (50, 900, &[0]), (100, 1_200, &[0]), (30, 700, &[-10, 0, 10]), (60, 900, &[-20, 19])]
    {
        for seed in 0..5 {
            let wishes = from_zero(wishes(1_500, Span::from_micros(gap_us), exclusive, priorities, seed));
            let grants = grants(&wishes);
            assert!(grants.iter().zip(&wishes).any(|(at, wish)| *at > wish.asks));
            assert_eq!(grants, reference(&wishes), "{exclusive} % exclusive, seed {seed}");
        }
    }
}

#[test]
fn held_by_one_alone_at_a_time_it_is_an_m_m_1_queue() {
    // W = rho E[S] / (1 - rho), and E[W²] = 2 E[S]² rho / (1 - rho)²: only first come, first served has this one.
    let (rho, service) = (0.5, 1e-3);
    let runs = (0..40).map(|seed| {
        let wishes = from_zero(wishes(20_000, Span::from_secs_f64(service / rho), 100, &[0], seed));
        let waits = grants(&wishes).into_iter().zip(&wishes).map(|(at, wish)| at.since(wish.asks).as_secs_f64());
        let waits: Vec<f64> = waits.collect();
        let mean_of = |power| waits.iter().map(|wait: &f64| wait.powi(power)).sum::<f64>() / waits.len() as f64;
        (mean_of(1), mean_of(2))
    });
    let (means, squares): (Vec<f64>, Vec<f64>) = runs.unzip();
    assert_mean("mean wait, s", &means, rho * service / (1.0 - rho), 0.03);
    let second = 2.0 * service * service * rho / ((1.0 - rho) * (1.0 - rho));
    assert_mean("second moment of the wait, s²", &squares, second, 0.08);
}

#[test]
fn held_by_all_who_want_to_share_it_nobody_waits() {
    let wishes = from_zero(wishes(2_000, Span::from_micros(100), 0, &[0], 1));
    assert!(grants(&wishes).iter().zip(&wishes).all(|(at, wish)| *at == wish.asks));
}
