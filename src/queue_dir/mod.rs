//! The queue directory on disk: its lock, version and serial, the job files and the archive.
//!
//! Nothing else touches the files of a queue: the live runtime, the calibration and the command line do it through this
//! module. Whoever means to write opens a [`QueueDirectory`], which holds the directory's lock as long as it lives, and
//! takes from it one [`JobFiles`] for each thread. A [`JobReader`] reads without the lock and disturbs nobody.
//!
//! What always holds: a job file is replaced as a whole or not at all; archiving overwrites nothing; no operation on one
//! job lists the directory, so none becomes slower as jobs accumulate; no file larger than
//! [`MAX_BYTES`](crate::job::file_format::MAX_BYTES) is read; no symbolic link inside the directory is followed.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // the queue directory is files

mod directory;
mod error;
mod job_files;
mod layout;
pub mod listing;
mod lock;
mod reader;
mod replace;
mod utc;
mod verify;

pub use crate::job::Durability;
pub use crate::printable::Printable;
pub use directory::{Found, QueueDirectory};
pub use error::QueueDirError;
pub use job_files::JobFiles;
pub use layout::{archive_folder, job_file_name, job_of_file_name};
pub use reader::{FoundIn, JobReader};
pub use replace::{ReplaceSpans, Replacer};
pub use utc::Utc;
pub use verify::{Finding, Inspection, Severity, inspect, verify};
