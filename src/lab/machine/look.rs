//! How busy the machine is at this moment.

use super::conditions::load;
use crate::units::Span;
use std::fs;

/// A look at how busy a machine is.
#[derive(Debug, Clone, Copy)]
pub(in crate::lab) struct Look {
    /// How long it took.
    pub(in crate::lab) took: Span,
    /// Processors that were busy meanwhile, on average; none if the system does not say.
    pub(in crate::lab) busy: Option<f64>,
    /// The load average over one minute.
    pub(in crate::lab) load: Option<f64>,
}

/// Looks at this machine for a second.
pub(in crate::lab) fn look() -> Look {
    let took = Span::from_secs(1);
    let ticks = || ticks_of(&fs::read_to_string("/proc/stat").ok()?);
    let before = ticks();
    std::thread::sleep(took.as_duration());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let busy = before.zip(ticks()).and_then(|(before, after)| busy_between(before, after, cores));
    Look { took, busy, load: load() }
}

/// Ticks of all processors since the machine was started: all, and those that they were idle.
fn ticks_of(stat: &str) -> Option<(u64, u64)> {
    let line = stat.lines().next()?.strip_prefix("cpu ")?;
    // User, nice, system, idle, waiting for a disk, interrupts (two kinds), stolen; what follows is part of the first two.
    let ticks: Option<Vec<u64>> = line.split_ascii_whitespace().take(8).map(|ticks| ticks.parse().ok()).collect();
    let ticks = ticks?;
    Some((ticks.iter().sum(), *ticks.get(3)?))
}

/// Processors that were not idle between two such readings.
fn busy_between(before: (u64, u64), after: (u64, u64), cores: usize) -> Option<f64> {
    let (all, idle) = (after.0.checked_sub(before.0)?, after.1.checked_sub(before.1)?);
    (all > 0).then(|| cores as f64 * (1.0 - idle as f64 / all as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_are_busy_that_are_not_idle() {
        let before = ticks_of("cpu  10 20 30 40 50 60 70 0 90 100\n").unwrap();
        assert_eq!(before, (280, 40));
        let busy = busy_between(before, (480, 190), 2).unwrap();
        assert!((busy - 0.5).abs() < 1e-9, "a quarter of two: {busy}");
        assert_eq!(busy_between(before, before, 2), None);
        assert_eq!(ticks_of("cpu  1 2\n"), None);
    }
}
