//! What a file operation is made of, before anything of it has happened.

use super::directory::{Digest, ModelDirectory};
use super::page_cache::PageCache;
use super::profile::{DiskProfile, FileCost, Profile};
use crate::actors::context::QueueContext;
use crate::actors::design::Design;
use crate::actors::files::done::FileTimes;
use crate::actors::files::operation::{Depth, Operation};
use crate::job::file_format::{Codec, measure};
use crate::job::{Durability, Job, JobId};
use crate::units::Span;

/// The times of an operation, stage by stage. An operation goes through its stages in this order, each once; those of
/// no length are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Stages {
    /// Computing before the file is touched.
    pub(super) before: Span,
    /// Computing in the kernel, without the interpreter lock.
    pub(super) kernel: Span,
    /// On the device: writing, syncing, renaming, reading.
    pub(super) device: Device,
    /// The latency that the design adds.
    pub(super) added: Span,
    /// Computing on what was read.
    pub(super) after: Span,
}

/// Time on the device, by what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Device {
    pub(super) write: Span,
    pub(super) fsync: Span,
    pub(super) rename: Span,
    pub(super) read: Span,
}

/// An operation, about to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Course {
    pub(super) stages: Stages,
    /// All but the device's part, which depends on how crowded it is.
    pub(super) steps: FileTimes,
    /// Bytes written or read.
    pub(super) bytes: u64,
    /// What is left of the job that is written.
    pub(super) digest: Option<Digest>,
}

/// What courses are made with.
pub(super) struct CourseMaker<'a, C> {
    pub(super) design: &'a Design,
    pub(super) profile: &'a Profile,
    pub(super) directory: &'a ModelDirectory,
    pub(super) cache: &'a PageCache,
    pub(super) context: &'a mut C,
}

impl Device {
    /// Crowded devices take longer: in thousandths.
    pub(super) fn stretched(self, thousandths: u32) -> Self {
        let [write, fsync, rename, read] =
            [self.write, self.fsync, self.rename, self.read].map(|span| span.stretched(thousandths));
        Self { write, fsync, rename, read }
    }

    pub(super) fn total(self) -> Span {
        let Self { write, fsync, rename, read } = self;
        write + fsync + rename + read
    }
}

