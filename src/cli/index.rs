//! `jqlab index`: one page with every claim of every study.

use super::delivery::claim;
use super::failure::Failure;
use super::output;
use crate::report::{self, Indexed, RESULTS_FILE, ReportKind, Unread};
use crate::written::read_within;
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};

/// Write index.html and index.md: every claim of every study below a directory, with its verdict.
#[derive(Debug, Args)]
#[command(after_help = "It exits with 1 if results below the directory cannot be read; the index says which, and why.

Example: jqlab index reports/")]
pub(super) struct Index {
    /// The directory with the reports
    #[arg(default_value = "reports", value_name = "DIR")]
    directory: PathBuf,
}

impl Index {
    pub(super) fn execute(self) -> Result<(), Failure> {
        let mut folders = Vec::new();
        find(&self.directory, &mut folders).map_err(|(path, error)| Failure::file(&path, "read")(error))?;
        folders.sort();
        let out = claim(&self.directory, ReportKind::Index)?;
        let (mut studies, mut unread) = (Vec::new(), Vec::new());
        for folder in folders {
            let name = named(folder.strip_prefix(&self.directory).unwrap_or(&folder));
            match read(&folder, &name) {
                Ok(study) => studies.push(study),
                Err(reason) => unread.push(Unread { folder: name, reason }),
            }
        }
        let mut faults: Vec<String> =
            report::write_index(&out, &studies, &unread).iter().map(ToString::to_string).collect();
        output::print(&format!("index: {}\n", output::path(&out.file("index.md"))))?;
        faults.extend(unread.iter().map(|unread| {
            format!("{}: {}", self.directory.join(&unread.folder).join(RESULTS_FILE).display(), unread.reason)
        }));
        if studies.is_empty() && unread.is_empty() {
            faults.push(format!("there is no {RESULTS_FILE} below {}", self.directory.display()));
        }
        Failure::of_faults(&faults)
    }
}

/// The folders below `path`, itself included, that hold results. Links are not followed.
fn find(path: &Path, found: &mut Vec<PathBuf>) -> Result<(), (PathBuf, std::io::Error)> {
    let failed = |error| (path.to_owned(), error);
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_dir() {
            find(&entry.path(), found)?;
        } else if entry.file_name() == RESULTS_FILE {
            found.push(path.to_owned());
        }
    }
    Ok(())
}

/// A relative path as links have it.
fn named(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn read(folder: &Path, name: &str) -> Result<Indexed, String> {
    let bytes =
        read_within(&folder.join(RESULTS_FILE), report::RESULTS_BYTES_MAX).map_err(|error| error.to_string())?;
    let analysis = report::from_results(&bytes).map_err(|error| error.to_string())?;
    Ok(Indexed::of(name, &analysis))
}
