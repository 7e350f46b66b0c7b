//! What is done to a job file so that it survives a crash.

/// How a job file reaches the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Durability {
    /// Write, fsync, rename: the queue's own way. The name may be lost in a crash of the machine.
    #[default]
    Fsync,
    /// Write and rename: a crash of the machine may leave an empty file.
    RenameOnly,
    /// Write, fsync, rename, fsync of the directory.
    FsyncDirectory,
}
