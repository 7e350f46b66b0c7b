//! How many read dependencies at the same time.

use super::reduction::ReaderSums;
use crate::units::Span;
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
    /// From what was summed up over a run. None if nothing was read.
    #[must_use]
    pub fn of(sums: &ReaderSums) -> Option<Self> {
        let any = sums.any.0 as f64;
        (sums.any > Span::ZERO).then(|| Self {
            mean: sums.area as f64 / any,
            peak: sums.peak,
            overlap_share: sums.several.0 as f64 / any,
            reading_ns: sums.any.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_at_once_are_weighted_by_time() {
        // one reader for 30, two for 10
        let sums = ReaderSums { any: Span(40), several: Span(10), area: 50, peak: 2 };
        let readers = Readers::of(&sums).unwrap();
        assert_eq!((readers.peak, readers.reading_ns), (2, 40));
        assert!((readers.mean - 1.25).abs() < 1e-12);
        assert!((readers.overlap_share - 0.25).abs() < 1e-12);
    }

    #[test]
    fn where_nothing_is_read_there_are_no_readers() {
        assert_eq!(Readers::of(&ReaderSums::default()), None);
    }
}
