//! Random delays: exponential, by ziggurat, from a small fast generator.

use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp1};
use rand_pcg::Pcg64Mcg;
use serde::{Deserialize, Serialize};

/// A model's own stream of random numbers.
#[derive(Debug, Serialize, Deserialize)]
pub struct Chance(Pcg64Mcg);

impl Chance {
    /// The stream of the model with this number, in the run with this seed.
    pub fn new(seed: u64, model: u64) -> Self {
        Self(Pcg64Mcg::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(model)))
    }

    /// An exponential delay with this mean, at least a nanosecond: NeXosim refuses an event at the present instant.
    pub fn delay(&mut self, mean: Duration) -> Duration {
        let standard: f64 = Exp1.sample(&mut self.0);
        let nanoseconds = standard * mean.as_nanos() as f64;
        Duration::from_nanos((nanoseconds as u64).max(1))
    }

    /// True with this probability.
    pub fn happens(&mut self, probability: f64) -> bool {
        self.0.random_bool(probability)
    }

    /// A number below `bound`, each as likely.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0.random_range(0..bound)
    }
}
