//! Timestamps for people.

use crate::job::Timestamp;
use std::fmt;

/// Shows a timestamp as date and time of day in UTC, to the microsecond: `2011-07-14 09:30:00.000250`.
#[derive(Debug, Clone, Copy)]
pub struct Utc(
    /// The timestamp.
    pub Timestamp,
);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Timestamp { seconds, microseconds } = self.0;
        let (year, month, day) = date(seconds / 86_400);
        let (hour, minute, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
        write!(f, "{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{microseconds:06}")
    }
}

/// Year, month and day, `days` after 1970-01-01 in the Gregorian calendar.
///
/// Years are counted from March, so that the leap day is the last of its year, in eras of 400 years, which all
/// have 146,097 days (Hinnant, "chrono-compatible low-level date algorithms").
const fn date(days: u64) -> (u64, u64, u64) {
    /// From 0000-03-01 to 1970-01-01.
    const BEFORE_1970: u64 = 719_468;
    let days = days + BEFORE_1970;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let leap_days = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    // From March on, five months have 153 days.
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + (month < 3) as u64;
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_shows_as_utc() {
        for (seconds, shown) in [
            (0, "1970-01-01 00:00:00.000250"),
            (951_782_399, "2000-02-28 23:59:59.000250"),
            (951_782_400, "2000-02-29 00:00:00.000250"),
            (1_310_635_800, "2011-07-14 09:30:00.000250"),
            (4_107_542_399, "2100-02-28 23:59:59.000250"),
            (4_107_542_400, "2100-03-01 00:00:00.000250"),
        ] {
            assert_eq!(Utc(Timestamp { seconds, microseconds: 250 }).to_string(), shown);
        }
    }

    #[test]
    fn even_the_last_second_of_all_shows() {
        assert!(Utc(Timestamp { seconds: u64::MAX, microseconds: 0 }).to_string().starts_with("584554051223"));
    }
}
