//! The queue directory on disk: what opens, what is refused, and what stays where.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // tests of what is written where
#![allow(clippy::unwrap_used)] // a test fails by panicking

use jqlab::job::{FaultSource, FileOperation, JobId};
use jqlab::queue_dir::{Durability, FoundIn, JobReader, QueueDirError, QueueDirectory, Severity, verify};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use tempfile::TempDir;

/// A directory with these files.
fn directory_with(files: &[(&str, &str)]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for (name, content) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    directory
}

/// Everything in the directory, by path.
fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// The message with which the directory is refused, without the directory's own path.
fn refusal(directory: &TempDir) -> String {
    let prefix = directory.path().display().to_string();
    QueueDirectory::open(directory.path()).unwrap_err().to_string().replace(&prefix, "DIR")
}

#[test]
fn a_missing_and_an_empty_directory_become_a_queue() {
    let parent = TempDir::new().unwrap();
    for path in [parent.path().join("new"), parent.path().to_owned()] {
        if path == parent.path() {
            fs::remove_dir_all(parent.path().join("new")).unwrap();
        }
        let (_queue, found) = QueueDirectory::open(&path).unwrap();
        assert_eq!((found.serial, found.jobs.len(), found.drained), (JobId(0), 0, false));
        assert_eq!(names(&path), ["lock", "serial", "version"]);
        assert_eq!(fs::read(path.join("version")).unwrap(), b"1\n");
        assert_eq!(fs::read(path.join("serial")).unwrap(), b"0\n");
    }
}

#[test]
fn a_queue_that_was_half_made_at_a_crash_is_made_whole() {
    let directory = directory_with(&[("lock", ""), ("serial", "0\n"), ("version-0.new", "")]);
    assert!(QueueDirectory::open(directory.path()).is_ok());
    assert_eq!(fs::read(directory.path().join("version")).unwrap(), b"1\n");
}

#[test]
fn a_directory_of_other_files_is_refused_and_left_alone() {
    let directory = directory_with(&[("holiday.jpg", "")]);
    assert_eq!(
        refusal(&directory),
        "DIR: neither empty nor a queue (it holds `holiday.jpg` and no `version`); name an empty or new directory"
    );
    assert_eq!(names(directory.path()), ["holiday.jpg"]);
}

#[test]
fn jobs_without_a_version_are_refused() {
    let directory = directory_with(&[("job-1", "{}"), ("serial", "1\n")]);
    assert!(refusal(&directory).contains("it holds `job-1` and no `version`"));
}

