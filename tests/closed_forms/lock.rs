//! The readers-writer lock that all queues of this project are made of, against a small reference written from its
//! rules alone, and, where it is a textbook's queue, against theory.

use super::reference::assert_mean;
use super::source::{exponential, poisson};
use jqlab::actors::locks::{Activity, Ask, Lock, Mode};
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
    /// How long it waits; none: for ever.
    patience: Option<Span>,
}

/// Times of asking at random, with the given share of exclusive acquires. Nobody gives up.
fn wishes(count: usize, gap: Span, exclusive: u64, priorities: &[i64], seed: u64) -> Vec<Wish> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut arrivals = poisson(gap, &mut random);
    let mut one = || {
        let mode = if random.next_u64() % 100 < exclusive { Mode::Exclusive } else { Mode::Shared };
        let priority = priorities[usize::try_from(random.next_u64() % priorities.len() as u64).unwrap()];
        let holds = Span::from_secs_f64(exponential(&mut random) * 1e-3);
        Wish { asks: arrivals(), mode, priority: Priority::new(priority).unwrap(), holds, patience: None }
    };
    (0..count).map(|_| one()).collect()
}

/// The same wishes, by people of whom some wait two milliseconds on average and then give up.
fn impatient(mut wishes: Vec<Wish>, percent: u64, seed: u64) -> Vec<Wish> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    for wish in &mut wishes {
        wish.patience =
            (random.next_u64() % 100 < percent).then(|| Span::from_secs_f64(exponential(&mut random) * 2e-3));
    }
    wishes
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
    TimeOver(usize),
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
                let Wish { mode, priority, patience, .. } = self.wishes[number];
                self.next += 1;
                if let Some(wish) = self.wishes.get(self.next) {
                    context.after(wish.asks.since(now), Message::Next);
                }
                let ask = Ask { process: process(number), mode, priority, activity: Activity::Query };
                match (self.lock.acquire(now, ask), patience) {
                    (Some(_), _) => self.granted(now, number, context),
                    (None, Some(patience)) => drop(context.after(patience, Message::TimeOver(number))),
                    (None, None) => {}
                }
            }
            Message::TimeOver(number) => {
                if self.granted_at[number].is_none() && self.lock.time_over(now, process(number)).is_some() {
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

/// When the real lock grants each wish; none if whoever has it gives up before.
fn grants(wishes: &[Wish]) -> Vec<Option<Instant>> {
    let owner = Owner { lock: Lock::default(), wishes: wishes.to_vec(), next: 0, granted_at: vec![None; wishes.len()] };
    let mut simulation = Simulation::new(vec![owner], Deaf, Streams::new(1, 0));
    simulation.send(ActorId(0), Message::Next);
    // The first asks at time 0; all others as long after it as they are to.
    simulation.run(Instant::FAR_FUTURE);
    simulation.into_parts().0.remove(0).granted_at
}

/// One who waits: its priority, its place among those of that priority, and its number.
type Waits = (Priority, usize, usize);

/// Those who stand on top.
fn top(waiting: &[Waits]) -> Vec<usize> {
    let first = waiting.iter().map(|(priority, place, _)| (*priority, *place)).min();
    let on_top = waiting.iter().filter(|(priority, place, _)| Some((*priority, *place)) == first);
    on_top.map(|(_, _, who)| *who).collect()
}

/// The same from the rules: whoever comes joins the queue and looks; whoever's time is over looks once more, and leaves
/// the queue; who looks gets the lock if it stands on top and the holders admit it. When the last holder leaves, all who
/// stand on top get the lock. Who wants to share joins those of its priority who want that too, where the first of them
/// came; that stays their place when the first gives up.
fn reference(wishes: &[Wish]) -> Vec<Option<Instant>> {
    let mut granted: Vec<Option<Instant>> = vec![None; wishes.len()];
    let mut holders: Vec<(Instant, usize)> = Vec::new();
    let mut waiting: Vec<Waits> = Vec::new();
    let mut next = 0;
    loop {
        let leaves = holders.iter().copied().min();
        let time_over = |(_, _, who): &Waits| Some((wishes[*who].asks + wishes[*who].patience?, *who));
        let gives_up = waiting.iter().filter_map(time_over).min();
        let comes = wishes.get(next).map(|wish| (wish.asks, next));
        let Some((now, who)) = [leaves, gives_up, comes].into_iter().flatten().min() else { break };
        let Wish { mode, priority, .. } = wishes[who];
        let mut chosen = Vec::new();
        if leaves == Some((now, who)) {
            holders.retain(|(_, holder)| *holder != who);
            if holders.is_empty() {
                chosen = top(&waiting);
            }
        } else {
            if comes == Some((now, who)) {
                let shares = |one: usize| wishes[one].mode == Mode::Shared && mode == Mode::Shared;
                let group = waiting.iter().find(|(other, _, one)| *other == priority && shares(*one));
                waiting.push((priority, group.map_or(who, |(_, place, _)| *place), who));
                next += 1;
            }
            let admitted = match mode {
                Mode::Exclusive => holders.is_empty(),
                Mode::Shared => holders.iter().all(|(_, holder)| wishes[*holder].mode == Mode::Shared),
            };
            if top(&waiting).contains(&who) && admitted {
                chosen.push(who);
            } else if gives_up == Some((now, who)) {
                waiting.retain(|(_, _, other)| *other != who);
            }
        }
        for one in chosen {
            waiting.retain(|(_, _, other)| *other != one);
            holders.push((now + wishes[one].holds, one));
            granted[one] = Some(now);
        }
    }
    granted
}

/// The first wish that is granted at another time, with both.
fn difference(wishes: &[Wish]) -> Option<(usize, Option<Instant>, Option<Instant>)> {
    let (grants, reference) = (grants(wishes), reference(wishes));
    (0..)
        .zip(grants.into_iter().zip(reference))
        .map(|(who, (real, rule))| (who, real, rule))
        .find(|(_, real, rule)| real != rule)
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
            assert!(grants.iter().zip(&wishes).any(|(at, wish)| *at > Some(wish.asks)));
            assert!(grants.iter().all(Option::is_some), "every wish is granted");
            assert_eq!(difference(&wishes), None, "{exclusive} % exclusive, seed {seed}");
        }
    }
}

