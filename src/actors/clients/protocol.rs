//! What the clients are told.

use super::call::Reply;
use crate::actors::actor::ActorId;
use crate::job::JobId;

/// For the clients.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ClientsMessage {
    /// The queue is open: begin.
    Begin,
    /// The next call is due.
    Due,
    /// A closed client has thought enough.
    Thought {
        /// Number of the call that it makes now.
        call: usize,
    },
    /// A request thread has an answer, and is free again.
    Replied {
        /// The thread.
        thread: ActorId,
        /// Number of the call.
        call: usize,
        /// The answer.
        reply: Reply,
    },
    /// A job of the load is final.
    JobEnded {
        /// Its id.
        id: JobId,
        /// Its place among the jobs of the load.
        submission: u32,
        /// Number of its workload class.
        class: u16,
    },
    /// End the load early: no more calls; the run is over when nothing runs any more.
    Stop,
    /// After a stop: no opcode is running any more.
    Idle,
}
