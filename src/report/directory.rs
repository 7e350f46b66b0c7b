//! The directory of a report: claimed before anything is measured, written file by file, and without what an earlier
//! report left in it.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // reports are written here

use crate::lab::whole_file;
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// What a validation is called in a directory.
pub const VALIDATION_FILE: &str = "validation.json";
/// What the results of a study are called in a directory.
pub const RESULTS_FILE: &str = "results.json";
/// What the rows of the jobs are called in a directory.
pub const ROWS_FILE: &str = "jobs.csv";
/// The page that `jqlab validate` writes beside its [`VALIDATION_FILE`], and no report of a run does.
const VALIDATION_PAGE: &str = "validation.md";
/// Where a report of both runtimes has that of the virtual runs.
pub const VIRTUAL_DIRECTORY: &str = "virtual";

/// Why a directory cannot take a report.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// It cannot be made or written into.
    #[error("cannot write into {}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another process is about to write into it.
    #[error("{} is in use: another jqlab writes its report there; wait for it, or name another directory with --out", path.display())]
    InUse {
        /// Which.
        path: PathBuf,
    },
    /// It belongs to a report of another command.
    #[error("{} holds {what} (`{file}`), which this report would be mixed up with; name another directory with --out", path.display())]
    OfAnother {
        /// Which.
        path: PathBuf,
        /// Whose report.
        what: &'static str,
        /// The file that says so.
        file: &'static str,
    },
}

/// A file that could not be written or removed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {}: {source}", path.display())]
pub struct WriteFault {
    /// What was meant to be done, as a verb.
    pub doing: &'static str,
    /// Which.
    pub path: PathBuf,
    /// Why not.
    pub source: io::Error,
}

/// What kind of report a directory is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportKind {
    /// Of a study.
    Study,
    /// Of a validation.
    Validation,
    /// None of its own, but the index of those below it.
    Index,
    /// Of a page on what would be, or on results side by side.
    Page,
}

/// A directory that this process alone writes its report into, as long as it is held.
#[derive(Debug)]
pub struct ReportDirectory {
    path: PathBuf,
    /// Holds the lock.
    _lock: File,
    is_new: bool,
}

impl ReportDirectory {
    /// Makes the directory, if it is not there, and claims it.
    ///
    /// # Errors
    /// If it cannot be written into, another process has claimed it, or it holds a report of the other kind.
    pub fn claim(path: &Path, kind: ReportKind) -> Result<Self, ClaimError> {
        let failed = |source| ClaimError::Io { path: path.to_owned(), source };
        let is_new = !path.exists();
        fs::create_dir_all(path).map_err(failed)?;
        let lock = File::open(path).map_err(failed)?;
        // Some network file systems lock no directories: no reason not to write there.
        if flock(&lock, FlockOperation::NonBlockingLockExclusive) == Err(Errno::WOULDBLOCK) {
            return Err(ClaimError::InUse { path: path.to_owned() });
        }
        let claimed = Self { path: path.to_owned(), _lock: lock, is_new };
        let other = match kind {
            ReportKind::Study => Some(("a validation of `jqlab validate`", VALIDATION_PAGE)),
            ReportKind::Validation | ReportKind::Page => Some(("the report of a run", RESULTS_FILE)),
            ReportKind::Index => None,
        };
        if let Some((what, file)) = other.filter(|(_, file)| claimed.path.join(file).exists()) {
            return Err(ClaimError::OfAnother { path: path.to_owned(), what, file });
        }
        // What cannot be written is to be known before hours of runs.
        tempfile::tempfile_in(path).map_err(failed)?;
        Ok(claimed)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file as a whole.
    pub(super) fn write(&self, name: &str, bytes: &[u8]) -> Result<(), WriteFault> {
        let path = self.file(name);
        // Somebody may have removed it meanwhile.
        let written = fs::create_dir_all(&self.path).and_then(|()| whole_file::replace(&path, bytes));
        written.map_err(|source| WriteFault { doing: "write", path, source })
    }

    /// Removes a file that an earlier report left, if there is one.
    ///
    /// # Errors
    /// If it is there and cannot be removed.
    pub fn remove(&self, name: &str) -> Result<(), WriteFault> {
        let path = self.file(name);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                Err(WriteFault { doing: "remove the older", path, source })
            }
            _ => Ok(()),
        }
    }

    /// Removes the pictures of an earlier report, but for those of this one.
    pub(super) fn remove_pictures(&self, but: &[String]) -> Vec<WriteFault> {
        let entries = fs::read_dir(&self.path).into_iter().flatten().flatten();
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        names
            .filter(|name| is_picture(name) && !but.contains(name))
            .filter_map(|name| self.remove(&name).err())
            .collect()
    }

    /// Removes the report of virtual runs that an earlier report of both runtimes left.
    #[must_use]
    pub fn remove_virtual(&self) -> Vec<WriteFault> {
        let beside = self.file(VIRTUAL_DIRECTORY);
        if !beside.join(RESULTS_FILE).is_file() {
            return Vec::new();
        }
        let Ok(inner) = Self::claim(&beside, ReportKind::Study) else { return Vec::new() };
        let mut faults = inner.remove_pictures(&[]);
        let files = ["report.md", "report.html", ROWS_FILE, RESULTS_FILE];
        faults.extend(files.iter().filter_map(|name| inner.remove(name).err()));
        // Somebody else's files stay, and the directory with them.
        let _ = fs::remove_dir(&beside);
        faults
    }
}

