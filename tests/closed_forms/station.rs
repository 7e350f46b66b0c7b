//! A station with servers, and those who ask for service: as actors.

use crate::areas::Areas;
use crate::chance::Law;
use jqlab::actors::{Actor, ActorId, Context};
use jqlab::runtime::virtual_time::Simulation;
use jqlab::runtime::{Recorder, Streams};
use jqlab::units::{Instant, Span};
use std::collections::{BTreeMap, VecDeque};

const STATION: ActorId = ActorId(0);

/// Who asks for service. The lower its class, the more urgent it is.
#[derive(Debug, Clone, Copy)]
struct Customer {
    home: ActorId,
    class: usize,
}

#[derive(Debug, Clone, Copy)]
enum Message {
    /// For a source or a machine: time to ask for service.
    Due,
    /// For the same: one who asked was served.
    Served,
    /// For the station.
    Arrive(Customer),
    /// For the station: a service is over.
    Depart { customer: Customer, came: Instant, takes: Span },
}

/// What the station reports.
#[derive(Debug, Clone, Copy)]
enum Seen {
    Arrival,
    Start { class: usize, waited: Span },
    Departure { takes: Span, sojourn: Span },
}

/// Sends customers of one class, after random gaps.
#[derive(Debug)]
struct Source {
    address: ActorId,
    class: usize,
    gap: Law,
    closes: Instant,
}

/// Runs for a while, then asks for repair.
#[derive(Debug)]
struct Machine {
    address: ActorId,
    runs: Law,
    closes: Instant,
}

/// Serves the most urgent class first, and in it whoever came first; interrupts nobody.
#[derive(Debug)]
struct Station {
    idle: u32,
    services: Vec<Law>,
    waiting: BTreeMap<usize, VecDeque<(Customer, Instant)>>,
}

#[derive(Debug)]
enum Part {
    Station(Station),
    Source(Source),
    Machine(Machine),
}

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Waits {
    areas: Areas,
    /// Of each class: customers seen, sum of waits and of their squares in seconds, after the warm-up.
    classes: Vec<(u64, f64, f64)>,
    warm_at: Instant,
}

impl Waits {
    /// The mean wait of a class, in seconds.
    pub(crate) fn mean(&self, class: usize) -> f64 {
        let (count, sum, _) = self.classes[class];
        sum / count as f64
    }

    /// The mean square of the wait of a class, in seconds².
    pub(crate) fn mean_square(&self, class: usize) -> f64 {
        let (count, _, squares) = self.classes[class];
        squares / count as f64
    }

    /// The mean number of busy servers.
    pub(crate) fn busy_mean(&self) -> f64 {
        self.areas.busy_mean()
    }
}

impl Recorder<Seen> for Waits {
    fn observe(&mut self, now: Instant, seen: Seen) {
        match seen {
            Seen::Arrival => self.areas.arrive(now),
            Seen::Start { class, waited } => {
                self.areas.begin(now, waited);
                if now < self.warm_at {
                    return;
                }
                let wait = waited.as_secs_f64();
                let (count, sum, squares) = &mut self.classes[class];
                *count += 1;
                *sum += wait;
                *squares += wait * wait;
            }
            Seen::Departure { takes, sojourn } => self.areas.depart(now, takes, sojourn),
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
        match (self, message) {
            (Self::Station(station), Message::Arrive(customer)) => station.arrive(now, customer, context),
            (Self::Station(station), Message::Depart { customer, came, takes }) => {
                context.observe(Seen::Departure { takes, sojourn: now.since(came) });
                context.send(customer.home, Message::Served);
                station.depart(now, context);
            }
            (Self::Source(Source { closes, .. }) | Self::Machine(Machine { closes, .. }), Message::Due)
                if now >= *closes => {}
            (Self::Source(source), Message::Due) => source.send_customer(context),
            (Self::Source(_), Message::Served) => {}
            (Self::Machine(machine), Message::Served) => machine.run(context),
            (Self::Machine(machine), Message::Due) => machine.break_down(context),
            (part, message) => panic!("{message:?} for {part:?}"),
        }
    }
}

impl Source {
    fn send_customer<C: Context<Message = Message>>(&mut self, context: &mut C) {
        context.send(STATION, Message::Arrive(Customer { home: self.address, class: self.class }));
        let gap = self.gap.sample(|| context.draw());
        context.after(gap, Message::Due);
    }
}

impl Machine {
    fn run<C: Context<Message = Message>>(&mut self, context: &mut C) {
        let runs = self.runs.sample(|| context.draw());
        context.after(runs, Message::Due);
    }

