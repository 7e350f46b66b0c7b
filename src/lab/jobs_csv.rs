//! `jobs.csv`: one row for each job that ended, written while the study runs, if it is asked for.
//!
//! The file is there once all rows are.

use super::whole_file::WholeFile;
use crate::actors::accounting::Account;
use crate::actors::accounting::JobRow;
use std::io;
use std::path::Path;

/// Writes the rows of all runs.
#[derive(Debug)]
pub struct JobsCsv {
    writer: csv::Writer<WholeFile>,
    classes: Vec<String>,
}

impl JobsCsv {
    /// Begins the file that is to be at `path`; `classes` are the names by number.
    ///
    /// # Errors
    /// If it cannot be created or written.
    pub fn create(path: &Path, classes: Vec<String>) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(WholeFile::create(path)?);
        let fixed = [
            "variant",
            "replication",
            "job",
            "class",
            "status",
            "due_ns",
            "started_ns",
            "finished_ns",
            "sojourn_ns",
            "writes",
            "bytes_written",
            "reads",
            "bytes_read",
            "fsyncs",
            "renames",
            "failed_lock_attempts",
            "checks",
        ];
        let accounts = Account::ALL.map(|account| format!("{}_ns", account.name().replace(' ', "_")));
        writer.write_record(fixed.iter().map(|name| (*name).to_owned()).chain(accounts))?;
        Ok(Self { writer, classes })
    }

    /// Writes the jobs of one run: of `variant`, and of a replication that is numbered from 0.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn write(&mut self, variant: &str, replication: u32, jobs: &[JobRow]) -> Result<(), csv::Error> {
        for job in jobs {
            let tally = &job.tally;
            let class = self.classes.get(usize::from(job.class)).map_or("", String::as_str);
            let sojourn = job.finished.since(job.due);
            let started = job.started.map_or_else(String::new, |started| started.0.to_string());
            let words = [variant.to_owned(), (replication + 1).to_string(), job.id.to_string()];
            let words = words.into_iter().chain([class.to_owned(), job.status.to_string()]);
            let times = [job.due.0.to_string(), started, job.finished.0.to_string(), sojourn.0.to_string()];
            let counts = [
                u64::from(tally.writes),
                tally.bytes_written,
                u64::from(tally.reads),
                tally.bytes_read,
                u64::from(tally.fsyncs),
                u64::from(tally.renames),
                u64::from(job.failed_attempts),
                u64::from(job.checks),
            ];
            let accounts = job.ledger.totals().iter().map(|span| span.0);
            let numbers = counts.into_iter().chain(accounts).map(|number| number.to_string());
            self.writer.write_record(words.chain(times).chain(numbers))?;
        }
        Ok(())
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// If what is left cannot be written.
    pub fn finish(self) -> io::Result<()> {
        self.writer.into_inner().map_err(csv::IntoInnerError::into_error)?.commit()
    }
}
