//! Case files: what is done to a queue, and what it is expected to do.

use jqlab::actors::Design;
use jqlab::actors::clients::{Call, JobRequest, Watch};
use jqlab::actors::design::Cluster;
use jqlab::job::{JobId, Timestamp};
use jqlab::units::{Instant, Span};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// A queue of a case has as many instances and nodes as the one that was watched.
const INSTANCES: u32 = 10;
const NODES: u32 = 5;

/// Fields that are times of a case, in seconds.
const TIMES: [&str; 6] = ["at_s", "reply_at_s", "run_s", "run_for", "timeout_s", "lock_attempts_s"];

/// One case.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) phases: Vec<Phase>,
    /// The queue's design; its epoch is that of the first phase.
    pub(crate) design: Design,
}

/// One life of a queue.
#[derive(Debug)]
pub(crate) struct Phase {
    /// Files to lay down before it starts.
    pub(crate) files: Vec<(String, String)>,
    /// In the order in which they are due.
    pub(crate) steps: Vec<Step>,
    /// When it ends; none: when nothing is left to happen.
    pub(crate) ends: Option<Instant>,
    pub(crate) expected: Value,
}

/// Something that is done to the queue, or looked at.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) at: Instant,
    pub(crate) action: Action,
    /// As it is in the file.
    pub(crate) text: Value,
}

/// What a step does.
#[derive(Debug)]
pub(crate) enum Action {
    Call(Call),
    /// The statuses of all jobs on disk.
    Status,
    /// The names of all files.
    Files,
    /// The phase is over.
    End,
}

impl Case {
    /// The case that is written in `text`, with all its times multiplied by `pace`.
    pub(crate) fn read(text: &str, pace: u32) -> Result<Self, String> {
        let mut case: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        stretch(&mut case, pace);
        let number = |key: &str| case.get(key).and_then(Value::as_u64);
        let word = |key: &str| case[key].as_str().unwrap_or_default().to_owned();
        let mut design =
            Design { lock_jitter: false, cluster: Arc::new(Cluster::of_size(INSTANCES, NODES)), ..Design::default() };
        if let Some(workers) = number("workers") {
            design.workers = u32::try_from(workers).map_err(|_| "too many workers")?;
        }
        if let Some(limit) = number("queue_size_limit") {
            design.queue_size_limit = limit;
        }
        if let Some(attempts) = case.get("lock_attempts_s").and_then(Value::as_array) {
            design.lock_attempts =
                attempts.iter().map(|span| seconds(span).map(Span::from_secs_f64)).collect::<Result<_, _>>()?;
        }
        if case.get("lock_attempts_s").is_none() {
            design.lock_attempts = design.lock_attempts.iter().map(|span| Span(span.0 * u64::from(pace))).collect();
        }
        let phases = case["phases"].as_array().ok_or("a case needs phases")?;
        let phases = phases.iter().map(Phase::read).collect::<Result<_, _>>()?;
        Ok(Self { name: word("name"), about: word("about"), phases, design })
    }
}

impl Case {
    /// Whether somebody else writes into the queue directory while the queue is open.
    pub(crate) fn is_written_to_by_others(&self) -> bool {
        let mut steps = self.phases.iter().flat_map(|phase| &phase.steps);
        steps.any(|step| matches!(step.action, Action::Call(Call::WriteFile(..))))
    }
}

/// Multiplies all times, wherever they are.
fn stretch(value: &mut Value, pace: u32) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match (TIMES.contains(&key.as_str()), value.as_f64(), value.as_array_mut()) {
                    (true, Some(seconds), _) => *value = json!(seconds * f64::from(pace)),
                    (true, _, Some(list)) => {
                        for one in list {
                            *one = json!(one.as_f64().unwrap_or_default() * f64::from(pace));
                        }
                    }
                    _ => stretch(value, pace),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| stretch(item, pace)),
        _ => {}
    }
}

