//! What a phase of a run was seen to do, in the words of the case files.

use jqlab::actors::accounting::{DependencyCheck, Trace, Verdict};
use jqlab::actors::clients::Reply;
use jqlab::actors::files::WriteCause;
use jqlab::actors::locks::{LockRow, MonitorStyle};
use jqlab::actors::machine::{File, ModelDirectory};
use jqlab::job::{ChangeReply, Job, JobId, Opcode, Timestamp, file_format};
use jqlab::runtime::Record;
use jqlab::units::Instant;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What a phase was seen to do.
#[derive(Debug)]
pub(crate) struct Phase {
    /// For each step its reply; none if it got none.
    pub(crate) replies: Vec<Option<Answer>>,
    /// Of the same form as `expect` in a case file.
    pub(crate) outcome: Value,
}

/// A reply, or what a look showed.
#[derive(Debug)]
pub(crate) struct Answer {
    /// When it came; none of a look.
    pub(crate) at: Option<Instant>,
    pub(crate) value: Value,
}

/// The files of a queue directory: job files as jobs, where they can be read.
pub(crate) type Files = BTreeMap<String, Option<Job>>;

/// The files of a modelled directory.
pub(crate) fn files_of_model(directory: &ModelDirectory) -> Files {
    let job = |path: &str| match directory.get(path)? {
        File::Job(job) => Some((**job).clone()),
        File::Text(text) => file_format::decode(text.as_bytes()).ok(),
    };
    directory.paths().into_iter().map(|path| (path.clone(), job(&path))).collect()
}

/// The names of all files while the queue is open: the lock file is there then.
pub(crate) fn names_when_open(files: &Files) -> Value {
    let mut names: Vec<&str> = files.keys().map(String::as_str).filter(|name| *name != "lock").collect();
    names.push("lock");
    names.sort_unstable();
    json!(names)
}

/// The status of every unarchived job, with those of its opcodes.
pub(crate) fn statuses(files: &Files) -> Value {
    let jobs = files.iter().filter(|(path, _)| path.starts_with("job-"));
    let status = |job: &Job| {
        let opcodes: Vec<&str> = job.opcodes.iter().map(|opcode| opcode.status.as_str()).collect();
        json!([job.status().as_str(), opcodes])
    };
    jobs.map(|(path, job)| (path.clone(), job.as_ref().map_or_else(|| json!(["unparseable"]), status))).collect()
}

/// The replies of a record, by the number of the call.
pub(crate) fn replies(record: &Record) -> BTreeMap<usize, Answer> {
    let replied = record.traces.iter().filter_map(|(at, trace)| match trace {
        Trace::Replied { call, reply } => Some((*call, Answer { at: Some(*at), value: reply_value(reply) })),
        _ => None,
    });
    replied.collect()
}

fn reply_value(reply: &Reply) -> Value {
    match reply {
        Reply::Submitted(id) => json!(id.0),
        Reply::SubmittedMany(outcomes) => {
            let one = |outcome: &Result<JobId, String>| match outcome {
                Ok(id) => json!([true, id.0]),
                Err(why) => json!([false, why]),
            };
            outcomes.iter().map(one).collect()
        }
        Reply::Changed(ChangeReply { changed, text }) => json!([changed, text]),
        Reply::Archived(archived) => json!(archived),
        Reply::ArchivedMany { archived, left } => json!([archived, left]),
        Reply::Rows(rows) => json!(rows),
        Reply::Watched { fields, log } => json!([fields, log]),
        Reply::NotChanged => Value::Null,
        Reply::JobLost => json!("lost"),
        Reply::Size(size) => json!(size),
        Reply::Locks(rows) => {
            let designed: Value = rows.iter().map(designed_columns).collect();
            json!({"rows": rows.iter().map(lock_row).collect::<Value>(), "designed": designed})
        }
        Reply::ShutdownPrepared(running) => json!(running),
        Reply::Done => json!(true),
        Reply::Refused(why) => json!({"refused": why}),
    }
}

/// A row of the lock monitor as it was shipped, taken apart; owners without their workers, sorted.
fn lock_row(row: &LockRow) -> Value {
    let [name, _, _, pending] = row.columns(MonitorStyle::Shipped);
    let pending = pending.split_whitespace().filter(|one| *one != "-").map(|one| {
        let (what, who) = one.split_once(':').unwrap_or((one, ""));
        match what {
            "job" => json!([what, sorted(who.split(',').filter_map(|id| id.parse::<u64>().ok()))]),
            mode => json!([mode, sorted(who.split(',').map(without_worker))]),
        }
    });
    let owners = row.owners.as_ref().map(|owners| sorted(owners.iter().map(|owner| without_worker(owner))));
    json!({
        "name": name,
        "mode": row.mode.map(jqlab::actors::locks::Mode::as_str),
        "owners": owners,
        "pending": pending.collect::<Value>(),
    })
}

/// The columns of a row as the design document spells them; owners without their workers.
fn designed_columns(row: &LockRow) -> Value {
    let [name, mode, owners, pending] = row.columns(MonitorStyle::Designed);
    let owners: Vec<&str> = owners.split(',').filter_map(|owner| Some(owner.split_once('/')?.1)).collect();
    json!([name, mode, owners, pending])
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort();
    items
}

/// `Job12/TEST_DELAY` of `Jq7/Job12/TEST_DELAY`.
fn without_worker(owner: &str) -> String {
    owner.split_once('/').map_or(owner, |(_, rest)| rest).to_owned()
}

/// What happened, in order, and when, in ns.
#[derive(Default)]
struct Moments {
    at: Vec<u64>,
    what: Vec<Value>,
}

