//! How much longer syncing takes when several threads do it at once.

use super::CalibrationError;
use super::clocks::{now_on_file, passed};
use crate::job::{Durability, Fault};
use crate::queue_dir::{QueueDirectory, Replacer};
use std::collections::BTreeMap;

/// Threads that write at once.
const THREADS: [u32; 5] = [1, 2, 4, 8, 16];
/// Bytes of each file: a small job.
const CONTENT: [u8; 1_000] = [b' '; 1_000];

/// Seconds that a sync waited for the device, on average, by threads at once, in each round.
#[derive(Debug, Default)]
pub(super) struct Crowds(BTreeMap<u32, Vec<f64>>);

impl Crowds {
    /// So many writes of each thread, for each number of threads.
    pub(super) fn measure(&mut self, queue: &QueueDirectory, writes: u32) -> Result<(), CalibrationError> {
        for threads in THREADS {
            // As many syncs at each number of threads, so that none is known better than others.
            let each = (writes * 4 / threads).max(writes / 4).max(2);
            let work = |number: u32| {
                let mut replacer = Replacer::open(queue.path());
                move || match &mut replacer {
                    Ok(replacer) => waits(replacer, number, each),
                    Err(_) => Err(None),
                }
            };
            let mut total = (0.0, 0.0);
            let outcomes: Vec<Result<f64, Option<Fault>>> = std::thread::scope(|scope| {
                let started: Vec<_> = (0..threads).map(|number| scope.spawn(work(number))).collect();
                started.into_iter().map(|thread| thread.join().unwrap_or(Err(None))).collect()
            });
            for outcome in outcomes {
                match outcome {
                    Ok(secs) => total = (total.0 + secs, total.1 + 1.0),
                    Err(Some(error)) => return Err(error.into()),
                    Err(None) => {}
                }
            }
            if total.1 > 0.0 {
                self.0.entry(threads).or_default().push(total.0 / total.1);
            }
        }
        Ok(())
    }

    /// How much longer it takes with so many at once: thousandths, ascending, from one; none if one at a time takes
    /// no time that could be told from none.
    pub(super) fn factors(&self) -> Vec<(u32, u32)> {
        let alone = self.median(1);
        let mut least = 1_000;
        let factor = |threads: u32| {
            let factor = if alone > 2e-6 { self.median(threads) / alone } else { 1.0 };
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the clamp
            let thousandths = (factor.clamp(1.0, 1_000.0) * 1e3).round() as u32;
            least = least.max(thousandths);
            (threads, least)
        };
        THREADS.map(factor).to_vec()
    }

    /// Threads at once with which most is done in a time.
    pub(super) fn best(&self) -> u32 {
        let done = |(threads, factor): &(u32, u32)| f64::from(*threads) / f64::from(*factor);
        let factors = self.factors();
        factors.iter().max_by(|a, b| done(a).total_cmp(&done(b))).map_or(1, |(threads, _)| *threads)
    }

    fn median(&self, threads: u32) -> f64 {
        let mut rounds = self.0.get(&threads).cloned().unwrap_or_default();
        rounds.sort_by(f64::total_cmp);
        rounds.get(rounds.len() / 2).copied().unwrap_or_default()
    }
}

/// Seconds that a sync of this thread waits for the device, on average. What the thread waits for a core is taken off.
fn waits(replacer: &mut Replacer, number: u32, writes: u32) -> Result<f64, Option<Fault>> {
    let name = format!("crowd-{number}.new");
    let mut waited = 0.0;
    for _ in 0..writes {
        let moments = replacer.replace_timed(&name, &CONTENT, Durability::Fsync, now_on_file).map_err(Some)?;
        waited += passed(moments[1], moments[2], 0.0).waited;
    }
    Ok(waited / f64::from(writes))
}
