//! The instrument's own hot paths: the calendar, one actor step, an uncontended lock, a message on one thread and
//! between two.
#![allow(missing_docs, clippy::unwrap_used)] // a harness, not an interface

use actix::{Actor, Handler};
use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use jqlab::actors::clients::Load;
use jqlab::actors::clients::Program;
use jqlab::actors::clients::{Call, JobRequest, OpcodeRequest};
use jqlab::actors::locks::{Activity, Ask, Lock, Mode};
use jqlab::actors::machine::Profile;
use jqlab::actors::machine::{Keeps, ModelDirectory};
use jqlab::actors::{ActorId, Design};
use jqlab::job::Priority;
use jqlab::runtime::calendar::Calendar;
use jqlab::runtime::virtual_time::{QueueSimulation, Setup};
use jqlab::runtime::{RunSetup, Streams};
use jqlab::units::{Instant, Span};
use std::hint::black_box;
use std::sync::Arc;

/// The hold model: as many events at all times, each popped is scheduled anew at a later time.
fn calendar(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("calendar, pop and push");
    for entries in [26_u64, 1_024, 16_384, 262_144] {
        group.bench_function(BenchmarkId::from_parameter(entries), |bencher| {
            let mut calendar = Calendar::default();
            let mut random = 1_u64;
            let mut next = || {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                random >> 44
            };
            for event in 0..entries {
                calendar.schedule(Instant(next()), event);
            }
            bencher.iter(|| {
                let (at, event) = calendar.pop().unwrap();
                calendar.schedule(Instant(at.0 + next()), event)
            });
        });
    }
}

fn lock(criterion: &mut Criterion) {
    criterion.bench_function("uncontended lock, acquire and release", |bencher| {
        let mut lock = Lock::default();
        let mut granted = Vec::new();
        bencher.iter(|| {
            let (now, process) = (Instant(7), ActorId(3));
            let ask = Ask { process, mode: Mode::Shared, priority: Priority::NORMAL, activity: Activity::Start };
            let grant = lock.acquire(now, ask);
            black_box((grant, lock.release(now, process, &mut granted)))
        });
    });
}

/// A queue of 1,000 jobs in virtual time, from start to end; the figure is per message.
fn step(criterion: &mut Criterion) {
    let setup = || {
        let request = || JobRequest {
            opcodes: vec![OpcodeRequest::delay(Program::running(Span::from_millis(2)))],
            ..JobRequest::default()
        };
        let load = Load::open((0..1_000).map(|number| (Instant(number * 100_000), Call::Submit(request()))));
        QueueSimulation::new(Setup {
            run: RunSetup {
                design: Arc::new(Design { queue_size_limit: u64::MAX, ..Design::default() }),
                load,
                streams: Streams::new(1, 0),
                ..RunSetup::default()
            },
            directory: ModelDirectory::default(),
            profile: Arc::new(Profile::free()),
            keeps: Keeps::Documents,
        })
    };
    let mut probe = setup();
    probe.run(Instant::FAR_FUTURE);
    let messages = probe.crash().0.messages;
    let mut group = criterion.benchmark_group("queue in virtual time");
    group.throughput(criterion::Throughput::Elements(messages));
    group.sample_size(20);
    group.bench_function("messages of 1,000 jobs", |bencher| {
        bencher.iter_batched(setup, |mut queue| queue.run(Instant::FAR_FUTURE), BatchSize::LargeInput);
    });
}

struct Echo;

impl Actor for Echo {
    type Context = actix::Context<Self>;
}

struct Ping;

impl actix::Message for Ping {
    type Result = ();
}

impl Handler<Ping> for Echo {
    type Result = ();

    fn handle(&mut self, _: Ping, _: &mut Self::Context) {}
}

/// There and back.
fn mailbox(criterion: &mut Criterion) {
    let system = actix_rt::System::new();
    let (near, far) = system.block_on(async {
        let other = actix_rt::Arbiter::new();
        (Echo.start(), Echo::start_in_arbiter(&other.handle(), |_| Echo))
    });
    for (name, address) in [("on one thread", near), ("between two threads", far)] {
        criterion.bench_function(&format!("message {name}, there and back"), |bencher| {
            bencher.iter(|| system.block_on(address.send(Ping)).unwrap());
        });
    }
}

criterion_group!(benches, calendar, lock, step, mailbox);
criterion_main!(benches);
