//! What clients ask the queue to do, and how a requested job becomes a job.

use super::design::Cluster;
use super::ledger::Ledger;
use super::locks::{LockRow, WantedLock};
use super::observation::FileTally;
use super::program::Program;
use crate::job::{Dependency, Job, JobId, Opcode, Priority, Status, Timestamp};
use crate::units::{Instant, Span};
use serde_json::{Map, Value, json};
use std::sync::Arc;

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

/// A job in the queue's memory, with what its file does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActiveJob {
    /// As its file holds it.
    pub document: Job,
    /// What each opcode does.
    pub programs: Arc<[Program]>,
    /// Number of its workload class.
    pub class: u16,
    /// Its place among the jobs of the load.
    pub submission: Option<u32>,
    /// When it was due to arrive.
    pub due: Instant,
    /// When its first opcode began to run.
    pub started: Option<Instant>,
    /// Dependencies of the current opcode that were found to be met, from the first on.
    pub met: usize,
    /// Lock attempts of the current opcode in this round.
    pub attempt: usize,
    /// Lock attempts that failed, over its life.
    pub failed_attempts: u32,
    /// Dependency checks made.
    pub checks: u32,
    /// What was done to files for it.
    pub tally: FileTally,
}

/// A client's call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Call {
    /// Submit one job.
    Submit(JobRequest),
    /// Submit several at once.
    SubmitMany(Vec<JobRequest>),
    /// Cancel a job.
    Cancel(JobId),
    /// Change the priority of a job's pending opcodes.
    ChangePriority(JobId, i64),
    /// Archive a job.
    Archive(JobId),
    /// Archive all jobs that ended longer ago than this; none: all that are final.
    ArchiveOlderThan(Option<Span>),
    /// Set or remove the drain flag.
    Drain(bool),
    /// Read fields of jobs.
    Query(Vec<JobId>, Vec<String>),
    /// Wait until fields of a job or its log change.
    WaitForChange(Box<Watch>),
    /// How many unarchived jobs are there?
    QueueSize,
    /// The lock monitor.
    Locks,
    /// Take no more jobs, start no more opcodes.
    PrepareShutdown,
    /// Not a client: somebody writes a file into the queue directory.
    WriteFile(String, String),
}

/// What a client that watches a job has seen, and how long it waits for more.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Watch {
    /// The job.
    pub job: JobId,
    /// Fields that it looks at.
    pub fields: Vec<String>,
    /// Their values as last seen; none if never.
    pub seen: Option<Vec<Value>>,
    /// Serial of the last log entry seen.
    pub log_serial: u64,
    /// How long it waits.
    pub timeout: Span,
}

/// The answer to a call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reply {
    /// The job's id.
    Submitted(JobId),
    /// For each job its id, or why it was refused.
    SubmittedMany(Vec<Result<JobId, String>>),
    /// Whether the job was changed, and how or why not.
    Changed(bool, String),
    /// Whether the job was archived.
    Archived(bool),
    /// How many were archived, and how many are left to look at.
    ArchivedMany(u64, u64),
    /// For each job the fields asked for; none if there is no such job.
    Rows(Vec<Option<Vec<Value>>>),
    /// The fields and the new log entries of a watched job; none if nothing changed in time.
    WatchedChange(Option<(Vec<Value>, Vec<Value>)>),
    /// The watched job does not exist.
    JobLost,
    /// Unarchived jobs.
    Size(u64),
    /// The lock monitor.
    Locks(Vec<LockRow>),
    /// Whether opcodes are still running.
    ShutdownPrepared(bool),
    /// Done.
    Done,
    /// The call was refused.
    Refused(String),
}

