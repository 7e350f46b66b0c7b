//! A run in virtual time.

use super::{Lab, Simulated, Stage, Task};
use crate::actors::machine::{Keeps, ModelDirectory};
use crate::lab::reduction::SummedRecord;
use crate::runtime::virtual_time::{QueueSimulation, Setup};
use crate::runtime::{RunSetup, Streams};
use crate::scenario::Variant;
use crate::units::{Instant, Span};
use std::sync::Arc;

/// So much virtual time passes between two looks whether to stop.
const SLICE: Span = Span::from_millis(500);

/// The run of a variant in virtual time, with the chance of [`Plan::streams`](crate::scenario::Plan::streams).
#[must_use]
pub fn simulation_of(variant: &Variant, streams: Streams) -> Setup {
    Setup {
        run: RunSetup {
            design: Arc::new(variant.design.clone()),
            load: variant.workload.load(streams),
            streams,
            ..RunSetup::default()
        },
        directory: ModelDirectory::default(),
        profile: Arc::clone(&variant.machine.profile),
        keeps: Keeps::Digests,
    }
}

impl Lab<'_> {
    pub(super) fn simulate(&self, task: Task, tell: &mut dyn FnMut(Stage)) -> SummedRecord {
        let setup = simulation_of(self.variant(task), self.streams(task));
        let record = SummedRecord::new(
            self.reduction.sums(self.variant(task).workload.arrivals.is_open()),
            self.options.rows.is_some(),
        );
        let mut queue = QueueSimulation::recorded_by(record, setup);
        // One run of each variant is checked after each message; more would take a debug build most of its time.
        if task.replication > 0 || task.control {
            queue.trust();
        }
        to_the_end(queue, self.plan.run.limit, &|| self.is_stopped(), tell)
    }
}

/// Runs a queue until its load is done, time is over or somebody stops it; what it left behind.
pub(super) fn to_the_end(
    mut queue: QueueSimulation<SummedRecord>,
    limit: Option<Span>,
    is_stopped: &dyn Fn() -> bool,
    tell: &mut dyn FnMut(Stage),
) -> SummedRecord {
    let end = limit.map_or(Instant::FAR_FUTURE, |limit| Instant::ZERO + limit);
    while !queue.is_halted() && queue.now() < end && !is_stopped() {
        // Once nothing is left to happen, or only something far away, time jumps there.
        let next = queue.next_time().unwrap_or(end);
        queue.run(next.max(queue.now() + SLICE).min(end));
        let simulated = Simulated { time: queue.now().since(Instant::ZERO), messages: queue.delivered() };
        tell(Stage { jobs: queue.recorder().ended(), simulated: Some(simulated) });
        if next == end {
            break;
        }
    }
    let stuck = !queue.is_halted();
    // Cut short, it cannot tell.
    let deadlocks = (!stuck || queue.next_time().is_none()).then_some(u64::from(stuck));
    let (messages, left) = (queue.delivered(), queue.left());
    let mut summed = queue.into_parts().0;
    summed.record.messages = messages;
    summed.record.left = left;
    summed.record.partial |= stuck;
    summed.seen.deadlocks = deadlocks;
    summed
}
