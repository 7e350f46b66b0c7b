//! Every invariant of a queue directory on disk, checked without its lock and without changing anything.
//!
//! A queue that is at work may change under the check. What only looks wrong because a job was archived in
//! the meantime is looked at again before it is reported.

mod cycles;
mod job;

use super::directory::{check_version, serial};
use super::layout::{ARCHIVE, DRAIN, LOCK, SERIAL, TEMPORARY_SUFFIX, VERSION, archived_path};
use super::reader::{entry_names, folder_number, must_be_folder};
use super::{FoundIn, JobReader, Printable, QueueDirError, archive_folder, job_file_name, job_of_file_name};
use crate::job::file_format::{self, FormatError};
use crate::job::{Job, JobId};
use cycles::Waits;
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::Path;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Odd, but the queue can go on.
    Warning,
    /// The queue cannot open, or would do wrong by a job.
    Error,
}

/// Something in a queue directory that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Finding {
    /// The file, relative to the queue directory.
    pub file: String,
    /// The place in the file, `ops[2].status`; empty if it is the file as a whole.
    pub field: String,
    /// What is wrong there, and how to mend it where that is not plain.
    pub what: String,
    /// How bad it is.
    pub severity: Severity,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let field = if self.field.is_empty() { String::new() } else { format!("{}: ", self.field) };
        let (file, what) = (Printable(&self.file), Printable(&self.what));
        write!(f, "{severity}: {file}: {}{what}", Printable(&field))
    }
}

/// What a queue directory holds that it should not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inspection {
    /// All that is not as it should be. They come in the order of the directory: its own files, jobs by id, archive.
    pub findings: Vec<Finding>,
    /// Job files that hold no job or cannot be read, in the queue and in the archive.
    pub unreadable: u64,
    /// Rings of unfinished jobs that wait for each other.
    pub rings: u64,
}

/// Checks the queue in directory `path`. No finding at all means a sound queue; jobs that wait or run are
/// sound, too. The findings come in the order of the directory: its own files, jobs by id, archive.
///
/// # Errors
/// If the directory cannot be read as such, or holds nothing of a queue.
pub fn verify(path: &Path) -> Result<Vec<Finding>, QueueDirError> {
    inspect(path).map(|inspection| inspection.findings)
}

/// The same as [`verify`], with counts of what breaks a queue's promise.
///
/// # Errors
/// If the directory cannot be read as such, or holds nothing of a queue.
pub fn inspect(path: &Path) -> Result<Inspection, QueueDirError> {
    let reader = JobReader::open(path)?;
    let is_of_queue = |name: &String| name == VERSION || name == SERIAL || job_of_file_name(name).is_some();
    if !entry_names(reader.path())?.iter().any(is_of_queue) {
        // Another directory, with advice for none of its files.
        check_version(&reader)?;
    }
    let mut check = Check {
        reader,
        found: Inspection::default(),
        queued: BTreeSet::new(),
        archived: BTreeSet::new(),
        waits: Waits::new(),
    };
    check.own_files()?;
    check.archive_folders()?;
    check.serial();
    check.places();
    check.jobs();
    check.rings();
    Ok(check.found)
}

/// A check under way.
struct Check {
    reader: JobReader,
    found: Inspection,
    queued: BTreeSet<JobId>,
    archived: BTreeSet<JobId>,
    /// What the unfinished jobs of the queue depend on.
    waits: Waits,
}

impl Check {
    fn report(&mut self, severity: Severity, file: &str, field: &str, what: impl Into<String>) {
        let (file, field) = (file.to_owned(), field.to_owned());
        self.found.findings.push(Finding { file, field, what: what.into(), severity });
    }

    /// The names in the directory itself, and the version.
    fn own_files(&mut self) -> Result<(), QueueDirError> {
        let mut names = entry_names(self.reader.path())?;
        names.sort();
        for name in names {
            match name.as_str() {
                // Seen to with what is in them.
                VERSION | SERIAL | DRAIN | ARCHIVE => {}
                LOCK => self.lock(),
                _ => match job_of_file_name(&name) {
                    Some(id) => drop(self.queued.insert(id)),
                    None => self.stray(&name),
                },
            }
        }
        if let Err(error) = check_version(&self.reader) {
            self.report(Severity::Error, VERSION, "", own_words(&self.reader, VERSION, &error));
        }
        Ok(())
    }

