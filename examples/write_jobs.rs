//! Makes a queue directory with a job in every state that a job goes through, as the live runtime would:
//! `cargo run --example write_jobs -- NEW_DIRECTORY`

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // an example of its use

use jqlab::job::file_format::{Codec, encode};
use jqlab::job::{Dependency, Job, JobId, Opcode, Priority, Status, Timestamp, exec_error};
use jqlab::queue_dir::{Durability, QueueDirError, QueueDirectory};
use serde_json::{Value, json};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("name a new directory")?;
    write_jobs(Path::new(&path)).map_err(|error| error.to_string().into())
}

fn write_jobs(path: &Path) -> Result<(), QueueDirError> {
    let (queue, _) = QueueDirectory::open(path)?;
    let mut files = queue.job_files()?;
    let jobs = jobs();
    for (index, job) in jobs.iter().enumerate() {
        let codec = if index % 2 == 0 { Codec::Json } else { Codec::JsonIndentedSorted };
        files.write(job.id, &encode(job, codec), Durability::Fsync)?;
    }
    files.write_serial(JobId(jobs.len() as u64), Durability::FsyncDirectory)?;
    for job in jobs.iter().filter(|job| job.id.0 % 5 == 0 && job.status().is_final()) {
        files.archive(job.id, Durability::Fsync)?;
    }
    Ok(())
}

/// A moment of the run that these jobs pretend to come from.
const fn at(seconds: u64) -> Timestamp {
    Timestamp { seconds: 1_310_635_800 + seconds, microseconds: 250 }
}

/// Jobs of two opcodes, each in another state, then the same with a dependency, a priority and a long comment.
fn jobs() -> Vec<Job> {
    let mut jobs = Vec::new();
    for round in 0..3 {
        for reach in STATES {
            let id = JobId(jobs.len() as u64 + 1);
            let opcodes = vec![opcode(id, round), opcode(JobId(1), 0)];
            let mut job = Job { id, opcodes, received: Some(at(id.0)), start: None, end: None };
            reach(&mut job);
            jobs.push(job);
        }
    }
    jobs
}

fn opcode(id: JobId, round: usize) -> Opcode {
    let wanted = [vec![], vec![Status::Success], vec![Status::Canceled, Status::Error]][round].clone();
    let depends = if id.0 > 1 { vec![Dependency { on: JobId(id.0 - 1), wanted }] } else { vec![] };
    let words = |item: &Dependency| item.wanted.iter().map(|status| status.as_str()).collect::<Vec<_>>();
    let spelt: Vec<_> = depends.iter().map(|item| json!([item.on.0, words(item)])).collect();
    let priority = [Priority::NORMAL, Priority::HIGH, Priority::LOW][round];
    let input = json!({
        "OP_ID": "OP_TEST_DELAY", "duration": 0.002, "on_master": true, "on_nodes": [], "repeat": 0,
        "comment": ".".repeat(round * 1_000), "depends": spelt, "priority": priority.value(),
    });
    let Value::Object(input) = input else { unreachable!("written as an object") };
    Opcode::new(input, depends, priority)
}

/// What brings a queued job to each state.
const STATES: [fn(&mut Job); 9] = [
    |_| {},
    take_first_up,
    run_first,
    succeed_first,
    |job| {
        succeed_first(job);
        job.take_up(1, Status::Waiting, at(54));
        job.start_running(1, at(55));
        job.succeed(1, Value::Null, at(56));
    },
    |job| {
        run_first(job);
        job.fail(0, exec_error("as asked"), at(53));
    },
    |job| drop(job.cancel(at(51))),
    |job| {
        take_first_up(job);
        job.cancel(at(51));
    },
    |job| {
        take_first_up(job);
        job.cancel(at(51));
        job.cancel_opcode(0, at(52));
    },
];

fn take_first_up(job: &mut Job) {
    job.take_up(0, Status::Waiting, at(50));
}

fn run_first(job: &mut Job) {
    take_first_up(job);
    job.start_running(0, at(51));
    for text in ["plain", "with \"quotes\", a\nbreak, é and 😀"] {
        job.log(0, at(52), text.to_owned());
    }
}

fn succeed_first(job: &mut Job) {
    run_first(job);
    job.succeed(0, json!({"took": 0.002, "nodes": ["node1.example.com"]}), at(53));
}