#[test]
fn who_gives_up_and_who_gets_the_lock_when_its_time_is_over_is_as_the_rules_say() {
    for (exclusive, gap_us, priorities, percent) in
        [(10, 400, &[0][..], 50), (40, 600, &[0], 80), (30, 500, &[-10, 0, 10], 50), (50, 700, &[-20, 19], 100)]
    {
        for seed in 0..5 {
            let wishes = wishes(1_500, Span::from_micros(gap_us), exclusive, priorities, seed);
            let wishes = impatient(from_zero(wishes), percent, seed);
            let grants = grants(&wishes);
            let at_the_end = |(at, wish): (&Option<Instant>, &Wish)| {
                at.is_some_and(|at| wish.patience.is_some_and(|patience| at == wish.asks + patience))
            };
            assert!(grants.iter().any(Option::is_none), "somebody gives up");
            assert!(grants.iter().zip(&wishes).any(at_the_end), "somebody gets it when its time is over");
            assert_eq!(difference(&wishes), None, "{exclusive} % exclusive, {percent} % impatient, seed {seed}");
        }
    }
}

#[test]
fn held_by_one_alone_at_a_time_it_is_an_m_m_1_queue() {
    // W = rho E[S] / (1 - rho), and E[W²] = 2 E[S]² rho / (1 - rho)²: only first come, first served has this one.
    let (rho, service) = (0.5, 1e-3);
    let runs = (0..40).map(|seed| {
        let wishes = from_zero(wishes(20_000, Span::from_secs_f64(service / rho), 100, &[0], seed));
        let waits =
            grants(&wishes).into_iter().zip(&wishes).map(|(at, wish)| at.unwrap().since(wish.asks).as_secs_f64());
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
    assert!(grants(&wishes).iter().zip(&wishes).all(|(at, wish)| *at == Some(wish.asks)));
}
