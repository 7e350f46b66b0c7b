//! Queues of which theory knows the answer, on a machine on which nothing takes any time but jobs.

use jqlab::actors::machine::Profile;
use jqlab::lab::Effort;
use jqlab::scenario::{self, Machine, Plan};
use std::sync::Arc;

/// What a scenario says, on a machine that costs nothing.
pub(crate) fn plan(text: &str) -> Plan {
    let mut plan = scenario::read("known.toml", text).unwrap_or_else(|errors| panic!("{}", errors.render(false)));
    for variant in &mut plan.variants {
        variant.machine = Machine::of(Arc::new(Profile::free()));
    }
    plan
}

/// One worker, Poisson arrivals, exponential run times of 1 ms.
pub(crate) fn one_worker(rate: f64) -> Plan {
    plan(&format!(
        "title = \"M/M/1\"\nseed = 7\n[workload]\njobs = 4000\narrivals = {{ process = \"poisson\", rate = \"{rate}/s\" }}\n\
         [[workload.class]]\nname = \"plain\"\n[[workload.class.opcode]]\nrun = {{ exponential = {{ mean = \"1ms\" }} }}\n\
         [design]\nworkers = 1\n[[variant]]\nname = \"as it is\"\n[run]\nreplications = 3\nwarmup = \"200 jobs\"\n"
    ))
}

pub(crate) fn effort(jobs: u32, replications: u32) -> Effort {
    Effort { jobs: Some(jobs), replications, messages: 0, threads: 0 }
}
