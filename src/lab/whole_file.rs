//! Files that are replaced as a whole: whoever looks sees the old one or the new one, never a part.
//!
//! The content goes into a temporary file beside the target, of a name that no other has, and takes its place at the
//! end. A symbolic link is followed. What is no regular file (a device, a pipe) is never replaced: it is written to.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // files are written here

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use tempfile::TempPath;

/// The mode of a new file, which the umask restricts further.
const MODE: u32 = 0o666;

/// A file in the making. Dropped before it is [committed](Self::commit), it leaves nothing behind.
#[derive(Debug)]
pub struct WholeFile(Making);

#[derive(Debug)]
enum Making {
    /// Beside the target, whose place it takes.
    Beside { file: BufWriter<File>, temporary: TempPath, target: PathBuf },
    /// The target itself, which is no regular file.
    Itself(BufWriter<File>),
}

/// Writes `bytes` as the whole content of `path`.
///
/// # Errors
/// If it cannot be written; then it is as it was, unless it is a device or a pipe.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = WholeFile::create(path)?;
    file.write_all(bytes)?;
    file.commit()
}

/// The folder that a file is or would be in.
#[must_use]
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl WholeFile {
    /// Begins the file that is to be at `path`.
    ///
    /// # Errors
    /// If it is a directory, or there can be no file beside it.
    pub fn create(path: &Path) -> io::Result<Self> {
        // By the name as it was given: a link below /proc, as /dev/stdout is, leads to a pipe that has no path.
        let found = match fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            other => Some(other?),
        };
        if found.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(ErrorKind::IsADirectory.into());
        }
        if found.as_ref().is_some_and(|found| !found.is_file()) {
            let device = OpenOptions::new().write(true).open(path)?;
            return Ok(Self(Making::Itself(BufWriter::new(device))));
        }
        let target = followed(path)?;
        let mode = Permissions::from_mode(found.map_or(MODE, |found| found.permissions().mode() & 0o7777));
        let mut builder = tempfile::Builder::new();
        let made = builder.prefix(".jqlab-").permissions(mode).tempfile_in(folder_of(&target)).map_err(without_path)?;
        let (file, temporary) = made.into_parts();
        Ok(Self(Making::Beside { file: BufWriter::new(file), temporary, target }))
    }

    /// Puts the file in its place, once it is on the disk.
    ///
    /// # Errors
    /// If what is left cannot be written.
    pub fn commit(self) -> io::Result<()> {
        match self.0 {
            Making::Itself(mut device) => device.flush(),
            Making::Beside { file, temporary, target } => {
                file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
                temporary.persist(target).map(drop).map_err(|error| error.error)
            }
        }
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Making::Beside { file, .. } => file.write(bytes),
            Making::Itself(device) => device.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Making::Beside { file, .. } => file.flush(),
            Making::Itself(device) => device.flush(),
        }
    }
}

/// What the system said, without the name of a temporary file that nobody asked for. The crate that makes these files
/// puts it behind, and gives the error itself away to nobody.
#[must_use]
pub fn without_path(error: io::Error) -> io::Error {
    match error.to_string().split_once(" at path ") {
        Some((said, _)) => io::Error::new(error.kind(), said),
        None => error,
    }
}

/// Where `path` leads, if it is a symbolic link, even to a file that is not there yet.
fn followed(path: &Path) -> io::Result<PathBuf> {
    /// As many as Linux follows.
    const LINKS_MAX: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..LINKS_MAX {
        match fs::read_link(&path) {
            Ok(to) => path = folder_of(&path).join(to),
            // No link, or nothing there.
            Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::NotFound) => return Ok(path),
            Err(error) => return Err(error),
        }
    }
    Err(io::Error::from(rustix::io::Errno::LOOP))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;
    use std::os::unix::fs::symlink;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_as_a_whole_and_one_that_is_given_up_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        replace(&path, b"old").unwrap();
        let mut given_up = WholeFile::create(&path).unwrap();
        given_up.write_all(b"half").unwrap();
        drop(given_up);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        replace(&path, b"new").unwrap();
        assert_eq!((fs::read(&path).unwrap(), names(folder.path())), (b"new".to_vec(), vec!["a".to_owned()]));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640, "its mode stays");
    }

    #[test]
    fn a_link_is_followed_also_to_what_is_not_there_yet() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("there")).unwrap();
        let link = folder.path().join("link");
        symlink("there/file", &link).unwrap();
        for content in ["one", "two"] {
            replace(&link, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(folder.path().join("there/file")).unwrap(), content);
            assert!(link.is_symlink());
        }
        let round = folder.path().join("round");
        symlink("round", &round).unwrap();
        assert!(replace(&round, b"").is_err());
    }

    #[test]
    fn a_pipe_is_written_to_and_stays_a_pipe() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
        // Opened for both, so that neither side waits for the other.
        let mut pipe = OpenOptions::new().read(true).write(true).open(&path).unwrap();
        replace(&path, b"profile").unwrap();
        let mut read = [0; 7];
        pipe.read_exact(&mut read).unwrap();
        assert_eq!((&read, names(folder.path())), (b"profile", vec!["pipe".to_owned()]));
    }

    #[test]
    fn a_pipe_without_a_path_is_written_to() {
        let (reader, writer) = io::pipe().unwrap();
        let link = PathBuf::from(format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&writer)));
        replace(&link, b"profile").unwrap();
        let mut read = [0; 7];
        (&reader).read_exact(&mut read).unwrap();
        assert_eq!(&read, b"profile");
    }

    #[test]
    fn errors_name_no_temporary_file() {
        let error = replace(Path::new("/nowhere/file"), b"").unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::NotFound, io::Error::from(rustix::io::Errno::NOENT).to_string())
        );
    }

    #[test]
    fn a_directory_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(replace(folder.path(), b"").unwrap_err().kind(), ErrorKind::IsADirectory);
    }
}
