//! The device: as many operations at once as its queue is deep, in its order of service.

use super::reference::{assert_mean, first_come_first_served};
use super::source::{Ask, poisson, serve};
use jqlab::actors::files::{Depth, Operation};
use jqlab::actors::machine::Profile;
use jqlab::actors::machine::profile::{Discipline, DiskProfile, FileCost};
use jqlab::actors::machine::{Cost, Spread};
use jqlab::job::JobId;
use jqlab::units::{Instant, Span};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// A disk whose reads and renames to a new name, as the drain flag's, take the device and nothing else.
fn machine(queue_depth: u32, discipline: Discipline, device: Cost) -> Profile {
    let cost = FileCost { cpu: Cost::default(), device };
    let disk = DiskProfile { queue_depth, discipline, rename_new: cost.clone(), read: cost, ..DiskProfile::free() };
    Profile { disk, ..Profile::free() }
}

/// Operations at random times, the given share of them reads; the rest renames.
fn operations(count: usize, gap: Span, reads: f64, seed: u64) -> Vec<(Instant, Ask)> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut arrivals = poisson(gap, &mut random);
    let mut one = || {
        let is_read = ((random.next_u64() >> 11) as f64) < reads * (1_u64 << 53) as f64;
        let read = Operation::ReadJob(JobId(1), Depth::Full);
        (arrivals(), Ask::Disk(if is_read { read } else { Operation::Drain(true) }))
    };
    (0..count).map(|_| one()).collect()
}

fn mean_wait(served: &[super::source::Served]) -> f64 {
    served.iter().map(|one| one.waited.0 as f64).sum::<f64>() / served.len() as f64
}

#[test]
fn operations_wait_as_in_a_queue_with_as_many_servers_as_the_device_is_deep() {
    for (depth, gap) in [(1, 1_250), (4, 320)] {
        let requests = operations(3_000, Span::from_micros(gap), 0.5, 4);
        let jobs: Vec<_> = requests.iter().map(|(at, _)| (*at, Span::from_millis(1))).collect();
        let served = serve(machine(depth, Discipline::Fifo, Cost::fixed(Span::from_millis(1))), requests, 1);
        let expected = first_come_first_served(&jobs, depth as usize);
        let waited: Vec<Span> = served.iter().map(|one| one.waited).collect();
        assert!(waited.iter().any(|wait| !wait.is_zero()));
        assert!(waited == expected, "queue depth {depth}");
    }
}

#[test]
fn the_mean_wait_for_one_device_is_pollaczek_and_khinchines() {
    let device = Cost { spread: Spread::lognormal(4_000), ..Cost::fixed(Span::from_millis(1)) };
    let mean = device.mean(0, 0).as_secs_f64();
    // The second moment follows from the quantiles: between two of them, the factor is uniform.
    let Spread::Quantiles(knots) = &device.spread else { panic!("a lognormal is held by its quantiles") };
    let second: f64 = knots
        .windows(2)
        .map(|pair| {
            let weight = f64::from(pair[1].probability - pair[0].probability) / 1e6;
            let (low, high) = (f64::from(pair[0].factor) / 1e3, f64::from(pair[1].factor) / 1e3);
            weight * (low * low + low * high + high * high) / 3.0
        })
        .sum::<f64>()
        * 1e-6;
    let rho = 0.6;
    let lambda = rho / mean;
    let expected = lambda * second / (2.0 * (1.0 - rho));
    let gap = Span::from_secs_f64(1.0 / lambda);
    let waits: Vec<f64> = (0..60)
        .map(|seed| {
            let requests = operations(3_000, gap, 0.5, seed);
            mean_wait(&serve(machine(1, Discipline::Fifo, device.clone()), requests, seed)) / 1e9
        })
        .collect();
    assert_mean("mean wait, s", &waits, expected, 0.06);
}

