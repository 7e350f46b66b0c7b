//! A context for tests of one actor: it keeps what the actor does, and does nothing.

use crate::actors::accounting::observation::Observation;
use crate::actors::actor::{ActorId, Context, TimerId};
use crate::actors::clients::request::{JobRequest, OpcodeRequest, Program};
use crate::actors::design::EPOCH;
use crate::actors::message::Message;
use crate::actors::queue::active_job::ActiveJob;
use crate::job::JobId;
use crate::units::{Instant, Span};

/// What an actor did.
#[derive(Debug, Default)]
pub(in crate::actors) struct Recording {
    /// Messages, in order, since they were last taken.
    pub(in crate::actors) sent: Vec<(ActorId, Message)>,
    /// Timers that were set: after how long they go off, with what. Each is numbered by its place.
    pub(in crate::actors) timers: Vec<(Span, Message)>,
    /// Timers that were canceled.
    pub(in crate::actors) canceled: Vec<TimerId>,
    /// What was reported.
    pub(in crate::actors) observed: Vec<Observation>,
}

impl Recording {
    /// Messages since this was last asked.
    pub(in crate::actors) fn take_sent(&mut self) -> Vec<(ActorId, Message)> {
        std::mem::take(&mut self.sent)
    }
}

impl Context for Recording {
    type Message = Message;
    type Observation = Observation;

    fn send(&mut self, to: ActorId, message: Message) {
        self.sent.push((to, message));
    }

    fn after(&mut self, span: Span, message: Message) -> TimerId {
        self.timers.push((span, message));
        TimerId(self.timers.len() as u64 - 1)
    }

    fn cancel(&mut self, timer: TimerId) {
        self.canceled.push(timer);
    }

    fn draw(&mut self) -> u64 {
        0
    }

    fn observe(&mut self, observation: Observation) {
        self.observed.push(observation);
    }

    fn tracing(&self) -> bool {
        false
    }

    fn halt(&mut self) {}
}

/// Job `id` of one opcode that runs for two milliseconds, as `change` would have it.
pub(in crate::actors) fn job(id: u64, change: impl FnOnce(&mut OpcodeRequest)) -> Box<ActiveJob> {
    let mut opcode = OpcodeRequest::delay(Program::running(Span::from_millis(2)));
    change(&mut opcode);
    let request = JobRequest { opcodes: vec![opcode], ..JobRequest::default() };
    let made = request.into_job(JobId(id), None, Instant::ZERO, EPOCH);
    made.unwrap_or_else(|why| panic!("the job is refused: {why}"))
}
