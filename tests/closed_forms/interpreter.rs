//! The interpreter lock: one at a time, in turn.

use super::reference::first_come_first_served;
use super::source::{Ask, exponential, poisson, serve};
use jqlab::actors::machine::Profile;
use jqlab::units::{Instant, Span};
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

fn machine(cores: u32, switch_interval: Span) -> Profile {
    Profile { cores, interpreter_lock: Some(switch_interval), time_slice: Span::from_secs(1), ..Profile::free() }
}

fn jobs(count: usize, seed: u64) -> Vec<(Instant, Span)> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut arrivals = poisson(Span(1_250_000), &mut random);
    (0..count).map(|_| (arrivals(), Span::from_secs_f64(exponential(&mut random) / 1e3))).collect()
}

#[test]
fn only_one_computes_however_many_cores_there_are() {
    let jobs = jobs(4_000, 1);
    let requests = jobs.iter().map(|(at, span)| (*at, Ask::Interpreter(*span))).collect();
    let served = serve(machine(64, Span::from_secs(1)), requests, 1);
    for ((one, wait), (arrives, takes)) in served.iter().zip(first_come_first_served(&jobs, 1)).zip(&jobs) {
        assert_eq!((one.waited, one.ended), (wait, *arrives + wait + *takes), "job {}", one.number);
    }
}

#[test]
fn a_long_burst_makes_room_for_a_short_one_after_the_switch_interval() {
    let (long, short) = (Span::from_millis(100), Span::from_millis(1));
    let requests = vec![(Instant(0), Ask::Interpreter(long)), (Instant(1), Ask::Interpreter(short))];
    let served = serve(machine(2, Span::from_millis(5)), requests, 1);
    assert_eq!(served[1].ended, Instant(6_000_000));
    assert_eq!(served[0].ended, Instant(101_000_000));
}

#[test]
fn who_holds_the_interpreter_lock_still_needs_a_core() {
    let requests = vec![(Instant(0), Ask::Cores(Span(700))), (Instant(1), Ask::Interpreter(Span(50)))];
    let served = serve(machine(1, Span::from_millis(5)), requests, 1);
    assert_eq!((served[1].waited, served[1].ended), (Span(699), Instant(750)));
}
