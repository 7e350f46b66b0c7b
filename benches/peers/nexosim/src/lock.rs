//! W2: workers in a closed loop over a FIFO readers-writer lock. Workers and lock are models that send each other
//! requests, grants and releases.
//!
//! Nobody overtakes: a request waits while an earlier one waits, and a release lets in the longest-waiting writer, or
//! all readers up to the next writer.

use std::collections::VecDeque;
use std::time::Duration;

use nexosim::Message;
use nexosim::model::{Context, Model, schedulable};
use nexosim::ports::{Output, QuerySource};
use nexosim::simulation::{Mailbox, SimInit, SimulationError};
use nexosim::time::MonotonicTime;
use serde::{Deserialize, Serialize};

use crate::chance::Chance;
use crate::outcome::{Outcome, cpu_seconds};

const WORKERS: usize = 25;
const SHARED_SHARE: f64 = 0.9;
const HOLD_MEAN: Duration = Duration::from_micros(200);
const THINK_MEAN: Duration = Duration::from_millis(1);

#[derive(Clone, Copy, Message, Serialize, Deserialize)]
struct Request {
    worker: usize,
    shared: bool,
}

#[derive(Serialize, Deserialize)]
struct Worker {
    number: usize,
    ask: Output<Request>,
    give_back: Output<bool>,
    shared: bool,
    chance: Chance,
}

#[Model]
impl Worker {
    #[nexosim(init)]
    async fn init(&mut self, cx: &Context<Self>) {
        self.think(cx);
    }

    fn think(&mut self, cx: &Context<Self>) {
        let delay = self.chance.delay(THINK_MEAN);
        cx.schedule_event(delay, schedulable!(Self::end_think), ()).expect("a delay is never zero");
    }

    #[nexosim(schedulable)]
    async fn end_think(&mut self) {
        self.shared = self.chance.happens(SHARED_SHARE);
        let (worker, shared) = (self.number, self.shared);
        self.ask.send(Request { worker, shared }).await;
    }

    fn granted(&mut self, _: (), cx: &Context<Self>) {
        let delay = self.chance.delay(HOLD_MEAN);
        cx.schedule_event(delay, schedulable!(Self::end_hold), ()).expect("a delay is never zero");
    }

    #[nexosim(schedulable)]
    async fn end_hold(&mut self, _: (), cx: &Context<Self>) {
        self.think(cx);
        self.give_back.send(self.shared).await;
    }
}

#[derive(Serialize, Deserialize)]
struct Lock {
    grants: Vec<Output<()>>,
    readers: u32,
    writing: bool,
    waiting: VecDeque<(Request, MonotonicTime)>,
    releases_left: u64,
    granted: u64,
    waited: Duration,
}

#[Model]
impl Lock {
    async fn ask(&mut self, request: Request, cx: &Context<Self>) {
        if self.waiting.is_empty() && self.is_admissible(request) {
            self.admit(request, Duration::ZERO).await;
        } else {
            self.waiting.push_back((request, cx.time()));
        }
    }

    async fn give_back(&mut self, shared: bool, cx: &Context<Self>) {
        if shared {
            self.readers -= 1;
        } else {
            self.writing = false;
        }
        // After the last release of the run nobody enters, and so the calendar runs dry.
        self.releases_left = self.releases_left.saturating_sub(1);
        while let Some(&(request, asked)) = self.waiting.front()
            && self.is_admissible(request)
        {
            self.waiting.pop_front();
            let wait = cx.time().duration_since(asked);
            self.admit(request, wait).await;
        }
    }

    fn is_admissible(&self, request: Request) -> bool {
        let free = !self.writing && (request.shared || self.readers == 0);
        free && self.releases_left > 0
    }

    async fn admit(&mut self, request: Request, wait: Duration) {
        if request.shared {
            self.readers += 1;
        } else {
            self.writing = true;
        }
        self.granted += 1;
        self.waited += wait;
        self.grants[request.worker].send(()).await;
    }

    async fn mean_wait_ms(&mut self) -> f64 {
        1e3 * self.waited.as_secs_f64() / self.granted as f64
    }
}

/// Runs the model until the lock has been released `size` times.
pub fn run(size: u64, seed: u64) -> Result<Outcome, SimulationError> {
    let lock_box = Mailbox::new();
    let mut bench = SimInit::with_num_threads(1);
    let mut grants = Vec::new();
    for number in 0..WORKERS {
        let mut worker = Worker {
            number,
            ask: Output::default(),
            give_back: Output::default(),
            shared: false,
            chance: Chance::new(seed, number as u64),
        };
        worker.ask.connect(Lock::ask, &lock_box);
        worker.give_back.connect(Lock::give_back, &lock_box);
        let worker_box = Mailbox::new();
        let mut grant = Output::default();
        grant.connect(Worker::granted, &worker_box);
        grants.push(grant);
        bench = bench.add_model(worker, worker_box, "worker");
    }
    let lock = Lock {
        grants,
        readers: 0,
        writing: false,
        waiting: VecDeque::new(),
        releases_left: size,
        granted: 0,
        waited: Duration::ZERO,
    };
    let mean_wait_ms = QuerySource::new().connect(Lock::mean_wait_ms, &lock_box).register(&mut bench);
    let mut simulation = bench.add_model(lock, lock_box, "lock").init(MonotonicTime::EPOCH)?;
    let start = cpu_seconds();
    simulation.run()?;
    let cpu_s = cpu_seconds() - start;
    Ok(Outcome { events: 2 * size, cpu_s, statistic: simulation.process_query(&mean_wait_ms, ())? })
}
