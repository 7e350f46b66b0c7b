//! How many read dependencies at the same time: a sweep over the intervals in which they read.

use serde::{Deserialize, Serialize};

/// Readers at once, over one run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Readers {
    /// Time-weighted mean number while at least one reads.
    pub mean: f64,
    /// Most at once.
    pub peak: u32,
    /// Of the time in which at least one reads: the share in which two or more do.
    pub overlap_share: f64,
    /// Time in which at least one reads.
    pub reading_ns: u64,
}

impl Readers {
    /// Over `intervals` of (begin, end) in nanoseconds, in any order; an interval's end is not part of it. None
    /// if no time is covered.
    #[must_use]
    pub fn over(intervals: &[(u64, u64)]) -> Option<Self> {
        // Ends sort before beginnings at the same time: who reads on where another stopped does not overlap.
        let mut edges: Vec<(u64, bool)> =
            intervals.iter().filter(|(begin, end)| begin < end).flat_map(|(b, e)| [(*b, true), (*e, false)]).collect();
        edges.sort_unstable();
        let (mut now, mut readers, mut peak) = (0, 0_u32, 0_u32);
        let (mut any, mut several, mut area) = (0_u64, 0_u64, 0_u64);
        for (at, begins) in edges {
            let passed = at - now;
            area += passed * u64::from(readers);
            any += if readers >= 1 { passed } else { 0 };
            several += if readers >= 2 { passed } else { 0 };
            now = at;
            readers = if begins { readers + 1 } else { readers.saturating_sub(1) };
            peak = peak.max(readers);
        }
        (any > 0).then(|| Self {
            mean: area as f64 / any as f64,
            peak,
            overlap_share: several as f64 / any as f64,
            reading_ns: any,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_at_once_are_weighted_by_time() {
        // one reader 0-10 and 20-30, two 10-20; then one 100-110
        let readers = Readers::over(&[(10, 30), (0, 20), (100, 110)]).unwrap();
        assert_eq!((readers.peak, readers.reading_ns), (2, 40));
        assert!((readers.mean - 1.25).abs() < 1e-12);
        assert!((readers.overlap_share - 0.25).abs() < 1e-12);
    }

    #[test]
    fn reading_one_after_the_other_is_no_overlap() {
        let readers = Readers::over(&[(10, 20), (0, 10), (20, 25)]).unwrap();
        assert_eq!(readers.peak, 1);
        assert!(readers.overlap_share.abs() < 1e-12);
    }

    #[test]
    fn intervals_without_length_read_nothing() {
        assert_eq!(Readers::over(&[(5, 5)]), None);
        assert_eq!(Readers::over(&[]), None);
    }
}
