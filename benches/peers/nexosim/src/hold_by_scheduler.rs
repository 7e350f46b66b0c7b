//! W3 with NeXosim's global scheduler: an entity schedules the message's arrival at the other entity at once.
//!
//! NeXosim's examples let a model schedule events on itself alone and reach others through ports. The scheduler is
//! meant for who drives the simulation, but a model may hold it in its environment, and that spares every port.

use std::sync::{Arc, OnceLock};

use nexosim::model::{BuildContext, Context, Model, ProtoModel};
use nexosim::ports::{EventSource, QuerySource};
use nexosim::simulation::{EventId, Mailbox, Scheduler, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::hold::{DELAY_MEAN, ENTITIES, MESSAGES_EACH, step_through};
use crate::outcome::Outcome;

/// How an entity reaches the others. The scheduler exists only once the bench stands.
#[derive(Clone)]
struct Reach {
    entities: Arc<Vec<EventId<()>>>,
    scheduler: Arc<OnceLock<Scheduler>>,
}

struct EntityPlan {
    reach: Reach,
    chance: Chance,
}

impl ProtoModel for EntityPlan {
    type Model = Entity;

    fn build(self, _: &mut BuildContext<Self>) -> (Entity, Reach) {
        let entity = Entity { received: 0, chance: self.chance };
        (entity, self.reach)
    }
}

#[derive(Serialize, Deserialize)]
struct Entity {
    received: u64,
    chance: Chance,
}

#[Model(type Env = Reach)]
impl Entity {
    fn receive(&mut self, _: (), _: &Context<Self>, reach: &mut Reach) {
        self.received += 1;
        let target = self.chance.below(ENTITIES);
        let delay = self.chance.delay(DELAY_MEAN);
        reach
            .scheduler
            .get()
            .expect("the scheduler is set before the first event")
            .schedule_event(delay, &reach.entities[target], ())
            .expect("a delay is never zero");
    }

    async fn received(&mut self) -> u64 {
        self.received
    }
}

/// Runs the model until `size` messages have been received (a few more, where two come in the same nanosecond).
pub fn run(size: u64, seed: u64) -> Result<Outcome, SimulationError> {
    let mut bench = SimInit::with_num_threads(1);
    let boxes: Vec<Mailbox<Entity>> = (0..ENTITIES).map(|_| Mailbox::new()).collect();
    let mut arrivals = Vec::new();
    let mut counts = Vec::new();
    for mailbox in &boxes {
        let arrival = EventSource::new().connect(Entity::receive, mailbox);
        arrivals.push(arrival.register(&mut bench));
        let count = QuerySource::new().connect(Entity::received, mailbox);
        counts.push(count.register(&mut bench));
    }
    let reach = Reach { entities: Arc::new(arrivals), scheduler: Arc::new(OnceLock::new()) };
    for (number, mailbox) in boxes.into_iter().enumerate() {
        let plan = EntityPlan { reach: reach.clone(), chance: Chance::new(seed, number as u64) };
        bench = bench.add_model(plan, mailbox, "entity");
    }
    let mut simulation = bench.init(MonotonicTime::EPOCH)?;
    let scheduler = reach.scheduler.get_or_init(|| simulation.scheduler());
    let mut first = Chance::new(seed, ENTITIES as u64);
    for entity in reach.entities.iter() {
        for _ in 0..MESSAGES_EACH {
            scheduler.schedule_event(first.delay(DELAY_MEAN), entity, ()).expect("a delay is never zero");
        }
    }
    step_through(&mut simulation, size, &counts)
}