impl<C: QueueContext> CourseMaker<'_, C> {
    /// The course of `operation`.
    pub(super) fn course(mut self, operation: &mut Operation) -> Course {
        match operation {
            Operation::WriteJob(job, _) => self.write_job(&mut job.document),
            Operation::WriteSerial(serial) => {
                let mut course = Course { bytes: 2 + u64::from((*serial).max(1).ilog10()), ..Course::default() };
                self.write(&mut course, 0, true);
                course
            }
            Operation::ReadJob(job, depth) => self.read_job(*job, *depth),
            Operation::Archive(jobs) => self.rename(jobs.len()),
            Operation::Drain(_) => self.rename(1),
            Operation::Open | Operation::List => {
                let mut course = Course::default();
                let files = self.directory.list().len() as u64;
                course.add_read(self.sample(&self.profile.disk.list, 0, files));
                course
            }
            Operation::WriteForeign(..) => Course::default(),
        }
    }

    fn write_job(&mut self, job: &mut Job) -> Course {
        let (bytes, entries) = measure(job, self.design.codec);
        let digest = Digest {
            status: job.status(),
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            entries: u32::try_from(entries).unwrap_or(u32::MAX),
        };
        let mut course = Course { bytes, digest: Some(digest), ..Course::default() };
        let encode = &self.profile.codec(self.design.codec).encode;
        let encode = encode.sample(bytes, entries, || self.context.draw());
        let update = self.profile.update.sample(bytes, entries, || self.context.draw());
        course.stages.before = encode + update;
        course.steps.encode = course.stages.before;
        let replaces = self.directory.has(job.id);
        self.write(&mut course, entries, replaces);
        course
    }

    /// Creating, writing, syncing and renaming a file of `course.bytes`, which may replace another.
    fn write(&mut self, course: &mut Course, entries: u64, replaces: bool) {
        let disk: &DiskProfile = &self.profile.disk;
        let (create, written) =
            (self.sample(&disk.create, course.bytes, entries), self.sample(&disk.write, course.bytes, entries));
        course.stages.kernel += create.0 + written.0;
        course.stages.device.write = create.1 + written.1;
        course.steps.write = create.0 + written.0;
        let syncs: &[&FileCost] = match self.design.durability {
            Durability::RenameOnly => &[],
            Durability::Fsync => &[&disk.fsync],
            Durability::FsyncDirectory => &[&disk.fsync, &disk.fsync_directory],
        };
        for cost in syncs {
            let sync = self.sample(cost, course.bytes, entries);
            course.stages.kernel += sync.0;
            course.stages.device.fsync += sync.1;
            course.steps.fsync += sync.0 + self.design.disk_latency;
        }
        let rename = if replaces { &disk.rename } else { &disk.rename_new };
        let renamed = self.sample(rename, course.bytes, entries);
        course.stages.kernel += renamed.0;
        course.stages.device.rename = renamed.1;
        course.steps.rename = renamed.0 + self.design.disk_latency;
        course.steps.write += self.design.disk_latency;
        let parts = 2 + syncs.len() as u64;
        course.stages.added = Span(self.design.disk_latency.0.saturating_mul(parts));
    }

    fn read_job(&mut self, job: JobId, depth: Depth) -> Course {
        let codec: Codec = self.design.codec;
        let (bytes, entries) = self.directory.extent(job, codec);
        let mut course = Course { bytes, ..Course::default() };
        let disk = &self.profile.disk;
        let cost = if self.cache.holds(job) { &disk.read } else { &disk.read_uncached };
        course.add_read(self.sample(cost, bytes, entries));
        course.steps.read += self.design.disk_latency;
        course.stages.added = self.design.disk_latency;
        let costs = self.profile.codec(codec);
        let mut compute = |cost: &super::Cost| cost.sample(bytes, entries, || self.context.draw());
        match depth {
            Depth::StatusOnly => course.steps.parse = compute(&costs.status_only),
            Depth::Full | Depth::Document => {
                course.steps.parse = compute(&costs.parse);
                course.steps.build = compute(&costs.build);
            }
        }
        course.steps.build += compute(&self.profile.look_up);
        course.stages.after = course.steps.parse + course.steps.build;
        course
    }

    fn rename(&mut self, count: usize) -> Course {
        let mut course = Course::default();
        for _ in 0..count {
            let (cpu, device) = self.sample(&self.profile.disk.rename_new, 0, 0);
            course.stages.kernel += cpu;
            course.stages.device.rename += device;
            course.stages.added += self.design.disk_latency;
            course.steps.rename += cpu + self.design.disk_latency;
        }
        course
    }

    /// A cost's times on a core and on the device.
    fn sample(&mut self, cost: &FileCost, bytes: u64, entries: u64) -> (Span, Span) {
        let cpu = cost.cpu.sample(bytes, entries, || self.context.draw());
        (cpu, cost.device.sample(bytes, entries, || self.context.draw()))
    }
}

impl Course {
    /// The same, all of it taking so many thousandths of its time.
    pub(super) fn stretched(self, thousandths: u32) -> Self {
        let stretch = |span: Span| span.stretched(thousandths);
        let Stages { before, kernel, device, added, after } = self.stages;
        let stages = Stages {
            before: stretch(before),
            kernel: stretch(kernel),
            device: device.stretched(thousandths),
            added: stretch(added),
            after: stretch(after),
        };
        Self { stages, steps: self.steps.stretched(thousandths), ..self }
    }

    fn add_read(&mut self, (cpu, device): (Span, Span)) {
        self.stages.kernel += cpu;
        self.stages.device.read += device;
        self.steps.read += cpu;
    }
}