    fn break_down<C: Context<Message = Message>>(&mut self, context: &mut C) {
        context.send(STATION, Message::Arrive(Customer { home: self.address, class: 0 }));
    }
}

impl Station {
    fn arrive<C>(&mut self, now: Instant, customer: Customer, context: &mut C)
    where
        C: Context<Message = Message, Observation = Seen>,
    {
        context.observe(Seen::Arrival);
        if self.idle > 0 {
            self.idle -= 1;
            self.serve(now, customer, now, context);
        } else {
            self.waiting.entry(customer.class).or_default().push_back((customer, now));
        }
    }

    fn depart<C>(&mut self, now: Instant, context: &mut C)
    where
        C: Context<Message = Message, Observation = Seen>,
    {
        match self.waiting.values_mut().find_map(VecDeque::pop_front) {
            Some((customer, came)) => self.serve(now, customer, came, context),
            None => self.idle += 1,
        }
    }

    fn serve<C>(&mut self, now: Instant, customer: Customer, came: Instant, context: &mut C)
    where
        C: Context<Message = Message, Observation = Seen>,
    {
        context.observe(Seen::Start { class: customer.class, waited: now.since(came) });
        let takes = self.services[customer.class].sample(|| context.draw());
        context.after(takes, Message::Depart { customer, came, takes });
    }
}

/// Customers of each class, given by (gap, service), at `servers` servers for so many seconds.
pub(crate) fn open(classes: &[(Law, Law)], servers: u32, seconds: u64, seed: u64) -> Waits {
    let closes = Instant::ZERO + Span::from_secs(seconds);
    let source = |(class, (gap, _)): (usize, &(Law, Law))| {
        let address = ActorId(u32::try_from(class).unwrap() + 1);
        Part::Source(Source { address, class, gap: *gap, closes })
    };
    let services = classes.iter().map(|(_, service)| *service).collect();
    run(services, servers, classes.iter().enumerate().map(source).collect(), closes, seed)
}

/// Machines that run and are repaired by `servers` repairers, for so many seconds.
pub(crate) fn closed(machines: u32, runs: Law, repair: Law, servers: u32, seconds: u64, seed: u64) -> Waits {
    let closes = Instant::ZERO + Span::from_secs(seconds);
    let machine = |number| Part::Machine(Machine { address: ActorId(number + 1), runs, closes });
    run(vec![repair], servers, (0..machines).map(machine).collect(), closes, seed)
}

/// Runs until nobody is left. The waits of the first twentieth of the time are left out: all begins empty.
fn run(services: Vec<Law>, servers: u32, askers: Vec<Part>, closes: Instant, seed: u64) -> Waits {
    let classes = vec![(0, 0.0, 0.0); services.len()];
    let waits = Waits { areas: Areas::default(), classes, warm_at: Instant(closes.0 / 20) };
    let station = Station { idle: servers, services, waiting: BTreeMap::new() };
    let count = u32::try_from(askers.len()).unwrap();
    let parts = std::iter::once(Part::Station(station)).chain(askers).collect();
    let mut simulation = Simulation::new(parts, waits, Streams::new(seed, 0));
    for asker in 1..=count {
        simulation.send(ActorId(asker), Message::Due);
    }
    simulation.run(Instant::FAR_FUTURE);
    let waits = simulation.into_parts().1;
    waits.areas.check();
    waits
}
