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

    /// The point `span` before this one, but not before 1970.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)] // a remainder of one million
    pub const fn before(self, span: Span) -> Self {
        let micros = (self.seconds * 1_000_000 + self.microseconds as u64).saturating_sub(span.0 / 1_000);
        Self { seconds: micros / 1_000_000, microseconds: (micros % 1_000_000) as u32 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn going_back_as_far_as_forward_leads_to_the_same_point() {
        let (start, span) = (Timestamp { seconds: 7, microseconds: 900_000 }, Span::from_millis(1_250));
        assert_eq!(start.after(span), Timestamp { seconds: 9, microseconds: 150_000 });
        assert_eq!(start.after(span).before(span), start);
        assert_eq!(start.before(Span::from_secs(60)), Timestamp { seconds: 0, microseconds: 0 });
    }
}
