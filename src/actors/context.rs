//! The context of the queue's actors.

use crate::actors::accounting::observation::Observation;
use crate::actors::actor::Context;
use crate::actors::message::Message;

/// The context of an actor of the queue: it sends [messages](Message) and reports [observations](Observation).
pub trait QueueContext: Context<Message = Message, Observation = Observation> {}

impl<C: Context<Message = Message, Observation = Observation>> QueueContext for C {}
