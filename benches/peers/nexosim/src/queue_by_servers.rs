//! W1 with a model for each server: a source sends customers to a line, which sends each to a free server, which
//! reports back when it has served.

use std::collections::VecDeque;
use std::time::Duration;

use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{Output, QuerySource};
use nexosim::simulation::{Mailbox, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::outcome::Outcome;
use crate::queue::{SERVERS, SERVICE_MEAN, Source, run_to_end};

#[derive(Serialize, Deserialize)]
struct Line {
    servers: Vec<Output<()>>,
    free: Vec<usize>,
    waiting: VecDeque<MonotonicTime>,
    waited: Duration,
}

#[Model]
impl Line {
    async fn arrive(&mut self, _: (), cx: &Context<Self>) {
        if let Some(server) = self.free.pop() {
            self.servers[server].send(()).await;
        } else {
            self.waiting.push_back(cx.time());
        }
    }

    async fn served(&mut self, server: usize, cx: &Context<Self>) {
        if let Some(arrived) = self.waiting.pop_front() {
            self.waited += cx.time().duration_since(arrived);
            self.servers[server].send(()).await;
        } else {
            self.free.push(server);
        }
    }

    async fn waited(&mut self) -> Duration {
        self.waited
    }
}

#[derive(Serialize, Deserialize)]
struct Server {
    number: usize,
    served: Output<usize>,
    chance: Chance,
}

#[Model]
impl Server {
    fn serve(&mut self, _: (), cx: &Context<Self>) {
        let delay = self.chance.delay(SERVICE_MEAN);
        cx.schedule_event(delay, schedulable!(Self::depart), ()).expect("a delay is never zero");
    }

    #[nexosim(schedulable)]
    async fn depart(&mut self) {
        self.served.send(self.number).await;
    }
}

/// Runs the model until `size` customers have left.
pub fn run(size: u64, seed: u64) -> Result<Outcome, SimulationError> {
    let mut source = Source::new(size, seed);
    let (source_box, line_box) = (Mailbox::new(), Mailbox::new());
    source.customers.connect(Line::arrive, &line_box);
    let mut bench = SimInit::with_num_threads(1);
    let mut line =
        Line { servers: Vec::new(), free: (0..SERVERS).collect(), waiting: VecDeque::new(), waited: Duration::ZERO };
    for number in 0..SERVERS {
        let mut server = Server { number, served: Output::default(), chance: Chance::new(seed, 1 + number as u64) };
        server.served.connect(Line::served, &line_box);
        let server_box = Mailbox::new();
        let mut port = Output::default();
        port.connect(Server::serve, &server_box);
        line.servers.push(port);
        bench = bench.add_model(server, server_box, "server");
    }
    let waited = QuerySource::new().connect(Line::waited, &line_box).register(&mut bench);
    let simulation =
        bench.add_model(source, source_box, "source").add_model(line, line_box, "line").init(MonotonicTime::EPOCH)?;
    run_to_end(simulation, size, &waited)
}