impl Call {
    /// Its name in reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Submit(_) => "submit",
            Self::SubmitMany(_) => "submit many",
            Self::Cancel(_) => "cancel",
            Self::ChangePriority(..) => "change priority",
            Self::Archive(_) | Self::ArchiveOlderThan(_) => "archive",
            Self::Drain(_) => "drain",
            Self::Query(..) => "query",
            Self::WaitForChange(_) => "watch",
            Self::QueueSize => "queue size",
            Self::Locks => "lock monitor",
            Self::PrepareShutdown => "prepare shutdown",
            Self::WriteFile(..) => "write file",
        }
    }

    /// The jobs that it submits.
    #[must_use]
    pub fn requests(&self) -> &[JobRequest] {
        match self {
            Self::Submit(request) => std::slice::from_ref(request),
            Self::SubmitMany(requests) => requests,
            _ => &[],
        }
    }

    /// The same, to be changed.
    pub fn requests_mut(&mut self) -> &mut [JobRequest] {
        match self {
            Self::Submit(request) => std::slice::from_mut(request),
            Self::SubmitMany(requests) => requests,
            _ => &mut [],
        }
    }
}

impl JobRequest {
    /// The job that this asks for, as number `id`; `earlier` are the ids of the jobs before it in the same call.
    ///
    /// # Errors
    /// Why the queue refuses it.
    pub fn into_job(
        self,
        id: JobId,
        earlier: Option<&[JobId]>,
        due: Instant,
        received: Timestamp,
    ) -> Result<Box<ActiveJob>, String> {
        if self.opcodes.is_empty() {
            return Err("A job needs at least one opcode".to_owned());
        }
        let mut opcodes = Vec::with_capacity(self.opcodes.len());
        let mut programs = Vec::with_capacity(self.opcodes.len());
        for (index, request) in self.opcodes.into_iter().enumerate() {
            let (opcode, program) = request.into_opcode(index, earlier)?;
            opcodes.push(opcode);
            programs.push(program);
        }
        let document = Job { id, opcodes, received: Some(received), start: None, end: None };
        let mut job = ActiveJob::recovered(document, programs.into(), due);
        job.class = self.class;
        job.submission = self.submission;
        Ok(Box::new(job))
    }

    /// Its opcodes and their parameters, as a refusal lists them.
    #[must_use]
    pub fn summary(&self) -> String {
        let summaries: Vec<String> = self.opcodes.iter().map(OpcodeRequest::summary).collect();
        summaries.join(", ")
    }

    /// As text that [`Self::read`] understands.
    #[must_use]
    pub fn describe(&self) -> Value {
        self.opcodes.iter().map(OpcodeRequest::describe).collect()
    }

