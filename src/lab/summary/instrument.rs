//! What the instrument cost in one run.

use crate::runtime::record::{Instrument, Typical};
use serde::{Deserialize, Serialize};

/// Single times, in nanoseconds: the median, and between what nine in ten and one in ten are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypicalSummary {
    /// One in ten is no longer.
    pub p10_ns: u64,
    /// One in two is.
    pub median_ns: u64,
    /// Nine in ten are.
    pub p90_ns: u64,
}

/// The instrument's own costs, measured before the run; none of what did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstrumentSummary {
    /// One reading of the clock.
    pub clock_reading: Option<TypicalSummary>,
    /// Until a thread that is awake begins with a message.
    pub hop_awake: Option<TypicalSummary>,
    /// Until a thread that sleeps begins with a message.
    pub hop_asleep: Option<TypicalSummary>,
    /// How late the message of a timer comes.
    pub timer: Option<TypicalSummary>,
    /// Computing that a message takes its receiver.
    pub step: Option<TypicalSummary>,
    /// Computing of one lock operation.
    pub lock: Option<TypicalSummary>,
}

impl InstrumentSummary {
    pub(super) fn of(instrument: Instrument) -> Self {
        let ns = |times: Option<Typical>| {
            times.map(|times| TypicalSummary { p10_ns: times.p10.0, median_ns: times.median.0, p90_ns: times.p90.0 })
        };
        Self {
            clock_reading: ns(instrument.clock_reading),
            hop_awake: ns(instrument.hop_awake),
            hop_asleep: ns(instrument.hop_asleep),
            timer: ns(instrument.timer),
            step: ns(instrument.step),
            lock: ns(instrument.lock),
        }
    }
}
