//! What a person sees of a queue directory: one line for each job, or one job in full.
//!
//! Read only, without the directory's lock. Text from job files is shown with control characters escaped, so
//! that no file can play with the terminal.

use super::directory::check_version;
use super::utc::Utc;
use super::{FoundIn, JobReader, QueueDirError};
use crate::job::{Dependency, Job, JobId, LogEntry, Opcode, Priority, Status, Timestamp};
use crate::printable::Printable;
use crate::units::Span;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::Path;

/// One job, as a row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedJob {
    /// Its number.
    pub id: JobId,
    /// Its status.
    pub status: Status,
    /// How many opcodes it has.
    pub opcodes: usize,
    /// How many of them are final.
    pub finished: usize,
    /// The most urgent priority among the others; normal if there are none.
    pub priority: Priority,
    /// When the queue took it in.
    pub received: Option<Timestamp>,
    /// From then until it became final; none before.
    pub duration: Option<Span>,
    /// The jobs of the queue that are not final and that its current opcode depends on, as it names them.
    pub waits_for: Vec<JobId>,
}

/// The jobs of a queue directory, ascending, and the files that could not be read.
#[derive(Debug)]
pub struct Listing {
    /// A row for each job.
    pub rows: Vec<ListedJob>,
    /// What is wrong with the others; each error names its file.
    pub unreadable: Vec<QueueDirError>,
}

/// The unarchived jobs of the queue directory `path`. What is archived while this reads is left out.
///
/// # Errors
/// If the directory cannot be read, or is no queue.
pub fn list(path: &Path) -> Result<Listing, QueueDirError> {
    let reader = open_queue(path)?;
    let (mut jobs, mut unreadable) = (Vec::new(), Vec::new());
    for id in reader.job_ids()? {
        match reader.job(id) {
            Ok((job, FoundIn::Queue)) => jobs.push((row(&job), current_depends(job))),
            Ok((_, FoundIn::Archive)) | Err(QueueDirError::NoJob { .. }) => {}
            Err(error) => unreadable.push(error),
        }
    }
    let statuses: BTreeMap<_, _> = jobs.iter().map(|(row, _)| (row.id, row.status)).collect();
    let unfinished = |id: &JobId| statuses.get(id).is_some_and(|status| !status.is_final());
    let with_waits = |(row, depends): (ListedJob, Vec<Dependency>)| {
        let waits_for = depends.iter().map(|dependency| dependency.on).filter(unfinished).collect();
        ListedJob { waits_for, ..row }
    };
    Ok(Listing { rows: jobs.into_iter().map(with_waits).collect(), unreadable })
}

/// A reader for a directory that is a queue of the version known here.
fn open_queue(path: &Path) -> Result<JobReader, QueueDirError> {
    let reader = JobReader::open(path)?;
    check_version(&reader)?;
    reader.check_archive()?;
    Ok(reader)
}

fn row(job: &Job) -> ListedJob {
    ListedJob {
        id: job.id,
        status: job.status(),
        opcodes: job.opcodes.len(),
        finished: job.opcodes.iter().filter(|opcode| opcode.status.is_final()).count(),
        priority: job.priority(),
        received: job.received,
        duration: job.received.zip(job.end).map(|(from, to)| between(from, to)),
        waits_for: Vec::new(),
    }
}

/// What the opcode that a worker would process depends on.
fn current_depends(mut job: Job) -> Vec<Dependency> {
    job.current().map(|index| std::mem::take(&mut job.opcodes[index].depends)).unwrap_or_default()
}

/// From one timestamp to another; zero if the clock went back.
fn between(from: Timestamp, to: Timestamp) -> Span {
    let micros = |at: Timestamp| u128::from(at.seconds) * 1_000_000 + u128::from(at.microseconds);
    let nanos = micros(to).saturating_sub(micros(from)) * 1_000;
    Span(u64::try_from(nanos).unwrap_or(u64::MAX))
}

impl Listing {
    /// The titles that belong to [`ListedJob::cells`].
    pub const TITLES: [&str; 7] = ["id", "status", "opcodes", "priority", "received (UTC)", "duration", "waits for"];

    /// The listing as plain text in columns, without the unreadable files.
    #[must_use]
    pub fn text(&self) -> String {
        let mut lines = vec![Self::TITLES.map(str::to_owned)];
        lines.extend(self.rows.iter().map(ListedJob::cells));
        let mut widths = [0; Self::TITLES.len()];
        for line in &lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = cell.chars().count().max(*width);
            }
        }
        let mut text = String::new();
        for line in &lines {
            let padded = line.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
            let padded = padded.collect::<Vec<_>>().join("  ");
            text.push_str(padded.trim_end());
            text.push('\n');
        }
        text
    }
}