    /// A request from a list of opcodes, each with `op_id`, `run_s`, `locks`, `depends`, `priority`,
    /// `fails_with`, `returns`, `log_messages`, `log_text`, `submits` and `other` (all but the first optional).
    ///
    /// # Errors
    /// What is wrong with the text. (What is wrong with the request is for the queue to say.)
    pub fn read(job: &Value) -> Result<Self, String> {
        let opcodes = job.as_array().ok_or_else(|| format!("a job must be a list of opcodes, not {job}"))?;
        let opcodes = opcodes.iter().map(OpcodeRequest::read).collect::<Result<_, _>>()?;
        Ok(Self { opcodes, ..Self::default() })
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

    fn into_opcode(self, index: usize, earlier: Option<&[JobId]>) -> Result<(Opcode, Program), String> {
        let priority = match self.priority {
            None => Priority::NORMAL,
            Some(asked) => Priority::from_request(asked)
                .ok_or_else(|| format!("Opcode {index} has invalid priority {asked}, allowed are -10, 0, 10"))?,
        };
        let requested = self.depends.map_err(|why| format!("Opcode {index} has invalid dependencies: {why}"))?;
        let depends = requested.into_iter().map(|one| one.resolve(index, earlier)).collect::<Result<Vec<_>, _>>()?;

        let mut input = self.parameters;
        if &*self.op_id == "OP_TEST_DELAY" {
            input.insert("duration".into(), json!(self.program.run.as_secs_f64()));
            for (key, value) in [("on_master", json!(true)), ("on_nodes", json!([])), ("repeat", json!(0))] {
                input.entry(key).or_insert(value);
            }
        }
        input.insert("OP_ID".into(), Value::from(&*self.op_id));
        if !depends.is_empty() {
            let list = depends.iter().map(|one| json!([one.on.0, wanted_words(&one.wanted)])).collect();
            input.insert("depends".into(), list);
        }
        if let Some(asked) = self.priority {
            input.insert("priority".into(), asked.into());
        }
        let note = self.program.comment();
        if note.is_some() || self.padding > 0 {
            let mut comment = note.unwrap_or_else(|| "sim:{}".to_owned());
            // Dots: the real serializer's treatment of blanks is quadratic in their number.
            comment.extend(std::iter::repeat_n('.', self.padding as usize));
            input.insert("comment".into(), comment.into());
        } else {
            input.entry("comment").or_insert_with(|| json!("sim:{}"));
        }
        Ok((Opcode::new(input, depends, priority), self.program))
    }

    fn summary(&self) -> String {
        let name = self.op_id.strip_prefix("OP_").unwrap_or(&self.op_id);
        if name == "TEST_DELAY" { format!("{name}({})", self.program.run.as_secs_f64()) } else { name.to_owned() }
    }

    fn describe(&self) -> Value {
        let mut text = Map::new();
        text.insert("op_id".into(), Value::from(&*self.op_id));
        text.insert("run_s".into(), json!(self.program.run.as_secs_f64()));
        if let Some(asked) = self.priority {
            text.insert("priority".into(), asked.into());
        }
        if let Ok(depends) = &self.depends
            && !depends.is_empty()
        {
            let list = depends.iter().map(|one| json!([one.on.describe(), wanted_words(&one.wanted)])).collect();
            text.insert("depends".into(), list);
        }
        if !self.parameters.is_empty() {
            text.insert("other".into(), Value::Object(self.parameters.clone()));
        }
        if let Some(Ok(Value::Object(note))) = self.program.comment().map(|note| serde_json::from_str(&note[4..])) {
            text.extend(note);
        }
        Value::Object(text)
    }

    fn read(opcode: &Value) -> Result<Self, String> {
        let fields = opcode.as_object().ok_or_else(|| format!("an opcode must be an object, not {opcode}"))?;
        let op_id = fields.get("op_id").and_then(Value::as_str).ok_or("an opcode needs an op_id")?;
        let run = Span::from_secs_f64(fields.get("run_s").and_then(Value::as_f64).unwrap_or(0.0));
        Ok(Self {
            op_id: op_id.into(),
            parameters: fields.get("other").and_then(Value::as_object).cloned().unwrap_or_default(),
            program: Program::described(op_id, run, fields)?,
            depends: fields.get("depends").map_or(Ok(Vec::new()), read_depends),
            priority: fields.get("priority").and_then(Value::as_i64),
            padding: 0,
        })
    }
}

impl DependencyRequest {
    fn resolve(self, index: usize, earlier: Option<&[JobId]>) -> Result<Dependency, String> {
        let on = match (self.on, earlier) {
            (On::Id(id), _) => id,
            (On::Relative(back), Some(earlier)) => usize::try_from(back.unsigned_abs())
                .ok()
                .and_then(|back| earlier.len().checked_sub(back))
                .and_then(|at| earlier.get(at).copied())
                .ok_or_else(|| format!("Unable to resolve relative job ID {back}"))?,
            (On::Relative(back), None) => {
                return Err(format!(
                    "Opcode {index} has invalid dependencies: no job stands before this one, so {back} names none"
                ));
            }
            (On::Submission(_) | On::Finished(_) | On::FinishedOf(..), _) => {
                return Err(format!("Opcode {index} has invalid dependencies: {:?} was not looked up", self.on));
            }
        };
        Ok(Dependency { on, wanted: self.wanted })
    }
}

impl On {
    #[allow(clippy::cast_possible_wrap)] // ids of a real queue
    fn describe(self) -> Value {
        match self {
            Self::Id(id) => json!(id.0),
            Self::Relative(back) => json!(back),
            Self::Submission(_) | Self::Finished(_) | Self::FinishedOf(..) => Value::Null,
        }
    }
}

impl ActiveJob {
    /// A job as it is found in its file.
    #[must_use]
    pub fn recovered(document: Job, programs: Arc<[Program]>, due: Instant) -> Self {
        Self {
            document,
            programs,
            class: 0,
            submission: None,
            due,
            started: None,
            met: 0,
            attempt: 0,
            failed_attempts: 0,
            checks: 0,
            tally: FileTally::default(),
        }
    }

