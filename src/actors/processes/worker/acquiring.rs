//! Step 4 of a turn: the locks of the opcode, and what follows if they cannot be had.

use super::actor::Worker;
use super::state::{Ending, Inside, State, Write};
use crate::actors::context::QueueContext;
use crate::actors::design::AfterAttempt;
use crate::actors::impossible::impossible;
use crate::actors::locks::attempts::jittered;
use crate::actors::locks::protocol::{Acquire, LocksMessage, LocksOutcome, Owner};
use crate::actors::message::Message;
use crate::actors::queue::protocol::TurnEnd;
use crate::actors::roster::Roster;
use crate::job::Status;
use crate::units::Instant;
use serde_json::json;
use std::sync::Arc;

impl Worker {
    /// Dependencies are met, so leave the queue and ask for the locks.
    pub(super) fn acquire(&mut self, mut inside: Inside, context: &mut impl QueueContext) {
        let opcode = inside.opcode();
        if opcode.status == Status::WaitDeps {
            opcode.status = Status::Waiting;
            return self.write(inside, Write::Met, context);
        }
        let (priority, opcode) = (opcode.priority, short_name(opcode.op_id()));
        let design = &self.process.design;
        let timeout = design.lock_attempts.get(inside.job.attempt).copied();
        let wanted = inside.job.wanted_locks(inside.current.index, &design.cluster);
        let current = self.put_back(inside, context);
        let timeout = timeout.map(|timeout| match self.process.design.lock_jitter {
            true => jittered(timeout, context.draw()),
            false => timeout,
        });
        let owner = Owner { worker: self.number, job: current.id, opcode };
        let acquire = Acquire { process: self.process.address, owner, priority, wanted, timeout };
        self.state = State::Acquiring(current);
        context.send(Roster::LOCKS, Message::Locks(LocksMessage::Acquire(Box::new(acquire))));
    }

    /// The attempt is over, and the queue locked.
    pub(super) fn settled(
        &mut self,
        now: Instant,
        inside: Inside,
        outcome: LocksOutcome,
        shutting_down: bool,
        context: &mut impl QueueContext,
    ) {
        match outcome {
            LocksOutcome::Acquired => self.start(now, inside, shutting_down, context),
            LocksOutcome::TimedOut => self.retry(now, inside, shutting_down, context),
            LocksOutcome::Canceled => self.end_inside(now, inside, Ending::Canceled, context),
            LocksOutcome::NotFound => {
                let wanted = inside.job.wanted_locks(inside.current.index, &self.process.design.cluster);
                let Some(missing) = wanted.missing else { impossible(self, &outcome) };
                let ending = Ending::Failed(json!(["LockError", [missing.to_string()]]));
                self.end_inside(now, inside, ending, context);
            }
        }
    }

    /// The locks could not be had in time: stay waiting, and perhaps become more urgent.
    fn retry(&mut self, now: Instant, mut inside: Inside, shutting_down: bool, context: &mut impl QueueContext) {
        inside.job.failed_attempts += 1;
        inside.job.attempt += 1;
        // The worker decided without the queue lock, and knew of no cancel then.
        let decides_again = self.process.design.after_attempt == AfterAttempt::DecideAgain;
        if decides_again && inside.opcode().status == Status::Canceling {
            return self.end_inside(now, inside, Ending::Canceled, context);
        }
        if shutting_down {
            return self.give_up_turn(inside, TurnEnd::Abandoned, context);
        }
        let design = &self.process.design;
        let all_tried = inside.job.attempt >= design.lock_attempts.len();
        let opcode = inside.opcode();
        opcode.status = design.lock_retry_status.into();
        // It was waiting when the attempt began: only what differs from that is written.
        let mut changed = opcode.status != Status::Waiting;
        if all_tried && let Some(priority) = opcode.priority.raised() {
            opcode.priority = priority;
            inside.job.attempt = 0;
            inside.job.raises += 1;
            changed = true;
        }
        if changed {
            self.write(inside, Write::Retry, context);
        } else {
            self.give_up_turn(inside, TurnEnd::Again, context);
        }
    }
}

/// `TEST_DELAY` for `OP_TEST_DELAY`.
fn short_name(op_id: &str) -> Arc<str> {
    op_id.strip_prefix("OP_").unwrap_or(op_id).into()
}