impl Drop for ReportDirectory {
    /// Leaves no empty directory behind that was not there before.
    fn drop(&mut self) {
        if self.is_new {
            let _ = fs::remove_dir(&self.path);
        }
    }
}

/// Whether a report may have a picture of this name.
fn is_picture(name: &str) -> bool {
    const NAMES: [&str; 7] = ["ledger", "checks", "readers", "locks", "blame", "percentiles", "validation"];
    let Some(stem) = name.strip_suffix(".svg") else { return false };
    let numbered = |number: &str| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
    NAMES.contains(&stem) || stem.strip_prefix("percentiles-").is_some_and(numbered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_claimed_once_and_is_free_again_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        let first = ReportDirectory::claim(&path, ReportKind::Study).unwrap();
        let second = ReportDirectory::claim(&path, ReportKind::Study);
        assert!(matches!(second, Err(ClaimError::InUse { .. })), "{second:?}");
        drop(first);
        assert!(!path.exists(), "nothing was written into it");
        let again = ReportDirectory::claim(&path, ReportKind::Study).unwrap();
        again.write("x", b"y").unwrap();
        drop(again);
        assert_eq!(fs::read(path.join("x")).unwrap(), b"y");
    }

    #[test]
    fn pictures_of_an_earlier_report_go_and_other_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["checks.svg", "ledger.svg", "percentiles-12.svg", "percentiles-a.svg", "mine.svg", "ledger.svg.bak"]
        {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let directory = ReportDirectory::claim(folder.path(), ReportKind::Study).unwrap();
        assert!(directory.remove_pictures(&["ledger.svg".to_owned()]).is_empty());
        let mut left: Vec<String> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["ledger.svg", "ledger.svg.bak", "mine.svg", "percentiles-a.svg"]);
    }

    #[test]
    fn reports_of_runs_and_of_validations_are_not_mixed() {
        for (kind, other, file) in [
            (ReportKind::Study, ReportKind::Validation, RESULTS_FILE),
            (ReportKind::Validation, ReportKind::Study, VALIDATION_PAGE),
        ] {
            let folder = tempfile::tempdir().unwrap();
            ReportDirectory::claim(folder.path(), kind).unwrap().write(file, b"").unwrap();
            assert!(ReportDirectory::claim(folder.path(), kind).is_ok());
            let refused = ReportDirectory::claim(folder.path(), other);
            assert!(matches!(refused, Err(ClaimError::OfAnother { .. })), "{refused:?}");
        }
    }

    #[test]
    fn a_file_in_the_place_of_the_directory_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "").unwrap();
        let refused = ReportDirectory::claim(&path, ReportKind::Study);
        assert!(matches!(refused, Err(ClaimError::Io { .. })), "{refused:?}");
    }
}
