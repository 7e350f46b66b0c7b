//! Locks: the shared/exclusive lock itself, the manager of opcode locks, and the lock monitor.

pub(in crate::actors) mod attempts;
pub(in crate::actors) mod grant;
pub(in crate::actors) mod guarded;
pub(in crate::actors) mod lock;
pub(in crate::actors) mod manager;
pub(in crate::actors) mod monitor;
pub(in crate::actors) mod name;
pub(in crate::actors) mod protocol;
#[cfg(test)]
mod tests;

pub use attempts::{jittered, standard_attempts};
pub use grant::{Activity, Ask, Contention, Grant, HeldBy, Mode, Release};
pub use lock::Lock;
pub use manager::LockManager;
pub use monitor::{LockRow, MonitorStyle, Pending};
pub use name::{Level, LockName, LockRequest, LockSelection, MissingLock, WantedLock, WantedLocks};
pub use protocol::{Acquire, LocksMessage, LocksOutcome, LocksSettled, Owner};