impl Phase {
    fn read(phase: &Value) -> Result<Self, String> {
        let none = Map::new();
        let files = phase.get("queue_directory").and_then(Value::as_object).unwrap_or(&none);
        let files = files.iter().map(|(path, content)| {
            let content = content.as_str().map_or_else(|| format!("{content}\n"), str::to_owned);
            (path.clone(), content)
        });
        let mut steps = phase["steps"]
            .as_array()
            .ok_or("a phase needs steps")?
            .iter()
            .map(Step::read)
            .collect::<Result<Vec<_>, _>>()?;
        steps.sort_by_key(|step| step.at);
        keep_apart(&mut steps);
        let last = steps.last().map_or(Instant::ZERO, |step| step.at);
        let crash = steps.iter().find(|step| matches!(step.action, Action::End)).map(|step| step.at);
        let run_for = (phase["until"] == "time").then(|| seconds(&phase["run_for"])).transpose()?;
        let run_for = run_for.map(|run_for| (Instant::ZERO + Span::from_secs_f64(run_for)).max(last));
        Ok(Self { files: files.collect(), steps, ends: crash.or(run_for), expected: phase["expect"].clone() })
    }
}

impl Step {
    fn read(step: &Value) -> Result<Self, String> {
        let at = Instant::ZERO + Span::from_secs_f64(seconds(&step["at_s"])?);
        let action = read_action(step).map_err(|what| format!("step at {} s: {what}", step["at_s"]))?;
        Ok(Self { at, action, text: step.clone() })
    }
}

/// Steps that are due at the same time come one after the other, in the order of the file.
fn keep_apart(steps: &mut [Step]) {
    for index in 1..steps.len() {
        let earliest = steps[index - 1].at + Span::from_micros(1);
        steps[index].at = steps[index].at.max(earliest);
    }
}

fn read_action(step: &Value) -> Result<Action, String> {
    let text = |key: &str| step[key].as_str().map(str::to_owned).ok_or_else(|| format!("needs {key}"));
    let job = || step["job"].as_u64().map(JobId).ok_or("needs a job");
    let list = |key: &str| step[key].as_array().ok_or_else(|| format!("needs {key}"));
    let fields = || Ok::<_, String>(list("fields")?.iter().filter_map(Value::as_str).map(str::to_owned).collect());
    Ok(Action::Call(match step["do"].as_str().unwrap_or_default() {
        "submit" => Call::Submit(JobRequest::read(&step["job"])?),
        "submit_many" => Call::SubmitMany(list("jobs")?.iter().map(JobRequest::read).collect::<Result<_, _>>()?),
        "cancel" => Call::Cancel(job()?),
        "change_priority" => Call::ChangePriority(job()?, step["priority"].as_i64().ok_or("needs a priority")?),
        "archive" => Call::Archive(job()?),
        "archive_older_than" => {
            let age = seconds(&step["age"])?;
            Call::ArchiveOlderThan((age >= 0.0).then(|| Span::from_secs_f64(age)))
        }
        "drain" => Call::Drain(step["flag"].as_bool().ok_or("needs a flag")?),
        "locks" => Call::Locks,
        "query" => {
            let jobs = step.get("jobs").filter(|jobs| !jobs.is_null()).map(|_| list("jobs")).transpose()?;
            let jobs = jobs.map(|jobs| jobs.iter().filter_map(Value::as_u64).map(JobId).collect());
            Call::Query { jobs, fields: fields()? }
        }
        "wait_for_change" => Call::WaitForChange(Box::new(Watch {
            job: job()?,
            fields: fields()?,
            seen: step["seen"].as_array().cloned(),
            log_serial: step["log_serial"].as_u64().unwrap_or(0),
            timeout: Span::from_secs_f64(seconds(&step["timeout_s"])?),
        })),
        "queue_size" => Call::QueueSize,
        "write_file" => Call::WriteFile(text("file")?, text("content")?),
        "prepare_shutdown" => Call::PrepareShutdown,
        "status" => return Ok(Action::Status),
        "files" => return Ok(Action::Files),
        "shutdown" | "crash" => return Ok(Action::End),
        other => return Err(format!("there is no step {other:?}")),
    }))
}

fn seconds(value: &Value) -> Result<f64, String> {
    value.as_f64().ok_or_else(|| format!("expected a number of seconds, found {value}"))
}

/// The wall clock at the start of the next phase.
pub(crate) fn later(epoch: Timestamp, passed: Span) -> Timestamp {
    epoch.after(passed + Span::from_secs(1))
}
