//! Histograms at rest: a few figures to read, and the whole as HdrHistogram's own bytes.

use crate::runtime::record::Latencies;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};
use serde::{Deserialize, Serialize};

/// How latencies spread.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Spread {
    /// How many.
    pub n: u64,
    /// Their mean.
    pub mean_ns: f64,
    /// Half are at or below.
    pub p50_ns: u64,
    /// 95 % are at or below.
    pub p95_ns: u64,
    /// 99 % are at or below.
    pub p99_ns: u64,
    /// The longest.
    pub max_ns: u64,
}

impl Spread {
    /// Of what a histogram holds, to its precision.
    #[must_use]
    pub fn of(latencies: &Latencies) -> Self {
        Self {
            n: latencies.len(),
            mean_ns: if latencies.is_empty() { 0.0 } else { latencies.mean() },
            p50_ns: latencies.value_at_quantile(0.50),
            p95_ns: latencies.value_at_quantile(0.95),
            p99_ns: latencies.value_at_quantile(0.99),
            max_ns: latencies.max(),
        }
    }
}

/// So many have to lie beyond a quantile for it to be told at all.
pub const BEYOND_MIN: u64 = 20;

/// The value that this share of the latencies, from 0 to 1, is at or below, in nanoseconds; none if fewer than
/// [`BEYOND_MIN`] are beyond.
#[must_use]
pub fn quantile(latencies: &Latencies, share: f64) -> Option<u64> {
    is_told(latencies.len(), share).then(|| latencies.value_at_quantile(share))
}

/// Whether a quantile of so many latencies is told.
#[must_use]
pub fn is_told(n: u64, share: f64) -> bool {
    // Of 400, 20 are beyond 0.95, whatever the rounding.
    (1.0 - share) * n as f64 > BEYOND_MIN as f64 - 1e-6
}

/// A whole histogram of nanoseconds, to three significant digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredHistogram {
    /// HdrHistogram, V2 with deflate, in base64.
    pub hdr_v2_deflate_base64: String,
}

impl StoredHistogram {
    /// Puts a histogram to rest.
    #[must_use]
    pub fn of(latencies: &Latencies) -> Self {
        let mut bytes = Vec::new();
        // Writing to memory cannot fail; if it does, the text is empty and reading says so.
        let written = V2DeflateSerializer::new().serialize(latencies, &mut bytes);
        debug_assert!(written.is_ok(), "a histogram serializes to memory");
        Self { hdr_v2_deflate_base64: STANDARD.encode(bytes) }
    }

    /// Brings it back.
    ///
    /// # Errors
    /// What is wrong with the text, in words.
    pub fn restore(&self) -> Result<Latencies, String> {
        let bytes = STANDARD.decode(&self.hdr_v2_deflate_base64).map_err(|error| format!("not base64: {error}"))?;
        Deserializer::new()
            .deserialize(&mut bytes.as_slice())
            .map_err(|error| format!("not an HdrHistogram: {error:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::record::{latencies, note};
    use crate::units::Span;

    #[test]
    fn a_histogram_comes_back_as_it_was() {
        let mut histogram = latencies();
        for value in 1..=10_000_u64 {
            note(&mut histogram, Span(value * 1000));
        }
        let stored = StoredHistogram::of(&histogram);
        assert_eq!(stored.restore().unwrap(), histogram);
    }

    #[test]
    fn a_quantile_is_told_if_twenty_are_beyond() {
        let of = |n: u64| {
            let mut histogram = latencies();
            (1..=n).for_each(|value| note(&mut histogram, Span(value)));
            [0.5, 0.95, 0.99].map(|share| quantile(&histogram, share))
        };
        assert_eq!(of(39), [None, None, None]);
        assert_eq!(of(40), [Some(20), None, None]);
        assert_eq!(of(400), [Some(200), Some(380), None]);
        assert!(of(1999)[2].is_none() && of(2000)[2].is_some());
    }

    #[test]
    fn a_damaged_histogram_is_an_error() {
        let stored = StoredHistogram { hdr_v2_deflate_base64: "AAAA".to_owned() };
        assert!(stored.restore().unwrap_err().contains("not an HdrHistogram"));
    }
}
