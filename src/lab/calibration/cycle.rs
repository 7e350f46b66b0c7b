//! What a job file goes through, step by step: encoded, written, synced, renamed, read, parsed, built.
//!
//! The very code of a live disk actor, in its order, with one job after the other: caches are as warm as there.

use super::clocks::{Moment, now, now_on_file, passed, reading_costs};
use super::fit::Sample;
use super::shapes::{CODECS, Shape};
use super::{CalibrationError, Samples};
use crate::job::file_format::{self, Codec};
use crate::job::{Durability, Job, JobId};
use crate::queue_dir::{FoundIn, JobFiles, QueueDirError, QueueDirectory, Replacer, job_file_name};
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};

/// Files of the directory that is listed: few, and many.
const LISTED: [u64; 2] = [100, 2_000];

/// Names of what is measured, by codec: encode, parse, build, status only.
pub(super) const CODEC_STEPS: [[&str; 4]; 2] = [
    ["json: encode", "json: parse", "json: build", "json: status only"],
    [
        "json-indented-sorted: encode",
        "json-indented-sorted: parse",
        "json-indented-sorted: build",
        "json-indented-sorted: status only",
    ],
];

/// Names of what is measured of a step on files: computing, and waiting for the device.
macro_rules! file_step {
    ($name:literal) => {
        [concat!($name, ", cpu"), concat!($name, ", device")]
    };
}

pub(super) const WRITE: [&str; 2] = file_step!("create and write");
pub(super) const FSYNC: [&str; 2] = file_step!("fsync");
pub(super) const FSYNC_DIRECTORY: [&str; 2] = file_step!("fsync of the directory");
pub(super) const RENAME: [&str; 2] = file_step!("rename over a file");
pub(super) const RENAME_NEW: [&str; 2] = file_step!("rename to a new name");
pub(super) const READ: [&str; 2] = file_step!("read from memory");
pub(super) const READ_UNCACHED: [&str; 2] = file_step!("read from the disk");
pub(super) const LIST: [&str; 2] = file_step!("list");

/// Runs cycles on the jobs of all shapes.
pub(super) struct Cycles<'s> {
    shapes: &'s [Shape],
    files: JobFiles,
    replacer: Replacer,
    /// A directory of many files, for listing, and how many there are.
    listed: Vec<(JobFiles, QueueDirectory, tempfile::TempDir)>,
    /// What reading the clocks takes: of computing, and of file operations.
    readings: [f64; 2],
    bytes: Vec<u8>,
    /// Which of the jobs of a shape is next.
    turn: usize,
    /// Files with a new name.
    files_made: u64,
}

/// Where times go.
struct Sheet<'a> {
    samples: &'a mut Samples,
    round: u32,
    bytes: u64,
    entries: u64,
    readings: [f64; 2],
}

impl Sheet<'_> {
    fn note(&mut self, name: &'static str, secs: f64) {
        let Self { round, bytes, entries, .. } = *self;
        self.samples.entry(name).or_default().push(Sample { round, bytes, entries, secs });
    }

    fn note_cpu(&mut self, name: &'static str, from: Moment, to: Moment) {
        self.note(name, passed(from, to, self.readings[0]).cpu);
    }

    fn note_file(&mut self, [cpu, device]: [&'static str; 2], from: Moment, to: Moment) {
        let passed = passed(from, to, self.readings[1]);
        self.note(cpu, passed.cpu);
        self.note(device, passed.waited);
    }
}

impl<'s> Cycles<'s> {
    /// Cycles on files in `queue`.
    pub(super) fn new(queue: &QueueDirectory, shapes: &'s [Shape]) -> Result<Self, CalibrationError> {
        let mut listed = Vec::new();
        for count in LISTED {
            let made = tempfile::tempdir_in(queue.path().parent().unwrap_or(queue.path()));
            let place =
                made.map_err(|source| CalibrationError::Directory { directory: queue.path().to_owned(), source })?;
            let (directory, _) = QueueDirectory::open(&place.path().join("queue"))?;
            let mut files = directory.job_files()?;
            for id in 1..=count {
                files.write(JobId(id), b"{}\n", Durability::RenameOnly)?;
            }
            listed.push((files, directory, place));
        }
        let (files, replacer) = (queue.job_files()?, Replacer::open(queue.path())?);
        let (readings, bytes) = (readings(), Vec::new());
        Ok(Self { shapes, files, replacer, listed, readings, bytes, turn: 0, files_made: 0 })
    }

