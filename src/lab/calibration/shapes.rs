//! The jobs that are measured: small and large, of few and of many entries.

use crate::actors::clients::JobRequest;
use crate::job::Job;
use crate::job::JobId;
use crate::job::file_format::{Codec, measure};
use crate::scenario::{Filling, file_size};
use serde_json::json;

/// Sizes of files in bytes; the smallest is a job as it is.
const SIZES: [(u32, Filling); 9] = [
    (0, Filling::Comment),
    (1_000, Filling::Comment),
    (1_000, Filling::Reasons),
    (10_000, Filling::Comment),
    (10_000, Filling::Reasons),
    (100_000, Filling::Comment),
    (100_000, Filling::Reasons),
    (1_000_000, Filling::Comment),
    (1_000_000, Filling::Reasons),
];
/// Files from this size on are large.
const LARGE: u64 = 50_000;
/// Different jobs of a shape, so that no cache holds them all.
const COPIES: [u64; 2] = [24, 4];

/// Jobs of one size.
#[derive(Debug)]
pub(super) struct Shape {
    /// Finished jobs, all of them different.
    pub(super) jobs: Vec<Job>,
    /// Bytes and entries of their files, in the first codec and in the second.
    pub(super) extents: [(u64, u64); 2],
}

impl Shape {
    /// Whether it takes long.
    pub(super) const fn is_large(&self) -> bool {
        self.extents[0].0 >= LARGE
    }
}

/// The codecs, in the order of [`Shape::extents`].
pub(super) const CODECS: [Codec; 2] = [Codec::Json, Codec::JsonIndentedSorted];

/// All shapes.
pub(super) fn shapes() -> Vec<Shape> {
    (0..).zip(SIZES).filter_map(|(number, (size, filling))| shape(1 + number * 100, size, filling)).collect()
}

fn shape(first: u64, size: u32, filling: Filling) -> Option<Shape> {
    let request = json!([{"op_id": "OP_TEST_DELAY", "run_s": 0.002, "log_messages": 1}]);
    let mut request = JobRequest::read(&request).ok()?;
    if size > 0 {
        file_size::fill(&mut request, size, filling);
    }
    let copies = COPIES[usize::from(u64::from(size) >= LARGE)];
    let mut jobs: Vec<Job> =
        (first..first + copies).filter_map(|id| file_size::finished(&request, JobId(id))).collect();
    let extents = CODECS.map(|codec| jobs.last_mut().map_or((0, 0), |job| measure(job, codec)));
    Some(Shape { jobs, extents })
}