#[test]
fn operations_that_all_take_the_same_wait_as_in_an_m_d_1_queue() {
    // W = rho E[S] / (2 (1 - rho)), half of what it would be if times were exponential.
    let (rho, service) = (0.5, 1e-3);
    let waits: Vec<f64> = (0..60)
        .map(|seed| {
            let requests = operations(4_000, Span::from_secs_f64(service / rho), 0.5, seed);
            let served = serve(machine(1, Discipline::Fifo, Cost::fixed(Span::from_secs_f64(service))), requests, seed);
            mean_wait(&served) / 1e9
        })
        .collect();
    assert_mean("mean wait, s", &waits, rho * service / (2.0 * (1.0 - rho)), 0.03);
}

#[test]
fn reads_that_go_first_wait_as_cobham_says() {
    // Non-preemptive priorities, M/D/1: W_reads = W0 / (1 - rho_r), W_others = W0 / ((1 - rho_r) (1 - rho)),
    // where W0 = lambda E[S²] / 2 is the rest of the operation in service.
    let (service, rho, reads) = (1e-3, 0.7, 0.4);
    let lambda = rho / service;
    let rest = lambda * service * service / 2.0;
    let expected = [rest / (1.0 - reads * rho), rest / ((1.0 - reads * rho) * (1.0 - rho))];
    let mut waits = [Vec::new(), Vec::new()];
    for seed in 0..60 {
        let requests = operations(3_000, Span::from_secs_f64(1.0 / lambda), reads, seed);
        let is_read = |ask: &Ask| matches!(ask, Ask::Disk(Operation::ReadJob(..)));
        let kinds: Vec<bool> = requests.iter().map(|(_, ask)| is_read(ask)).collect();
        let served =
            serve(machine(1, Discipline::ReadsFirst, Cost::fixed(Span::from_secs_f64(service))), requests, seed);
        for (kind, waits) in [true, false].into_iter().zip(&mut waits) {
            let of_kind: Vec<_> = served.iter().filter(|one| kinds[one.number] == kind).copied().collect();
            waits.push(mean_wait(&of_kind) / 1e9);
        }
    }
    assert_mean("mean wait of reads, s", &waits[0], expected[0], 0.03);
    assert_mean("mean wait of others, s", &waits[1], expected[1], 0.06);
}

#[test]
fn a_crowded_device_takes_longer_for_each() {
    let mut profile = machine(8, Discipline::Fifo, Cost::fixed(Span(1_000)));
    profile.disk.crowding = [(1, 1_000), (2, 1_500)].into();
    let drain = || Ask::Disk(Operation::Drain(true));
    let served = serve(profile, vec![(Instant(0), drain()), (Instant(10), drain())], 1);
    assert_eq!((served[0].ended, served[1].ended), (Instant(1_000), Instant(1_510)));
}

#[test]
fn a_file_that_left_the_page_cache_is_read_from_the_device() {
    use jqlab::actors::clients::{JobRequest, OpcodeRequest};
    let mut profile = machine(1, Discipline::Fifo, Cost::default());
    profile.disk.read_uncached = FileCost { cpu: Cost::default(), device: Cost::fixed(Span(9_000)) };
    profile.disk.page_cache = Some(1_000);
    let write = |id| {
        let opcode = OpcodeRequest::delay(jqlab::actors::clients::Program::running(Span::ZERO));
        let request = JobRequest { opcodes: vec![opcode], ..JobRequest::default() };
        let now = jqlab::actors::Design::default().epoch;
        let job = request.into_job(JobId(id), None, Instant::ZERO, now).unwrap();
        Ask::Disk(Operation::WriteJob(job, jqlab::actors::files::WriteCause::Submit))
    };
    let read = |id| Ask::Disk(Operation::ReadJob(JobId(id), Depth::Full));
    // Each file has about 400 bytes: the third write drives the first file out.
    let asks = [write(1), write(2), write(3), read(1), read(3)];
    let requests = (0..).zip(asks).map(|(number, ask)| (Instant(number * 100_000), ask)).collect();
    let served = serve(profile, requests, 1);
    let took: Vec<u64> = (0..).zip(&served).map(|(number, one)| one.ended.0 - number * 100_000).collect();
    assert_eq!(took, [0, 0, 0, 9_000, 0]);
}
