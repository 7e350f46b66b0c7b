//! Points in wall-clock time as job files hold them: `[seconds, microseconds]`.

use crate::units::Span;

/// Seconds and microseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Whole seconds.
    pub seconds: u64,
    /// The rest, under one million.
    pub microseconds: u32,
}

impl Timestamp {
    /// The point `span` after this one, rounded down to a microsecond.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)] // a remainder of one million
    pub const fn after(self, span: Span) -> Self {
        let micros = self.microseconds as u64 + span.0 / 1_000;
        Self { seconds: self.seconds + micros / 1_000_000, microseconds: (micros % 1_000_000) as u32 }
    }
}
