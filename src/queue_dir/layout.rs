//! Which file of a queue directory is what.

use crate::job::JobId;

/// Empty, held with flock exclusively while the queue is open.
pub(super) const LOCK: &str = "lock";
/// Says which version of the layout this is.
pub(super) const VERSION: &str = "version";
/// Holds the last id handed out, decimal, and a newline.
pub(super) const SERIAL: &str = "serial";
/// Exists while the queue is drained.
pub(super) const DRAIN: &str = "drain";
/// Holds a folder for each ten thousand ids.
pub(super) const ARCHIVE: &str = "archive";
/// What the name of a half-written file ends with.
pub(super) const TEMPORARY_SUFFIX: &str = ".new";

/// The name of a job's file, in the queue directory and in its folder of the archive.
#[must_use]
pub fn job_file_name(id: JobId) -> String {
    format!("job-{id}")
}

/// The job whose file has this name; none if it is not the name of a job file. `job-007` is not one: the
/// queue would look for job 7 elsewhere.
#[must_use]
pub fn job_of_file_name(name: &str) -> Option<JobId> {
    let digits = name.strip_prefix("job-")?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    if plain { digits.parse().ok().map(JobId) } else { None }
}

/// The number of the folder of the archive that a job belongs in.
#[must_use]
pub const fn archive_folder(id: JobId) -> u64 {
    id.0 / 10_000
}

/// The folder of the archive that a job belongs in, relative to the queue directory.
pub(super) fn archive_folder_path(id: JobId) -> String {
    format!("{ARCHIVE}/{}", archive_folder(id))
}

/// Where an archived job's file is, relative to the queue directory.
pub(super) fn archived_path(id: JobId) -> String {
    format!("{}/{}", archive_folder_path(id), job_file_name(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_found_by_the_name_of_its_file_and_nothing_else_is() {
        for id in [0, 1, 9_999, 10_000, u64::MAX] {
            assert_eq!(job_of_file_name(&job_file_name(JobId(id))), Some(JobId(id)));
        }
        for name in ["job-", "job-+1", "job-01", "job-1.new", "job-1 ", "Job-1", "serial", "job-99999999999999999999"] {
            assert_eq!(job_of_file_name(name), None, "{name}");
        }
    }

    #[test]
    fn ten_thousand_jobs_share_a_folder_of_the_archive() {
        for (id, path) in [(1, "archive/0/job-1"), (9_999, "archive/0/job-9999"), (10_000, "archive/1/job-10000")] {
            assert_eq!(archived_path(JobId(id)), path);
        }
    }
}
