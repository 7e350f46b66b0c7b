//! Spans of time, counted by size: small where few different ones are in it, and added up without loss.

use crate::runtime::record::{Latencies, latencies};
use crate::units::Span;
use std::collections::BTreeMap;

/// Bits of a value that are told apart: those of a histogram of three significant digits.
const BITS: u32 = 11;

/// How spans are distributed: their exact sum, and how many are of each size, to three significant digits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Distribution {
    /// Their sum, in nanoseconds.
    pub total: u128,
    /// The smallest value of each bucket, and how many are in it.
    counts: BTreeMap<u64, u32>,
}

impl Distribution {
    /// Counts `span`.
    pub fn add(&mut self, span: Span) {
        self.total += u128::from(span.0);
        let shift = (u64::BITS - span.0.leading_zeros()).saturating_sub(BITS);
        *self.counts.entry(span.0 >> shift << shift).or_insert(0) += 1;
    }

    /// Adds what another one counted.
    pub fn merge(&mut self, other: &Self) {
        self.total += other.total;
        for (value, count) in &other.counts {
            *self.counts.entry(*value).or_insert(0) += count;
        }
    }

    /// The same as a histogram.
    #[must_use]
    pub fn histogram(&self) -> Latencies {
        let mut histogram = latencies();
        for (value, count) in &self.counts {
            if let Err(error) = histogram.record_n(*value, u64::from(*count)) {
                unreachable!("every latency fits a histogram that grows: {error}");
            }
        }
        histogram
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::record::note;

    #[test]
    fn a_distribution_becomes_the_histogram_of_the_same_spans() {
        let spans = (0..60_u32).flat_map(|bit| [3_u64, 5, 7, 1023, 1025].map(|odd| odd.wrapping_shl(bit) | odd));
        let spans: Vec<Span> = spans.map(|nanoseconds| Span(nanoseconds >> 4)).collect();
        let (mut histogram, mut distribution) = (latencies(), Distribution::default());
        for span in &spans {
            note(&mut histogram, *span);
            distribution.add(*span);
        }
        assert_eq!(distribution.histogram(), histogram);
        assert_eq!(distribution.histogram().max(), histogram.max());
        assert_eq!(distribution.total, spans.iter().map(|span| u128::from(span.0)).sum());
    }
}
