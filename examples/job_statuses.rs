//! Prints `id status opcodes` for every job of a queue directory and its archive, to compare with another reader:
//! `cargo run --example job_statuses -- QUEUE_DIRECTORY`

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // an example of its use
#![allow(clippy::print_stdout)] // what it is for

use jqlab::queue_dir::{JobReader, QueueDirError};
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("name a queue directory")?;
    print_statuses(Path::new(&path)).map_err(|error| error.to_string().into())
}

fn print_statuses(path: &Path) -> Result<(), QueueDirError> {
    let reader = JobReader::open(path)?;
    for id in reader.job_ids()?.into_iter().chain(reader.archived_ids()?) {
        let (job, _) = reader.job(id)?;
        println!("{id} {} {}", job.status(), job.opcodes.len());
    }
    Ok(())
}
