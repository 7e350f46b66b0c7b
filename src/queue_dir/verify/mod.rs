//! Every invariant of a queue directory on disk, checked without its lock and without changing anything.
//!
//! A queue that is at work may change under the check. What only looks wrong because a job was archived in
//! the meantime is looked at again before it is reported.

mod cycles;
mod job;

use super::directory::{check_version, serial};
use super::layout::{ARCHIVE, DRAIN, LOCK, SERIAL, TEMPORARY_SUFFIX, VERSION, archived_path};
use super::reader::entry_names;
use super::{JobReader, Place, QueueDirError, archive_folder, job_file_name, job_of_file_name};
use crate::job::file_format::{self, FormatError};
use crate::job::{Job, JobId};
use cycles::Waits;
use std::collections::BTreeSet;
use std::fmt;
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
        let field = if self.field.is_empty() { "" } else { &format!("{}: ", self.field) };
        write!(f, "{severity}: {}: {field}{}", self.file, self.what)
    }
}

/// Checks the queue in directory `path`. No finding at all means a sound queue; jobs that wait or run are
/// sound, too. The findings come in the order of the directory: its own files, jobs by id, archive.
///
/// # Errors
/// If the directory cannot be read as such.
pub fn verify(path: &Path) -> Result<Vec<Finding>, QueueDirError> {
    let reader = JobReader::open(path)?;
    let mut check =
        Check { reader, findings: Vec::new(), queued: BTreeSet::new(), archived: BTreeSet::new(), waits: Waits::new() };
    check.own_files()?;
    check.archive_folders()?;
    check.serial();
    check.places();
    check.jobs();
    check.rings();
    Ok(check.findings)
}

/// A check under way.
struct Check {
    reader: JobReader,
    findings: Vec<Finding>,
    queued: BTreeSet<JobId>,
    archived: BTreeSet<JobId>,
    /// What the unfinished jobs of the queue depend on.
    waits: Waits,
}

impl Check {
    fn report(&mut self, severity: Severity, file: &str, field: &str, what: impl Into<String>) {
        let (file, field) = (file.to_owned(), field.to_owned());
        self.findings.push(Finding { file, field, what: what.into(), severity });
    }

    /// The names in the directory itself, and the version.
    fn own_files(&mut self) -> Result<(), QueueDirError> {
        let mut names = entry_names(self.reader.path())?;
        names.sort();
        for name in names {
            match name.as_str() {
                LOCK | VERSION | SERIAL | DRAIN | ARCHIVE => {}
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
        let mut folders = entry_names(&archive)?;
        folders.sort_by_key(|name| (name.len(), name.clone()));
        for folder in folders {
            let number = folder.parse::<u64>().ok().filter(|number| number.to_string() == folder);
            if number.is_none() || !archive.join(&folder).is_dir() {
                self.stray(&format!("{ARCHIVE}/{folder}"));
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
            if exists(Place::Queue) && exists(Place::Archive) {
                let what = format!("also in {}; keep the one that is final", archived_path(id));
                self.report(Severity::Error, &job_file_name(id), "", what);
            }
        }
    }

    /// The content of every job file.
    fn jobs(&mut self) {
        let mut bytes = Vec::new();
        let in_queue = self.queued.iter().map(|id| (*id, Place::Queue));
        let in_archive = self.archived.iter().map(|id| (*id, Place::Archive));
        for (id, place) in in_queue.chain(in_archive).collect::<Vec<_>>() {
            let file = match place {
                Place::Queue => job_file_name(id),
                Place::Archive => archived_path(id),
            };
            match self.reader.read_file(&file, &mut bytes) {
                // Archived since the directory was listed.
                Ok(false) => {}
                Ok(true) => match file_format::decode(&bytes) {
                    Ok(job) => self.job(&job, id, place, &file),
                    Err(error) => self.unreadable(place, &file, &error),
                },
                Err(error) => {
                    let what = own_words(&self.reader, &file, &error);
                    self.report(Severity::Error, &file, "", what);
                }
            }
        }
    }

    /// A file that holds no job: in the archive, it may have been set aside there.
    fn unreadable(&mut self, place: Place, file: &str, error: &FormatError) {
        let severity = if place == Place::Archive { Severity::Warning } else { Severity::Error };
        match error {
            FormatError::Field { path, expected, found } => {
                self.report(severity, file, path, format!("expected {expected}, found {found}"));
            }
            other => self.report(severity, file, "", other.to_string()),
        }
    }

    fn job(&mut self, job: &Job, id: JobId, place: Place, file: &str) {
        if job.id != id {
            self.report(
                Severity::Error,
                file,
                "id",
                format!("the file's name says job {id}, its content job {}", job.id),
            );
        }
        // A start of the queue sets a job with opcodes out of order aside, in the archive.
        let set_aside = place == Place::Archive && file_format::check_order(job).is_err();
        let severity = if set_aside { Severity::Warning } else { Severity::Error };
        for flaw in job::flaws(job) {
            self.report(severity, file, &flaw.field, flaw.what);
        }
        if place == Place::Archive && !set_aside && !job.status().is_final() {
            let what = format!("the job is archived, but {}: it will never run", job.status());
            self.report(Severity::Warning, file, "ops", what);
        }
        if place == Place::Queue && !job.status().is_final() {
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
            let names: Vec<_> = ring.iter().chain(&ring[..1]).map(|id| format!("job {id}")).collect();
            let what = format!("{}: none can go on; cancel one of them", names.join(" waits for "));
            self.report(Severity::Warning, &job_file_name(ring[0]), "", what);
        }
    }
}

/// An error without the file's path, which a finding gives already.
fn own_words(reader: &JobReader, file: &str, error: &QueueDirError) -> String {
    let text = error.to_string();
    let prefix = format!("{}: ", reader.path().join(file).display());
    text.strip_prefix(&prefix).map_or(text.clone(), str::to_owned)
}
