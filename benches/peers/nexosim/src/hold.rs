//! W3: hold model. Each entity sends a message that it received on to a uniformly random entity, after an
//! exponential delay.
//!
//! An entity keeps a message for its delay by scheduling an event on itself, and then hands it to a network model,
//! which sends it through one of its output ports to an entity. (Ports from each entity to each other are a million;
//! that was twice as slow, for the memory that they fill.)

use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{Output, QuerySource};
use nexosim::simulation::{Mailbox, QueryId, SimInit, Simulation, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::outcome::{Outcome, cpu_seconds};

pub const ENTITIES: usize = 1024;
pub const MESSAGES_EACH: usize = 16;
pub const DELAY_MEAN: Duration = Duration::from_secs(1);

#[derive(Serialize, Deserialize)]
struct Entity {
    network: Output<()>,
    received: u64,
    chance: Chance,
}

#[Model]
impl Entity {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        for _ in 0..MESSAGES_EACH {
            self.keep(cx);
        }
    }

    fn receive(&mut self, _: (), cx: &Context<Self>) {
        self.received += 1;
        self.keep(cx);
    }

    fn keep(&mut self, cx: &Context<Self>) {
        let delay = self.chance.delay(DELAY_MEAN);
        cx.schedule_event(delay, schedulable!(Self::send), ()).expect("a delay is never zero");
    }

    #[nexosim(schedulable)]
    async fn send(&mut self) {
        self.network.send(()).await;
    }

    async fn received(&mut self) -> u64 {
        self.received
    }
}

#[derive(Serialize, Deserialize)]
struct Network {
    entities: Vec<Output<()>>,
    chance: Chance,
}

#[Model]
impl Network {
    async fn forward(&mut self) {
        let target = self.chance.below(self.entities.len());
        self.entities[target].send(()).await;
    }
}

/// Runs the model until `size` messages have been received (a few more, where two come in the same nanosecond).
pub fn run(size: u64, seed: u64) -> Result<Outcome, SimulationError> {
    let mut bench = SimInit::with_num_threads(1);
    let mut network = Network { entities: Vec::new(), chance: Chance::new(seed, ENTITIES as u64) };
    let network_box = Mailbox::new();
    let mut counts = Vec::new();
    for number in 0..ENTITIES {
        let mut entity = Entity { network: Output::default(), received: 0, chance: Chance::new(seed, number as u64) };
        entity.network.connect(Network::forward, &network_box);
        let mailbox = Mailbox::new();
        let mut port = Output::default();
        port.connect(Entity::receive, &mailbox);
        network.entities.push(port);
        let count = QuerySource::new().connect(Entity::received, &mailbox);
        counts.push(count.register(&mut bench));
        bench = bench.add_model(entity, mailbox, "entity");
    }
    let mut simulation = bench.add_model(network, network_box, "network").init(MonotonicTime::EPOCH)?;
    step_through(&mut simulation, size, &counts)
}

/// Lets `size` instants at which messages arrive pass, and adds up what the entities have counted.
pub fn step_through(
    simulation: &mut Simulation,
    size: u64,
    counts: &[QueryId<(), u64>],
) -> Result<Outcome, SimulationError> {
    let start = cpu_seconds();
    for _ in 0..size {
        simulation.step()?;
    }
    let cpu_s = cpu_seconds() - start;
    let end = simulation.time();
    let mut events = 0;
    for count in counts {
        events += simulation.process_query(count, ())?;
    }
    Ok(Outcome { events, cpu_s, statistic: end.duration_since(MonotonicTime::EPOCH).as_secs_f64() })
}
