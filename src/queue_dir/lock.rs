//! The lock that makes sure that one process at a time writes into a queue directory.

use super::QueueDirError;
use super::layout::LOCK;
use crate::job::{Fault, FaultSource, FileOperation};
use rustix::fs::{FlockOperation, Mode, OFlags, flock, openat};
use rustix::io::Errno;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;

/// Held until it is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub(super) struct QueueLock(#[expect(dead_code, reason = "held, not used")] OwnedFd);

impl QueueLock {
    /// Takes the lock of the queue directory `path`, which is open as `directory`.
    pub(super) fn take(directory: BorrowedFd<'_>, path: &Path) -> Result<Self, QueueDirError> {
        let path = path.join(LOCK);
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        let file = match openat(directory, LOCK, flags, Mode::from_raw_mode(0o640)) {
            Ok(file) => file,
            Err(Errno::LOOP | Errno::ISDIR) => {
                return Err(Fault::new(FileOperation::Open, path, FaultSource::NotAFile).into());
            }
            Err(error) => return Err(Fault::system(FileOperation::Open, &path)(error).into()),
        };
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self(file)),
            Err(Errno::WOULDBLOCK) => Err(QueueDirError::Held { path }),
            Err(error) => Err(Fault::system(FileOperation::Lock, &path)(error).into()),
        }
    }
}