    /// So many cycles of each small shape, shape by shape in turn.
    pub(super) fn small(
        &mut self,
        round: u32,
        cycles: u32,
        samples: &mut Samples,
        stop: &AtomicBool,
    ) -> Result<(), CalibrationError> {
        self.readings = readings();
        self.cycles(false, round, cycles, samples, stop)?;
        for _ in 0..cycles.div_ceil(10) {
            for (files, _, _) in &self.listed {
                let began = now_on_file();
                let ids = files.reader().job_ids()?;
                let (readings, entries) = (self.readings, ids.len() as u64);
                let mut sheet = Sheet { samples, round, bytes: 0, entries, readings };
                sheet.note_file(LIST, began, now_on_file());
            }
        }
        Ok(())
    }

    /// So many of each large one.
    pub(super) fn large(
        &mut self,
        round: u32,
        cycles: u32,
        samples: &mut Samples,
        stop: &AtomicBool,
    ) -> Result<(), CalibrationError> {
        self.cycles(true, round, cycles, samples, stop)
    }

    fn cycles(
        &mut self,
        large: bool,
        round: u32,
        cycles: u32,
        samples: &mut Samples,
        stop: &AtomicBool,
    ) -> Result<(), CalibrationError> {
        for _ in 0..cycles {
            if stop.load(Ordering::Relaxed) {
                return Err(CalibrationError::Stopped);
            }
            self.turn += 1;
            for shape in self.shapes.iter().filter(|shape| shape.is_large() == large) {
                let job = &shape.jobs[self.turn % shape.jobs.len()];
                let readings = self.readings;
                let (bytes, entries) = shape.extents[0];
                self.file_cycle(job, &mut Sheet { samples, round, bytes, entries, readings })?;
                let (bytes, entries) = shape.extents[1];
                let mut sheet = Sheet { samples, round, bytes, entries, readings };
                self.encode(job, 1, &mut sheet);
                decode(&self.bytes, 1, &mut sheet);
            }
        }
        Ok(())
    }

    /// A job is written durably, read and decoded.
    fn file_cycle(&mut self, job: &Job, sheet: &mut Sheet<'_>) -> Result<(), QueueDirError> {
        self.encode(job, 0, sheet);
        let name = job_file_name(job.id);
        // Few directories are synced: it takes as long whatever the file.
        let durability = if self.turn.is_multiple_of(4) { Durability::FsyncDirectory } else { Durability::Fsync };
        let moments = self.replacer.replace_timed(&name, &self.bytes, durability, now_on_file)?;
        for (step, pair) in [WRITE, FSYNC, RENAME, FSYNC_DIRECTORY].into_iter().zip(moments.windows(2)) {
            if step != FSYNC_DIRECTORY || durability == Durability::FsyncDirectory {
                sheet.note_file(step, pair[0], pair[1]);
            }
        }
        // The job as if it were new: what its id ends with, no other has.
        self.files_made += 1;
        let name = format!("{name}.{}", self.files_made);
        let moments = self.replacer.replace_timed(&name, &self.bytes, Durability::RenameOnly, now_on_file)?;
        sheet.note_file(RENAME_NEW, moments[2], moments[3]);
        let began = now_on_file();
        self.files.read(job.id, &mut self.bytes)?;
        sheet.note_file(READ, began, now_on_file());
        decode(&self.bytes, 0, sheet);
        if self.turn.is_multiple_of(2) && self.forget(job.id) {
            let began = now_on_file();
            self.files.read(job.id, &mut self.bytes)?;
            sheet.note_file(READ_UNCACHED, began, now_on_file());
        }
        Ok(())
    }

    fn encode(&mut self, job: &Job, codec: usize, sheet: &mut Sheet<'_>) {
        let began = now();
        file_format::encode_into(job, CODECS[codec], &mut self.bytes);
        sheet.note_cpu(CODEC_STEPS[codec][0], began, now());
    }

    /// Asks the kernel to forget the pages of a job's file, which is on disk.
    fn forget(&self, id: JobId) -> bool {
        let path = self.files.reader().path_of(id, FoundIn::Queue);
        let file = std::fs::File::open(path);
        file.is_ok_and(|file| rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed).is_ok())
    }
}

/// What reading the clocks takes, now.
fn readings() -> [f64; 2] {
    [reading_costs(now), reading_costs(now_on_file)]
}

/// Times the three ways into a job file.
fn decode(bytes: &[u8], codec: usize, sheet: &mut Sheet<'_>) {
    let [_, parse, build, status_only] = CODEC_STEPS[codec];
    let began = now();
    let document = file_format::parse(bytes);
    let parsed = now();
    sheet.note_cpu(parse, began, parsed);
    if let Ok(document) = document {
        let began = now();
        // Who looks a status up has no use for the job itself, and drops it: with many entries that takes as long.
        let status = file_format::build(document).map(|job| job.status());
        sheet.note_cpu(build, began, now());
        black_box(&status);
    }
    let began = now();
    let status = black_box(file_format::status_only(bytes));
    sheet.note_cpu(status_only, began, now());
    debug_assert!(status.is_ok());
    debug_assert_eq!(CODECS[0], Codec::Json);
}