#[test]
fn only_version_1_opens() {
    for (content, found) in
        [("2\n", r#""2\n""#), ("1", r#""1""#), ("", "nothing"), ("01\n", r#""01\n""#), ("1\n\n", r#""1\n\n""#)]
    {
        let directory = directory_with(&[("version", content), ("serial", "0\n")]);
        assert_eq!(
            refusal(&directory),
            format!("DIR/version: expected `1` and a newline, found {found}; only queues of version 1 can be opened")
        );
    }
}

#[test]
fn only_a_numeric_serial_opens() {
    for content in ["abc\n", "-1\n", "+1\n", " 1\n", "1", "", "1 2\n", "99999999999999999999\n"] {
        let directory = directory_with(&[("version", "1\n"), ("serial", content)]);
        let refusal = refusal(&directory);
        assert!(
            refusal.starts_with("DIR/serial: expected the id of the last job in decimal digits and a newline, found"),
            "{refusal}"
        );
    }
}

#[test]
fn a_serial_behind_the_jobs_is_refused_with_both_numbers() {
    for job in ["job-12", "archive/0/job-12"] {
        let directory = directory_with(&[("version", "1\n"), ("serial", "9\n"), ("job-3", "{}"), (job, "{}")]);
        assert_eq!(
            refusal(&directory),
            "DIR/serial: the serial is 9, but there is a job 12; write 12 there, or new jobs would overwrite old ones"
        );
    }
}

#[test]
fn a_serial_with_too_few_ids_left_is_refused_and_no_job_is_overwritten() {
    for serial in [u64::MAX, u64::MAX - 2] {
        let directory = directory_with(&[("version", "1\n"), ("serial", &format!("{serial}\n")), ("job-1", "{}")]);
        let refusal = refusal(&directory);
        assert!(
            refusal.starts_with(&format!("DIR/serial: the serial is {serial}, which leaves too few ids")),
            "{refusal}"
        );
        assert_eq!(fs::read(directory.path().join("job-1")).unwrap(), b"{}");
    }
}

#[test]
fn an_archive_or_lock_of_the_wrong_kind_is_refused_and_found_by_the_check() {
    type Spoil = fn(&Path);
    let spoilt: [(&str, Spoil); 6] = [
        ("archive/0: cannot open: not a folder", |queue| {
            fs::create_dir(queue.join("archive")).unwrap();
            fs::write(queue.join("archive/0"), "").unwrap();
        }),
        ("archive/1: cannot open: not a folder", |queue| {
            fs::create_dir(queue.join("archive")).unwrap();
            symlink("/", queue.join("archive/1")).unwrap();
        }),
        ("archive: cannot open: not a folder", |queue| fs::write(queue.join("archive"), "").unwrap()),
        ("archive: cannot open: not a folder", |queue| symlink("/etc", queue.join("archive")).unwrap()),
        ("lock: cannot open: not a regular file", |queue| symlink("/dev/null", queue.join("lock")).unwrap()),
        ("lock: cannot open: not a regular file", |queue| fs::create_dir(queue.join("lock")).unwrap()),
    ];
    for (reason, spoil) in spoilt {
        let directory = directory_with(&[("version", "1\n"), ("serial", "9\n")]);
        spoil(directory.path());
        assert!(refusal(&directory).contains(reason), "{}", refusal(&directory));
        let findings = verify(directory.path()).unwrap();
        let (file, _) = reason.split_once(':').unwrap();
        assert!(findings.iter().any(|found| found.severity == Severity::Error && found.file == file), "{findings:?}");
    }
}

#[test]
fn jobs_drain_mark_and_serial_are_found_at_the_start() {
    let files =
        [("version", "1\n"), ("serial", "30\n"), ("drain", ""), ("job-30", ""), ("job-4", ""), ("job-4.new", "")];
    let (_queue, found) = QueueDirectory::open(directory_with(&files).path()).unwrap();
    assert_eq!((found.serial, found.jobs, found.drained), (JobId(30), vec![JobId(4), JobId(30)], true));
}

#[test]
fn a_queue_is_open_once_at_a_time() {
    let directory = TempDir::new().unwrap();
    let (queue, _) = QueueDirectory::open(directory.path()).unwrap();
    assert!(matches!(QueueDirectory::open(directory.path()), Err(QueueDirError::Held { .. })));
    assert!(refusal(&directory).starts_with("DIR/lock: the queue is in use; end the process"));
    drop(queue);
    assert!(QueueDirectory::open(directory.path()).is_ok());
}

#[test]
fn a_file_is_replaced_as_a_whole_and_nothing_is_left_over() {
    let directory = TempDir::new().unwrap();
    let (queue, _) = QueueDirectory::open(directory.path()).unwrap();
    let mut files = queue.job_files().unwrap();
    let mut bytes = Vec::new();
    for durability in [Durability::Fsync, Durability::RenameOnly, Durability::FsyncDirectory] {
        for content in [b"a longer content".as_slice(), b"short"] {
            let spans = files.write(JobId(7), content, durability).unwrap();
            assert_eq!(spans.fsync.0 == 0, durability == Durability::RenameOnly);
            assert_eq!(spans.directory_fsync.0 > 0, durability == Durability::FsyncDirectory);
            assert_eq!(files.read(JobId(7), &mut bytes).unwrap(), Some(FoundIn::Queue));
            assert_eq!(bytes, content);
        }
    }
    files.write_serial(JobId(7), Durability::Fsync).unwrap();
    assert_eq!(names(directory.path()), ["job-7", "lock", "serial", "version"]);
    let mode = fs::metadata(directory.path().join("job-7")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    drop(queue);
    assert_eq!(QueueDirectory::open(directory.path()).unwrap().1.serial, JobId(7));
}

#[test]
fn a_replacement_that_fails_leaves_the_target_and_no_temporary() {
    let directory = directory_with(&[("version", "1\n"), ("serial", "7\n"), ("job-7/in-the-way", "")]);
    let (queue, _) = QueueDirectory::open(directory.path()).unwrap();
    let error = queue.job_files().unwrap().write(JobId(7), b"new", Durability::Fsync).unwrap_err();
    assert!(error.to_string().contains("cannot rename"), "{error}");
    assert_eq!(names(directory.path()), ["job-7", "lock", "serial", "version"]);
}

#[test]
fn an_archived_job_is_still_found() {
    let directory = TempDir::new().unwrap();
    let (queue, _) = QueueDirectory::open(directory.path()).unwrap();
    let mut files = queue.job_files().unwrap();
    let mut bytes = Vec::new();
    for (id, durability) in [(JobId(9_999), Durability::RenameOnly), (JobId(10_000), Durability::FsyncDirectory)] {
        files.write(id, b"content", durability).unwrap();
        assert!(files.archive(id, durability).unwrap());
        assert_eq!(files.read(id, &mut bytes).unwrap(), Some(FoundIn::Archive));
        assert_eq!(bytes, b"content");
        assert!(!files.archive(id, durability).unwrap(), "archived twice");
    }
    assert_eq!(names(&directory.path().join("archive/1")), ["job-10000"]);
    assert_eq!(files.read(JobId(1), &mut bytes).unwrap(), None);
    assert_eq!(files.reader().archived_ids().unwrap(), [JobId(9_999), JobId(10_000)]);
    assert!(files.reader().job_ids().unwrap().is_empty());
}

#[test]
fn archiving_never_overwrites_and_both_files_stay() {
    let directory =
        directory_with(&[("version", "1\n"), ("serial", "9\n"), ("job-3", "new"), ("archive/0/job-3", "old")]);
    let (queue, _) = QueueDirectory::open(directory.path()).unwrap();
    let fault = queue.job_files().unwrap().archive(JobId(3), Durability::Fsync).unwrap_err();
    assert_eq!((fault.operation, &fault.source), (FileOperation::Archive, &FaultSource::AlreadyArchived));
    assert!(fault.to_string().ends_with("keep the one that is final, and move the other elsewhere"), "{fault}");
    assert_eq!(fs::read(directory.path().join("job-3")).unwrap(), b"new");
    assert_eq!(fs::read(directory.path().join("archive/0/job-3")).unwrap(), b"old");
}

#[test]
fn a_directory_that_is_removed_while_it_is_open_is_told_as_such() {
    let parent = TempDir::new().unwrap();
    let path = parent.path().join("queue");
    let (queue, _) = QueueDirectory::open(&path).unwrap();
    let mut files = queue.job_files().unwrap();
    fs::remove_dir_all(&path).unwrap();
    let faults = [
        files.read(JobId(1), &mut Vec::new()).unwrap_err(),
        files.write(JobId(1), b"{}", Durability::Fsync).unwrap_err(),
        files.archive(JobId(1), Durability::Fsync).unwrap_err(),
        files.reader().job_ids().unwrap_err(),
    ];
    for fault in faults {
        assert_eq!(fault.source, FaultSource::DirectoryRemoved, "{fault}");
    }
}

#[test]
fn draining_twice_is_as_good_as_once() {
    let directory = TempDir::new().unwrap();
    let (queue, _) = QueueDirectory::open(directory.path()).unwrap();
    let files = queue.job_files().unwrap();
    for drained in [true, true, false, false] {
        files.set_drained(drained, Durability::FsyncDirectory).unwrap();
        assert_eq!(directory.path().join("drain").exists(), drained);
    }
}

#[test]
fn what_is_not_a_file_of_bounded_size_is_not_read() {
    let directory = directory_with(&[("version", "1\n"), ("serial", "9\n"), ("job-2/inner", "")]);
    let reader = JobReader::open(directory.path()).unwrap();
    let huge = fs::File::create(directory.path().join("job-1")).unwrap();
    huge.set_len(1 << 40).unwrap();
    std::os::unix::fs::symlink("/dev/zero", directory.path().join("job-3")).unwrap();
    let message = |id| reader.read(JobId(id), &mut Vec::new()).unwrap_err().to_string();
    assert!(message(1).ends_with("job-1: cannot read: more than 33554432 bytes, the most that is read of a job file"));
    assert!(message(2).ends_with("job-2: cannot read: not a regular file; move it out of the queue directory"));
    assert!(message(3).ends_with("job-3: cannot read: not a regular file; move it out of the queue directory"));
}
