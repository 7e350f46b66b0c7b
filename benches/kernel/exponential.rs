//! Exponential times from uniformly random numbers, by the ziggurat method (Marsaglia and Tsang 2000): most draws
//! take a multiplication and a comparison. The tables are computed with libm, so that they are the same everywhere.

const LAYERS: usize = 256;
/// Where the tail begins, for 256 layers of equal area.
const TAIL: f64 = 7.697_117_470_131_487;
/// The area of a layer.
const AREA: f64 = 0.003_949_659_822_581_572;

/// The method's tables.
pub(crate) struct Exponential {
    /// Right ends of the layers, from the widest on; the last is 0.
    ends: [f64; LAYERS + 1],
    /// The density there.
    heights: [f64; LAYERS + 1],
}

impl Exponential {
    pub(crate) fn new() -> Self {
        let mut ends = [0.0; LAYERS + 1];
        // The lowest layer reaches as far as its area would if it were a rectangle of the tail's height.
        ends[0] = AREA / libm::exp(-TAIL);
        ends[1] = TAIL;
        for layer in 2..LAYERS {
            ends[layer] = -libm::log(libm::exp(-ends[layer - 1]) + AREA / ends[layer - 1]);
        }
        Self { ends, heights: ends.map(|end| libm::exp(-end)) }
    }

    /// Exponential with this mean, in whole nanoseconds.
    #[inline]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // not negative, and far below 2^64
    pub(crate) fn nanoseconds(&self, mean: f64, draw: impl FnMut() -> u64) -> u64 {
        (self.sample(draw) * mean) as u64
    }

    /// Exponential with mean 1.
    #[inline]
    fn sample(&self, mut draw: impl FnMut() -> u64) -> f64 {
        loop {
            let random = draw();
            let layer = (random & 0xff) as usize;
            let x = (random >> 11) as f64 * (1.0 / (1_u64 << 53) as f64) * self.ends[layer];
            if x < self.ends[layer + 1] {
                return x;
            }
            let uniform = || (draw() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64);
            if let Some(x) = self.at_the_edge(layer, x, uniform) {
                return x;
            }
        }
    }

    /// Where the layer is not all below the density.
    #[cold]
    fn at_the_edge(&self, layer: usize, x: f64, mut uniform: impl FnMut() -> f64) -> Option<f64> {
        if layer == 0 {
            return Some(TAIL - libm::log(1.0 - uniform()));
        }
        let (low, high) = (self.heights[layer], self.heights[layer + 1]);
        (low + (high - low) * uniform() < libm::exp(-x)).then_some(x)
    }
}