impl Moments {
    fn add(&mut self, at: u64, what: Value) {
        self.at.push(at);
        self.what.push(what);
    }
}

/// What a phase led to, from its record and the files at its end.
pub(crate) fn outcome(record: &Record, files: &Files, size_and_serial: (u64, u64)) -> Value {
    let names: Vec<&String> = files.keys().filter(|name| *name != "lock").collect();
    if let Some(what) = &record.fault {
        let none = || json!([]);
        return json!({
            "boot": {"raised": what.to_string()}, "jobs": {}, "start_order": none(), "end_order": none(),
            "dependency_checks": none(), "renames": none(), "serial_writes": none(), "files": names,
        });
    }
    let traces = || record.traces.iter().map(|(_, trace)| trace);
    let (mut starts, mut ends) = (Moments::default(), Moments::default());
    for (at, trace) in &record.traces {
        match trace {
            Trace::OpcodeStarted(job, index) => starts.add(at.0, json!([job.0, index])),
            Trace::OpcodeEnded(job, index, status) => ends.add(at.0, json!([job.0, index, status.as_str()])),
            _ => {}
        }
    }
    let serials = traces().filter_map(|trace| match trace {
        Trace::WroteSerial(serial) => Some(json!(format!("{serial}\n"))),
        _ => None,
    });
    let renames = traces().filter_map(|trace| match trace {
        Trace::Archived(jobs) if !jobs.is_empty() => Some(jobs.iter().map(rename).collect::<Value>()),
        _ => None,
    });
    json!({
        "boot": "ok",
        "queue_size": size_and_serial.0,
        "last_serial": size_and_serial.1,
        "jobs": jobs(record, files),
        "start_order": starts.what,
        "start_times": starts.at,
        "end_order": ends.what,
        "end_times": ends.at,
        "dependency_checks": record.checks.iter().map(check).collect::<Value>(),
        "check_times": record.checks.iter().map(|check| check.ended.0).collect::<Vec<_>>(),
        "renames": renames.collect::<Value>(),
        "serial_writes": serials.collect::<Value>(),
        "files": names,
    })
}

fn rename(job: &JobId) -> Value {
    json!([format!("job-{job}"), format!("archive/{}/job-{job}", job.0 / 10_000)])
}

fn check(check: &DependencyCheck) -> Value {
    let wanted: Vec<&str> = check.wanted.split(", ").filter(|word| !word.is_empty()).collect();
    let verdict = match check.verdict {
        Verdict::Continue => "continue",
        Verdict::Wait => "wait",
        Verdict::Cancel => "cancel",
        Verdict::WrongStatus => "wrongstatus",
        Verdict::Error => "error",
    };
    json!({
        "job": check.job.0,
        "depends_on": check.on.0,
        "wanted": wanted,
        "verdict": verdict,
        "message": check.message,
    })
}

/// By id: each job at the end, and what was written to its file.
fn jobs(record: &Record, files: &Files) -> Value {
    let mut writes: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (_, trace) in &record.traces {
        if let Trace::Wrote { job, cause } = trace {
            writes.entry(job.id.to_string()).or_default().push(write(job, *cause));
        }
    }
    let mut jobs = Map::new();
    for (path, job) in files {
        let name = path.rsplit('/').next().unwrap_or(path);
        if let Some(id) = name.strip_prefix("job-") {
            let mut text = job.as_ref().map_or_else(unparseable, final_job);
            text["file"] = json!(path);
            text["writes"] = json!(writes.remove(id).unwrap_or_default());
            jobs.insert(id.to_owned(), text);
        }
    }
    Value::Object(jobs)
}

fn unparseable() -> Value {
    json!({"status": "unparseable", "opcodes": [], "timestamps": null})
}

fn final_job(job: &Job) -> Value {
    let opcode = |opcode: &Opcode| {
        let log = opcode.log.iter().map(|entry| json!([entry.serial, entry.kind, entry.message]));
        json!({
            "status": opcode.status.as_str(),
            "result": opcode.result,
            "priority": opcode.priority.value(),
            "log": log.collect::<Value>(),
            "timestamps": opcode_timestamps(opcode),
        })
    };
    json!({
        "status": job.status().as_str(),
        "opcodes": job.opcodes.iter().map(opcode).collect::<Value>(),
        "timestamps": pattern([job.received, job.start, job.end]),
    })
}

fn write(job: &Job, cause: WriteCause) -> Value {
    let word = match cause {
        WriteCause::Submit => "submit",
        WriteCause::Processor => "processor",
        WriteCause::Start => "start",
        WriteCause::Feedback => "feedback",
        WriteCause::Modify => "modify",
        WriteCause::Restart => "restart",
    };
    let each = |value: &dyn Fn(&Opcode) -> Value| job.opcodes.iter().map(value).collect::<Value>();
    json!({
        "cause": word,
        "opcodes": each(&|opcode| json!(opcode.status.as_str())),
        "priorities": each(&|opcode| json!(opcode.priority.value())),
        "log_entries": each(&|opcode| json!(opcode.log.len())),
        "replicated": cause != WriteCause::Feedback,
        "opcode_timestamps": each(&|opcode| json!(opcode_timestamps(opcode))),
        "job_timestamps": pattern([job.received, job.start, job.end]),
    })
}

fn opcode_timestamps(opcode: &Opcode) -> String {
    pattern([opcode.start, opcode.exec, opcode.end])
}

/// Which of three timestamps are set.
fn pattern(timestamps: [Option<Timestamp>; 3]) -> String {
    timestamps.map(|at| if at.is_some() { 'x' } else { '-' }).into_iter().collect()
}
