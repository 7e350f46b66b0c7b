//! Which job files' pages are in memory.

use crate::actors::impossible::impossible;
use crate::job::JobId;
use std::collections::BTreeMap;

/// A page cache of job files: those used least recently leave when it is full.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct PageCache {
    /// Bytes that fit; none: everything does, and nothing needs to be remembered.
    capacity: Option<u64>,
    used: u64,
    /// Counts uses.
    clock: u64,
    /// Size and last use of each file in memory.
    files: BTreeMap<JobId, (u64, u64)>,
    /// The files by last use.
    by_use: BTreeMap<u64, JobId>,
}

impl PageCache {
    /// An empty cache of so many bytes.
    pub(super) const fn new(capacity: Option<u64>) -> Self {
        Self { capacity, used: 0, clock: 0, files: BTreeMap::new(), by_use: BTreeMap::new() }
    }

    /// Whether the file of `job` is in memory.
    pub(super) fn holds(&self, job: JobId) -> bool {
        self.capacity.is_none() || self.files.contains_key(&job)
    }

    /// The file of `job`, of so many bytes now, is read or written.
    pub(super) fn touch(&mut self, job: JobId, bytes: u64) {
        // A cache without limit holds every file: there is nothing to keep.
        let Some(capacity) = self.capacity else { return };
        self.clock += 1;
        if let Some((old, last)) = self.files.insert(job, (bytes, self.clock)) {
            self.used -= old;
            self.by_use.remove(&last);
        }
        self.by_use.insert(self.clock, job);
        self.used += bytes;
        while self.used > capacity
            && let Some((_, oldest)) = self.by_use.pop_first()
        {
            let Some((bytes, _)) = self.files.remove(&oldest) else { impossible(self, &oldest) };
            self.used -= bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_used_least_recently_leaves_first() {
        let mut cache = PageCache::new(Some(100));
        for job in 1..=3 {
            cache.touch(JobId(job), 30);
        }
        cache.touch(JobId(1), 30);
        cache.touch(JobId(4), 20);
        assert_eq!([1, 2, 3, 4].map(|job| cache.holds(JobId(job))), [true, false, true, true]);
    }

    #[test]
    fn a_file_that_grows_takes_its_new_size() {
        let mut cache = PageCache::new(Some(100));
        cache.touch(JobId(1), 30);
        cache.touch(JobId(1), 60);
        cache.touch(JobId(2), 40);
        assert!(cache.holds(JobId(1)) && cache.holds(JobId(2)));
        cache.touch(JobId(3), 1);
        assert!(!cache.holds(JobId(1)));
    }

    #[test]
    fn a_file_larger_than_the_cache_is_not_kept() {
        let mut cache = PageCache::new(Some(100));
        cache.touch(JobId(1), 101);
        assert!(!cache.holds(JobId(1)));
    }

    #[test]
    fn a_cache_without_bound_holds_every_file() {
        assert!(PageCache::new(None).holds(JobId(9)));
    }
}
