//! What the instrument costs here and now: what is typical of what [`hops`] measures, and of a reading of the clock.

use super::LiveError;
use super::hops::{self, Hops};
use crate::runtime::record::{Instrument, Typical};
use crate::units::Span;
use std::time::Instant;

/// So many exchanges of messages: enough for a median, and done in less than a tenth of a second.
const EXCHANGES: u32 = 160;
/// Samples of the clock, and readings in each.
const SAMPLES: u32 = 201;
const READINGS: u32 = 100;

/// Measures before a run, on threads of its own that are made as those of the run.
///
/// # Errors
/// If there are no threads.
pub(super) fn measure() -> Result<Instrument, LiveError> {
    Ok(of(hops::measure(EXCHANGES)?, clock_readings()))
}

/// What is typical; none of what did not happen.
fn of(hops: Hops, mut clock_readings: Vec<Span>) -> Instrument {
    let Hops { mut awake, mut asleep, mut timer, mut step, mut lock } = hops;
    Instrument {
        clock_reading: Typical::of(&mut clock_readings),
        hop_awake: Typical::of(&mut awake),
        hop_asleep: Typical::of(&mut asleep),
        timer: Typical::of(&mut timer),
        step: Typical::of(&mut step),
        lock: Typical::of(&mut lock),
    }
}

/// What one reading takes, from each of some series of readings.
fn clock_readings() -> Vec<Span> {
    let reading = |_| {
        let began = Instant::now();
        for _ in 1..READINGS {
            std::hint::black_box(Instant::now());
        }
        Span(u64::try_from((began.elapsed() / READINGS).as_nanos()).unwrap_or(u64::MAX))
    };
    (0..SAMPLES).map(reading).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_reports_what_is_typical_of_the_hops_and_none_of_what_did_not_happen() {
        let times = |micros: &[u64]| micros.iter().map(|micros| Span::from_micros(*micros)).collect();
        let hops = Hops {
            awake: Vec::new(),
            asleep: times(&[9, 7, 8]),
            timer: times(&[3]),
            step: times(&[2, 1, 4, 3]),
            lock: times(&[5, 5]),
        };
        let instrument = of(hops, times(&[6]));
        let micros = |typical: Option<Typical>| {
            typical.map(|times| [times.p10, times.median, times.p90].map(|span| span.0 / 1_000))
        };
        assert_eq!(micros(instrument.hop_awake), None);
        assert_eq!(micros(instrument.hop_asleep), Some([8, 8, 9]));
        assert_eq!(micros(instrument.step), Some([2, 3, 4]));
        assert_eq!(micros(instrument.clock_reading), Some([6, 6, 6]));
    }
}