impl ListedJob {
    /// The row as text, in the order of [`Listing::TITLES`].
    #[must_use]
    pub fn cells(&self) -> [String; 7] {
        let waits: Vec<_> = self.waits_for.iter().map(JobId::to_string).collect();
        [
            self.id.to_string(),
            self.status.to_string(),
            format!("{}/{}", self.finished, self.opcodes),
            self.priority.value().to_string(),
            self.received.map_or_else(|| "–".to_owned(), |at| Utc(at).to_string()),
            self.duration.map_or_else(|| "–".to_owned(), seconds),
            waits.join(", "),
        ]
    }
}

fn seconds(span: Span) -> String {
    format!("{}.{:06} s", span.0 / 1_000_000_000, span.0 / 1_000 % 1_000_000)
}

/// Values and messages are cut to this many characters.
const CHARACTERS_MAX: usize = 200;

/// Job `id` of the queue directory `path`, from the queue or its archive, as text for a person; of each
/// opcode's log only the first and last entries, at most `log_max` together.
///
/// # Errors
/// If the directory is no queue, there is no such job, or its file cannot be read or holds no job.
pub fn show(path: &Path, id: JobId, log_max: usize) -> Result<String, QueueDirError> {
    let (job, place) = open_queue(path)?.job(id)?;
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_job(&mut text, &job, place, log_max);
    Ok(text)
}

fn write_job(text: &mut String, job: &Job, place: FoundIn, log_max: usize) -> fmt::Result {
    let place = match place {
        FoundIn::Queue => "in the queue",
        FoundIn::Archive => "archived",
    };
    let row = row(job);
    writeln!(text, "job {}: {}, {place}, priority {}", job.id, row.status, row.priority.value())?;
    for (name, at) in [("received", job.received), ("started", job.start), ("ended", job.end)] {
        write_moment(text, name, at)?;
    }
    if let Some(duration) = row.duration {
        writeln!(text, "  took      {}", seconds(duration))?;
    }
    let count = job.opcodes.len();
    for (index, opcode) in job.opcodes.iter().enumerate() {
        writeln!(text, "\nopcode {} of {count}: {}, {}", index + 1, Printable(opcode.op_id()), opcode.status)?;
        write_opcode(text, opcode, log_max)?;
    }
    Ok(())
}

fn write_opcode(text: &mut String, opcode: &Opcode, log_max: usize) -> fmt::Result {
    writeln!(text, "  priority  {}", opcode.priority.value())?;
    for (name, at) in [("waiting", opcode.start), ("running", opcode.exec), ("ended", opcode.end)] {
        write_moment(text, name, at)?;
    }
    for dependency in &opcode.depends {
        let wanted = dependency.wanted_list(", ");
        let wanted = if wanted.is_empty() { "any final status" } else { &wanted };
        writeln!(text, "  depends   on job {}: {wanted}", dependency.on)?;
    }
    let shown_elsewhere = ["OP_ID", "depends", "priority"];
    for (key, value) in opcode.input.iter().filter(|(key, _)| !shown_elsewhere.contains(&key.as_str())) {
        writeln!(text, "  input     {} = {}", Printable(key), shortened(value))?;
    }
    if !opcode.result.is_null() {
        writeln!(text, "  result    {}", shortened(&opcode.result))?;
    }
    write_log(text, &opcode.log, log_max)
}

fn write_moment(text: &mut String, name: &str, at: Option<Timestamp>) -> fmt::Result {
    match at {
        Some(at) => writeln!(text, "  {name:<8}  {} UTC", Utc(at)),
        None => Ok(()),
    }
}

fn write_log(text: &mut String, log: &[LogEntry], log_max: usize) -> fmt::Result {
    let left_out = log.len().saturating_sub(log_max);
    let first = if left_out == 0 { log.len() } else { log_max / 2 };
    for entry in &log[..first] {
        write_entry(text, entry)?;
    }
    if left_out > 0 {
        writeln!(text, "  log       … {left_out} more entries …")?;
    }
    for entry in &log[first + left_out..] {
        write_entry(text, entry)?;
    }
    Ok(())
}

fn write_entry(text: &mut String, entry: &LogEntry) -> fmt::Result {
    let kind = if entry.kind == "message" { String::new() } else { format!("{}: ", Printable(&entry.kind)) };
    writeln!(text, "  log {:<5} {} {kind}{}", entry.serial, Utc(entry.at), shortened(&entry.message))
}

/// A value on one line, cut if it is long. Strings go without quotes.
fn shortened(value: &Value) -> String {
    let whole = match value {
        Value::String(text) => Printable(text).to_string(),
        other => Printable(&other.to_string()).to_string(),
    };
    match whole.char_indices().nth(CHARACTERS_MAX) {
        None => whole,
        Some((end, _)) => format!("{}… ({} bytes)", &whole[..end], whole.len()),
    }
}
