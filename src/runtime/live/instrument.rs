//! What the instrument costs here and now: medians of what [`hops`] measures, and of a reading of the clock.

use super::LiveError;
use super::hops::{self, Hops};
use crate::runtime::record::Instrument;
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

/// The medians; none of what did not happen.
fn of(hops: Hops, mut clock_readings: Vec<Span>) -> Instrument {
    let Hops { mut awake, mut asleep, mut timer, mut step, mut lock } = hops;
    Instrument {
        clock_reading: median(&mut clock_readings),
        hop_awake: median(&mut awake),
        hop_asleep: median(&mut asleep),
        timer: median(&mut timer),
        step: median(&mut step),
        lock: median(&mut lock),
    }
}

fn median(times: &mut [Span]) -> Option<Span> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
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
    fn a_run_reports_the_medians_of_the_hops_and_none_of_what_did_not_happen() {
        let times = |micros: &[u64]| micros.iter().map(|micros| Span::from_micros(*micros)).collect();
        let hops = Hops {
            awake: Vec::new(),
            asleep: times(&[9, 7, 8]),
            timer: times(&[3]),
            step: times(&[2, 1, 4, 3]),
            lock: times(&[5, 5]),
        };
        let instrument = of(hops, times(&[6]));
        let micros = |span: Option<Span>| span.map(|span| span.0 / 1_000);
        assert_eq!(micros(instrument.hop_awake), None);
        assert_eq!(micros(instrument.hop_asleep), Some(8));
        assert_eq!(micros(instrument.step), Some(3));
        assert_eq!(micros(instrument.clock_reading), Some(6));
    }
}
