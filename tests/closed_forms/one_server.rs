//! One server: M/M/1, M/D/1 and M/G/1.
//!
//! The mean wait (Pollaczek and Khinchine) is the same in whatever order those who wait are served; the second moment
//! (Takács) is not: it is the smallest where they are served as they came. So both are checked.

use crate::chance::Law;
use crate::reference::assert_mean;
use crate::station::{Waits, open};

/// Poisson arrivals that keep one server busy for 0.6 of the time.
fn assert_waits(what: &str, service: Law, seeds: std::ops::Range<u64>, seconds: u64) {
    let rho = 0.6;
    let gap = service.mean() / rho;
    let expected_mean = service.moment(2) / (2.0 * gap * (1.0 - rho));
    let expected_square = 2.0 * expected_mean.powi(2) + service.moment(3) / (3.0 * gap * (1.0 - rho));
    let runs: Vec<_> = seeds.map(|seed| open(&[(Law::Exponential(gap), service)], 1, seconds, seed)).collect();
    let figures = |figure: &dyn Fn(&Waits) -> f64| runs.iter().map(figure).collect::<Vec<_>>();
    assert_mean(&format!("{what}: mean wait, s"), &figures(&|run| run.mean(0)), expected_mean, 0.03);
    assert_mean(&format!("{what}: mean square wait, s²"), &figures(&|run| run.mean_square(0)), expected_square, 0.06);
    assert_mean(&format!("{what}: utilisation"), &figures(&|run| run.busy_mean()), rho, 0.01);
}

#[test]
fn exponential_services_wait_as_m_m_1_says() {
    assert_waits("M/M/1", Law::Exponential(1.0), 100..140, 40_000);
}

#[test]
fn fixed_services_wait_as_m_d_1_says() {
    assert_waits("M/D/1", Law::Fixed(1.0), 200..240, 25_000);
}

#[test]
fn lognormal_services_wait_as_pollaczek_and_khinchine_say() {
    assert_waits("M/G/1, lognormal", Law::Lognormal { mean: 1.0, deviation: 0.5 }, 300..340, 40_000);
}

#[test]
fn services_of_two_lengths_wait_as_pollaczek_and_khinchine_say() {
    let service = Law::TwoPoint { short: 0.5, long: 3.0, share: 0.2 };
    assert_waits("M/G/1, two lengths", service, 400..440, 40_000);
}
