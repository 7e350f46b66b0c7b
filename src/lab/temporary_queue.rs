//! Where a run's queue directory is made: in a part of the file system of its own.
//!
//! ext4 does not use an inode again for a minute or more after its file was deleted, and looks at each of those that
//! it passes over. Every replaced job file leaves one behind, in the block group of its directory. So in a group in
//! which thousands of files were replaced just now, creating a file takes half a millisecond instead of 20 µs, and what
//! one run finds depends on the runs before it. A directory below one that is marked as the top of a hierarchy gets
//! another group than its neighbours.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // directories of live runs

use rustix::fs::{IFlags, ioctl_getflags, ioctl_setflags};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::{Builder, TempDir};

/// Those that are to go, for whoever ends the program at once.
static PRESENT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn present() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    // A set of paths is whole whenever a thread may have died.
    PRESENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes all temporary queues, although they may be in use: the program is about to end. Those that are left, as
/// somebody still wrote into them.
#[must_use]
pub fn remove_temporary_queues() -> Vec<PathBuf> {
    let is_left = |path: &PathBuf| fs::remove_dir_all(path).is_err() && path.exists();
    present().iter().filter(|path| is_left(path)).cloned().collect()
}

/// A temporary directory for one queue; it goes when this does.
#[derive(Debug)]
pub(crate) struct TemporaryQueue {
    /// None once it is to be kept.
    parent: Option<TempDir>,
    path: PathBuf,
}

impl TemporaryQueue {
    /// A new one below `base`.
    ///
    /// # Errors
    /// If no directory can be made there.
    pub(crate) fn make(base: &Path) -> io::Result<Self> {
        let parent = Builder::new().prefix("jqlab-").tempdir_in(base)?;
        present().insert(parent.path().to_owned());
        mark_as_top(parent.path());
        // The name is random, for it decides on the group.
        let path = Builder::new().prefix("queue-").tempdir_in(parent.path())?.keep();
        Ok(Self { parent: Some(parent), path })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves it where it is.
    pub(crate) fn keep(mut self) -> PathBuf {
        if let Some(parent) = self.parent.take() {
            present().remove(&parent.keep());
        }
        self.path.clone()
    }
}

impl Drop for TemporaryQueue {
    fn drop(&mut self) {
        if let Some(parent) = self.parent.take() {
            present().remove(parent.path());
        }
    }
}

/// File systems that know no such mark have no such groups either.
fn mark_as_top(directory: &Path) {
    if let Ok(directory) = File::open(directory)
        && let Ok(flags) = ioctl_getflags(&directory)
    {
        let _ = ioctl_setflags(&directory, flags | IFlags::TOPDIR);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_temporary_queue_goes_with_all_that_is_in_it_unless_it_is_kept() {
        let base = tempfile::tempdir().unwrap();
        let queue = TemporaryQueue::make(base.path()).unwrap();
        std::fs::write(queue.path().join("job-1"), "x").unwrap();
        drop(queue);
        assert_eq!(base.path().read_dir().unwrap().count(), 0);
        let kept = TemporaryQueue::make(base.path()).unwrap().keep();
        assert!(kept.is_dir());
    }

    #[test]
    fn only_what_is_to_go_is_known() {
        let base = tempfile::tempdir().unwrap();
        let is_known = || present().iter().any(|path| path.starts_with(base.path()));
        let queue = TemporaryQueue::make(base.path()).unwrap();
        assert!(is_known());
        let kept = queue.keep();
        assert!(!is_known() && kept.is_dir());
        drop(TemporaryQueue::make(base.path()).unwrap());
        assert!(!is_known());
    }
}
