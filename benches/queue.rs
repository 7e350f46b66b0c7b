//! The whole queue in virtual time: jobs per second, from the drawing of calls to the figures of the run.
//!
//! The workload is that of study 1 (`scenarios/chained-jobs.toml`), at a rate that its disk can bear, for 100,000 jobs.
//! For ten million, with the peak of memory: see docs/performance.md.

#![allow(clippy::unwrap_used)] // a bench

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jqlab::actors::machine::{Keeps, ModelDirectory};
use jqlab::lab::reduction::{SummedRecord, Sums};
use jqlab::lab::{Run, RunSummary};
use jqlab::runtime::virtual_time::{QueueSimulation, Setup};
use jqlab::runtime::{RunSetup, Streams};
use jqlab::scenario::{self, Variant, WarmUp};
use jqlab::units::Instant;
use std::hint::black_box;
use std::sync::Arc;

const JOBS: u32 = 100_000;

const SCENARIO: &str = r#"
title = "the whole queue"
seed  = 20110714
[workload]
jobs     = 100000
arrivals = { process = "poisson", rate = "500/s" }
cluster  = { instances = 200, nodes = 20 }
[[workload.class]]
name  = "plain"
share = 0.7
[[workload.class.opcode]]
run = { lognormal = { median = "2ms", p99 = "10ms" } }
[[workload.class]]
name  = "chained"
share = 0.3
[[workload.class.opcode]]
run = "2ms"
[design]
workers          = 25
request_threads  = 8
[[variant]]
name     = "no dependencies"
[[variant]]
name     = "chain of 11"
workload = { chained = { depends = { on = "chain", of = 11 } } }
"#;

fn simulate(variant: &Variant) -> RunSummary {
    let warmup = WarmUp::Mser5;
    let classes = variant.workload.classes.len();
    let setup = Setup {
        run: RunSetup {
            design: Arc::new(variant.design.clone()),
            load: variant.workload.load(Streams::new(1, 0)),
            streams: Streams::new(1, 0),
            ..RunSetup::default()
        },
        directory: ModelDirectory::default(),
        profile: Arc::clone(&variant.machine.profile),
        keeps: Keeps::Digests,
    };
    let mut queue = QueueSimulation::recorded_by(SummedRecord::new(Sums::new(warmup, classes), false), setup);
    queue.run(Instant::FAR_FUTURE);
    let record = queue.into_parts().0;
    assert_eq!(record.ended(), u64::from(JOBS));
    RunSummary::of(Run::new(record))
}

fn whole_queue(criterion: &mut Criterion) {
    let plan = scenario::read("queue.toml", SCENARIO).unwrap_or_else(|errors| panic!("{errors}"));
    let mut group = criterion.benchmark_group("whole queue in virtual time, jobs");
    group.sample_size(10).throughput(Throughput::Elements(u64::from(JOBS)));
    for variant in &plan.variants {
        group.bench_function(&variant.name, |bencher| bencher.iter(|| black_box(simulate(variant))));
    }
    group.finish();
}

criterion_group!(benches, whole_queue);
criterion_main!(benches);
