//! What the instrument pays for job files: spelling, reading, and one durable replacement.
//!
//! Files of the same size differ much in cost: it follows the number of values more than the bytes. So each
//! size comes with one long log entry for each 10 KB and with many short ones.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // a harness
#![allow(missing_docs, clippy::unwrap_used)] // a harness, not an interface

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jqlab::job::file_format::{Codec, build, encode, encode_into, parse, status_only};
use jqlab::job::{Job, JobId, Opcode, Priority, Timestamp};
use jqlab::queue_dir::{Durability, FoundIn, JobReader, Replacer};
use serde_json::json;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use tempfile::TempDir;

/// A job whose file has about `bytes` bytes, in log entries whose text has `entry` bytes.
fn job(bytes: usize, entry: usize) -> Job {
    let input = json!({"OP_ID": "OP_TEST_DELAY", "duration": 0.002, "on_master": true, "on_nodes": [], "repeat": 0});
    let opcode = Opcode::new(input.as_object().unwrap().clone(), Vec::new(), Priority::NORMAL);
    let now = Timestamp { seconds: 1_700_000_000, microseconds: 123_456 };
    let mut job = Job { id: JobId(4711), opcodes: vec![opcode], received: Some(now), start: Some(now), end: None };
    while encode(&job, Codec::Json).len() + entry + 60 < bytes {
        let room = bytes - encode(&job, Codec::Json).len();
        for _ in 0..(room / (entry + 60)).max(1) {
            job.log(0, now, "x".repeat(entry));
        }
    }
    job
}

fn spelling_and_reading(criterion: &mut Criterion) {
    for (name, size) in [("1KB", 1_000), ("10KB", 10_000), ("100KB", 100_000), ("1MB", 1_000_000)] {
        for (shape, entry) in [("long entries", 10_000.min(size / 2)), ("short entries", 60)] {
            let job = job(size, entry);
            let bytes = encode(&job, Codec::Json);
            let mut group = criterion.benchmark_group(format!("{name} in {shape}"));
            group.throughput(Throughput::Bytes(bytes.len() as u64));
            group.sample_size(20);
            let mut buffer = Vec::new();
            for (codec, label) in [(Codec::Json, "encode"), (Codec::JsonIndentedSorted, "encode indented")] {
                group.bench_function(label, |bencher| bencher.iter(|| encode_into(&job, codec, &mut buffer)));
            }
            group.bench_function("parse", |bencher| bencher.iter_with_large_drop(|| parse(&bytes).unwrap()));
            group.bench_function("build", |bencher| {
                bencher.iter_batched(|| parse(&bytes).unwrap(), |tree| build(tree).unwrap(), BatchSize::LargeInput);
            });
            group.bench_function("status only", |bencher| bencher.iter(|| status_only(black_box(&bytes)).unwrap()));
            group.finish();
        }
    }
}

fn one_durable_replacement(criterion: &mut Criterion) {
    let memory = Path::new("/dev/shm");
    let places = [("tmpfs", memory.is_dir().then_some(memory)), ("temporary directory", Some(Path::new("/var/tmp")))];
    for (name, place) in places.into_iter().filter_map(|(name, place)| place.map(|place| (name, place))) {
        let directory = TempDir::new_in(place).unwrap();
        let mut replacer = Replacer::open(directory.path()).unwrap();
        let mut group = criterion.benchmark_group(format!("replace on {name}"));
        group.sample_size(20);
        for (size, label) in [(1_000, "1KB"), (100_000, "100KB")] {
            let bytes = vec![b'x'; size];
            for durability in [Durability::RenameOnly, Durability::Fsync] {
                group.bench_function(BenchmarkId::new(format!("{durability:?}"), label), |bencher| {
                    bencher.iter(|| replacer.replace("job-4711", &bytes, durability).unwrap());
                });
            }
        }
        let (temporary, target) = (directory.path().join("job-4711.new"), directory.path().join("job-4711"));
        group.bench_function(BenchmarkId::new("RenameOnly by whole paths", "1KB"), |bencher| {
            bencher.iter(|| {
                fs::write(&temporary, [b'x'; 1_000]).unwrap();
                fs::rename(&temporary, &target).unwrap();
            });
        });
        group.finish();
    }
}

fn reading_bytes(criterion: &mut Criterion) {
    let directory = TempDir::new().unwrap();
    let reader = JobReader::open(directory.path()).unwrap();
    let mut group = criterion.benchmark_group("read bytes, page cache hot");
    group.sample_size(20);
    for (id, label, size) in [(1, "1KB", 1_000), (2, "1MB", 1_000_000)] {
        fs::write(reader.path_of(JobId(id), FoundIn::Queue), vec![b'x'; size]).unwrap();
        let mut buffer = Vec::new();
        group.bench_function(label, |bencher| bencher.iter(|| reader.read(JobId(id), &mut buffer).unwrap()));
        let path = reader.path_of(JobId(id), FoundIn::Queue);
        group.bench_function(format!("{label} by whole path"), |bencher| bencher.iter(|| fs::read(&path).unwrap()));
    }
    group.finish();
}

criterion_group!(benches, spelling_and_reading, reading_bytes, one_durable_replacement);
criterion_main!(benches);
