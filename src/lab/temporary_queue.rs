//! Where a run's queue directory is made: in a part of the file system of its own.
//!
//! ext4 does not use an inode again for a minute or more after its file was deleted, and looks at each of those that
//! it passes over. Every replaced job file leaves one behind, in the block group of its directory. So in a group in
//! which thousands of files were replaced just now, creating a file takes half a millisecond instead of 20 µs, and what
//! one run finds depends on the runs before it. A directory below one that is marked as the top of a hierarchy gets
//! another group than its neighbours.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // directories of live runs

use super::whole_file::without_path;
use rustix::fs::{IFlags, ioctl_getflags, ioctl_setflags};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::{Builder, TempDir};

/// Those that there are, and what becomes of them if the program is ended at once.
static PRESENT: Mutex<BTreeMap<PathBuf, Fate>> = Mutex::new(BTreeMap::new());

/// What becomes of a temporary queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It goes.
    Goes,
    /// It stays, as its user asked for it.
    Stays,
}

fn present() -> MutexGuard<'static, BTreeMap<PathBuf, Fate>> {
    // A map of paths is whole whenever a thread may have died.
    PRESENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the temporary queues that are to go, although they may be in use: the program is about to end. Those that are
/// left, as somebody still wrote into them or they are to stay.
#[must_use]
pub fn remove_temporary_queues() -> Vec<PathBuf> {
    let is_left = |path: &Path, fate| fate == Fate::Stays || (fs::remove_dir_all(path).is_err() && path.exists());
    present().iter().filter(|(path, fate)| is_left(path, **fate)).map(|(path, _)| path.clone()).collect()
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
    pub(crate) fn make(base: &Path, fate: Fate) -> io::Result<Self> {
        let parent = Builder::new().prefix("jqlab-").tempdir_in(base).map_err(without_path)?;
        present().insert(parent.path().to_owned(), fate);
        mark_as_top(parent.path());
        // The name is random, for it decides on the group.
        let path = Builder::new().prefix("queue-").tempdir_in(parent.path()).map_err(without_path)?.keep();
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
        let queue = TemporaryQueue::make(base.path(), Fate::Goes).unwrap();
        std::fs::write(queue.path().join("job-1"), "x").unwrap();
        drop(queue);
        assert_eq!(base.path().read_dir().unwrap().count(), 0);
        let kept = TemporaryQueue::make(base.path(), Fate::Goes).unwrap().keep();
        assert!(kept.is_dir());
    }

    #[test]
    fn only_what_is_to_go_is_known() {
        let base = tempfile::tempdir().unwrap();
        let is_known = || present().keys().any(|path| path.starts_with(base.path()));
        let queue = TemporaryQueue::make(base.path(), Fate::Goes).unwrap();
        assert!(is_known());
        let kept = queue.keep();
        assert!(!is_known() && kept.is_dir());
        drop(TemporaryQueue::make(base.path(), Fate::Goes).unwrap());
        assert!(!is_known());
    }

    #[test]
    fn what_is_to_stay_is_left_by_an_end_at_once() {
        let base = tempfile::tempdir().unwrap();
        let queue = TemporaryQueue::make(base.path(), Fate::Stays).unwrap();
        let left = |fate| present().get(queue.path().parent().unwrap()) == Some(&fate);
        assert!(left(Fate::Stays) && !left(Fate::Goes));
    }
}