    /// The lock, if there is one: it must be a file to be held.
    fn lock(&mut self) {
        let is_file = fs::symlink_metadata(self.reader.path().join(LOCK)).is_ok_and(|status| status.is_file());
        if !is_file {
            let what = "not a regular file: the queue cannot open; remove it while nobody works in the queue";
            self.report(Severity::Error, LOCK, "", what);
        }
    }

    /// A name that no file of a queue has.
    fn stray(&mut self, file: &str) {
        let what = if file.ends_with(TEMPORARY_SUFFIX) {
            "left over from a write that was cut short; remove it while the queue is not open"
        } else {
            "not a file of a queue; move it elsewhere"
        };
        self.report(Severity::Warning, file, "", what);
    }

    /// The names in the archive.
    fn archive_folders(&mut self) -> Result<(), QueueDirError> {
        let archive = self.reader.path().join(ARCHIVE);
        if !self.is_folder(ARCHIVE) {
            return Ok(());
        }
        let mut folders = entry_names(&archive)?;
        folders.sort_by_key(|name| (name.len(), name.clone()));
        for folder in folders {
            let number = folder_number(&folder);
            if number.is_none() {
                self.stray(&format!("{ARCHIVE}/{folder}"));
                continue;
            }
            if !self.is_folder(&format!("{ARCHIVE}/{folder}")) {
                continue;
            }
            let mut names = entry_names(&archive.join(&folder))?;
            names.sort_by_key(|name| (job_of_file_name(name), name.clone()));
            for name in names {
                let file = format!("{ARCHIVE}/{folder}/{name}");
                match job_of_file_name(&name) {
                    Some(id) if Some(archive_folder(id)) == number => drop(self.archived.insert(id)),
                    Some(id) => {
                        let what = format!("job {id} is looked for in {}; move it there", archived_path(id));
                        self.report(Severity::Error, &file, "", what);
                    }
                    None => self.stray(&file),
                }
            }
        }
        Ok(())
    }

    /// Whether there is a folder, or nothing, at `relative`; anything else keeps the queue from opening.
    fn is_folder(&mut self, relative: &str) -> bool {
        match must_be_folder(&self.reader.path().join(relative)) {
            Ok(()) => true,
            Err(fault) => {
                self.report(Severity::Error, relative, "", format!("{}; the queue cannot open", fault.source));
                false
            }
        }
    }

    /// The serial against the highest id.
    fn serial(&mut self) {
        let highest = self.queued.last().max(self.archived.last()).copied();
        match (serial(&self.reader), highest) {
            (Err(error), _) => self.report(Severity::Error, SERIAL, "", own_words(&self.reader, SERIAL, &error)),
            (Ok(serial), Some(highest)) if serial < highest => {
                let error = QueueDirError::SerialBehind { path: self.reader.path().join(SERIAL), serial, highest };
                self.report(Severity::Error, SERIAL, "", own_words(&self.reader, SERIAL, &error));
            }
            _ => {}
        }
    }

    /// No job is in the queue and in the archive.
    fn places(&mut self) {
        for id in self.queued.intersection(&self.archived).copied().collect::<Vec<_>>() {
            let exists = |place| self.reader.path_of(id, place).exists();
            if exists(FoundIn::Queue) && exists(FoundIn::Archive) {
                let what = format!("also in {}; keep the one that is final", archived_path(id));
                self.report(Severity::Error, &job_file_name(id), "", what);
            }
        }
    }

