//! The whole queue on a machine where only opcodes take time: then it is a textbook's queue with as many servers as
//! there are workers.

use super::reference::{assert_mean, by_priority, machine_repair};
use super::source::{exponential, poisson};
use jqlab::actors::Design;
use jqlab::actors::clients::Load;
use jqlab::actors::clients::Program;
use jqlab::actors::clients::{Call, JobRequest, OpcodeRequest};
use jqlab::actors::machine::{Keeps, ModelDirectory, Profile};
use jqlab::runtime::virtual_time::{QueueSimulation, Setup};
use jqlab::runtime::{RunSetup, Streams};
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

/// A client's call for a job that runs so long.
fn submit(takes: Span, priority: i64) -> Call {
    let opcode = OpcodeRequest { priority: Some(priority), ..OpcodeRequest::delay(Program::running(takes)) };
    Call::Submit(JobRequest { opcodes: vec![opcode], ..JobRequest::default() })
}

/// The sojourns of `jobs` in the whole queue, in their order.
fn sojourns(jobs: &[Job], workers: u32) -> Vec<Span> {
    let call = |(due, takes, priority): &Job| (*due, submit(*takes, *priority));
    sojourns_of(Load::open(jobs.iter().map(call)), workers)
}

/// The sojourns of the jobs of `load`, in the order of their ids.
fn sojourns_of(load: Load, workers: u32) -> Vec<Span> {
    let mut queue = QueueSimulation::new(Setup {
        run: RunSetup {
            design: Arc::new(Design { workers, queue_size_limit: u64::MAX, ..Design::default() }),
            load,
            streams: Streams::new(1, 0),
            ..RunSetup::default()
        },
        directory: ModelDirectory::default(),
        keeps: Keeps::Digests,
        profile: Arc::new(Profile::free()),
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

#[test]
fn clients_that_wait_for_their_jobs_make_a_closed_network() {
    let (clients, calls) = (6, repairs(2_000, 1));
    let load =
        Load::Closed { clients: 6, calls: calls.iter().map(|(think, takes)| (*think, submit(*takes, 0))).collect() };
    let mut expected = machine_repair(&calls, clients);
    let mut sojourns = sojourns_of(load, 1);
    // Ids are given in the order of submission, which is not that of the calls where clients think.
    expected.sort_unstable();
    sojourns.sort_unstable();
    assert_eq!(sojourns, expected);
}

/// Times to think (mean 5 ms) and to be served (mean 1 ms).
fn repairs(count: usize, seed: u64) -> Vec<(Span, Span)> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut time = |mean: f64| Span::from_secs_f64(exponential(&mut random) * mean);
    (0..count).map(|_| (time(5e-3), time(1e-3))).collect()
}

#[test]
fn the_reference_of_a_closed_network_is_the_machine_repair_model() {
    // M/M/1//N: p_n is proportional to N! / (N - n)! (E[S] / E[Z])^n; the throughput is (1 - p_0) / E[S], and a
    // customer's sojourn N / X - E[Z] (Little).
    let (clients, think, service) = (6_u32, 5e-3, 1e-3);
    let weight = |n: u32| (0..n).map(|k| f64::from(clients - k) * service / think).product::<f64>();
    let idle = 1.0 / (0..=clients).map(weight).sum::<f64>();
    let expected = f64::from(clients) * service / (1.0 - idle) - think;
    let means: Vec<f64> = (0..40)
        .map(|seed| {
            let sojourns = machine_repair(&repairs(10_000, seed), clients as usize);
            sojourns.iter().map(|sojourn| sojourn.as_secs_f64()).sum::<f64>() / sojourns.len() as f64
        })
        .collect();
    assert_mean("mean sojourn, s", &means, expected, 0.02);
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
