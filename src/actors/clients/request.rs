//! What clients submit: jobs and opcodes before they have ids, and what each opcode will do.

use crate::actors::design::Cluster;
use crate::actors::locks::grant::Mode;
use crate::actors::locks::name::{LockRequest, WantedLocks};
use crate::job::exec_error;
use crate::job::{JobId, Status};
use crate::units::Span;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Errors that are not the modelled system's own but its language's.
const FOREIGN: [&str; 11] = [
    "Exception",
    "AssertionError",
    "AttributeError",
    "IOError",
    "IndexError",
    "KeyError",
    "NotImplementedError",
    "OSError",
    "RuntimeError",
    "TypeError",
    "ValueError",
];

/// A job as a client submits it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct JobRequest {
    /// Its steps.
    pub opcodes: Vec<OpcodeRequest>,
    /// Number of its workload class.
    pub class: u16,
    /// Its place among all jobs of the load, if the load wants to know what becomes of it.
    pub submission: Option<u32>,
}

/// An opcode as a client submits it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OpcodeRequest {
    /// Its kind: `OP_TEST_DELAY`.
    pub op_id: Arc<str>,
    /// Parameters besides those that follow from the rest.
    pub parameters: Map<String, Value>,
    /// What it will do.
    pub program: Program,
    /// What it depends on; an error is a list that makes no sense, which the queue refuses with this text.
    pub depends: Result<Vec<DependencyRequest>, String>,
    /// The priority asked for; only −10, 0 and 10 are taken.
    pub priority: Option<i64>,
    /// Bytes of padding in its comment, so that the job file has a wanted size.
    pub padding: u32,
}

/// A dependency before ids are known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DependencyRequest {
    /// The job depended on.
    pub on: On,
    /// Final statuses that let the opcode go on; none means any.
    pub wanted: Vec<Status>,
}

/// How a request names a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum On {
    /// By its id.
    Id(JobId),
    /// By counting back over the jobs of the same `submit_many`: −1 is the one just before.
    Relative(i64),
    /// By its place among the jobs of the load; the load sends the request once the id is known.
    Submission(u32),
    /// As the n-th last job of the load that ended, from 0; the load fills it in.
    Finished(u32),
    /// The same among the jobs of a class, by its number.
    FinishedOf(u16, u32),
}

/// What an opcode does when it runs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Program {
    /// Time in the running state.
    pub run: Span,
    /// Locks besides the cluster lock, as asked for.
    pub locks: Vec<LockRequest>,
    /// How it holds the cluster lock.
    pub cluster_mode: Mode,
    /// Messages that it logs.
    pub log: LogPlan,
    /// How it ends.
    pub outcome: OpcodeOutcome,
    /// Jobs that it submits when it ends.
    pub submits: Vec<JobRequest>,
}

/// Messages that an opcode logs, evenly spread over its time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct LogPlan {
    /// How many.
    pub messages: u32,
    /// Their text; `%d` stands for their number.
    pub text: Option<Arc<str>>,
}

/// How an opcode ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum OpcodeOutcome {
    /// With this return value.
    Success(Value),
    /// With an error of this class and text.
    Failure {
        /// `OpExecError`, `OpPrereqError`, or another of the modelled system's own; those of its language become the
        /// first.
        class: String,
        /// The message.
        text: String,
    },
}

impl JobRequest {
    /// Its opcodes and their parameters, as a refusal lists them.
    #[must_use]
    pub fn summary(&self) -> String {
        let summaries: Vec<String> = self.opcodes.iter().map(OpcodeRequest::summary).collect();
        summaries.join(", ")
    }
}

impl OpcodeRequest {
    /// A delay that does what `program` says.
    #[must_use]
    pub fn delay(program: Program) -> Self {
        Self {
            op_id: "OP_TEST_DELAY".into(),
            parameters: Map::new(),
            program,
            depends: Ok(Vec::new()),
            priority: None,
            padding: 0,
        }
    }

    fn summary(&self) -> String {
        let name = self.op_id.strip_prefix("OP_").unwrap_or(&self.op_id);
        if name == "TEST_DELAY" { format!("{name}({})", self.program.run.as_secs_f64()) } else { name.to_owned() }
    }
}

impl Program {
    /// A program that runs for `run`, needs no locks but the cluster's, logs nothing and returns null.
    #[must_use]
    pub const fn running(run: Span) -> Self {
        Self {
            run,
            locks: Vec::new(),
            cluster_mode: Mode::Shared,
            log: LogPlan { messages: 0, text: None },
            outcome: OpcodeOutcome::Success(Value::Null),
            submits: Vec::new(),
        }
    }

    /// The locks that it needs.
    #[must_use]
    pub fn wanted_locks(&self, cluster: &Cluster) -> WantedLocks {
        WantedLocks::resolve(cluster, self.cluster_mode, &self.locks)
    }

    /// Text of the `number`th message, from 1.
    #[must_use]
    pub fn log_message(&self, number: u32) -> String {
        self.log.text.as_deref().unwrap_or("log entry %d").replace("%d", &number.to_string())
    }
}

impl OpcodeOutcome {
    /// The result of an opcode that fails with this class and text.
    #[must_use]
    pub fn failure_result(class: &str, text: &str) -> Value {
        match class {
            "OpPrereqError" => json!([class, [text, "wrong_input"]]),
            _ if FOREIGN.contains(&class) => exec_error(text),
            _ => json!([class, [text]]),
        }
    }
}
