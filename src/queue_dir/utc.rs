//! Timestamps for people.

use crate::job::Timestamp;
use std::fmt;

/// Shows a timestamp as date and time of day in UTC, to the microsecond: `2011-07-14 09:30:00.000250`. One after the
/// year 9999 shows as seconds since 1970: `253402300800.000250 s`.
#[derive(Debug, Clone, Copy)]
pub struct Utc(
    /// The timestamp.
    pub Timestamp,
);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Timestamp { seconds, microseconds } = self.0;
        let second = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
        match second {
            Some(second) => write!(f, "{}.{microseconds:06}", second.strftime("%Y-%m-%d %H:%M:%S")),
            None => write!(f, "{seconds}.{microseconds:06} s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_shows_as_utc() {
        for (seconds, shown) in [
            (0, "1970-01-01 00:00:00.000250"),
            (951_782_400, "2000-02-29 00:00:00.000250"),
            (1_310_635_800, "2011-07-14 09:30:00.000250"),
            (4_107_542_400, "2100-03-01 00:00:00.000250"),
        ] {
            assert_eq!(Utc(Timestamp { seconds, microseconds: 250 }).to_string(), shown);
        }
    }

    #[test]
    fn a_timestamp_beyond_the_calendar_shows_as_seconds() {
        for seconds in [253_402_300_800, u64::MAX] {
            assert_eq!(Utc(Timestamp { seconds, microseconds: 7 }).to_string(), format!("{seconds}.000007 s"));
        }
    }
}
