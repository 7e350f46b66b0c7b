//! Several servers: M/M/c, by Erlang C. Of those who arrive, a share C finds all servers busy, and waits for an
//! exponential time of rate cµ − λ: so theory knows the second moment too, which depends on the order of service.

use crate::chance::Law;
use crate::reference::assert_mean;
use crate::station::{Waits, open};

/// Erlang's C, by the recursion of his B.
fn share_that_waits(servers: u32, offered: f64) -> f64 {
    let blocked =
        (1..=servers).fold(1.0, |blocked, server| offered * blocked / (f64::from(server) + offered * blocked));
    blocked / (1.0 - offered / f64::from(servers) * (1.0 - blocked))
}

#[test]
fn the_share_that_waits_is_that_of_the_tables() {
    assert!((share_that_waits(1, 0.6) - 0.6).abs() < 1e-12);
    assert!((share_that_waits(2, 1.0) - 1.0 / 3.0).abs() < 1e-12);
    // Of the kernel's first reference model: 0.5079 wait, 0.4 services each.
    assert!((share_that_waits(25, 22.5) / 2.5 - 0.203_17).abs() < 5e-6);
}

#[test]
fn customers_wait_for_two_and_for_five_servers_as_erlang_says() {
    for (servers, rho, seconds) in [(2, 0.6, 24_000), (5, 0.7, 24_000)] {
        let gap = 1.0 / (rho * f64::from(servers));
        let classes = [(Law::Exponential(gap), Law::Exponential(1.0))];
        let runs: Vec<Waits> =
            (0..40).map(|seed| open(&classes, servers, seconds, 1_000 * u64::from(servers) + seed)).collect();
        let share = share_that_waits(servers, rho * f64::from(servers));
        let rate = f64::from(servers) * (1.0 - rho);
        let figures = |figure: &dyn Fn(&Waits) -> f64| runs.iter().map(figure).collect::<Vec<_>>();
        let what = |figure| format!("M/M/{servers}: {figure}");
        assert_mean(&what("mean wait, s"), &figures(&|run| run.mean(0)), share / rate, 0.03);
        let square = 2.0 * share / (rate * rate);
        assert_mean(&what("mean square wait, s²"), &figures(&|run| run.mean_square(0)), square, 0.07);
        assert_mean(&what("busy servers"), &figures(&|run| run.busy_mean()), rho * f64::from(servers), 0.01);
    }
}