    /// The locks that opcode `index` needs.
    ///
    /// # Errors
    /// The text of the opcode's result if a lock does not exist.
    pub fn wanted_locks(&self, index: usize, cluster: &Cluster) -> Result<Arc<[WantedLock]>, String> {
        self.programs[index].wanted_locks(cluster)
    }
}

/// A job that waits for the queue to hand it to a worker, with its time ledger.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Accounted {
    /// The job.
    pub job: Box<ActiveJob>,
    /// Its time.
    pub ledger: Ledger,
}

/// Reads `depends`: a list of `[job id, [final statuses]]`, where ids may be digit strings.
fn read_depends(depends: &Value) -> Result<Vec<DependencyRequest>, String> {
    let wrong = || format!("must be a list of [job id, [final statuses]], not {depends}");
    match depends {
        Value::Null => Ok(Vec::new()),
        Value::Array(list) => list.iter().map(|one| read_dependency(one).ok_or_else(wrong)).collect(),
        _ => Err(wrong()),
    }
}

fn read_dependency(one: &Value) -> Option<DependencyRequest> {
    let [on, wanted] = one.as_array()?.as_slice() else { return None };
    let on = match on {
        Value::String(digits) => digits.parse().ok()?,
        number => number.as_i64()?,
    };
    let on = if on < 0 { On::Relative(on) } else { On::Id(JobId(on.unsigned_abs())) };
    let status = |word: &Value| Status::from_word(word.as_str()?).filter(|status| status.is_final());
    let wanted = wanted.as_array()?.iter().map(status).collect::<Option<_>>()?;
    Some(DependencyRequest { on, wanted })
}

fn wanted_words(wanted: &[Status]) -> Vec<&'static str> {
    wanted.iter().map(|status| status.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(text: Value) -> Result<Box<ActiveJob>, String> {
        let request = JobRequest::read(&text).unwrap();
        request.into_job(
            JobId(4),
            Some(&[JobId(2), JobId(3)]),
            Instant::ZERO,
            Timestamp { seconds: 1, microseconds: 0 },
        )
    }

    #[test]
    fn relative_ids_count_back_from_the_job() {
        let made =
            job(json!([{"op_id": "OP_TEST_DELAY", "depends": [[-1, ["success"]], [-2, []], ["7", []]]}])).unwrap();
        let on: Vec<u64> = made.document.opcodes[0].depends.iter().map(|one| one.on.0).collect();
        assert_eq!(on, [3, 2, 7]);
        assert_eq!(made.document.opcodes[0].input["depends"], json!([[3, ["success"]], [2, []], [7, []]]));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_reason() {
        for (text, why) in [
            (json!([]), "A job needs at least one opcode"),
            (json!([{"op_id": "OP_TEST_DELAY", "priority": 5}]), "Opcode 0 has invalid priority 5, "),
            (json!([{"op_id": "OP_TEST_DELAY", "depends": [[-5, []]]}]), "Unable to resolve relative job ID -5"),
            (json!([{"op_id": "OP_TEST_DELAY", "depends": [[1, ["running"]]]}]), "Opcode 0 has invalid dependencies"),
            (json!([{"op_id": "OP_TEST_DELAY", "depends": 3}]), "Opcode 0 has invalid dependencies"),
        ] {
            let refusal = job(text).unwrap_err();
            assert!(refusal.starts_with(why), "{refusal}");
        }
    }

    #[test]
    fn a_program_is_found_again_in_the_comment_of_its_opcode() {
        let made = job(json!([{
            "op_id": "OP_TEST_DELAY", "run_s": 0.25, "log_messages": 2, "log_text": "é %d",
            "locks": [{"level": "instance", "names": ["inst1"], "mode": "shared"}],
            "fails_with": ["OpExecError", "x"],
            "submits": [[{"op_id": "OP_TEST_DELAY", "run_s": 1.5, "depends": [[-1, ["error"]]]}]],
        }]))
        .unwrap();
        assert_eq!(Program::of_input(&made.document.opcodes[0].input), made.programs[0]);
    }
}
