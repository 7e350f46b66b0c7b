//! `sensitivity` against closed forms.

use crate::known::{effort, one_worker, plan};
use jqlab::lab::sensitivity::{Scaled, Sensitivity, Setting};
use jqlab::scenario::claim::{Measure, Statistic};
use jqlab::scenario::{Plan, SensitivityPlan};
use std::sync::atomic::AtomicBool;

fn asked(plan: &Plan, measure: Measure, factors: &[f64], jobs: u32, replications: u32) -> Sensitivity {
    let asked = SensitivityPlan { measure, class: None, variant: 0, factors: factors.to_vec() };
    jqlab::lab::sensitivity(plan, &asked, &effort(jobs, replications), &AtomicBool::new(false), &mut |_, _, _| {})
        .unwrap()
}

fn scaled<'a>(found: &'a Sensitivity, name: &str) -> &'a Scaled {
    found.knobs.iter().find(|knob| knob.name == name).unwrap_or_else(|| panic!("{name} has no effect: {found:#?}"))
}

fn times(knob: &Scaled, factor: f64) -> &Setting {
    knob.settings.iter().find(|setting| setting.factor == Some(factor)).unwrap()
}

#[test]
fn the_mean_sojourn_of_a_single_worker_at_half_and_twice_the_run_time_is_what_theory_says() {
    // λ = 300/s and μ = 1000/s: 1/(μ − λ), at 2000 and 500.
    let found = asked(&one_worker(300.0), Measure::Sojourn(Statistic::Mean), &[0.0, 0.5, 2.0], 2000, 10);
    let expected = |service: f64| 1e9 / (1.0 / service - 300.0);
    let within = |value: jqlab::lab::Estimate, expected: f64| {
        assert!(
            value.low.unwrap() <= expected && expected <= value.high.unwrap(),
            "{value:?} does not hold {expected}"
        );
    };
    within(found.base, expected(0.001));
    for name in ["running opcodes", "holding the cluster lock"] {
        let knob = scaled(&found, name);
        within(times(knob, 0.5).value.unwrap(), expected(0.0005));
        within(times(knob, 2.0).value.unwrap(), expected(0.002));
        assert_eq!(times(knob, 0.0).effect.unwrap().point, 0.0, "{name}: nothing else takes any time");
    }
    assert_eq!(
        found.without_effect,
        ["holding the queue lock", "holding the dependency lock"],
        "on this machine nothing is done there"
    );
}

#[test]
fn clients_in_a_closed_loop_on_one_lock_get_twice_as_much_done_if_it_is_held_for_half_as_long() {
    let plan = plan(
        "title = \"one lock\"\nseed = 3\n[workload]\njobs = 1000\narrivals = { process = \"closed\", clients = 8 }\n\
         cluster = { instances = 1, nodes = 1 }\n[[workload.class]]\nname = \"plain\"\n[[workload.class.opcode]]\nrun = \"1ms\"\n\
         locks = [{ level = \"instance\", count = 1, mode = \"exclusive\" }]\n[design]\nworkers = 8\n\
         [[variant]]\nname = \"as it is\"\n[run]\nreplications = 3\n",
    );
    let found = asked(&plan, Measure::Throughput, &[0.5, 2.0], 1000, 3);
    let close = |rate: f64, expected: f64| assert!((rate / expected - 1.0).abs() < 0.02, "{rate}/s, not {expected}/s");
    close(found.base.point, 1000.0);
    let knob = scaled(&found, "holding instance locks");
    close(times(knob, 0.5).value.unwrap().point, 2000.0);
    close(times(knob, 2.0).value.unwrap().point, 500.0);
    assert!((times(knob, 0.5).effect.unwrap().point - 2.0).abs() < 0.04);
}
