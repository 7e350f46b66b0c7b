//! The two small files of a queue that hold no job: what they must say. Every runtime reads them by these functions.

use super::JobId;

/// The only content of a version file that can be opened: the real queue writes it so.
pub const VERSION_CONTENT: &str = "1\n";

/// The last serial with which a queue opens. Above it stand as many ids as any load can use up, so that none wraps.
pub const SERIAL_MAX: JobId = JobId(u64::MAX - u32::MAX as u64);

/// Why a serial file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SerialFlaw {
    /// It holds something else than decimal digits and a newline.
    NoNumber,
    /// It is above [`SERIAL_MAX`].
    NoIdsLeft(JobId),
}

/// The last id handed out, from the content of a serial file: decimal digits and a newline.
///
/// # Errors
/// If it says something else, or no ids are left above it.
pub fn parse_serial(content: &[u8]) -> Result<JobId, SerialFlaw> {
    let digits = content.strip_suffix(b"\n").ok_or(SerialFlaw::NoNumber)?;
    let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let serial = text.and_then(|text| text.parse().ok()).map(JobId).ok_or(SerialFlaw::NoNumber)?;
    if serial > SERIAL_MAX { Err(SerialFlaw::NoIdsLeft(serial)) } else { Ok(serial) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_is_digits_and_a_newline_with_ids_left_above() {
        for (content, serial) in [("0\n", 0), ("17\n", 17), ("18446744069414584320\n", SERIAL_MAX.0)] {
            assert_eq!(parse_serial(content.as_bytes()), Ok(JobId(serial)), "{content}");
        }
        for content in ["", "\n", "5", " 5\n", "+5\n", "-5\n", "5 \n", "5\n\n", "٥\n", "18446744073709551616\n"] {
            assert_eq!(parse_serial(content.as_bytes()), Err(SerialFlaw::NoNumber), "{content}");
        }
        for serial in [SERIAL_MAX.0 + 1, u64::MAX] {
            let flaw = SerialFlaw::NoIdsLeft(JobId(serial));
            assert_eq!(parse_serial(format!("{serial}\n").as_bytes()), Err(flaw));
        }
    }
}
