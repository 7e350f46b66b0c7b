//! Where a run's queue directory is made: in a part of the file system of its own.
//!
//! ext4 does not use an inode again for a minute or more after its file was deleted, and looks at each of those that
//! it passes over. Every replaced job file leaves one behind, in the block group of its directory. So in a group in
//! which thousands of files were replaced just now, creating a file takes half a millisecond instead of 20 µs, and what
//! one run finds depends on the runs before it. A directory below one that is marked as the top of a hierarchy gets
//! another group than its neighbours.

use rustix::fs::{IFlags, ioctl_getflags, ioctl_setflags};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::{Builder, TempDir};

/// A temporary directory for one queue; it goes when this does.
#[derive(Debug)]
pub(crate) struct Place {
    parent: TempDir,
    path: PathBuf,
}

impl Place {
    /// A new one below `base`.
    ///
    /// # Errors
    /// If no directory can be made there.
    pub(crate) fn make(base: &Path) -> io::Result<Self> {
        let parent = Builder::new().prefix("jqlab-").tempdir_in(base)?;
        mark_as_top(parent.path());
        // The name is random, for it decides on the group.
        let path = Builder::new().prefix("queue-").tempdir_in(parent.path())?.keep();
        Ok(Self { parent, path })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves it where it is.
    pub(crate) fn keep(self) -> PathBuf {
        let _ = self.parent.keep();
        self.path
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
    fn a_place_goes_with_all_that_is_in_it_unless_it_is_kept() {
        let base = tempfile::tempdir().unwrap();
        let place = Place::make(base.path()).unwrap();
        std::fs::write(place.path().join("job-1"), "x").unwrap();
        drop(place);
        assert_eq!(base.path().read_dir().unwrap().count(), 0);
        let kept = Place::make(base.path()).unwrap().keep();
        assert!(kept.is_dir());
    }
}
