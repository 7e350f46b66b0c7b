//! W1: M/M/25 at 0.9 load, FIFO. A source sends customers to a station that holds the line and the servers.

use std::collections::VecDeque;
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{Output, QuerySource};
use nexosim::simulation::{Mailbox, QueryId, SimInit, Simulation, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::outcome::{Outcome, cpu_seconds};

pub const SERVERS: usize = 25;
const LOAD: f64 = 0.9;
pub const SERVICE_MEAN: Duration = Duration::from_secs(1);

#[derive(Serialize, Deserialize)]
pub struct Source {
    pub customers: Output<()>,
    left: u64,
    arrival_mean: Duration,
    chance: Chance,
}

#[Model]
impl Source {
    /// A source of this many customers, not yet connected.
    pub fn new(customers: u64, seed: u64) -> Self {
        Self {
            customers: Output::default(),
            left: customers,
            arrival_mean: SERVICE_MEAN.div_f64(LOAD * SERVERS as f64),
            chance: Chance::new(seed, 0),
        }
    }

    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        self.schedule_next(cx);
    }

    #[nexosim(schedulable)]
    async fn arrive(&mut self, _: (), cx: &Context<Self>) {
        self.left -= 1;
        if self.left > 0 {
            self.schedule_next(cx);
        }
        self.customers.send(()).await;
    }

    fn schedule_next(&mut self, cx: &Context<Self>) {
        let delay = self.chance.delay(self.arrival_mean);
        cx.schedule_event(delay, schedulable!(Self::arrive), ()).expect("a delay is never zero");
    }
}

#[derive(Serialize, Deserialize)]
struct Station {
    free: usize,
    waiting: VecDeque<MonotonicTime>,
    waited: Duration,
    chance: Chance,
}

#[Model]
impl Station {
    fn arrive(&mut self, _: (), cx: &Context<Self>) {
        if self.free > 0 {
            self.free -= 1;
            self.serve(cx);
        } else {
            self.waiting.push_back(cx.time());
        }
    }

    #[nexosim(schedulable)]
    fn depart(&mut self, _: (), cx: &Context<Self>) {
        if let Some(arrived) = self.waiting.pop_front() {
            self.waited += cx.time().duration_since(arrived);
            self.serve(cx);
        } else {
            self.free += 1;
        }
    }

    fn serve(&mut self, cx: &Context<Self>) {
        let delay = self.chance.delay(SERVICE_MEAN);
        cx.schedule_event(delay, schedulable!(Self::depart), ()).expect("a delay is never zero");
    }

    async fn waited(&mut self) -> Duration {
        self.waited
    }
}

/// Runs the model until `size` customers have left.
pub fn run(size: u64, seed: u64) -> Result<Outcome, SimulationError> {
    let mut source = Source::new(size, seed);
    let station =
        Station { free: SERVERS, waiting: VecDeque::new(), waited: Duration::ZERO, chance: Chance::new(seed, 1) };
    let (source_box, station_box) = (Mailbox::new(), Mailbox::new());
    source.customers.connect(Station::arrive, &station_box);
    let mut bench = SimInit::with_num_threads(1);
    let waited = QuerySource::new().connect(Station::waited, &station_box).register(&mut bench);
    let simulation = bench
        .add_model(source, source_box, "source")
        .add_model(station, station_box, "station")
        .init(MonotonicTime::EPOCH)?;
    run_to_end(simulation, size, &waited)
}

/// Runs until no event is left, and asks who holds the line how long all customers have waited together.
pub fn run_to_end(
    mut simulation: Simulation,
    size: u64,
    waited: &QueryId<(), Duration>,
) -> Result<Outcome, SimulationError> {
    let start = cpu_seconds();
    simulation.run()?;
    let cpu_s = cpu_seconds() - start;
    let waited = simulation.process_query(waited, ())?;
    Ok(Outcome { events: 2 * size, cpu_s, statistic: waited.as_secs_f64() / size as f64 })
}
