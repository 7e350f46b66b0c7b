//! Chance, in named streams that do not depend on each other: the one place where they are made.
//!
//! A stream is found by (seed, replication, purpose), where each actor's chance is a purpose of its own, by address. Its
//! key is a part of a SHA-256 of all that, so that no two seeds, replications, purposes or actors share a stream, not even
//! those of neighbouring numbers. Where the runs of a replication are to share nothing, the name of a run belongs to the key as well ([`Streams::of_run`]).
//!
//! A draw for a load is found by its slot and item as well, not by how many were made before it. So all variants of a
//! scenario see the same arrivals, classes and run times (common random numbers), whatever else they change, and a
//! longer load begins like a shorter one.

use crate::actors::ActorId;
use rand::Rng;
use rand_pcg::{Pcg64, Pcg64Mcg};
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// What a draw is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// In which order the variants of a replication are run.
    Order,
    /// What the actor at this address draws: the scatter of costs, the jitter of lock attempts.
    Actor(ActorId),
    /// Gaps between arrivals, and clients' thinking.
    Arrivals,
    /// Which class a job has.
    Classes,
    /// How long opcodes run.
    RunTimes,
    /// Which locks they take.
    Locks,
    /// Which jobs fail.
    Failures,
    /// On which jobs they depend.
    Dependencies,
    /// Which blocks a bootstrap takes, and in which order a permutation test puts them.
    Resamples,
}

/// The chance of one replication, or of one of its runs alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streams {
    seed: u64,
    replication: u32,
    /// The run whose own they are; none: all runs of the replication share them.
    run: Option<u64>,
}

/// One stream.
#[derive(Debug, Clone, Copy)]
pub struct Stream(u128);

/// The draws for one item of a slot.
#[derive(Debug)]
pub struct Draws(Pcg64);

impl Purpose {
    /// No two have the same.
    fn name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Self::Order => "order",
            Self::Actor(address) => return Cow::Owned(format!("actor {}", address.0)),
            Self::Arrivals => "arrivals",
            Self::Classes => "classes",
            Self::RunTimes => "run times",
            Self::Locks => "locks",
            Self::Failures => "failures",
            Self::Dependencies => "dependencies",
            Self::Resamples => "resamples",
        })
    }
}

impl Streams {
    /// The streams of a replication, which is numbered from 0.
    #[must_use]
    pub const fn new(seed: u64, replication: u32) -> Self {
        Self { seed, replication, run: None }
    }

    /// The streams that the run of this name has for itself. They do not depend on which other runs there are.
    #[must_use]
    pub fn of_run(self, name: &str) -> Self {
        Self { run: Some(fingerprint(name)), ..self }
    }

    /// The stream for a purpose, whose draws are found by their place.
    #[must_use]
    pub fn stream(self, purpose: Purpose) -> Stream {
        Stream(digest(&format!("jqlab {self} {}", purpose.name())))
    }

    /// The stream for a purpose, whose draws are found by how many were made before.
    #[must_use]
    pub fn sequence(self, purpose: Purpose) -> Pcg64Mcg {
        Pcg64Mcg::new(self.stream(purpose).0)
    }
}

/// What tells them from all others; no purpose begins like that of a run.
impl fmt::Display for Streams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.seed, self.replication)?;
        self.run.map_or(Ok(()), |name| write!(f, " run {name:016x}"))
    }
}

impl Stream {
    /// The draws for `item` of `slot`.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)] // halves of the key
    pub fn at(self, slot: u32, item: u32) -> Draws {
        let place = (u64::from(slot) << 32) | u64::from(item);
        let high = mixed((self.0 >> 64) as u64 ^ mixed(place));
        let low = mixed(self.0 as u64 ^ high);
        Draws(Pcg64::new((u128::from(high) << 64) | u128::from(low), self.0))
    }
}

impl Draws {
    /// Uniform in [0, 1), in steps of 2⁻⁵³.
    #[allow(clippy::cast_precision_loss)] // 53 bits fit
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform in 0..`below` (0 if that is nothing).
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // below u32::MAX, and not negative
    pub fn below(&mut self, below: u32) -> u32 {
        let drawn = (self.unit() * f64::from(below)) as u32;
        drawn.min(below.saturating_sub(1))
    }

    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        -libm::log(1.0 - self.unit())
    }

    /// Normal with mean 0 and deviation 1 (Box and Muller).
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(2.0 * self.exponential());
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }

    /// `count` different numbers below `below`, in the order drawn; all of them if there are no more.
    pub fn distinct(&mut self, count: u32, below: u32) -> Vec<u32> {
        let count = count.min(below);
        // Floyd's sampling: each step adds one number, and no draw is ever thrown away.
        let mut known = BTreeSet::new();
        let mut add = |top| {
            let drawn = self.below(top + 1);
            let number = if known.contains(&drawn) { top } else { drawn };
            known.insert(number);
            number
        };
        (below - count..below).map(&mut add).collect()
    }
}

