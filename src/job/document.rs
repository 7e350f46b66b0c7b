//! A job, and the ways in which it may change.

use super::{LogEntry, Opcode, Priority, Status, Timestamp};
use serde_json::{Value, json};
use std::fmt;

/// The number of a job. Ids count up from 1 and are never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobId(pub u64);

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A list of opcodes that run in order, as its job file holds it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// Its steps; at least one.
    pub opcodes: Vec<Opcode>,
    /// When the queue took it in.
    pub received: Option<Timestamp>,
    /// When a worker first took it up.
    pub start: Option<Timestamp>,
    /// When it became final; set exactly while it is.
    pub end: Option<Timestamp>,
}

/// What a request to cancel or to change a priority did: whether it changed the job, and the text of the reply.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeReply {
    /// Whether the job was changed.
    pub changed: bool,
    /// How, or why not.
    pub text: String,
}

impl ChangeReply {
    const fn changed(text: String) -> Self {
        Self { changed: true, text }
    }

    const fn refused(text: String) -> Self {
        Self { changed: false, text }
    }
}

/// Result of every opcode that is canceled.
const CANCELED: &str = "Job canceled by request";

impl Job {
    /// Its status, which follows from its opcodes.
    #[must_use]
    pub fn status(&self) -> Status {
        Status::of_job(self.opcodes.iter().map(|opcode| opcode.status))
    }

    /// The most urgent priority among its unfinished opcodes; normal once there is none.
    #[must_use]
    pub fn priority(&self) -> Priority {
        let unfinished = self.opcodes.iter().filter(|opcode| !opcode.status.is_final());
        unfinished.map(|opcode| opcode.priority).min().unwrap_or_default()
    }

    /// The first opcode that is not final, by index: the one that a worker would process.
    #[must_use]
    pub fn current(&self) -> Option<usize> {
        self.opcodes.iter().position(|opcode| !opcode.status.is_final())
    }

    /// Takes opcode `index` up: status `status` (one of the waiting ones), start timestamps once. True if
    /// anything changed, so that the file must be written.
    pub fn take_up(&mut self, index: usize, status: Status, now: Timestamp) -> bool {
        let opcode = &mut self.opcodes[index];
        let changed = opcode.status != status || opcode.start.is_none() || self.start.is_none();
        opcode.status = status;
        opcode.start.get_or_insert(now);
        self.start.get_or_insert(now);
        changed
    }

    /// Opcode `index` holds all its locks and begins to run.
    pub fn start_running(&mut self, index: usize, now: Timestamp) {
        let opcode = &mut self.opcodes[index];
        opcode.status = Status::Running;
        opcode.exec = Some(now);
    }

    /// Opcode `index` logs a message.
    pub fn log(&mut self, index: usize, now: Timestamp, text: String) {
        let serial = 1 + self.opcodes.iter().map(|opcode| opcode.log.len() as u64).sum::<u64>();
        let entry = LogEntry { serial, at: now, kind: "message".into(), message: Value::String(text) };
        self.opcodes[index].log.push(entry);
    }

    /// Opcode `index` ends well. The job is final if it was the last one.
    pub fn succeed(&mut self, index: usize, result: Value, now: Timestamp) {
        self.end_opcode(index, Status::Success, result, now);
        if index + 1 == self.opcodes.len() {
            self.end = Some(now);
        }
    }

    /// Opcode `index` ends in error, and with it the job: later opcodes fail because this one did.
    pub fn fail(&mut self, index: usize, result: Value, now: Timestamp) {
        self.end_opcode(index, Status::Error, result, now);
        self.finish_rest(Status::Error, &exec_error("Preceding opcode failed"), now);
    }

    /// Opcode `index` is canceled by the worker that processes it, and with it the job.
    pub fn cancel_opcode(&mut self, index: usize, now: Timestamp) {
        self.end_opcode(index, Status::Canceled, json!(CANCELED), now);
        self.finish_rest(Status::Canceled, &json!(CANCELED), now);
    }

    /// A worker takes up a job that is being canceled: it is over, though no opcode of it was being processed.
    pub fn cancel_unprocessed(&mut self, now: Timestamp) {
        self.finish_rest(Status::Canceled, &json!(CANCELED), now);
    }

    /// A request to cancel the job.
    pub fn cancel(&mut self, now: Timestamp) -> ChangeReply {
        let id = self.id;
        match self.status() {
            Status::Queued => {
                self.finish_rest(Status::Canceled, &json!(CANCELED), now);
                ChangeReply::changed(format!("Job {id} canceled"))
            }
            Status::Waiting | Status::WaitDeps => {
                for opcode in self.unfinished_mut() {
                    opcode.status = Status::Canceling;
                }
                ChangeReply::changed(format!("Job {id} will be canceled"))
            }
            _ => ChangeReply::refused(format!("Job {id} is no longer waiting in the queue")),
        }
    }

    /// A request to change the priority of the opcodes that are still to run.
    pub fn change_priority(&mut self, priority: Priority) -> ChangeReply {
        let id = self.id;
        match self.status() {
            status if status.is_final() => return ChangeReply::refused(format!("Job {id} is finished")),
            Status::Canceling => return ChangeReply::refused(format!("Job {id} is cancelling")),
            _ => {}
        }
        let pending =
            |opcode: &&mut Opcode| matches!(opcode.status, Status::Queued | Status::WaitDeps | Status::Waiting);
        let changed = self.opcodes.iter_mut().filter(pending).map(|opcode| opcode.priority = priority).count();
        if changed == 0 {
            return ChangeReply::refused(format!("Job {id} had no pending opcodes"));
        }
        let to = priority.value();
        ChangeReply::changed(format!("Priorities of pending opcodes for job {id} have been changed to {to}"))
    }

    /// What a start of the queue does to a job that it finds: waiting starts over, running and canceling end
    /// in error. True if the job changed, so that its file must be written.
    pub fn recover(&mut self, now: Timestamp) -> bool {
        match self.status() {
            Status::Waiting | Status::WaitDeps => {
                for opcode in self.unfinished_mut() {
                    opcode.status = Status::Queued;
                }
                true
            }
            Status::Running | Status::Canceling => {
                self.finish_rest(Status::Error, &exec_error("Unclean master daemon shutdown"), now);
                true
            }
            _ => false,
        }
    }

    fn end_opcode(&mut self, index: usize, status: Status, result: Value, now: Timestamp) {
        let opcode = &mut self.opcodes[index];
        opcode.status = status;
        opcode.result = result;
        opcode.end = Some(now);
    }

    /// Ends all opcodes that are not final, without timestamps of their own, and the job.
    fn finish_rest(&mut self, status: Status, result: &Value, now: Timestamp) {
        for opcode in self.unfinished_mut() {
            opcode.status = status;
            opcode.result = result.clone();
        }
        self.end = Some(now);
    }

    fn unfinished_mut(&mut self) -> impl Iterator<Item = &mut Opcode> {
        self.opcodes.iter_mut().filter(|opcode| !opcode.status.is_final())
    }
}

/// An opcode's result when it could not be carried out: `["OpExecError", ["text"]]`.
#[must_use]
pub fn exec_error(text: &str) -> Value {
    json!(["OpExecError", [text]])
}
