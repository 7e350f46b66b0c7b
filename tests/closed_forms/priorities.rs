//! Classes of different urgency at one server that interrupts nobody: Cobham.

use crate::chance::Law;
use crate::reference::assert_mean;
use crate::station::{Waits, open};

#[test]
fn each_class_waits_as_cobham_says() {
    // W0 = Σ λ E[S²] / 2 is what is left of the service that one finds; class k waits
    // W0 / ((1 - σ_{k-1}) (1 - σ_k)), where σ_k is the load of it and of those before it.
    let classes = [
        (Law::Exponential(5.0), Law::Fixed(1.0)),
        (Law::Exponential(4.0), Law::Exponential(1.0)),
        (Law::Exponential(10.0), Law::TwoPoint { short: 1.0, long: 5.0, share: 0.25 }),
    ];
    let rest: f64 = classes.iter().map(|(gap, service)| service.moment(2) / gap.mean() / 2.0).sum();
    let runs: Vec<Waits> = (0..40).map(|seed| open(&classes, 1, 75_000, 600 + seed)).collect();
    let mut before = 0.0;
    for (class, (gap, service)) in classes.iter().enumerate() {
        let load = before + service.mean() / gap.mean();
        let expected = rest / ((1.0 - before) * (1.0 - load));
        let means: Vec<f64> = runs.iter().map(|run| run.mean(class)).collect();
        assert_mean(&format!("mean wait of class {class}, s"), &means, expected, 0.03);
        before = load;
    }
    let busy: Vec<f64> = runs.iter().map(Waits::busy_mean).collect();
    assert_mean("utilisation", &busy, before, 0.01);
}