    /// The content of every job file.
    fn jobs(&mut self) {
        let mut bytes = Vec::new();
        let in_queue = self.queued.iter().map(|id| (*id, FoundIn::Queue));
        let in_archive = self.archived.iter().map(|id| (*id, FoundIn::Archive));
        for (id, place) in in_queue.chain(in_archive).collect::<Vec<_>>() {
            let file = match place {
                FoundIn::Queue => job_file_name(id),
                FoundIn::Archive => archived_path(id),
            };
            match self.reader.read_file(&file, &mut bytes) {
                // Archived since the directory was listed.
                Ok(false) => {}
                Ok(true) => match file_format::decode(&bytes) {
                    Ok(job) => self.job(&job, id, place, &file),
                    Err(error) => self.unreadable(place, &file, &error),
                },
                Err(fault) => {
                    self.found.unreadable += 1;
                    let what = format!("cannot {}: {}", fault.operation, fault.source);
                    self.report(Severity::Error, &file, "", what);
                }
            }
        }
    }

    /// A file that holds no job: in the archive, it may have been set aside there.
    fn unreadable(&mut self, place: FoundIn, file: &str, error: &FormatError) {
        self.found.unreadable += 1;
        let severity = if place == FoundIn::Archive { Severity::Warning } else { Severity::Error };
        match error {
            FormatError::Field { path, expected, found } => {
                self.report(severity, file, path, format!("expected {expected}, found {found}"));
            }
            other => self.report(severity, file, "", other.to_string()),
        }
    }

    fn job(&mut self, job: &Job, id: JobId, place: FoundIn, file: &str) {
        if job.id != id {
            self.report(
                Severity::Error,
                file,
                "id",
                format!("the file's name says job {id}, its content job {}", job.id),
            );
        }
        // A start of the queue sets a job with opcodes out of order aside, in the archive.
        let set_aside = place == FoundIn::Archive && file_format::check_order(job).is_err();
        let severity = if set_aside { Severity::Warning } else { Severity::Error };
        for flaw in job::flaws(job) {
            self.report(severity, file, &flaw.field, flaw.what);
        }
        if place == FoundIn::Archive && !set_aside && !job.status().is_final() {
            let what = format!("the job is archived, but {}: it will never run", job.status());
            self.report(Severity::Warning, file, "ops", what);
        }
        if place == FoundIn::Queue && !job.status().is_final() {
            let unfinished = job.opcodes.iter().filter(|opcode| !opcode.status.is_final());
            let on = unfinished.flat_map(|opcode| &opcode.depends).map(|dependency| dependency.on);
            self.waits.insert(id, on.collect());
        }
        for (index, opcode) in job.opcodes.iter().enumerate() {
            for (number, dependency) in opcode.depends.iter().enumerate() {
                let on = dependency.on;
                if on != id && !self.queued.contains(&on) && !self.archived.contains(&on) {
                    let field = format!("ops[{index}].input.depends[{number}]");
                    self.report(Severity::Warning, file, &field, format!("there is no job {on}"));
                }
            }
        }
    }
}

impl Check {
    /// Jobs that wait for each other.
    fn rings(&mut self) {
        for ring in cycles::rings(std::mem::take(&mut self.waits)) {
            self.found.rings += 1;
            let what = format!("jobs wait for each other: {}; none can go on: cancel one of them", in_words(&ring));
            self.report(Severity::Warning, &job_file_name(ring[0]), "", what);
        }
    }
}

/// A ring in words, of which a long one shows its beginning alone.
fn in_words(ring: &[JobId]) -> String {
    /// Jobs that are named of a longer ring.
    const NAMED: usize = 8;
    let (shown, left_out) = ring.split_at(if ring.len() > NAMED + 1 { NAMED } else { ring.len() });
    let mut names: Vec<String> = shown.iter().map(JobId::to_string).collect();
    if !left_out.is_empty() {
        names.push(format!("{} more", left_out.len()));
    }
    names.push(ring[0].to_string());
    names.join(" → ")
}

/// An error without the file's path, which a finding gives already.
fn own_words(reader: &JobReader, file: &str, error: &QueueDirError) -> String {
    let text = error.to_string();
    let prefix = format!("{}: ", reader.path().join(file).display());
    text.strip_prefix(&prefix).map_or(text.clone(), str::to_owned)
}
