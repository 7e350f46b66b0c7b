//! Workers in a closed loop over the queue's lock, as a Markov chain: thinking and holding are exponential, so that
//! the state is how the lock is held and who stands where in its queue. Its steady state gives the mean wait.

use std::collections::BTreeMap;

/// A closed loop. Times are means in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Loop {
    pub(crate) workers: u32,
    pub(crate) thinks: f64,
    pub(crate) holds: f64,
    /// Of acquires.
    pub(crate) shared: f64,
}

/// Who holds and who waits. All pending shared acquires form one group; exclusive ones stand before or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    readers: u32,
    writer: bool,
    before: u32,
    group: u32,
    after: u32,
}

const FREE: State = State { readers: 0, writer: false, before: 0, group: 0, after: 0 };

impl State {
    const fn pending(self) -> u32 {
        self.before + self.group + self.after
    }

    const fn holding(self) -> u32 {
        self.readers + self.writer as u32
    }

    fn ask_shared(mut self) -> Self {
        if self.pending() == 0 && !self.writer {
            self.readers += 1;
        } else {
            self.group += 1;
        }
        self
    }

    fn ask_exclusive(mut self) -> Self {
        if self.pending() == 0 && self.holding() == 0 {
            self.writer = true;
        } else if self.group == 0 {
            self.before += 1;
        } else {
            self.after += 1;
        }
        self
    }

    fn release(mut self) -> Self {
        if self.writer {
            self.writer = false;
        } else {
            self.readers -= 1;
        }
        if self.holding() > 0 {
            return self;
        }
        if self.before > 0 {
            Self { writer: true, before: self.before - 1, ..self }
        } else {
            Self { readers: self.group, before: self.after, ..FREE }
        }
    }
}

impl Loop {
    /// The mean time from asking to holding, in seconds.
    pub(crate) fn wait_mean(self) -> f64 {
        let (states, arrows) = self.states();
        let mut share = vec![1.0 / states.len() as f64; states.len()];
        // Steps of the chain in a time that is shorter than any state lasts on average.
        let step = 0.9 / (f64::from(self.workers) * (1.0 / self.thinks).max(1.0 / self.holds));
        loop {
            let mut next = share.clone();
            for (from, to, rate) in &arrows {
                let flow = share[*from] * rate * step;
                next[*from] -= flow;
                next[*to] += flow;
            }
            let change: f64 = share.iter().zip(&next).map(|(old, new)| (old - new).abs()).sum();
            share = next;
            if change < 1e-10 {
                break;
            }
        }
        let mean = |count: &dyn Fn(State) -> u32| {
            states.iter().zip(&share).map(|(state, share)| f64::from(count(*state)) * share).sum::<f64>()
        };
        // Little: who waits, over how many come to wait in a second.
        let asking_rate = mean(&|state| self.workers - state.pending() - state.holding()) / self.thinks;
        mean(&State::pending) / asking_rate
    }

    /// All states that can be reached, and the rates between them.
    fn states(self) -> (Vec<State>, Vec<(usize, usize, f64)>) {
        let mut places = BTreeMap::from([(FREE, 0)]);
        let (mut states, mut arrows) = (vec![FREE], Vec::new());
        let mut from = 0;
        while let Some(state) = states.get(from).copied() {
            let asking = f64::from(self.workers - state.pending() - state.holding()) / self.thinks;
            let releasing = f64::from(state.holding()) / self.holds;
            let mut arrow = |to: State, rate: f64| {
                let place = *places.entry(to).or_insert_with(|| {
                    states.push(to);
                    states.len() - 1
                });
                arrows.push((from, place, rate));
            };
            if asking > 0.0 {
                arrow(state.ask_shared(), asking * self.shared);
                arrow(state.ask_exclusive(), asking * (1.0 - self.shared));
            }
            if releasing > 0.0 {
                arrow(state.release(), releasing);
            }
            from += 1;
        }
        (states, arrows)
    }
}

#[test]
fn with_exclusive_acquires_alone_the_chain_is_a_repair_shop_with_one_repairer() {
    let all_exclusive = Loop { workers: 4, thinks: 2.0, holds: 1.0, shared: 0.0 };
    // Weights of 0 to 4 at the lock: 1, 4/2, 4·3/4, 4·3·2/8, 4·3·2·1/16.
    let weights = [1.0, 2.0, 3.0, 3.0, 1.5];
    let all: f64 = weights.iter().sum();
    let waiting = (3.0 + 2.0 * 3.0 + 3.0 * 1.5) / all;
    let rate = 1.0 - weights[0] / all;
    assert!((all_exclusive.wait_mean() - waiting / rate).abs() < 1e-6);
}
