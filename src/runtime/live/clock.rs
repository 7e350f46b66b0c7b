//! The clocks of a run: time that passes, the date, and what a thread computes.

use crate::job::Timestamp;
use crate::units::{Instant, Span};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Reads time as nanoseconds since the start of the run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    start: std::time::Instant,
}

impl Clock {
    /// A clock that starts now.
    pub(super) fn start() -> Self {
        Self { start: std::time::Instant::now() }
    }

    /// The time.
    pub(super) fn now(&self) -> Instant {
        Instant(u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }

    /// The same point on the standard library's clock.
    pub(super) fn at(&self, instant: Instant) -> std::time::Instant {
        self.start + Duration::from_nanos(instant.0)
    }
}

/// What the wall clock shows.
pub(super) fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp { seconds: since.as_secs(), microseconds: since.subsec_micros() }
}

/// What this thread has computed so far, in user space and in the kernel.
#[must_use]
pub fn computed() -> Span {
    let computed = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let secs = u64::try_from(computed.tv_sec).unwrap_or(0);
    Span(secs * 1_000_000_000 + u64::try_from(computed.tv_nsec).unwrap_or(0))
}
