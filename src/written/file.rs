//! Files that people name, read whole and within bounds.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // files that a user names are read here

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

/// What is in a file of at most `max` bytes. No more than one byte beyond is read, so that a device that never ends
/// does no harm; a pipe is read like a file.
///
/// # Errors
/// As of opening and reading it, and [`ErrorKind::InvalidData`] if it is longer.
pub fn read_within(path: &Path, max: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(max as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > max {
        let limit = if max.is_multiple_of(1 << 20) { format!("{} MiB", max >> 20) } else { format!("{max} bytes") };
        return Err(io::Error::new(ErrorKind::InvalidData, format!("it is longer than {limit}")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit_and_an_endless_one_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "four").unwrap();
        assert_eq!(read_within(file.path(), 4).unwrap(), b"four");
        for (path, max) in [(file.path(), 3), (Path::new("/dev/zero"), 1 << 20)] {
            assert_eq!(read_within(path, max).unwrap_err().kind(), ErrorKind::InvalidData);
        }
    }
}
