//! The whole queue on a machine where only opcodes take time: then it is a textbook's queue with as many servers as
//! there are workers.

use super::reference::{assert_mean, by_priority};
use super::source::{exponential, poisson};
use jqlab::actors::Design;
use jqlab::actors::load::LoadPlan;
use jqlab::actors::models::{Keeps, ModelDirectory, Profile};
use jqlab::actors::program::Program;
use jqlab::actors::request::{Call, JobRequest, OpcodeRequest};
use jqlab::runtime::virtual_time::{QueueSimulation, Setup};
use jqlab::units::{Instant, Span};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use std::sync::Arc;

/// A job: when it is due, how long it runs, and its priority as clients ask for it.
type Job = (Instant, Span, i64);

/// Jobs of mean 1 ms that keep `workers` busy for `rho` of the time.
fn jobs(count: usize, workers: u32, rho: f64, takes: impl Fn(&mut Pcg64Mcg) -> f64, seed: u64) -> Vec<Job> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut arrivals = poisson(Span::from_secs_f64(1e-3 / rho / f64::from(workers)), &mut random);
    let mut one = || {
        let priority = [-10, 0, 10][usize::try_from(random.next_u64() % 3).unwrap()];
        (arrivals(), Span::from_secs_f64(takes(&mut random) * 1e-3), priority)
    };
    (0..count).map(|_| one()).collect()
}

/// The sojourns of `jobs` in the whole queue, in their order.
fn sojourns(jobs: &[Job], workers: u32) -> Vec<Span> {
    let call = |(due, takes, priority): &Job| {
        let opcode = OpcodeRequest { priority: Some(*priority), ..OpcodeRequest::delay(Program::running(*takes)) };
        (*due, Call::Submit(JobRequest { opcodes: vec![opcode], ..JobRequest::default() }))
    };
    let mut queue = QueueSimulation::new(Setup {
        design: Arc::new(Design { workers, queue_size_limit: u64::MAX, ..Design::default() }),
        load: LoadPlan::open(jobs.iter().map(call)),
        directory: ModelDirectory::default(),
        keeps: Keeps::Digests,
        profile: Arc::new(Profile::free()),
        seed: 1,
        tracing: false,
        ends_with_load: true,
        watched: false,
    });
    queue.run(Instant::FAR_FUTURE);
    let mut rows = queue.crash().0.jobs;
    rows.sort_by_key(|row| row.id);
    rows.iter().map(|row| row.finished.since(row.due)).collect()
}

#[test]
fn jobs_wait_for_workers_in_the_order_of_priority_then_arrival() {
    for (workers, seed) in [(1, 1), (3, 2), (25, 3)] {
        let jobs = jobs(2_000, workers, 0.9, exponential, seed);
        let waits = by_priority(&jobs, workers as usize);
        assert!(waits.iter().any(|wait| !wait.is_zero()));
        let expected: Vec<Span> = waits.iter().zip(&jobs).map(|(wait, (_, takes, _))| *wait + *takes).collect();
        assert_eq!(sojourns(&jobs, workers), expected);
    }
}

/// What the whole queue is held against is itself held against theory, which takes far more jobs.
#[test]
fn the_reference_with_one_server_and_fixed_run_times_waits_as_cobham_says() {
    // W0 = rho E[S] / 2; class k waits W0 / ((1 - sigma_{k-1}) (1 - sigma_k)), sigma the load of it and those before.
    let (rho, service) = (0.6, 1e-3);
    let mut means = [Vec::new(), Vec::new(), Vec::new()];
    for seed in 0..40 {
        let jobs = jobs(40_000, 1, rho, |_| 1.0, seed);
        let waits = by_priority(&jobs, 1);
        for (priority, means) in [-10, 0, 10].into_iter().zip(&mut means) {
            let of_class = jobs.iter().zip(&waits).filter(|(job, _)| job.2 == priority);
            let of_class: Vec<f64> = of_class.map(|(_, wait)| wait.as_secs_f64()).collect();
            means.push(of_class.iter().sum::<f64>() / of_class.len() as f64);
        }
    }
    for (class, means) in (0_u32..).zip(&means) {
        let load = |classes: u32| rho * f64::from(classes) / 3.0;
        let expected = rho * service / 2.0 / ((1.0 - load(class)) * (1.0 - load(class + 1)));
        assert_mean(&format!("mean wait of class {class}, s"), means, expected, 0.03);
    }
}

#[test]
fn the_reference_with_several_servers_waits_as_erlang_says() {
    // Of jobs that find all servers taken (a share of Erlang C), the mean wait is 1 / (c mu - lambda).
    let means: Vec<f64> = (0..40)
        .map(|seed| {
            let mut jobs = jobs(40_000, 3, 0.7, exponential, seed);
            jobs.iter_mut().for_each(|job| job.2 = 0);
            by_priority(&jobs, 3).iter().map(|wait| wait.as_secs_f64()).sum::<f64>() / 40_000.0
        })
        .collect();
    let erlang_b = (2.1_f64.powi(3) / 6.0) / (1.0 + 2.1 + 2.1_f64.powi(2) / 2.0 + 2.1_f64.powi(3) / 6.0);
    let erlang_c = erlang_b / (1.0 - 0.7 * (1.0 - erlang_b));
    assert_mean("mean wait, s", &means, erlang_c * 1e-3 / (3.0 - 2.1), 0.04);
}
