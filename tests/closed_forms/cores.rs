//! Cores: first come, first served below the time slice, processor sharing far above it.

use super::reference::{assert_mean, first_come_first_served};
use super::source::{Ask, exponential, poisson, serve};
use jqlab::actors::machine::Profile;
use jqlab::units::{Instant, Span};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;

fn machine(cores: u32, time_slice: Span) -> Profile {
    Profile { cores, time_slice, ..Profile::free() }
}

fn jobs(count: usize, gap: Span, takes: impl Fn(&mut Pcg64Mcg) -> f64, seed: u64) -> Vec<(Instant, Span)> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut arrivals = poisson(gap, &mut random);
    (0..count).map(|_| (arrivals(), Span::from_secs_f64(takes(&mut random) / 1e9))).collect()
}

fn ask(jobs: &[(Instant, Span)]) -> Vec<(Instant, Ask)> {
    jobs.iter().map(|(at, span)| (*at, Ask::Cores(*span))).collect()
}

#[test]
fn bursts_shorter_than_a_slice_wait_as_in_a_queue_with_as_many_servers() {
    for (cores, seed) in [(1, 1), (2, 2), (5, 3)] {
        let gap = Span(1_250_000 / u64::from(cores));
        let jobs = jobs(4_000, gap, |random| exponential(random) * 1e6, seed);
        let served = serve(machine(cores, Span::from_secs(1)), ask(&jobs), 1);
        let expected = first_come_first_served(&jobs, cores as usize);
        assert!(expected.iter().any(|wait| !wait.is_zero()));
        for ((one, wait), (arrives, takes)) in served.iter().zip(expected).zip(&jobs) {
            assert_eq!((one.waited, one.ended), (wait, *arrives + wait + *takes), "job {}", one.number);
        }
    }
}

#[test]
fn with_short_slices_the_mean_sojourn_is_that_of_processor_sharing_whatever_the_distribution() {
    // M/G/1-PS: E[T] = E[S] / (1 - rho) = 2 E[S]. One job in four is 17 times as long as the others: first come, first
    // served would take E[S] + lambda E[S²] / (2 (1 - rho)) = 2.46 E[S].
    let takes = |random: &mut Pcg64Mcg| if random.next_u64().is_multiple_of(4) { 3.4e6 } else { 0.2e6 };
    let (mean, rho) = (1e6, 0.5);
    let sojourns: Vec<f64> = (0..60)
        .map(|seed| {
            let jobs = jobs(4_000, Span::from_secs_f64(mean / rho / 1e9), takes, seed);
            let served = serve(machine(1, Span::from_micros(20)), ask(&jobs), 1);
            let total: f64 = served.iter().zip(&jobs).map(|(one, (at, _))| one.ended.since(*at).0 as f64).sum();
            total / jobs.len() as f64
        })
        .collect();
    assert_mean("mean sojourn, ns", &sojourns, mean / (1.0 - rho), 0.05);
}

#[test]
fn slices_change_who_waits_but_not_when_all_is_done() {
    let jobs = jobs(2_000, Span(1_100_000), |random| exponential(random) * 1e6, 9);
    let last = |slice| serve(machine(1, slice), ask(&jobs), 1).iter().map(|one| one.ended).max();
    assert_eq!(last(Span::from_micros(30)), last(Span::from_secs(1)));
}
