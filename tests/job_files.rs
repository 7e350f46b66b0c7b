//! Job files as the real queue left them: each one reads, and reads back the same after a write.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // tests of what is written where
#![allow(clippy::unwrap_used)] // a test fails by panicking

use jqlab::job::file_format::{Codec, build, check_order, decode, encode, parse, status_only};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Every job file of the queue directory that the real queue left at a crash.
fn corpus() -> Vec<PathBuf> {
    let queue = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/queue");
    let folders = [queue.clone(), queue.join("archive/0"), queue.join("archive/1")];
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    let mut files: Vec<_> =
        entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("job-")).collect();
    files.sort();
    assert_eq!(files.len(), 206);
    files
}

#[test]
fn every_file_of_the_real_queue_reads_back_the_same_after_a_write() {
    for path in corpus() {
        let bytes = fs::read(&path).unwrap();
        let original: Value = serde_json::from_slice(&bytes).unwrap();
        let job = build(parse(&bytes).unwrap()).unwrap();
        for codec in [Codec::Json, Codec::JsonIndentedSorted] {
            let written = encode(&job, codec);
            assert_eq!(serde_json::from_slice::<Value>(&written).unwrap(), original, "{} {codec:?}", path.display());
            assert_eq!(decode(&written).unwrap(), job, "{} {codec:?}", path.display());
            assert!(written.is_ascii() && written.ends_with(b"\n"));
        }
    }
}

#[test]
fn a_file_is_written_at_the_length_of_the_real_one() {
    for path in corpus() {
        let bytes = fs::read(&path).unwrap();
        let written = encode(&decode(&bytes).unwrap(), Codec::Json);
        assert_eq!(written.len(), bytes.len(), "{}", path.display());
    }
}

#[test]
fn the_status_alone_is_that_of_the_whole_job() {
    for path in corpus() {
        let bytes = fs::read(&path).unwrap();
        let job = decode(&bytes).unwrap();
        assert_eq!(status_only(&bytes).unwrap(), job.status(), "{}", path.display());
        assert_eq!(check_order(&job), Ok(()), "{}", path.display());
    }
}
