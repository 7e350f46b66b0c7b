//! Files as the queue sees them: operations on them, what comes of these, and who watches which.
//!
//! Disks carry the operations out: modelled ones are actors (`machine`), real ones belong to the live runtime.

pub(in crate::actors) mod done;
pub(in crate::actors) mod operation;
pub(in crate::actors) mod protocol;
pub(in crate::actors) mod tally;
pub(in crate::actors) mod watcher;

pub use done::{DiskDone, FileOutcome, FileTimes, FoundQueue, JobRead};
pub use operation::{Depth, Operation};
pub use protocol::{DiskMessage, WatcherMessage};
pub use tally::{FileTally, WriteCause};
pub use watcher::Watcher;
