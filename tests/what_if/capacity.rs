//! `capacity` against closed forms.

use crate::known::{effort, one_worker, plan};
use jqlab::lab::capacity::{Found, PRECISION};
use jqlab::lab::{Capacity, Estimate};
use jqlab::scenario::{CapacityPlan, Condition, Plan};
use std::sync::atomic::AtomicBool;

fn asked(plan: &Plan, condition: &str, jobs: u32, replications: u32) -> Capacity {
    let condition = Condition::read(condition, &["plain"]).unwrap();
    let never = AtomicBool::new(false);
    let effort = effort(jobs, replications);
    jqlab::lab::capacity(plan, &CapacityPlan { condition }, PRECISION, &effort, &never, &mut |_, _, _| {}).unwrap()
}

fn rate(found: &Capacity) -> (Estimate, bool) {
    match found.variants[0].found {
        Found::Rate { capacity, is_saturation } => (capacity, is_saturation),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bound_that_no_job_of_a_finite_run_exceeds_gives_the_saturation() {
    // Two workers, 2 ms a job: 1000/s.
    let plan = plan(
        "title = \"saturation\"\nseed = 5\n[workload]\njobs = 1000\narrivals = { process = \"at-once\" }\n\
         [[workload.class]]\nname = \"plain\"\n[[workload.class.opcode]]\nrun = \"2ms\"\n[design]\nworkers = 2\n\
         [[variant]]\nname = \"as it is\"\n[run]\nreplications = 3\n",
    );
    let found = asked(&plan, "sojourn mean < 1000s", 4000, 4);
    let (capacity, is_saturation) = rate(&found);
    assert!((capacity.point / 1000.0 - 1.0).abs() < 0.02, "{capacity:?}");
    assert!(is_saturation);
    assert_eq!(found.variants[0].instead_of.as_deref(), Some("all at once"));
}

#[test]
fn the_rate_at_which_a_single_worker_keeps_a_mean_sojourn_is_what_theory_says() {
    // 1/(μ − λ) < 4 ms with μ = 1000/s: λ < 750/s.
    let found = asked(&one_worker(300.0), "sojourn mean < 4ms", 3000, 8);
    let (capacity, is_saturation) = rate(&found);
    assert!(capacity.low.unwrap() <= 750.0 && 750.0 <= capacity.high.unwrap(), "{capacity:?}");
    assert!(capacity.high.unwrap() - capacity.low.unwrap() < 100.0, "{capacity:?}");
    assert!(!is_saturation, "the condition fails before the queue does");
    assert_eq!(found.variants[0].instead_of, None);
}

#[test]
fn what_can_never_hold_or_always_does_is_no_rate() {
    let found = asked(&one_worker(300.0), "sojourn mean < 1us", 200, 3);
    assert!(matches!(found.variants[0].found, Found::Never { at } if at < 1.0), "{found:?}");
}
