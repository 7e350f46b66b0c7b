//! How long an opcode tries for its locks before it lets others have its worker.

use crate::units::Span;
use std::sync::Arc;

const FIRST: f64 = 1.0;
const LONGEST: f64 = 15.0;
const ROUND: f64 = 1800.0;
const PER_MILLE_OF_JITTER: u64 = 50;

/// The timeouts of one round of attempts: 1 s first, each next `(previous × 1.05)^1.25`, at most 15 s, until
/// they add up to 1800 s.
#[must_use]
pub fn standard_attempts() -> Arc<[Span]> {
    let mut timeouts = Vec::new();
    let (mut timeout, mut sum) = (FIRST, 0.0);
    while sum < ROUND {
        timeouts.push(Span::from_secs_f64(timeout));
        sum += timeout;
        timeout = five_quarters_power(timeout * 1.05).min(LONGEST);
    }
    timeouts.into()
}

/// `base^1.25` by square roots, which are exact to the last bit on every machine, as `powf` is not.
fn five_quarters_power(base: f64) -> f64 {
    base * base.sqrt().sqrt()
}

/// `timeout` varied by up to 5 % either way, as `random` (uniform) says.
#[must_use]
pub fn jittered(timeout: Span, random: u64) -> Span {
    let per_mille = 1000 - PER_MILLE_OF_JITTER + random % (2 * PER_MILLE_OF_JITTER + 1);
    Span(timeout.0 / 1000 * per_mille)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_round_has_130_attempts_from_1_to_15_seconds() {
        let attempts = standard_attempts();
        assert_eq!(attempts.len(), 130);
        assert_eq!(attempts[0], Span::from_secs(1));
        assert_eq!(attempts[129], Span::from_secs(15));
        assert!(attempts.iter().copied().sum::<Span>() >= Span::from_secs(1800));
    }

    #[test]
    fn jitter_stays_within_five_per_cent() {
        let second = Span::from_secs(1);
        for random in [0, 50, 100, 101, u64::MAX] {
            let varied = jittered(second, random);
            assert!(varied >= Span::from_millis(950) && varied <= Span::from_millis(1050), "{varied}");
        }
    }
}
