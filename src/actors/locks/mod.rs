//! Locks: the shared/exclusive lock itself, the manager of opcode locks, and the lock monitor.

mod attempts;
mod lock;
mod manager;
mod monitor;
mod name;

pub use attempts::{jittered, standard_attempts};
pub use lock::{Activity, Contention, Grant, HeldBy, Lock, Mode, Release};
pub use manager::{Acquire, LockManager, Owner};
pub use monitor::{LockRow, MonitorStyle, Pending};
pub use name::{Level, LockName, LockRequest, LockSelection, WantedLock};
