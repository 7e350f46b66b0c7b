//! Waiting for a quiet machine, before live runs.
//!
//! A machine is quiet if less than half a processor was busy over the last second: running, serving interrupts, or idle
//! while somebody waits for a disk. The load average is recorded as well, but tells nothing in time: it needs minutes to forget
//! what is over, and as long to notice what has begun.

use super::machine::Look;
use super::study::WaitForQuiet;
use crate::units::Span;

/// So many busy processors are quiet.
const BUSY_MAX: f64 = 0.5;
/// How long it is waited at most.
const PATIENCE: Span = Span::from_secs(60);
/// After a busy second, so many quiet ones have to follow each other: one may be a pause.
const IN_A_ROW: u32 = 2;

/// Looks at the machine, with `look` taking its time for it, until it is quiet or nobody wants to wait any longer. Whoever waits is
/// told of busy processors after each look, and says whether to go on.
pub(super) fn wait(look: &mut dyn FnMut() -> Look, goes_on: &mut dyn FnMut(f64) -> bool) -> WaitForQuiet {
    let (mut waited, mut quiet, mut needed) = (Span::ZERO, 0, 1);
    loop {
        let Look { took, busy, load } = look();
        let is_quiet = busy.is_none_or(|busy| busy < BUSY_MAX);
        (quiet, needed) = if is_quiet { (quiet + 1, needed) } else { (0, IN_A_ROW) };
        let is_over = quiet >= needed;
        if is_over || waited + took >= PATIENCE || !goes_on(busy.unwrap_or(0.0)) {
            // The first look is none that anybody waited for.
            return WaitForQuiet { waited_ns: waited.0, busy, load, is_quiet: is_over };
        }
        waited += took;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of waiting where each second has so many busy processors, and then the last for ever.
    fn of(seconds: &[f64], patience: u32) -> WaitForQuiet {
        let (mut second, mut asked) = (0, 0);
        let mut look = || {
            second += 1;
            let busy = seconds.get(second - 1).or(seconds.last()).copied();
            Look { took: Span::from_secs(1), busy, load: Some(1.0) }
        };
        wait(&mut look, &mut |_| {
            asked += 1;
            asked < patience
        })
    }

    #[test]
    fn a_quiet_machine_is_not_waited_for_whatever_its_load_was() {
        assert_eq!(of(&[0.1], 100), WaitForQuiet { waited_ns: 0, busy: Some(0.1), load: Some(1.0), is_quiet: true });
    }

    #[test]
    fn after_a_busy_second_two_quiet_ones_in_a_row_are_needed() {
        let found = of(&[1.5, 0.2, 0.9, 0.3, 0.1, 7.0], 100);
        assert_eq!(found, WaitForQuiet { waited_ns: 4_000_000_000, busy: Some(0.1), load: Some(1.0), is_quiet: true });
    }

    #[test]
    fn a_machine_that_stays_busy_is_waited_for_a_minute_and_no_longer() {
        let found = of(&[2.0], 1000);
        assert_eq!((found.waited_ns, found.is_quiet, found.busy), (59_000_000_000, false, Some(2.0)));
        assert_eq!(of(&[2.0], 5).waited_ns, 4_000_000_000, "or until somebody asks to stop");
    }

    #[test]
    fn a_machine_that_does_not_say_is_taken_as_quiet() {
        let mut look = || Look { took: Span::from_secs(1), busy: None, load: None };
        assert!(wait(&mut look, &mut |_| true).is_quiet);
    }
}