/// A number that tells `text` from others.
#[must_use]
#[allow(clippy::cast_possible_truncation)] // half of a digest is one as well
pub fn fingerprint(text: &str) -> u64 {
    digest(text) as u64
}

fn digest(text: &str) -> u128 {
    Sha256::digest(text.as_bytes()).iter().take(16).fold(0, |key, byte| (key << 8) | u128::from(*byte))
}

/// A permutation of the 64-bit numbers in which neighbours end far apart (the finalizer of `SplitMix64`).
const fn mixed(mut value: u64) -> u64 {
    value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_depends_on_its_place_and_on_nothing_else() {
        let stream = |seed, replication, purpose| Streams::new(seed, replication).stream(purpose);
        let first = stream(1, 0, Purpose::Locks).at(5, 0).unit().to_bits();
        assert_eq!(first, stream(1, 0, Purpose::Locks).at(5, 0).unit().to_bits());
        for other in [
            stream(2, 0, Purpose::Locks).at(5, 0),
            stream(1, 1, Purpose::Locks).at(5, 0),
            stream(1, 0, Purpose::RunTimes).at(5, 0),
            stream(1, 0, Purpose::Locks).at(6, 0),
            stream(1, 0, Purpose::Locks).at(5, 1),
        ] {
            assert_ne!(first, { other }.unit().to_bits());
        }
    }

    #[test]
    fn no_two_seeds_replications_or_actors_share_a_stream() {
        let mut first_draws = BTreeSet::new();
        let near = |middle: u64| middle - 8..middle + 8;
        for seed in near(20_110_714).chain(near(1 << 32)).chain(0..8) {
            for replication in 0..16 {
                for address in 0..12 {
                    let mut stream = Streams::new(seed, replication).sequence(Purpose::Actor(ActorId(address)));
                    let first = (stream.next_u64(), stream.next_u64());
                    assert!(first_draws.insert(first), "seed {seed}, replication {replication}, actor {address}");
                }
            }
        }
        assert_eq!(first_draws.len(), 40 * 16 * 12);
    }

    #[test]
    fn runs_with_streams_of_their_own_share_none_with_each_other_or_with_their_replication() {
        let common = Streams::new(5, 2);
        let sides = [common, common.of_run("a"), common.of_run("b"), Streams::new(5, 1).of_run("a")];
        let first = |streams: Streams| streams.stream(Purpose::Arrivals).at(0, 0).unit().to_bits();
        assert_eq!(sides.map(first).into_iter().collect::<BTreeSet<_>>().len(), sides.len());
    }

    #[test]
    fn no_two_purposes_have_a_name_in_common() {
        use Purpose::{Arrivals, Classes, Dependencies, Failures, Locks, Order, Resamples, RunTimes};
        let actors = (0..100).map(|address| Purpose::Actor(ActorId(address)));
        let others = [Order, Arrivals, Classes, RunTimes, Locks, Failures, Dependencies, Resamples];
        let names: BTreeSet<String> = actors.chain(others).map(|purpose| purpose.name().into_owned()).collect();
        assert_eq!(names.len(), 108);
    }

    #[test]
    fn first_draws_of_neighbouring_slots_are_uniform_and_unrelated() {
        let stream = Streams::new(7, 3).stream(Purpose::Arrivals);
        let units: Vec<f64> = (0..20_000).map(|slot| stream.at(slot, 0).unit()).collect();
        let mean = units.iter().sum::<f64>() / 20_000.0;
        let lag: f64 = units.windows(2).map(|pair| (pair[0] - 0.5) * (pair[1] - 0.5)).sum::<f64>() / 20_000.0 * 12.0;
        assert!((mean - 0.5).abs() < 0.01, "{mean}");
        assert!(lag.abs() < 0.03, "{lag}");
    }

    #[test]
    fn distinct_numbers_are_distinct_and_in_range() {
        let stream = Streams::new(1, 1).stream(Purpose::Locks);
        for slot in 0..200 {
            let mut drawn = stream.at(slot, 0).distinct(5, 8);
            assert!(drawn.iter().all(|number| *number < 8));
            drawn.sort_unstable();
            drawn.dedup();
            assert_eq!(drawn.len(), 5);
        }
        assert_eq!(stream.at(0, 0).distinct(9, 3).len(), 3);
    }
}
